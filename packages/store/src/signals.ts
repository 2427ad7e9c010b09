// Signals: a wake-up that leaves no row. What it is about is in the database already; whoever listens looks there. After the commit
// listeners of this process are called, and other processes are told by NOTIFY, outside the transaction: a NOTIFY inside one makes
// PostgreSQL commit one transaction after the other, each waiting for the other's fsync. A process that dies between commit and
// NOTIFY tells nobody: a listener that must not miss anything looks by itself now and then.
import { randomUUID } from "node:crypto";
import type { EventKind, NewEvent } from "@cercle/kernel";
import type { Engine } from "./engine.ts";
import type { Consumer } from "./outbox.ts";

export type Signals = {
  /** Calls listeners here at once and those of other processes within milliseconds. */
  send(signals: readonly NewEvent[]): void;
  /** A notice as the engine heard it; answers whether it was a signal. */
  receive(notice: string): boolean;
  hear<P>(kind: EventKind<P>, handle: (payload: P) => void): Consumer;
  stop(): Promise<void>;
};

const mark = "!";
/** Signals of so long go out together: a mailbox that receives a hundred messages is one wake-up. */
const gatherMillis = 10;
/** PostgreSQL's own limit is 8000 bytes. */
const longest = 7900;

type Hearer = { readonly kind: EventKind; handle(payload: unknown): void };

export function createSignals(engine: Engine): Signals {
  const self = randomUUID().slice(0, 8);
  const hearers = new Set<Hearer>();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const call = (topic: string, payload: unknown): void => {
    // On their own: a listener that throws does not undo what is committed.
    for (const hearer of hearers) if (hearer.kind.topic === topic) queueMicrotask(() => hearer.handle(hearer.kind.schema.parse(payload)));
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const notices = [...waiting];
    waiting.clear();
    // Lost when the database is out of reach: then nobody can look either.
    await engine.query("select pg_notify('cercle', notice) from unnest($1::text[]) as notice", [notices]).catch(() => undefined);
  };
  return {
    send(signals) {
      const told = new Set<string>();
      for (const { kind, payload } of signals) {
        const notice = `${mark}${self} ${kind.topic} ${JSON.stringify(payload)}`;
        if (told.has(notice)) continue;
        told.add(notice);
        call(kind.topic, payload);
        if (engine.kind === "postgres" && notice.length < longest) waiting.add(notice);
      }
      if (waiting.size > 0) timer ??= setTimeout(() => void flush(), gatherMillis);
    },
    receive(notice) {
      if (!notice.startsWith(mark)) return false;
      const [, from, topic = "", text = ""] = /^!(\S+) (\S+) (.*)$/s.exec(notice) ?? [];
      if (from !== undefined && from !== self) call(topic, JSON.parse(text));
      return true;
    },
    hear(kind, handle) {
      const hearer: Hearer = { kind, handle: handle as (payload: unknown) => void };
      hearers.add(hearer);
      return { stop: async () => void hearers.delete(hearer) };
    },
    stop: flush,
  };
}

// Events between rooms. An event is written at the very end of its transaction, under a lock per topic held only for the
// commit, so that sequence order is commit order and no consumer can step over a row that commits late.
// NOTIFY carries the topic only; every consumer also polls each 500 ms as a net.
import type { Clock, EventKind, NewEvent, Temporal } from "@cercle/kernel";
import type { Engine, Statement } from "./engine.ts";
import type { Queryable, Tx } from "./queryable.ts";
import { json } from "./values.ts";

export type StoredEvent<P = unknown> = {
  readonly seq: number;
  readonly topic: string;
  readonly subject: string;
  readonly subjectSeq: number;
  readonly payload: P;
  readonly emittedAt: Temporal.Instant;
};

/** Stops a consumer and waits for the event it is at. */
export type Consumer = { stop(): Promise<void> };

export type Outbox = {
  /** What writes events, in order: the last statements before the commit. */
  statements(events: readonly NewEvent[]): readonly Statement[];
  wake(topics: readonly string[]): void;
  /** One consumer for the whole space: its cursor is stored and moves in the transaction that `handle` writes in. */
  consume<P>(options: { name: string; kind: EventKind<P>; handle(tx: Tx, event: StoredEvent<P>): Promise<void>; onError?(error: unknown): void }): Consumer;
  /** Every process sees every event from now on (doors, caches). `onContact` tells each time the store was reached. */
  follow<P>(options: {
    kind: EventKind<P>;
    handle(event: StoredEvent<P>): Promise<void> | void;
    onContact?(): void;
    onError?(error: unknown): void;
  }): Promise<Consumer>;
  stop(): Promise<void>;
};

const pollMillis = 500;
const batch = 200;

type Waker = { topic: string; wake(): void };

export function createOutbox({
  engine,
  query,
  transaction,
  clock,
}: {
  engine: Engine;
  query: Queryable;
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  clock: Clock;
}): Outbox {
  const wakers = new Set<Waker>();
  const consumers = new Set<Consumer>();

  const loop = (topic: string, round: () => Promise<boolean>, onError: (error: unknown) => void): Consumer => {
    let stopped = false;
    let called = false;
    let rest: (() => void) | undefined;
    const waker: Waker = {
      topic,
      wake: () => {
        called = true;
        rest?.();
      },
    };
    wakers.add(waker);
    const done = (async () => {
      while (!stopped) {
        called = false;
        const more = await round().catch((error: unknown) => {
          if (!stopped) onError(error);
          return false;
        });
        if (more || called || stopped) continue;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMillis);
          rest = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        rest = undefined;
      }
    })();
    const consumer: Consumer = {
      async stop() {
        stopped = true;
        wakers.delete(waker);
        consumers.delete(consumer);
        waker.wake();
        await done;
      },
    };
    consumers.add(consumer);
    return consumer;
  };

  const read = (from: Queryable, topic: string, after: number): Promise<readonly StoredRow[]> =>
    from.query<StoredRow>(
      "select seq, topic, subject, subject_seq, payload, emitted_at from store.outbox where topic = $1 and seq > $2 order by seq limit $3",
      [topic, after, batch],
    );

  return {
    statements(events) {
      const topics = [...new Set(events.map((event) => event.kind.topic))].sort();
      return [
        ...topics.map((topic): Statement => ["select pg_advisory_xact_lock(hashtextextended($1, 20))", [topic]]),
        ...events.map(
          (event): Statement => [
            `insert into store.outbox (topic, subject, subject_seq, payload, emitted_at)
             select $1, $2, 1 + coalesce((select max(subject_seq) from store.outbox where topic = $1 and subject = $2), 0), $3, $4`,
            [event.kind.topic, event.subject, json(event.payload), clock.now()],
          ],
        ),
        ...(engine.kind === "postgres" ? topics.map((topic): Statement => ["select pg_notify('cercle', $1)", [topic]]) : []),
      ];
    },
    wake(topics) {
      for (const waker of wakers) if (topics.includes(waker.topic)) waker.wake();
    },
    consume({ name, kind, handle, onError = ignore }) {
      /** Asked twice a second by everybody: a look costs no transaction number and no write to the log, as taking the cursor's row does. */
      const isWaiting = async (): Promise<boolean> =>
        (await query.first(
          "select 1 as found from store.outbox where topic = $2 and seq > coalesce((select seq from store.cursor where consumer = $1 and topic = $2), 0) limit 1",
          [name, kind.topic],
        )) !== undefined;
      return loop(
        kind.topic,
        async () =>
          (await isWaiting()) &&
          transaction(async (tx) => {
            await tx.run("insert into store.cursor (consumer, topic, seq) values ($1, $2, 0) on conflict do nothing", [name, kind.topic]);
            // Whoever holds the cursor's row works; another process finds it held and comes back later.
            const cursor = await tx.first<{ seq: number }>("select seq from store.cursor where consumer = $1 and topic = $2 for update skip locked", [
              name,
              kind.topic,
            ]);
            if (!cursor) return false;
            const row = (await read(tx, kind.topic, cursor.seq))[0];
            if (!row) return false;
            await handle(tx, eventOf(kind, row));
            await tx.run("update store.cursor set seq = $3 where consumer = $1 and topic = $2", [name, kind.topic, row.seq]);
            return true;
          }),
        onError,
      );
    },
    async follow({ kind, handle, onContact, onError = ignore }) {
      const last = await query.first<{ seq: number }>("select coalesce(max(seq), 0) as seq from store.outbox where topic = $1", [kind.topic]);
      let seq = last?.seq ?? 0;
      return loop(
        kind.topic,
        async () => {
          const rows = await read(query, kind.topic, seq);
          onContact?.();
          for (const row of rows) {
            await handle(eventOf(kind, row));
            seq = row.seq;
          }
          return rows.length === batch;
        },
        onError,
      );
    },
    async stop() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
    },
  };
}

type StoredRow = { seq: number; topic: string; subject: string; subject_seq: number; payload: unknown; emitted_at: Temporal.Instant };

function eventOf<P>(kind: EventKind<P>, row: StoredRow): StoredEvent<P> {
  return {
    seq: row.seq,
    topic: row.topic,
    subject: row.subject,
    subjectSeq: row.subject_seq,
    payload: kind.schema.parse(row.payload),
    emittedAt: row.emitted_at,
  };
}

function ignore(): void {}

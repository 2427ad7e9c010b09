// The store: one door to PostgreSQL or the embedded engine. `Tx` is an explicit argument of every port that writes;
// a port never opens a transaction of its own, and a query beside the open transaction throws at once on both engines.
import { AsyncLocalStorage } from "node:async_hooks";
import { type Clock, type EventKind, type NewEvent, realClock } from "@cercle/kernel";
import type { Answer, Engine, Session, Statement } from "./engine.ts";
import { storeErrors } from "./errors.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { Queryable, Tx } from "./queryable.ts";
import { createSignals, type Signals } from "./signals.ts";
import { copyLine } from "./values.ts";

export type Store = Queryable & {
  readonly engine: Engine["kind"];
  /** Runs `work` in a transaction: commit when it returns, rollback when it throws. Serialisation failures are retried up to 3 times. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Writes an event with the transaction; consumers see it after the commit. */
  emit<P>(tx: Tx, event: NewEvent<P>): void;
  /** Wakes listeners once the transaction is committed. No row, no order, nothing for who was not there: see `signals.ts`. */
  signal<P>(tx: Tx, event: NewEvent<P>): void;
  readonly hear: Signals["hear"];
  /** Rows into a table by COPY, the only way in this product. Answers how many. */
  copyIn(tx: Tx, table: string, columns: readonly string[], rows: AsyncIterable<CopyRow> | Iterable<CopyRow>): Promise<number>;
  readonly consume: Outbox["consume"];
  readonly follow: Outbox["follow"];
  readonly jobs: Jobs;
  /** Stops consumers and jobs, waits for those at work, closes the engine. */
  close(): Promise<void>;
};

export type CopyRow = readonly (string | number | boolean | null)[];

type OpenTx = {
  tx: Tx;
  session: Session;
  begun: Promise<unknown>;
  events: NewEvent[];
  last: Statement[];
  signals: NewEvent[];
  after: (() => void)[];
  open: boolean;
};

const serialisationFailures = new Set(["40001", "40P01"]);

/** Puts the store on an open engine. Migrations are the caller's (`migrate`). */
export function createStore({ engine, clock = realClock }: { engine: Engine; clock?: Clock }): Store {
  const current = new AsyncLocalStorage<OpenTx>();
  const opened = new WeakMap<Tx, OpenTx>();

  const outside = (): void => {
    if (current.getStore()?.open) throw storeErrors.refuse("store.nested", { detail: "a query beside the open transaction: pass the Tx" });
  };
  const find = (tx: Tx): OpenTx => {
    const found = opened.get(tx);
    if (!found?.open) throw storeErrors.refuse("store.finished", { detail: "the transaction has ended" });
    return found;
  };

  const transactionOnce = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    engine.session(async (session) => {
      // Nothing waits for this answer: what comes next is sent behind it, and its failure is found at the end.
      const begun = session.query("begin");
      begun.catch(() => undefined);
      const own: OpenTx = { session, begun, events: [], last: [], signals: [], after: [], open: true, tx: undefined as unknown as Tx };
      const mustBeOpen = (): void => {
        if (!own.open) throw storeErrors.refuse("store.finished", { detail: "the transaction has ended" });
      };
      own.tx = {
        ...queryable((sql, params) => {
          mustBeOpen();
          return session.query(sql, params);
        }),
        atEnd(sql, params) {
          mustBeOpen();
          own.last.push([sql, params ?? []]);
        },
        afterCommit: (callback) => void own.after.push(callback),
      };
      opened.set(own.tx, own);
      let value: T;
      try {
        value = await current.run(own, () => work(own.tx));
        own.open = false;
        // One journey for all of it. After a statement that failed the commit undoes the transaction, and the failure is what is thrown.
        const last: readonly Statement[] = [...own.last, ...(own.events.length > 0 ? outbox.statements(own.events) : []), ["commit"]];
        await Promise.all([begun, ...last.map(([sql, params]) => session.query(sql, params))]);
      } catch (error) {
        own.open = false;
        await session.query("rollback").catch(() => undefined);
        throw error;
      }
      if (own.events.length > 0) outbox.wake(own.events.map((event) => event.kind.topic));
      if (own.signals.length > 0) signals.send(own.signals);
      for (const callback of own.after) callback();
      return value;
    });

  const transaction = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    outside();
    for (let attempt = 1; ; attempt++) {
      try {
        return await transactionOnce(work);
      } catch (error) {
        if (attempt < 3 && serialisationFailures.has(String((error as { code?: unknown }).code))) continue;
        throw error;
      }
    }
  };

  const plain = queryable((sql, params) => {
    outside();
    return engine.query(sql, params);
  });
  const outbox = createOutbox({ engine, query: plain, transaction, clock });
  const jobs = createJobs({ query: plain, transaction, clock });
  const signals = createSignals(engine);
  engine.onNotice((notice) => {
    if (!signals.receive(notice)) outbox.wake([notice]);
  });

  return {
    ...plain,
    engine: engine.kind,
    transaction,
    emit(tx, event) {
      const parsed = event.kind.schema.parse(event.payload);
      find(tx).events.push({ kind: event.kind as EventKind, subject: event.subject, payload: parsed });
    },
    signal(tx, event) {
      find(tx).signals.push({ kind: event.kind as EventKind, subject: event.subject, payload: event.kind.schema.parse(event.payload) });
    },
    hear: signals.hear,
    async copyIn(tx, table, columns, rows) {
      const { begun, session } = find(tx);
      await begun;
      return session.copyIn(`${table} (${columns.join(", ")})`, encode(rows));
    },
    consume: outbox.consume,
    follow: outbox.follow,
    jobs,
    async close() {
      await Promise.all([outbox.stop(), jobs.stop()]);
      await signals.stop();
      await engine.close();
    },
  };
}

/** Lines gathered into larger chunks, so that a row costs no turn of the event loop. */
async function* encode(rows: AsyncIterable<CopyRow> | Iterable<CopyRow>): AsyncGenerator<string> {
  let text = "";
  for await (const row of rows) {
    text += copyLine(row);
    if (text.length > 65_536) {
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
}

function queryable(ask: (sql: string, params?: readonly unknown[]) => Promise<Answer>): Queryable {
  return {
    query: async <R>(sql: string, params?: readonly unknown[]) => (await ask(sql, params)).rows as readonly R[],
    first: async <R>(sql: string, params?: readonly unknown[]) => (await ask(sql, params)).rows[0] as R | undefined,
    run: async (sql, params) => (await ask(sql, params)).rowCount,
  };
}

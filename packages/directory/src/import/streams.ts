// The first load on PostgreSQL: rows of the three tables go into COPYs that stay open beside each other, so that the server stores
// what was read while the next lines are read, and a line lives no longer than it takes to write it. Committed every so many lines:
// nobody sees them before the load is shown.
import type { CopyRow, Store } from "@cercle/store";
import { personCopyColumns, structureCopyColumns, type Target } from "./targets.ts";
import { type Batch, touch } from "./write.ts";

export type Streams = {
  /** Answers when the server has taken most of what was given before. */
  push(batch: Batch): Promise<void>;
  /** Everything given is committed. */
  end(): Promise<void>;
  /** Nothing that is not committed stays. */
  abort(): Promise<void>;
};

const linesEach = 100_000;
/** Rows of one table that wait to be taken. */
const maximumWaiting = 300;

export function createStreams(store: Store, target: Target): Streams {
  let open: ReturnType<typeof openCopies> | undefined;
  let lines = 0;
  const commit = async (): Promise<void> => {
    const ending = open;
    open = undefined;
    lines = 0;
    await ending?.end();
  };
  return {
    async push(batch) {
      open ??= openCopies(store, target);
      await open.push(batch);
      lines += batch.lines.length;
      if (lines >= linesEach) await commit();
    },
    end: commit,
    async abort() {
      await open?.abort();
    },
  };
}

function openCopies(store: Store, target: Target): Streams {
  const [own, persons, structures] = [createFeed(), createFeed(), createFeed()];
  const feeds = [own, persons, structures];
  const touched = { persons: new Set<string>(), structures: new Set<string>() };
  const copy = (feed: Feed, table: string, columns: readonly string[]): Promise<void> =>
    store.transaction(async (tx) => {
      // A power cut costs no more than the load: commits need not wait for the disk.
      await tx.run("set local synchronous_commit = off");
      await store.copyIn(tx, table, columns, feed.rows);
    });
  const fail = (error: unknown): void => {
    for (const feed of feeds) feed.fail(error);
  };
  const copies = [
    copy(own, target.table, target.columns),
    copy(persons, "directory.person", personCopyColumns),
    copy(structures, "directory.structure", structureCopyColumns),
  ];
  // One that fails ends the others, and whoever pushes learns of it.
  for (const each of copies) each.catch(fail);
  return {
    async push(batch) {
      own.push(batch.lines);
      persons.push(batch.persons);
      structures.push(batch.structures);
      for (const person of batch.touched.persons) touched.persons.add(person);
      for (const structure of batch.touched.structures) touched.structures.add(structure);
      for (const feed of feeds) await feed.room();
    },
    async end() {
      for (const feed of feeds) feed.end();
      await Promise.all(copies);
      await store.transaction((tx) => touch(tx, touched.persons, touched.structures));
    },
    async abort() {
      fail(new Error("the load was given up"));
      await Promise.allSettled(copies);
    },
  };
}

type Feed = {
  readonly rows: AsyncIterable<CopyRow>;
  push(rows: readonly CopyRow[]): void;
  end(): void;
  fail(error: unknown): void;
  /** When few rows wait. Throws what it failed with. */
  room(): Promise<void>;
};

const given = Promise.resolve();

function createFeed(): Feed {
  const waiting: (readonly CopyRow[])[] = [];
  let at = 0;
  let count = 0;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let onRows: (() => void) | undefined;
  let onRoom: (() => void) | undefined;
  const wake = (): void => {
    onRows?.();
    onRows = undefined;
  };
  const next = (): Promise<IteratorResult<CopyRow>> => {
    if (failure) return Promise.reject(failure.error);
    const row = waiting[0]?.[at];
    if (row) {
      at += 1;
      count -= 1;
      if (at === waiting[0]?.length) {
        waiting.shift();
        at = 0;
      }
      if (count < maximumWaiting) {
        onRoom?.();
        onRoom = undefined;
      }
      return Promise.resolve({ value: row, done: false });
    }
    if (ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise<void>((resolve) => {
      onRows = resolve;
    }).then(next);
  };
  return {
    rows: { [Symbol.asyncIterator]: () => ({ next }) },
    push(rows) {
      if (rows.length === 0) return;
      waiting.push(rows);
      count += rows.length;
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
      onRoom?.();
    },
    async room() {
      if (!failure && count >= maximumWaiting) {
        await new Promise<void>((resolve) => {
          onRoom = resolve;
        });
      }
      if (failure) throw failure.error;
      await given;
    },
  };
}

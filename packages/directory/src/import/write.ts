// New lines into the tables, a batch at a time, unseen; on a first load persons and structures with them.
import type { CopyRow, Store, Tx } from "@cercle/store";
import { digest64 } from "../digest.ts";
import { exerciseOf, structureRecordOf } from "../record.ts";
import { type DigestTable, quickDigest } from "./digest-table.ts";
import { type NewLine, personCopyColumns, personRow, structureCopyColumns, structureRow, type Target } from "./targets.ts";

export type Writer = {
  readonly store: Store;
  readonly revision: number;
  readonly target: Target;
  /** Nothing of this extraction stands yet: persons and structures are written with their lines. */
  readonly first: boolean;
  /** The tables have no index yet, and a power cut costs no more than the load: commits need not wait for the disk. */
  readonly bare: boolean;
  readonly persons: DigestTable;
  readonly structures: DigestTable;
  /** Local test people and places, which the register now describes itself. */
  readonly local: ReadonlySet<string>;
  readonly made: { persons: number; structures: number };
};

/** Rows ready to be written: what a line was split into dies with the line. */
export type Batch = {
  readonly lines: CopyRow[];
  readonly persons: CopyRow[];
  readonly structures: CopyRow[];
  readonly touched: { readonly persons: Set<string>; readonly structures: Set<string> };
};

export const createBatch = (): Batch => ({ lines: [], persons: [], structures: [], touched: { persons: new Set(), structures: new Set() } });

/** A new line, and whom it speaks of: written with it on a first load of activities, looked at again later otherwise. */
export function addLine(writer: Writer, batch: Batch, line: NewLine): void {
  const { target, revision, first, persons, structures, local, made } = writer;
  batch.lines.push(target.row(line, revision));
  const direct = first && target.makesPersons;
  // First loads of know-how, diplomas and mailboxes change no person that was told of.
  if (first && !direct) return;
  const person = target.personOf(line.values);
  if (person && (!direct || local.has(person))) batch.touched.persons.add(person);
  else if (person) {
    const own = exerciseOf(line.values);
    const exercise = quickDigest(own).low;
    const before = persons.keep(person, exercise);
    if (before === undefined) {
      batch.persons.push(personRow(line.values, revision, own));
      made.persons += 1;
    }
    // Another profession or know-how than on the line before: all of them are gathered afterwards.
    else if (before !== exercise) batch.touched.persons.add(person);
  }
  const { structure } = line;
  if (structure && (!direct || local.has(structure))) batch.touched.structures.add(structure);
  else if (structure && structures.keep(structure, 0) === undefined) {
    const record = structureRecordOf(line.values);
    batch.structures.push(structureRow(structure, record, digest64(record), revision));
    made.structures += 1;
  }
}

/** Milliseconds it took. */
export async function writeBatch({ store, target, bare }: Writer, batch: Batch): Promise<number> {
  const started = performance.now();
  await store.transaction(async (tx) => {
    if (bare) await tx.run("set local synchronous_commit = off");
    await store.copyIn(tx, target.table, target.columns, batch.lines);
    if (batch.persons.length > 0) await store.copyIn(tx, "directory.person", personCopyColumns, batch.persons);
    if (batch.structures.length > 0) await store.copyIn(tx, "directory.structure", structureCopyColumns, batch.structures);
    await touch(tx, batch.touched.persons, batch.touched.structures);
  });
  return performance.now() - started;
}

/** Whoever is touched is looked at again before the load is shown. */
export async function touch(tx: Tx, persons: ReadonlySet<string>, structures: ReadonlySet<string>): Promise<void> {
  for (const [kind, keys] of [["person", persons] as const, ["structure", structures] as const]) {
    if (keys.size > 0)
      await tx.run("insert into directory.touched (kind, key) select $1, k from unnest($2::text[]) as k on conflict do nothing", [kind, [...keys]]);
  }
}

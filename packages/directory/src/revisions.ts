// Which rows a reader sees. Every write makes rows of a new revision; an edit is seen with its commit, a load once it is shown.
// A reader keeps its snapshot (in a page token, for instance) and goes on seeing the same rows while data changes.
import type { Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";

export type Snapshot = { readonly current: number; readonly pending: number };

/** `rev_to` of a row that stands. */
export const open = 2_147_483_647;

/** SQL that is true of the rows of `alias` that a snapshot sees: its two numbers are parameters `$from` and `$from+1`. */
export function visible(alias: string, from = 1): string {
  const [current, pending] = [snapshotSql("current", from), snapshotSql("pending", from)];
  return `(${alias}.rev_from <= ${current} and ${alias}.rev_from <> ${pending} and (${alias}.rev_to > ${current} or ${alias}.rev_to = ${pending}))`;
}

/** One of a snapshot's numbers, as the parameter it is: a number that the planner knows costs it less than one it has to look up. */
export function snapshotSql(name: "current" | "pending", from = 1): string {
  return `$${name === "current" ? from : from + 1}::int`;
}

export async function readSnapshot(from: Queryable): Promise<Snapshot> {
  const row = await from.first<Snapshot>("select current, pending from directory.state where one = $1", [true]);
  return row ?? { current: 0, pending: -1 };
}

/** What stands now, for a search: one look is under way at a time, and all that came meanwhile share the next, which follows all of them. */
export function nextSnapshot(from: Queryable): Promise<Snapshot> {
  const known = looks.get(from) ?? {};
  looks.set(from, known);
  known.coming ??= look(from, known);
  return known.coming;
}

type Looks = { coming?: Promise<Snapshot> | undefined; underWay?: Promise<unknown> };
const looks = new WeakMap<Queryable, Looks>();

async function look(from: Queryable, known: Looks): Promise<Snapshot> {
  await known.underWay;
  // Those that come in the same turn of the event loop, too.
  await new Promise<void>((resolve) => void setImmediate(resolve));
  known.coming = undefined;
  const snapshot = readSnapshot(from);
  known.underWay = snapshot.catch(() => undefined);
  return snapshot;
}

/** A revision that is seen with the transaction's commit. Editors take turns on it. */
export async function startEdit(tx: Tx, clock: Clock): Promise<number> {
  const row = await tx.first<{ current: number }>("update directory.state set current = current + 1 returning current");
  const number = row?.current ?? 0;
  await tx.run("insert into directory.revision (number, cause, made_at, visible_at) values ($1, 'edit', $2, $2)", [number, clock.now()]);
  return number;
}

/** Instants of revisions that a reader sees, as FHIR writes them (milliseconds), for `meta.lastUpdated`: they never change, so each is read once. */
export async function revisionInstants(from: Queryable, numbers: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const known = instants.get(from) ?? new Map<number, string>();
  if (known.size > maximumInstants) known.clear();
  instants.set(from, known);
  const missing = [...new Set(numbers)].filter((number) => !known.has(number));
  if (missing.length > 0) {
    const rows = await from.query<{ number: number; at: Temporal.Instant }>(
      "select number, visible_at as at from directory.revision where number = any($1::int[]) and visible_at is not null",
      [missing],
    );
    for (const row of rows) known.set(row.number, row.at.round({ smallestUnit: "millisecond" }).toString());
  }
  return known;
}

const instants = new WeakMap<Queryable, Map<number, string>>();
const maximumInstants = 100_000;

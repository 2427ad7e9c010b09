// Keeps the copy in memory at what stands: each search looks up the snapshot first (one look for all that wait, see `nextSnapshot`)
// and is answered from memory only when the copy is of that very snapshot. No notice needs to arrive for that; a copy that is
// behind leaves the search to the store and catches up beside it.
import type { Store } from "@cercle/store";
import type { Condition } from "../query/compile.ts";
import type { MailboxRow } from "../query/rows.ts";
import type { Search } from "../query/search.ts";
import { nextSnapshot, open, type Snapshot } from "../revisions.ts";
import { createMailboxCopy, type Found, type MailboxCopy } from "./copy.ts";
import { planOf } from "./plan.ts";

export type CopyOptions = {
  readonly store: Store;
  readonly search: Search;
  /** Memory it may take; none at 0. */
  readonly megabytes: number;
  /** Searches before it is made: a directory that nobody asks keeps no copy. */
  readonly after: number;
};

export type KeptCopy = {
  /** From memory, with the snapshot that stood when it was asked; nothing when this search is the store's. */
  find(where: Condition, limit: number): Promise<{ readonly snapshot: Snapshot; readonly found: Found | undefined } | undefined>;
  /** When it is filled and nothing is under way: for benches and tests. */
  settled(): Promise<{ readonly size: number; readonly megabytes: number } | undefined>;
  stop(): void;
};

/** Beyond so many addresses it is filled again. */
const maximumChanged = 20_000;
const retryMillis = 10_000;

export function keepCopy({ store, search, megabytes, after }: CopyOptions): KeptCopy {
  const size = store.engine === "embedded" ? 200 : 1000;
  let copy: MailboxCopy | undefined;
  let work: Promise<void> | undefined;
  let asked = 0;
  let retryAt = 0;
  let stopped = megabytes === 0;

  const fill = async (snapshot: Snapshot): Promise<MailboxCopy | undefined> => {
    const filled = createMailboxCopy(snapshot);
    let place: string | undefined;
    do {
      const page = await search.search({ entity: "mailbox", where: { and: [] }, limit: size, after: place, snapshot });
      for (const row of page.rows) filled.add(row);
      place = page.next;
      // It does not fit: every search is the store's from now on.
      if (filled.bytes > megabytes * 1_048_576) stopped = true;
    } while (place !== undefined && !stopped);
    return stopped ? undefined : filled;
  };
  const catchUp = async (snapshot: Snapshot): Promise<void> => {
    const changed = copy && !copy.worn ? await listChanged(store, copy.snapshot, snapshot) : undefined;
    if (!copy || !changed) {
      copy = undefined;
      copy = await fill(snapshot);
      return;
    }
    const rows: MailboxRow[] = [];
    for (let i = 0; i < changed.length; i += size) rows.push(...(await search.listBy("mailbox", "address", changed.slice(i, i + size), snapshot)));
    copy.replace(changed, rows, snapshot);
  };
  const follow = (snapshot: Snapshot): void => {
    if (work || stopped || Date.now() < retryAt) return;
    work = catchUp(snapshot)
      // The store is away: searches say so themselves.
      .catch(() => {
        copy = undefined;
        retryAt = Date.now() + retryMillis;
      })
      .finally(() => {
        work = undefined;
      });
  };

  return {
    async find(where, limit) {
      asked += 1;
      if (stopped || asked <= after) return undefined;
      const plan = planOf(where);
      if (!plan) return undefined;
      const snapshot = await nextSnapshot(store);
      if (copy && isSame(copy.snapshot, snapshot)) return { snapshot, found: copy.answer(plan, limit) };
      follow(snapshot);
      return { snapshot, found: undefined };
    },
    async settled() {
      while (!stopped) {
        const snapshot = await nextSnapshot(store);
        if (copy && isSame(copy.snapshot, snapshot)) return { size: copy.size, megabytes: Math.round(copy.bytes / 1_048_576) };
        follow(snapshot);
        if (!work) return undefined;
        await work;
      }
      return undefined;
    },
    stop() {
      stopped = true;
      copy = undefined;
    },
  };
}

function isSame(a: Snapshot, b: Snapshot): boolean {
  return a.current === b.current && a.pending === b.pending;
}

/** Addresses that may look different, holders and structures included; nothing when they are too many. */
async function listChanged(store: Store, from: Snapshot, to: Snapshot): Promise<readonly string[] | undefined> {
  const addresses = new Set<string>();
  for (const [after, until] of revisionsBetween(from, to)) {
    const rows = await store.query<{ address: string }>(`select distinct address from (${changedSql}) t limit ${maximumChanged + 1}`, [after, until]);
    for (const { address } of rows) addresses.add(address);
    if (addresses.size > maximumChanged) return undefined;
  }
  return [...addresses];
}

/** Revisions that became visible between two snapshots, as ranges (after, until]: those in between but what is still pending, and what was and no longer is. */
function revisionsBetween(from: Snapshot, to: Snapshot): readonly (readonly [number, number])[] {
  const shown = from.pending !== -1 && from.pending !== to.pending ? [[from.pending - 1, from.pending] as const] : [];
  const hidden = to.pending > from.current && to.pending <= to.current ? to.pending : undefined;
  const between = hidden === undefined ? [[from.current, to.current] as const] : [[from.current, hidden - 1] as const, [hidden, to.current] as const];
  return [...shown, ...between].filter(([after, until]) => until > after);
}

const came = (alias: string): string => `${alias}.rev_from > $1::int and ${alias}.rev_from <= $2::int`;
const went = (alias: string): string => `${alias}.rev_to <> ${open} and ${alias}.rev_to > $1::int and ${alias}.rev_to <= $2::int`;
const changedSql = [
  ...[came, went].map((changed) => `select m.address from directory.mailbox m where ${changed("m")}`),
  ...[came, went].map((changed) => `select m.address from directory.person p join directory.mailbox m on m.national_id = p.national_id where ${changed("p")}`),
  ...[came, went].map(
    (changed) => `select m.address from directory.structure t join directory.mailbox m on m.structure_id = t.structure_id where ${changed("t")}`,
  ),
].join(" union all ");

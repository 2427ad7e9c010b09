// Keeps the search index of every mailbox and asks it. Messages are indexed behind delivery, sixty-four at a time: those that wait are
// looked at by every search. A message that was there before the index, or that another process delivered, is found by the same round.
import type { SearchKey } from "@cercle/imap";
import type { Store, Tx } from "@cercle/store";
import type { KeptRow } from "../bodies/bodies.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { MailboxKey } from "../mailboxes/sealing.ts";
import {
  addText,
  answer,
  emptyTable,
  mergeTables,
  narrow,
  openTable,
  queryOf,
  type Seed,
  sealedSlabBytes,
  sealTable,
  seedOf,
  slabsOf,
  wide,
} from "./search-index.ts";
import { searchTextOf } from "./search-text.ts";

export type Indexer = {
  /** Bodies of the mailbox that may match; undefined when the index leaves nothing out. */
  candidates(address: string, wanted: SearchKey): Promise<readonly string[] | undefined>;
  /** Indexes all mailboxes that have enough waiting; answers how many messages. */
  round(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
};

const merged = wide / narrow;
const busyMillis = 1000;
const idleMillis = 10_000;
const mailboxesAtOnce = 20;

export function createIndexer({ store, mailboxes, onError }: { store: Store; mailboxes: Mailboxes; onError(error: unknown): void }): Indexer {
  const { schema } = mailboxes;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();

  /** One process works on a mailbox at a time; another finds it taken and leaves it. */
  const alone = (tx: Tx, address: string): Promise<boolean> =>
    tx
      .first<{ taken: boolean }>("select pg_try_advisory_xact_lock(hashtextextended($1, 21)) as taken", [`${schema} ${address}`])
      .then((row) => row?.taken === true);

  /** A segment of the sixty-four oldest that wait; answers how many were indexed. */
  const extend = async (address: string, key: MailboxKey, seed: Seed): Promise<number> => {
    const rows = await store.query<{ id: string }>(`select id from ${schema}.body where address = $1 and segment is null order by id limit ${narrow}`, [
      address,
    ]);
    if (rows.length < narrow) return 0;
    const ids = rows.map(({ id }) => id);
    const table = emptyTable(narrow);
    for (const [place, id] of ids.entries()) {
      const row = await store.first<KeptRow>(`select sealed, content from ${schema}.body where id = $1`, [id]);
      if (!row) continue;
      const { head, body } = searchTextOf(await mailboxes.bodies.open(key, row).whole());
      addText(table, narrow, place, `${head}\n${body}`, seed);
      // Mail goes first: an index that comes a moment later costs a search a moment.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return store.transaction(async (tx) => {
      if (!(await alone(tx, address))) return 0;
      const waiting = await tx.query<{ id: string }>(`select id from ${schema}.body where id = any($1) and segment is null for update`, [ids]);
      // Some were removed meanwhile, or indexed by another process: the next round looks again.
      const same = new Set(waiting.map(({ id }) => id));
      if (same.size === 0) return 0;
      const segment = await addSegment(tx, address, narrow, sealTable(table, narrow, key));
      return tx.run(
        `update ${schema}.body b set segment = $1, place = one.place - 1 from unnest($2::uuid[]) with ordinality as one (id, place)
          where b.id = one.id and b.id = any($3)`,
        [segment, ids, [...same]],
      );
    });
  };

  const addSegment = async (tx: Tx, address: string, width: number, sealed: Buffer): Promise<number> => {
    const row = await tx.first<{ id: number }>(`insert into ${schema}.search_segment (address, width, sealed) values ($1, $2, $3) returning id`, [
      address,
      width,
      sealed,
    ]);
    return row?.id ?? 0;
  };

  /** Eight segments of sixty-four become one; what was removed meanwhile is left out. */
  const merge = (address: string, key: MailboxKey): Promise<boolean> =>
    store.transaction(async (tx) => {
      if (!(await alone(tx, address))) return false;
      await tx.run(`delete from ${schema}.search_segment s where address = $1 and not exists (select from ${schema}.body b where b.segment = s.id)`, [address]);
      const parts = await tx.query<{ id: number; sealed: Uint8Array }>(
        `select id, sealed from ${schema}.search_segment where address = $1 and width = ${narrow} order by id limit ${merged}`,
        [address],
      );
      if (parts.length < merged) return false;
      const ids = parts.map(({ id }) => id);
      const bodies = await tx.query<{ segment: number; place: number }>(`select segment, place from ${schema}.body where segment = any($1) for update`, [ids]);
      const there = new Set(bodies.map(({ segment, place }) => `${segment} ${place}`));
      const table = mergeTables(
        parts.map(({ sealed }) => openTable(sealed, narrow, key)),
        (n, place) => there.has(`${ids[n]} ${place}`),
      );
      const segment = await addSegment(tx, address, wide, sealTable(table, wide, key));
      await tx.run(
        `update ${schema}.body b set segment = $1, place = b.place + ${narrow} * (part.n - 1) from unnest($2::bigint[]) with ordinality as part (id, n)
          where b.segment = part.id`,
        [segment, ids],
      );
      await tx.run(`delete from ${schema}.search_segment where id = any($1)`, [ids]);
      return true;
    });

  const indexMailbox = async (address: string): Promise<number> => {
    const key = await mailboxes.key(address);
    const seed = seedOf(key);
    let count = 0;
    for (let more = 1; more > 0 && !stopped; count += more) {
      const began = performance.now();
      more = await extend(address, key, seed);
      if (more > 0) while (await merge(address, key));
      // Half of the time is left to mail.
      if (more > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(500, performance.now() - began)));
    }
    return count;
  };

  const round = async (): Promise<number> => {
    const due = await store.query<{ address: string }>(
      `select address from ${schema}.body where segment is null and address is not null group by address having count(*) >= ${narrow}
        order by count(*) desc limit ${mailboxesAtOnce}`,
    );
    let count = 0;
    for (const { address } of due) {
      if (stopped) break;
      // A mailbox removed meanwhile has no key any more: the others go on.
      count += await indexMailbox(address).catch((error: unknown) => {
        onError(error);
        return 0;
      });
    }
    return count;
  };

  return {
    round,
    start() {
      const tick = (pause: number): void => {
        if (stopped) return;
        timer = setTimeout(() => {
          working = round()
            .catch((error: unknown) => {
              onError(error);
              return 0;
            })
            .then((count) => tick(count > 0 ? busyMillis : idleMillis));
        }, pause);
        timer.unref();
      };
      tick(busyMillis);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
    async candidates(address, wanted) {
      const key = await mailboxes.key(address);
      const query = queryOf(wanted, seedOf(key));
      if (!query) return undefined;
      return store.transaction(async (tx) => {
        // One moment for all: a message that is being indexed is either among those that wait or in a segment, never in neither.
        await tx.run("set transaction isolation level repeatable read");
        const rows = await tx.query<{ id: number; width: number; n: number; slab: Uint8Array }>(
          `select s.id, s.width, n, substr(s.sealed, n * (s.width * 8 + 28) + 1, s.width * 8 + 28) as slab
             from ${schema}.search_segment s, unnest($2::int[]) as n where s.address = $1`,
          [address, slabsOf(query)],
        );
        const segments = new Map<number, { width: number; slabs: Map<number, Uint8Array> }>();
        for (const { id, width, n, slab } of rows) {
          const segment = segments.get(id) ?? { width, slabs: new Map<number, Uint8Array>() };
          segment.slabs.set(n, key.unseal(slab));
          segments.set(id, segment);
        }
        const [ids, places]: [number[], number[]] = [[], []];
        for (const [id, { width, slabs }] of segments) {
          const bits = answer(query, width, (n) => slabs.get(n) ?? new Uint8Array(sealedSlabBytes(width)));
          for (let place = 0; place < width; place++) {
            if (((bits[place >> 3] ?? 0) & (1 << (place & 7))) === 0) continue;
            ids.push(id);
            places.push(place);
          }
        }
        const found = await tx.query<{ id: string }>(
          `select b.id from unnest($2::bigint[], $3::int[]) as one (segment, place) join ${schema}.body b on b.segment = one.segment and b.place = one.place
           union all select id from ${schema}.body where address = $1 and segment is null`,
          [address, ids, places],
        );
        return found.map(({ id }) => id);
      });
    },
  };
}

// Where the sealed pieces of large messages lie: in the store, some of them one behind the other in each block.
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";

export type Pieces = {
  /** A content that pieces will come for. */
  begin(id: string): Promise<void>;
  /** Durable at the latest when a transaction that commits afterwards is. */
  put(id: string, block: number, sealed: Buffer): Promise<void>;
  /** Some bytes of a block; fewer where it ends before. */
  get(id: string, block: number, from: number, length: number): Promise<Uint8Array | undefined>;
  /** Removes a content unless somebody has it. */
  release(id: string): Promise<void>;
  /** Removes what nobody has and no transfer can still be bringing (`idle`: there are no transfers); answers how many contents. */
  sweep(state?: { idle: boolean }): Promise<number>;
};

/** No transfer takes longer: one that would is refused when it comes to be kept, because its content is gone. */
const longestTransferHours = 6;
const atOnce = 100;

export function storePieces({ store, schema, real }: { store: Store; schema: string; real: Clock }): Pieces {
  const unowned = ["body", "queue", "quarantine"].map((owner) => `not exists (select from ${schema}.${owner} o where o.content = c.id)`).join(" and ");
  return {
    async begin(id) {
      await store.run(`insert into ${schema}.content (id, begun_at) values ($1, $2)`, [id, real.now()]);
    },
    async put(id, block, sealed) {
      // Not flushed on its own: the log is one, and the commit that makes the message known flushes all that was written before it.
      await store.run(
        `with hasty as (select set_config('synchronous_commit', 'off', true))
         insert into ${schema}.block (content, n, sealed) select $1::uuid, $2::int, $3::bytea from hasty`,
        [id, block, sealed],
      );
    },
    async get(id, block, from, length) {
      const sql = `select substr(sealed, $3::int + 1, $4::int) as sealed from ${schema}.block where content = $1 and n = $2`;
      return (await store.first<{ sealed: Uint8Array }>(sql, [id, block, from, length]))?.sealed;
    },
    async release(id) {
      await store.run(`delete from ${schema}.content c where id = $1 and ${unowned}`, [id]);
    },
    async sweep({ idle } = { idle: false }) {
      let count = 0;
      for (;;) {
        const gone = await store.run(
          `delete from ${schema}.content where id in (select id from ${schema}.content c where begun_at <= $1 and ${unowned} limit ${atOnce})`,
          [idle ? real.now() : real.now().subtract({ hours: longestTransferHours })],
        );
        count += gone;
        if (gone < atOnce) return count;
      }
    },
  };
}

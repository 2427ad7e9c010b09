// The digests of the lines that stand: packed after each load; asked of every row when that is absent or no longer good.
import type { Store, Tx } from "@cercle/store";
import type { LayoutName } from "../france/layouts.ts";
import { open } from "../revisions.ts";
import { createDigestTable, type DigestTable } from "./digest-table.ts";
import type { Target } from "./targets.ts";

const partDigests = 131_072;

/** What stands of an extraction before a load; `expected` lines are made room for at once. */
export async function readStanding(store: Store, layout: LayoutName, target: Target, expected: number): Promise<DigestTable> {
  const table = createDigestTable(expected);
  if (await isPackedGood(store, layout, target)) {
    for (let part = 0; ; part++) {
      const row = await store.first<{ digests: Uint8Array }>("select digests from directory.standing where layout = $1 and part = $2", [layout, part]);
      if (!row) return table;
      addAll(table, row.digests);
    }
  }
  const size = store.engine === "embedded" ? 4000 : 100_000;
  let after = "-9223372036854775808";
  let inclusive = true;
  for (;;) {
    const row = await store.first<{ packed: Uint8Array | null; last: string | null }>(
      `select string_agg(int8send(digest), ''::bytea order by digest) as packed, max(digest)::text as last
         from (select digest from ${target.table} where source = 0 and rev_to = ${open} and digest ${inclusive ? ">=" : ">"} $1::bigint order by digest limit $2) t`,
      [after, size],
    );
    if (!row?.packed || row.last === null) return table;
    addAll(table, row.packed);
    after = row.last;
    inclusive = false;
  }
}

/** Nobody wrote or closed a line of the extraction since (a local person who took one over, for instance). */
async function isPackedGood(store: Store, layout: LayoutName, target: Target): Promise<boolean> {
  const row = await store.first<{ good: boolean }>(
    `select not exists (select 1 from ${target.table} x where x.rev_from > s.revision and x.source = 0)
        and not exists (select 1 from ${target.table} x where x.rev_to > s.revision and x.rev_to <> ${open} and x.source = 0) as good
       from directory.standing s where s.layout = $1 and s.part = 0`,
    [layout],
  );
  return row?.good ?? false;
}

/** With the transaction that shows the load. */
export async function writeStanding(tx: Tx, layout: LayoutName, revision: number, table: DigestTable): Promise<void> {
  await tx.run("delete from directory.standing where layout = $1", [layout]);
  let part = 0;
  for (const digests of table.pack(partDigests)) {
    await tx.run("insert into directory.standing (layout, part, revision, digests) values ($1, $2, $3, $4)", [layout, part, revision, digests]);
    part += 1;
  }
}

function addAll(table: DigestTable, packed: Uint8Array): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let i = 0; i < view.byteLength; i += 8) table.add(view.getInt32(i), view.getInt32(i + 4));
}

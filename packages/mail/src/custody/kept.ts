// What is removed under a legal hold: gone for its users, kept in a folder of no mailbox until the hold is lifted. The message row moves
// as it is, so that its body stays where and how it was stored.
import type { Queryable, Tx } from "@cercle/store";

export type Gone = { readonly body_id: string; readonly size: number; readonly digest: string | null };

/** Whether a hold is in force. Whoever asks holds a row of the mailbox or of the folder, which placing a hold takes too. */
export async function isHeld(from: Queryable, schema: string, address: string): Promise<boolean> {
  return (await from.first(`select 1 as found from ${schema}.legal_hold where address = $1 and lifted_at is null limit 1`, [address])) !== undefined;
}

/** Moves messages of a held mailbox out of their users' sight; undefined when no hold is in force. */
export async function keepHeld(
  tx: Tx,
  schema: string,
  { address, folder, uids }: { address: string; folder: number; uids: readonly number[] },
): Promise<readonly Gone[] | undefined> {
  if (!(await isHeld(tx, schema, address))) return undefined;
  const kept = await tx.first<{ id: number; first: number }>(
    `insert into ${schema}.folder (kept_of, name, uid_validity, uid_next) select $1, name, uid_validity, 1 + $3 from ${schema}.folder where id = $2
     on conflict (kept_of, name) where kept_of is not null do update set uid_next = folder.uid_next + $3
     returning id, uid_next - $3 as first`,
    [address, folder, uids.length],
  );
  if (!kept) return [];
  // Who had read it stays known by the acts.
  await tx.run(`delete from ${schema}.seen where folder_id = $1 and uid = any($2)`, [folder, uids]);
  return tx.query<Gone>(
    `update ${schema}.message m set folder_id = $3, uid = $4 + p.place - 1, saved_at = now()
       from (select uid, row_number() over (order by uid) as place from ${schema}.message where folder_id = $1 and uid = any($2)) p
      where m.folder_id = $1 and m.uid = p.uid returning m.body_id, m.size, m.digest`,
    [folder, uids, kept.id, kept.first],
  );
}

// What changes messages of a folder: marks, removals, copies and moves. Each takes the folder's row, so that UIDs and modification
// sequences grow in commit order, and writes the act of who did it in the same transaction.
import { type Changes, type Copied, type FlagChange, MailRefusal } from "@cercle/imap";
import type { Store, Tx } from "@cercle/store";
import { type Gone, keepHeld } from "../custody/kept.ts";
import { folderChanged } from "../events.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { SignedIn } from "./users.ts";

export type FolderRow = { id: number; name: string; special_use: string | null; subscribed: boolean; uid_validity: number; uid_next: number; modseq: number };
export const folderColumns = "id, name, special_use, subscribed, uid_validity, uid_next, modseq";

export type AccountContext = { readonly who: SignedIn; readonly mailboxes: Mailboxes; readonly store: Store };

/** In a mailbox that several use, each has a read state of one's own; the other flags are everybody's. */
export const isShared = ({ mailbox }: SignedIn): boolean => mailbox === "organisational";

/** The flags that one person sees, as a column of `message m`; `holder` is the number of the parameter that names the person. */
export function flagsColumn(schema: string, who: SignedIn, holder: number): string {
  if (!isShared(who)) return "m.flags";
  return `case when exists (select 1 from ${schema}.seen s where s.folder_id = m.folder_id and s.uid = m.uid and s.holder = $${holder}::text)
    then array_append(array_remove(m.flags, '\\Seen'), '\\Seen') else array_remove(m.flags, '\\Seen') end`;
}

/** Takes the folder's row for the transaction and gives it a new modification sequence. */
export async function advance({ who, mailboxes, store }: AccountContext, tx: Tx, folder: string | number): Promise<number> {
  const row = await tx.first<{ modseq: number }>(`update ${mailboxes.schema}.folder set modseq = modseq + 1 where id = $1 and address = $2 returning modseq`, [
    Number(folder),
    who.address,
  ]);
  if (!row) throw new MailRefusal("NONEXISTENT", "the mailbox was removed");
  const { operator } = mailboxes;
  store.signal(tx, { kind: folderChanged, subject: `${operator} ${folder}`, payload: { operator, folder: String(folder) } });
  return row.modseq;
}

/** Bodies that no message points to any more. */
export async function dropBodies(tx: Tx, schema: string, bodies: readonly string[]): Promise<void> {
  await tx.run(`delete from ${schema}.body b where b.id = any($1) and not exists (select 1 from ${schema}.message m where m.body_id = b.id)`, [bodies]);
}

/** Takes messages out of a folder; `what` is the act's name, absent when they only moved. Under a legal hold they are kept out of sight. */
export async function removeMessages(
  { who, mailboxes }: AccountContext,
  tx: Tx,
  { folder, uids, modseq, what }: { folder: number; uids: readonly number[]; modseq: number; what?: string },
): Promise<{ readonly gone: readonly Gone[]; readonly held: boolean }> {
  const { schema, trail } = mailboxes;
  const kept = what ? await keepHeld(tx, schema, { address: who.address, folder, uids }) : undefined;
  const gone =
    kept ?? (await tx.query<Gone>(`delete from ${schema}.message where folder_id = $1 and uid = any($2) returning body_id, size, digest`, [folder, uids]));
  await tx.run(`insert into ${schema}.expunged (folder_id, uid, modseq) select $1, uid, $3 from unnest($2::int[]) as uid on conflict do nothing`, [
    folder,
    uids,
    modseq,
  ]);
  if (!kept) {
    const bodies = gone.map((row) => row.body_id);
    await dropBodies(tx, schema, bodies);
  }
  const freed = gone.reduce((sum, row) => sum + row.size, 0);
  await tx.run(`update ${schema}.mailbox set used_bytes = greatest(0, used_bytes - $2) where address = $1`, [who.address, freed]);
  if (what) await trail.act(tx, { ...who, what, folder: String(folder), digests: gone.map((row) => row.digest) });
  return { gone, held: kept !== undefined };
}

export function transferMessages(
  context: AccountContext,
  { folder, uids, target, move }: { folder: string; uids: readonly number[]; target: string; move: boolean },
): Promise<Copied> {
  const { who, mailboxes, store } = context;
  const { schema, trail } = mailboxes;
  return store.transaction(async (tx) => {
    const to = await tx.first<FolderRow>(`select ${folderColumns} from ${schema}.folder where address = $1 and name = $2`, [who.address, target]);
    if (!to) throw new MailRefusal("TRYCREATE", "no such mailbox");
    // Both rows are taken in the order of their ids, so that two moves across never wait for each other.
    const sequences = new Map<number, number>();
    for (const id of [...new Set([Number(folder), to.id])].sort((a, b) => a - b)) if (move || id === to.id) sequences.set(id, await advance(context, tx, id));
    const rows = await tx.query<{ uid: number; size: number; digest: string | null }>(
      `select uid, size, digest from ${schema}.message where folder_id = $1 and uid = any($2) order by uid`,
      [Number(folder), uids],
    );
    const from = rows.map((row) => row.uid);
    const size = rows.reduce((sum, row) => sum + row.size, 0);
    const quota = await mailboxes.find(tx, who.address);
    if (!move && quota && quota.used_bytes + size > quota.quota_bytes) throw new MailRefusal("OVERQUOTA", "the mailbox is full");
    const next = await tx.first<{ uid: number }>(`update ${schema}.folder set uid_next = uid_next + $2 where id = $1 returning uid_next - $2 as uid`, [
      to.id,
      from.length,
    ]);
    const first = next?.uid ?? 1;
    await tx.run(
      `insert into ${schema}.message (folder_id, uid, modseq, flags, internal_date, size, body_id, structure, digest)
       select $1, $2 + row_number() over (order by uid) - 1, $3, flags, internal_date, size, body_id, structure, digest
         from ${schema}.message where folder_id = $4 and uid = any($5)`,
      [to.id, first, sequences.get(to.id) ?? 1, Number(folder), from],
    );
    if (isShared(who))
      await tx.run(
        `insert into ${schema}.seen (folder_id, uid, holder)
         select $1, $2 + p.place - 1, s.holder from unnest($4::int[]) with ordinality as p (uid, place)
           join ${schema}.seen s on s.folder_id = $3 and s.uid = p.uid`,
        [to.id, first, Number(folder), from],
      );
    await tx.run(`update ${schema}.mailbox set used_bytes = used_bytes + $2 where address = $1`, [who.address, size]);
    if (move) await removeMessages(context, tx, { folder: Number(folder), uids: from, modseq: sequences.get(Number(folder)) ?? 1 });
    if (rows.length > 0) await trail.act(tx, { ...who, what: move ? "moved" : "copied", folder: target, digests: rows.map((row) => row.digest) });
    return { uidValidity: to.uid_validity, from, to: from.map((_, i) => first + i) };
  });
}

type Marked = { uid: number; modseq: number; flags: string[]; digest: string | null };

export function setMessageFlags(
  context: AccountContext,
  { folder, uids, change }: { folder: string; uids: readonly number[]; change: FlagChange },
): Promise<{ changed: Changes["flags"]; refused: readonly number[] }> {
  const { who, mailboxes, store } = context;
  const { schema, trail } = mailboxes;
  const { mode, flags, unchangedSince } = change;
  return store.transaction(async (tx) => {
    const modseq = await advance(context, tx, folder);
    const rows = await tx.query<Marked>(
      `select m.uid, m.modseq, ${flagsColumn(schema, who, 3)} as flags, m.digest from ${schema}.message m where m.folder_id = $1 and m.uid = any($2)
        ${isShared(who) ? "" : "and $3::text is not null"} order by m.uid`,
      [Number(folder), uids, who.holder],
    );
    const changed: { uid: number; flags: readonly string[]; modseq: number }[] = [];
    const refused: number[] = [];
    const groups = new Map<string, { flags: readonly string[]; rows: Marked[] }>();
    for (const row of rows) {
      if (unchangedSince !== undefined && row.modseq > unchangedSince) {
        refused.push(row.uid);
        continue;
      }
      const next =
        mode === "set" ? [...new Set(flags)] : mode === "add" ? [...new Set([...row.flags, ...flags])] : row.flags.filter((flag) => !flags.includes(flag));
      const same = next.length === row.flags.length && next.every((flag) => row.flags.includes(flag));
      if (same) {
        if (mode !== "add" || flags.length !== 1) changed.push({ uid: row.uid, flags: row.flags, modseq: row.modseq });
        continue;
      }
      const group = groups.get(next.join(" ")) ?? { flags: next, rows: [] };
      group.rows.push(row);
      groups.set(next.join(" "), group);
      changed.push({ uid: row.uid, flags: next, modseq });
    }
    for (const group of groups.values()) await writeFlags(context, tx, { folder, modseq, flags: group.flags, uids: group.rows.map((row) => row.uid) });
    const digests = [...groups.values()].flatMap((group) => group.rows.map((row) => row.digest));
    if (digests.length > 0 && isShared(who)) await trail.act(tx, { ...who, what: "marked", folder, digests });
    return { changed, refused };
  });
}

async function writeFlags(
  { who, mailboxes: { schema } }: AccountContext,
  tx: Tx,
  { folder, modseq, flags, uids }: { folder: string; modseq: number; flags: readonly string[]; uids: readonly number[] },
): Promise<void> {
  const common = isShared(who) ? flags.filter((flag) => flag !== "\\Seen") : flags;
  await tx.run(`update ${schema}.message set flags = $3, modseq = $4 where folder_id = $1 and uid = any($2)`, [Number(folder), uids, common, modseq]);
  if (!isShared(who)) return;
  if (flags.includes("\\Seen"))
    await tx.run(`insert into ${schema}.seen (folder_id, uid, holder) select $1, uid, $3 from unnest($2::int[]) as uid on conflict do nothing`, [
      Number(folder),
      uids,
      who.holder,
    ]);
  else await tx.run(`delete from ${schema}.seen where folder_id = $1 and uid = any($2) and holder = $3`, [Number(folder), uids, who.holder]);
}

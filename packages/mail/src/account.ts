// One signed-in mailbox as IMAP asks for it, on SQL. Every change of a folder takes its row, so that UIDs and modification
// sequences grow in commit order.
import { type Changes, type Copied, type MailAccount, type Mailbox, MailRefusal, type SearchKey, type StoredMessage, type Structure } from "@cercle/imap";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { folderChanged } from "./events.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { MailboxKey } from "./sealing.ts";
import { matchesSearch, needsContent } from "./search.ts";

type FolderRow = { id: number; name: string; special_use: string | null; subscribed: boolean; uid_validity: number; uid_next: number; modseq: number };
type MessageRow = { uid: number; modseq: number; flags: string[]; internal_date: Temporal.Instant; size: number };

export type Watchers = { watch(folder: string, changed: () => void): () => void };

const folderColumns = "id, name, special_use, subscribed, uid_validity, uid_next, modseq";
const maximumFolders = 500;

export async function openAccount({
  address,
  mailboxes,
  store,
  watchers,
  real,
}: {
  address: string;
  mailboxes: Mailboxes;
  store: Store;
  watchers: Watchers;
  real: Clock;
}): Promise<MailAccount> {
  const { schema, operator } = mailboxes;
  const key: MailboxKey = await mailboxes.key(address);
  const mailboxOf = (row: FolderRow): Mailbox => ({
    id: String(row.id),
    name: row.name,
    subscribed: row.subscribed,
    ...(row.special_use ? { specialUse: row.special_use } : {}),
  });
  const find = async (name: string, code = "NONEXISTENT"): Promise<FolderRow> => {
    const row = await store.first<FolderRow>(`select ${folderColumns} from ${schema}.folder where address = $1 and name = $2`, [address, name]);
    if (!row) throw new MailRefusal(code, "no such mailbox");
    return row;
  };
  /** Takes the folder's row for the transaction and gives it a new modification sequence. */
  const advance = async (tx: Tx, folder: string | number): Promise<number> => {
    const row = await tx.first<{ modseq: number }>(`update ${schema}.folder set modseq = modseq + 1 where id = $1 and address = $2 returning modseq`, [
      Number(folder),
      address,
    ]);
    if (!row) throw new MailRefusal("NONEXISTENT", "the mailbox was removed");
    store.emit(tx, { kind: folderChanged, subject: `${operator} ${folder}`, payload: { operator, folder: String(folder) } });
    return row.modseq;
  };
  const removeMessages = async (tx: Tx, folder: number, uids: readonly number[], modseq: number): Promise<void> => {
    const gone = await tx.query<{ body_id: string; size: number }>(
      `delete from ${schema}.message where folder_id = $1 and uid = any($2) returning body_id, size`,
      [folder, uids],
    );
    await tx.run(`insert into ${schema}.expunged (folder_id, uid, modseq) select $1, uid, $3 from unnest($2::int[]) as uid on conflict do nothing`, [
      folder,
      uids,
      modseq,
    ]);
    await tx.run(`delete from ${schema}.body b where b.id = any($1) and not exists (select 1 from ${schema}.message m where m.body_id = b.id)`, [
      gone.map((row) => row.body_id),
    ]);
    await tx.run(`update ${schema}.mailbox set used_bytes = greatest(0, used_bytes - $2) where address = $1`, [
      address,
      gone.reduce((sum, row) => sum + row.size, 0),
    ]);
  };

  const transfer = (folder: string, uids: readonly number[], target: string, move: boolean): Promise<Copied> =>
    store.transaction(async (tx) => {
      const to = await tx.first<FolderRow>(`select ${folderColumns} from ${schema}.folder where address = $1 and name = $2`, [address, target]);
      if (!to) throw new MailRefusal("TRYCREATE", "no such mailbox");
      // Both rows are taken in the order of their ids, so that two moves across never wait for each other.
      const sequences = new Map<number, number>();
      for (const id of [...new Set([Number(folder), to.id])].sort((a, b) => a - b)) if (move || id === to.id) sequences.set(id, await advance(tx, id));
      const rows = await tx.query<{ uid: number }>(`select uid from ${schema}.message where folder_id = $1 and uid = any($2) order by uid`, [
        Number(folder),
        uids,
      ]);
      const from = rows.map((row) => row.uid);
      const next = await tx.first<{ uid: number }>(`update ${schema}.folder set uid_next = uid_next + $2 where id = $1 returning uid_next - $2 as uid`, [
        to.id,
        from.length,
      ]);
      const first = next?.uid ?? 1;
      await tx.run(
        `insert into ${schema}.message (folder_id, uid, modseq, flags, internal_date, size, body_id, structure)
         select $1, $2 + row_number() over (order by uid) - 1, $3, flags, internal_date, size, body_id, structure
           from ${schema}.message where folder_id = $4 and uid = any($5)`,
        [to.id, first, sequences.get(to.id) ?? 1, Number(folder), from],
      );
      if (move) await removeMessages(tx, Number(folder), from, sequences.get(Number(folder)) ?? 1);
      return { uidValidity: to.uid_validity, from, to: from.map((_, i) => first + i) };
    });

  const rawOf = async (folder: string, uid: number): Promise<Buffer | undefined> => {
    const row = await store.first<{ sealed: Uint8Array }>(
      `select b.sealed from ${schema}.message m join ${schema}.body b on b.id = m.body_id where m.folder_id = $1 and m.uid = $2`,
      [Number(folder), uid],
    );
    return row && key.unseal(row.sealed);
  };

  return {
    key: address,
    async list() {
      const rows = await store.query<FolderRow>(`select ${folderColumns} from ${schema}.folder where address = $1 order by name`, [address]);
      return rows.map(mailboxOf);
    },
    async open(name) {
      const row = await find(name);
      const uids = await store.query<{ uid: number }>(`select uid from ${schema}.message where folder_id = $1 order by uid`, [row.id]);
      const unseen = await store.first<{ uid: number }>(
        `select uid from ${schema}.message where folder_id = $1 and not flags @> array['\\Seen'] order by uid limit 1`,
        [row.id],
      );
      return {
        ...mailboxOf(row),
        uidValidity: row.uid_validity,
        uidNext: row.uid_next,
        highestModseq: row.modseq,
        uids: uids.map(({ uid }) => uid),
        ...(unseen ? { firstUnseen: unseen.uid } : {}),
      };
    },
    async status(name) {
      const row = await find(name);
      const counts = await store.first<{ messages: number; unseen: number; size: number }>(
        `select count(*) as messages, count(*) filter (where not flags @> array['\\Seen']) as unseen, coalesce(sum(size), 0)::bigint as size from ${schema}.message where folder_id = $1`,
        [row.id],
      );
      return {
        messages: counts?.messages ?? 0,
        unseen: counts?.unseen ?? 0,
        size: counts?.size ?? 0,
        uidNext: row.uid_next,
        uidValidity: row.uid_validity,
        highestModseq: row.modseq,
      };
    },
    async create(name) {
      const count = await store.first<{ count: number }>(`select count(*) as count from ${schema}.folder where address = $1`, [address]);
      if ((count?.count ?? 0) >= maximumFolders) throw new MailRefusal("LIMIT", "too many mailboxes");
      const made = await store.run(`insert into ${schema}.folder (address, name, uid_validity) values ($1, $2, $3) on conflict do nothing`, [
        address,
        name,
        Math.floor(real.now().epochMilliseconds / 1000),
      ]);
      if (made !== 1) throw new MailRefusal("ALREADYEXISTS", "it exists already");
    },
    async delete(name) {
      const row = await find(name);
      await store.transaction(async (tx) => {
        const uids = await tx.query<{ uid: number }>(`select uid from ${schema}.message where folder_id = $1`, [row.id]);
        await removeMessages(
          tx,
          row.id,
          uids.map(({ uid }) => uid),
          await advance(tx, row.id),
        );
        await tx.run(`delete from ${schema}.folder where id = $1`, [row.id]);
      });
    },
    async rename(from, to) {
      const row = await find(from);
      await store.transaction(async (tx) => {
        const taken = await tx.first(`select 1 as found from ${schema}.folder where address = $1 and name = $2`, [address, to]);
        if (taken) throw new MailRefusal("ALREADYEXISTS", "it exists already");
        await tx.run(
          `update ${schema}.folder set name = $3 || substr(name, length($2) + 1) where address = $1 and (id = $4 or name like replace(replace($2, '_', '\\_'), '%', '\\%') || '/%')`,
          [address, from, to, row.id],
        );
      });
    },
    async subscribe(name, subscribed) {
      const row = await find(name);
      await store.run(`update ${schema}.folder set subscribed = $2 where id = $1`, [row.id, subscribed]);
    },
    async append(name, { raw, flags, internalDate }) {
      await find(name, "TRYCREATE");
      const quota = await mailboxes.find(store, address);
      if (quota && quota.used_bytes + raw.length > quota.quota_bytes) throw new MailRefusal("OVERQUOTA", "the mailbox is full");
      const at = internalDate === undefined ? real.now() : Temporal.Instant.fromEpochMilliseconds(internalDate);
      return store.transaction((tx) => mailboxes.deliver(tx, address, { folder: name, raw, flags, internalDate: at }));
    },
    async *fetch(folder, uids, { structure, changedSince = 0 }) {
      const rows = await store.query<MessageRow & { structure?: Uint8Array }>(
        `select uid, modseq, flags, internal_date, size${structure ? ", structure" : ""} from ${schema}.message where folder_id = $1 and uid = any($2) and modseq > $3 order by uid`,
        [Number(folder), uids, changedSince],
      );
      for (const row of rows) {
        const message: StoredMessage = {
          uid: row.uid,
          modseq: row.modseq,
          flags: row.flags,
          internalDate: row.internal_date.epochMilliseconds,
          size: row.size,
          ...(row.structure ? { structure: JSON.parse(key.unseal(row.structure).toString("utf8")) as Structure } : {}),
        };
        yield message;
      }
    },
    raw: rawOf,
    setFlags: (folder, uids, { mode, flags, unchangedSince }) =>
      store.transaction(async (tx) => {
        const modseq = await advance(tx, folder);
        const rows = await tx.query<MessageRow>(
          `select uid, modseq, flags, internal_date, size from ${schema}.message where folder_id = $1 and uid = any($2) order by uid`,
          [Number(folder), uids],
        );
        const changed: { uid: number; flags: readonly string[]; modseq: number }[] = [];
        const refused: number[] = [];
        const groups = new Map<string, { flags: readonly string[]; uids: number[] }>();
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
          const group = groups.get(next.join(" ")) ?? { flags: next, uids: [] };
          group.uids.push(row.uid);
          groups.set(next.join(" "), group);
          changed.push({ uid: row.uid, flags: next, modseq });
        }
        for (const group of groups.values()) {
          await tx.run(`update ${schema}.message set flags = $3, modseq = $4 where folder_id = $1 and uid = any($2)`, [
            Number(folder),
            group.uids,
            group.flags,
            modseq,
          ]);
        }
        return { changed, refused };
      }),
    expunge: (folder, uids) =>
      store.transaction(async (tx) => {
        const rows = await tx.query<{ uid: number }>(
          `select uid from ${schema}.message where folder_id = $1 and flags @> array['\\Deleted']${uids ? " and uid = any($2)" : ""} order by uid`,
          uids ? [Number(folder), uids] : [Number(folder)],
        );
        const gone = rows.map((row) => row.uid);
        if (gone.length > 0) await removeMessages(tx, Number(folder), gone, await advance(tx, folder));
        return gone;
      }),
    copy: (folder, uids, target) => transfer(folder, uids, target, false),
    move: (folder, uids, target) => transfer(folder, uids, target, true),
    async search(folder, wanted) {
      const rows = await store.query<MessageRow>(`select uid, modseq, flags, internal_date, size from ${schema}.message where folder_id = $1 order by uid`, [
        Number(folder),
      ]);
      return searchRows(rows, wanted, (uid) => rawOf(folder, uid));
    },
    async changes(folder, since): Promise<Changes> {
      const row = await store.first<{ modseq: number }>(`select modseq from ${schema}.folder where id = $1`, [Number(folder)]);
      if (!row || row.modseq === since) return { modseq: since, added: [], removed: [], flags: [] };
      const fresh = await store.query<MessageRow>(
        `select uid, modseq, flags, internal_date, size from ${schema}.message where folder_id = $1 and modseq > $2 order by uid`,
        [Number(folder), since],
      );
      const removed = await store.query<{ uid: number }>(`select uid from ${schema}.expunged where folder_id = $1 and modseq > $2 order by uid`, [
        Number(folder),
        since,
      ]);
      return {
        modseq: row.modseq,
        added: fresh.map(({ uid }) => uid),
        removed: removed.map(({ uid }) => uid),
        flags: fresh.map(({ uid, flags, modseq }) => ({ uid, flags, modseq })),
      };
    },
    watch: (folder, changed) => watchers.watch(`${operator} ${folder}`, changed),
    async quota() {
      const row = await mailboxes.find(store, address);
      return row && { usedBytes: row.used_bytes, limitBytes: row.quota_bytes };
    },
  };
}

async function searchRows(rows: readonly MessageRow[], wanted: SearchKey, raw: (uid: number) => Promise<Buffer | undefined>): Promise<readonly number[]> {
  const content = needsContent(wanted);
  const found: number[] = [];
  for (const row of rows) {
    const message = { uid: row.uid, modseq: row.modseq, flags: row.flags, internalDate: row.internal_date.epochMilliseconds, size: row.size };
    if (matchesSearch(wanted, message, content ? await raw(row.uid) : undefined)) found.push(row.uid);
  }
  return found;
}

// One signed-in mailbox as IMAP asks for it, on SQL. Who reads a mailbox that several use is written with what is read.
import { type Changes, type MailAccount, type Mailbox, MailRefusal, type SearchKey, type StoredMessage, type Structure } from "@cercle/imap";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import {
  type AccountContext,
  advance,
  type FolderRow,
  flagsColumn,
  folderColumns,
  isShared,
  removeMessages,
  setMessageFlags,
  transferMessages,
} from "./account-changes.ts";
import type { Watchers } from "./folder-watch.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { MailboxKey } from "./sealing.ts";
import { matchesSearch, needsContent } from "./search.ts";
import { digestOf } from "./trail.ts";
import type { SignedIn } from "./users.ts";

type MessageRow = { uid: number; modseq: number; flags: string[]; internal_date: Temporal.Instant; size: number };

const maximumFolders = 500;

export async function openAccount({
  who,
  mailboxes,
  store,
  watchers,
  real,
}: {
  who: SignedIn;
  mailboxes: Mailboxes;
  store: Store;
  watchers: Watchers;
  real: Clock;
}): Promise<MailAccount> {
  const { schema, operator, trail } = mailboxes;
  const { address } = who;
  const context: AccountContext = { who, mailboxes, store };
  const key: MailboxKey = await mailboxes.key(address);
  /** Where the person is a parameter, or a test of it that always holds. */
  const person = (number: number): string => (isShared(who) ? "" : ` and $${number}::text is not null`);
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
  const rawOf = async (folder: string, uid: number, act?: string): Promise<Buffer | undefined> => {
    const sql = `select b.sealed, m.digest from ${schema}.message m join ${schema}.body b on b.id = m.body_id where m.folder_id = $1 and m.uid = $2`;
    type Row = { sealed: Uint8Array; digest: string | null };
    if (act === undefined || who.mailbox === "personal") {
      const row = await store.first<Row>(sql, [Number(folder), uid]);
      return row && key.unseal(row.sealed);
    }
    return store.transaction(async (tx) => {
      const row = await tx.first<Row>(sql, [Number(folder), uid]);
      if (row) await trail.act(tx, { ...who, what: act, folder, digests: [row.digest] });
      return row && key.unseal(row.sealed);
    });
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
        `select m.uid from ${schema}.message m where m.folder_id = $1 and not ${flagsColumn(schema, who, 2)} @> array['\\Seen']${person(2)} order by m.uid limit 1`,
        [row.id, who.holder],
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
        `select count(*) as messages, count(*) filter (where not ${flagsColumn(schema, who, 2)} @> array['\\Seen']) as unseen, coalesce(sum(m.size), 0)::bigint as size
           from ${schema}.message m where m.folder_id = $1${person(2)}`,
        [row.id, who.holder],
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
        await removeMessages(context, tx, {
          folder: row.id,
          uids: uids.map(({ uid }) => uid),
          modseq: await advance(context, tx, row.id),
          what: "removed",
        });
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
      return store.transaction(async (tx) => {
        const made = await mailboxes.deliver(tx, address, { folder: name, raw, flags, internalDate: at, ...(isShared(who) ? { seenBy: who.holder } : {}) });
        await trail.act(tx, { ...who, what: "added", folder: name, digests: [digestOf(raw)] });
        return made;
      });
    },
    async *fetch(folder, uids, { structure, changedSince = 0 }) {
      const rows = await store.query<MessageRow & { structure?: Uint8Array }>(
        `select m.uid, m.modseq, ${flagsColumn(schema, who, 4)} as flags, m.internal_date, m.size${structure ? ", m.structure" : ""} from ${schema}.message m
          where m.folder_id = $1 and m.uid = any($2) and m.modseq > $3${person(4)} order by m.uid`,
        [Number(folder), uids, changedSince, who.holder],
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
    raw: (folder, uid) => rawOf(folder, uid, "read"),
    setFlags: (folder, uids, change) => setMessageFlags(context, { folder, uids, change }),
    expunge: (folder, uids) =>
      store.transaction(async (tx) => {
        const rows = await tx.query<{ uid: number }>(
          `select uid from ${schema}.message where folder_id = $1 and flags @> array['\\Deleted']${uids ? " and uid = any($2)" : ""} order by uid`,
          uids ? [Number(folder), uids] : [Number(folder)],
        );
        const gone = rows.map((row) => row.uid);
        if (gone.length > 0)
          await removeMessages(context, tx, { folder: Number(folder), uids: gone, modseq: await advance(context, tx, folder), what: "removed" });
        return gone;
      }),
    copy: (folder, uids, target) => transferMessages(context, { folder, uids, target, move: false }),
    move: (folder, uids, target) => transferMessages(context, { folder, uids, target, move: true }),
    async search(folder, wanted) {
      const rows = await store.query<MessageRow>(
        `select m.uid, m.modseq, ${flagsColumn(schema, who, 2)} as flags, m.internal_date, m.size from ${schema}.message m where m.folder_id = $1${person(2)} order by m.uid`,
        [Number(folder), who.holder],
      );
      return searchRows(rows, wanted, (uid) => rawOf(folder, uid));
    },
    async changes(folder, since): Promise<Changes> {
      const row = await store.first<{ modseq: number }>(`select modseq from ${schema}.folder where id = $1`, [Number(folder)]);
      if (!row || row.modseq === since) return { modseq: since, added: [], removed: [], flags: [] };
      const fresh = await store.query<MessageRow>(
        `select m.uid, m.modseq, ${flagsColumn(schema, who, 3)} as flags, m.internal_date, m.size from ${schema}.message m
          where m.folder_id = $1 and m.modseq > $2${person(3)} order by m.uid`,
        [Number(folder), since, who.holder],
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

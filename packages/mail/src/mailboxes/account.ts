// One signed-in mailbox as IMAP asks for it, on SQL. Who reads a mailbox that several use is written with what is read.
import { type Changes, type MailAccount, type Mailbox, MailRefusal, type Structure } from "@cercle/imap";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { KeptRow } from "../bodies/bodies.ts";
import { searchFolder } from "../search/account-search.ts";
import type { Indexer } from "../search/indexer.ts";
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
import type { SignedIn } from "./users.ts";
import { windows } from "./windows.ts";

type FetchedRow = { uid: number; modseq: number; flags: string[]; at: number; size: number; structure?: Uint8Array };
type Opened = KeptRow & { readonly uid: number };
type MessageRow = { uid: number; modseq: number; flags: string[]; internal_date: Temporal.Instant; size: number };

const maximumFolders = 500;
/** Milliseconds: a number is read many times faster than a time stamp. */
const dateColumn = "(extract(epoch from m.internal_date) * 1000)::float8 as at";
/** Bytes of messages that are read at once. */
const windowBytes = 2 * 1024 * 1024;

export async function openAccount({
  who,
  mailboxes,
  store,
  watchers,
  indexer,
  real,
}: {
  who: SignedIn;
  mailboxes: Mailboxes;
  store: Store;
  watchers: Watchers;
  indexer: Indexer;
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
  /** Sealed messages of one folder; with an act, who reads a mailbox that several use is written first, in the same transaction. */
  const bodiesOf = async (folder: string, uids: readonly number[], act?: string): Promise<readonly Opened[]> => {
    const sql = `select m.uid, b.sealed, b.content, m.digest from ${schema}.message m join ${schema}.body b on b.id = m.body_id where m.folder_id = $1 and m.uid = any($2)`;
    type Row = Opened & { digest: string | null };
    if (act === undefined || who.mailbox === "personal") return store.query<Row>(sql, [Number(folder), uids]);
    return store.transaction(async (tx) => {
      const rows = await tx.query<Row>(sql, [Number(folder), uids]);
      if (rows.length > 0) await trail.act(tx, { ...who, what: act, folder, digests: rows.map(({ digest }) => digest) });
      return rows;
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
      const uids = await uidsOf(store, schema, row.id);
      const unseen = await store.first<{ uid: number }>(firstUnseenOf(schema, who), isShared(who) ? [row.id, who.holder] : [row.id]);
      return {
        ...mailboxOf(row),
        uidValidity: row.uid_validity,
        uidNext: row.uid_next,
        highestModseq: row.modseq,
        uids,
        ...(unseen ? { firstUnseen: unseen.uid } : {}),
      };
    },
    async status(name, { unseen = true, size = true } = { unseen: true, size: true }) {
      const row = await find(name);
      const counts = await store.first<{ messages: number; size: number }>(
        `select count(*) as messages, ${size ? "coalesce(sum(m.size), 0)::bigint" : "0"} as size from ${schema}.message m where m.folder_id = $1`,
        [row.id],
      );
      const unread = unseen
        ? await store.first<{ count: number }>(unseenOf(schema, who, "count(*) as count"), isShared(who) ? [row.id, who.holder] : [row.id])
        : undefined;
      return {
        messages: counts?.messages ?? 0,
        unseen: unread?.count ?? 0,
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
      const content = await mailboxes.bodies.take(raw);
      return mailboxes.bodies.settle(content, () =>
        store.transaction(async (tx) => {
          const own = isShared(who) ? { seenBy: who.holder } : {};
          const made = await mailboxes.deliver(tx, address, { folder: name, raw: content, flags, internalDate: at, ...own });
          await trail.act(tx, { ...who, what: "added", folder: name, digests: [content.digest] });
          return made;
        }),
      );
    },
    async *fetch(folder, uids, { structure, changedSince = 0, date = true }) {
      const rows = await store.query<FetchedRow>(
        `select m.uid, m.modseq, ${flagsColumn(schema, who, 4)} as flags, ${date ? dateColumn : "0 as at"}, m.size${structure ? ", m.structure" : ""} from ${schema}.message m
          where m.folder_id = $1 and m.uid = any($2) and m.modseq > $3${person(4)} order by m.uid`,
        [Number(folder), uids, changedSince, who.holder],
      );
      for (const { uid, modseq, flags, at, size, structure: sealed } of rows)
        yield { uid, modseq, flags, internalDate: at, size, ...(sealed ? { structure: JSON.parse(key.unseal(sealed).toString("utf8")) as Structure } : {}) };
    },
    async raw(folder, uid) {
      const [row] = await bodiesOf(folder, [uid], "read");
      return row && mailboxes.bodies.open(key, row).whole();
    },
    async *raws(folder, messages) {
      const groups = windows(messages, windowBytes);
      const load = async (group: (typeof groups)[number] | undefined) =>
        group
          ? new Map(
              (
                await bodiesOf(
                  folder,
                  group.map(({ uid }) => uid),
                  "read",
                )
              ).map((row) => [row.uid, row]),
            )
          : undefined;
      let next = load(groups[0]);
      for (const [i, group] of groups.entries()) {
        const sealed = await next;
        const after = groups[i + 1];
        // The database works on the next ones while these go out. Large ones wait, so that they do not lie in memory together; so do
        // those whose reading is written down: what the client never got is not said to be read.
        const early = who.mailbox === "personal" && [...group, ...(after ?? [])].every(({ size }) => size < windowBytes);
        if (early) {
          next = load(after);
          next.catch(() => undefined);
        }
        for (const { uid } of group) {
          const found = sealed?.get(uid);
          sealed?.delete(uid);
          const body = found && mailboxes.bodies.open(key, found);
          if (body) yield { uid, raw: body.raw ?? { length: body.size, read: body.read } };
        }
        if (!early) next = load(after);
      }
    },
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
    search: (folder, wanted) => searchFolder({ store, mailboxes, key, who, indexer }, Number(folder), wanted),
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

/** UIDs of a folder in order. Mostly one number follows the other: then three numbers say all of them. */
async function uidsOf(store: Store, schema: string, folder: number): Promise<number[]> {
  const span = await store.first<{ count: number; least: number | null; most: number | null }>(
    `select count(*) as count, min(uid) as least, max(uid) as most from ${schema}.message where folder_id = $1`,
    [folder],
  );
  const least = span?.least ?? 1;
  if (!span || span.count === 0) return [];
  if ((span.most ?? 0) - least + 1 === span.count) return Array.from({ length: span.count }, (_, i) => least + i);
  // One long line: a row for each of two hundred thousand messages takes ten times as long to read.
  const row = await store.first<{ uids: string | null }>(
    `select string_agg(uid::text, ',') as uids from (select uid from ${schema}.message where folder_id = $1 order by uid) one`,
    [folder],
  );
  return row?.uids ? row.uids.split(",").map(Number) : [];
}

/** Messages that a person has not read; the index `message_unseen` answers for a mailbox that one person uses. */
function unseenOf(schema: string, who: SignedIn, what: string): string {
  const read = isShared(who)
    ? `not exists (select 1 from ${schema}.seen s where s.folder_id = m.folder_id and s.uid = m.uid and s.holder = $2)`
    : "not m.flags @> array['\\Seen']";
  return `select ${what} from ${schema}.message m where m.folder_id = $1 and ${read}`;
}

const firstUnseenOf = (schema: string, who: SignedIn): string => `${unseenOf(schema, who, "m.uid")} order by m.uid limit 1`;

// What the target stores, a page and the place reached with it in one transaction: a page that comes twice changes nothing, a cut goes on
// where it was. Bodies are compared with the digest that came along, then sealed under keys of this operator's own.
import { newId } from "@cercle/kernel";
import { json, type Store, type Tx } from "@cercle/store";
import type { Content } from "../bodies/bodies.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import { type MailboxKey, makeSealedKey, type Vault } from "../mailboxes/sealing.ts";
import { passFrozen } from "./gate.ts";
import { sha256 } from "./source.ts";
import type { CopiedTable } from "./tables.ts";
import type { Frame } from "./wire.ts";

export type WholeMailbox = {
  readonly mailbox: { readonly address: string };
  readonly users: readonly unknown[];
  readonly passwords: readonly unknown[];
  readonly certificates: readonly unknown[];
  readonly folders: readonly { readonly id: number; readonly modseq: number; readonly name: string }[];
};
export type MessageRow = { readonly folder_id: number; readonly uid: number; readonly body_id: string; readonly seen: readonly string[] };
type BodyHead = { readonly id: string; readonly address: string; readonly size: number; readonly sha256: string };

export type Target = {
  cursor<T>(what: string): Promise<T | undefined>;
  putMailboxes(whole: readonly WholeMailbox[]): Promise<void>;
  /** Those that are not here yet. */
  missing(ids: readonly string[]): Promise<readonly string[]>;
  putBodies(frames: readonly Frame[]): Promise<void>;
  putMessages(address: string, folder: number, messages: readonly Frame[], reached: unknown): Promise<void>;
  putExpunged(folder: number, rows: readonly { uid: number; modseq: number }[], reached: unknown): Promise<void>;
  putRows(table: CopiedTable, rows: readonly unknown[], reached: unknown): Promise<void>;
  putSealed(table: "queue" | "quarantine", frames: readonly Frame[]): Promise<void>;
  /** What a section holds here goes, with the places reached in it: it is copied again. Bodies stay. */
  forget(sections: readonly string[]): Promise<void>;
  /** Everything that was copied goes: the transfer was cancelled. In the caller's transaction. */
  clear(tx: Tx): Promise<void>;
  /** In the caller's transaction: numbers go on where the source's ended, bodies that belong to nothing go. */
  settle(tx: Tx): Promise<void>;
};

/** Where the rows of a section lie, in the order in which they can be removed. */
const sectionTables: Readonly<Record<string, readonly string[]>> = {
  messages: ["seen", "message"],
  seen: ["seen", "message"],
  expunged: ["expunged"],
  acts: ["act"],
  trail: ["trail"],
  accepted: ["accepted"],
  agreements: ["agreement"],
  queue: ["queue"],
  quarantine: ["quarantine"],
};
const sectionCursors: Readonly<Record<string, string>> = {
  messages: "messages %",
  seen: "messages %",
  expunged: "expunged %",
  acts: "act",
  agreements: "agreement",
};
const everything = [
  "seen",
  "message",
  "expunged",
  "body",
  "search_segment",
  "folder",
  "app_password",
  "component_certificate",
  "mailbox_user",
  "mailbox",
  "agreement",
  "act",
  "trail",
  "accepted",
  "queue",
  "quarantine",
];

export function createTarget({
  store,
  mailboxes,
  vault,
  queueKey,
  transfer,
}: {
  store: Store;
  mailboxes: Mailboxes;
  vault: Vault;
  queueKey: MailboxKey;
  transfer: string;
}): Target {
  const { schema, bodies } = mailboxes;
  /** Bytes as messages are kept here: large ones in pieces, of which nothing stays when what follows fails. */
  const takeAll = async (frames: readonly Frame[], work: (contents: readonly Content[]) => Promise<void>): Promise<void> => {
    const take = async (taken: readonly Content[]): Promise<void> => {
      const frame = frames[taken.length];
      if (!frame) return work(taken);
      const content = await bodies.take(frame.bytes);
      await bodies.settle(content, () => take([...taken, content]));
    };
    await take([]);
  };
  const write = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    store.transaction(async (tx) => {
      await passFrozen(tx, schema);
      return work(tx);
    });
  const reach = (tx: Tx, what: string, reached: unknown): Promise<number> =>
    tx.run(
      `insert into ${schema}.transfer_cursor (transfer_id, what, reached) values ($1, $2, $3) on conflict (transfer_id, what) do update set reached = excluded.reached`,
      [transfer, what, json(reached)],
    );
  /** Rows as the source wrote them; `only` new ones, or the newest form of each. */
  const insert = async (tx: Tx, table: string, rows: readonly unknown[], key: readonly string[] | undefined): Promise<void> => {
    if (rows.length === 0) return;
    const names = Object.keys(rows[0] as object);
    const update = key
      ? `(${key.join(", ")}) do update set ${names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`)}`
      : "do nothing";
    await tx.run(
      `insert into ${schema}.${table} (${names.join(", ")}) overriding system value
       select ${names.join(", ")} from jsonb_populate_recordset(null::${schema}.${table}, $1::jsonb) on conflict ${update}`,
      [json(rows)],
    );
  };

  return {
    async cursor<T>(what: string) {
      return (await store.first<{ reached: T }>(`select reached from ${schema}.transfer_cursor where transfer_id = $1 and what = $2`, [transfer, what]))
        ?.reached;
    },
    putMailboxes: (whole) =>
      write(async (tx) => {
        const addresses = whole.map(({ mailbox }) => mailbox.address);
        const known = new Set(
          (await tx.query<{ address: string }>(`select address from ${schema}.mailbox where address = any($1)`, [addresses])).map((row) => row.address),
        );
        for (const { mailbox } of whole) {
          if (known.has(mailbox.address)) continue;
          await tx.run(`insert into ${schema}.mailbox (address, kind, sealed_key, quota_bytes, created_at) values ($1, 'personal', $2, 0, now())`, [
            mailbox.address,
            makeSealedKey(vault),
          ]);
        }
        const names = Object.keys(whole[0]?.mailbox ?? {}).filter((name) => name !== "address");
        await tx.run(
          `update ${schema}.mailbox m set ${names.map((name) => `${name} = given.${name}`)}
             from jsonb_populate_recordset(null::${schema}.mailbox, $1::jsonb) given where given.address = m.address`,
          [json(whole.map(({ mailbox }) => mailbox))],
        );
        for (const table of ["mailbox_user", "app_password", "component_certificate"])
          await tx.run(`delete from ${schema}.${table} where address = any($1)`, [addresses]);
        await insert(
          tx,
          "mailbox_user",
          whole.flatMap(({ users }) => users),
          undefined,
        );
        await insert(
          tx,
          "app_password",
          whole.flatMap(({ passwords }) => passwords),
          undefined,
        );
        await insert(
          tx,
          "component_certificate",
          whole.flatMap(({ certificates }) => certificates),
          undefined,
        );
        const folders = whole.flatMap((one) => one.folders);
        const ids = folders.map(({ id }) => id);
        await tx.run(`delete from ${schema}.folder where address = any($1) and id <> all($2)`, [addresses, ids]);
        // Two folders may have changed names with each other.
        await tx.run(
          `update ${schema}.folder f set name = f.id || ' moved' from unnest($1::bigint[], $2::text[]) as given (id, name) where given.id = f.id and given.name <> f.name`,
          [ids, folders.map(({ name }) => name)],
        );
        await insert(tx, "folder", folders, ["id"]);
      }),
    async missing(ids) {
      const here = new Set((await store.query<{ id: string }>(`select id from ${schema}.body where id = any($1)`, [ids])).map(({ id }) => id));
      return ids.filter((id) => !here.has(id));
    },
    async putBodies(frames) {
      const keys = new Map<string, MailboxKey>();
      for (const { head } of frames) keys.set((head as BodyHead).address, await mailboxes.key((head as BodyHead).address));
      for (const { head, bytes } of frames) if (sha256(bytes) !== (head as BodyHead).sha256) throw new Error("a message is not what its digest says");
      const insertOne = async (tx: Tx, { id, address, size }: BodyHead, content: Content): Promise<void> => {
        const key = keys.get(address);
        if (!key) return;
        const kept = bodies.keep(key, content);
        await tx.run(`insert into ${schema}.body (id, sealed, size, address, content) values ($1, $2, $3, $4, $5) on conflict do nothing`, [
          id,
          Buffer.concat(kept.sealed),
          size,
          address,
          kept.content,
        ]);
      };
      await takeAll(frames, (contents) =>
        write(async (tx) => {
          for (const [i, content] of contents.entries()) await insertOne(tx, frames[i]?.head as BodyHead, content);
        }),
      );
    },
    async putMessages(address, folder, frames, reached) {
      const own = await mailboxes.key(address);
      await write(async (tx) => {
        const pieces: Buffer[] = [];
        let at = 1;
        const given = frames.map(({ head, bytes }) => {
          const { seen: _, ...row } = head as MessageRow;
          const sealed = own.seal(bytes);
          pieces.push(sealed);
          at += sealed.length;
          return { ...row, at: at - sealed.length, length: sealed.length };
        });
        if (given.length > 0) await tx.run(messagesInto(schema), [Buffer.concat(pieces), json(given)]);
        await tx.run(`delete from ${schema}.seen where folder_id = $1 and uid = any($2)`, [folder, frames.map(({ head }) => (head as MessageRow).uid)]);
        const seen = frames.flatMap(({ head }) => (head as MessageRow).seen.map((holder) => ({ folder_id: folder, uid: (head as MessageRow).uid, holder })));
        await insert(tx, "seen", seen, undefined);
        await reach(tx, `messages ${folder}`, reached);
      });
    },
    putExpunged: (folder, rows, reached) =>
      write(async (tx) => {
        await tx.run(`delete from ${schema}.message where folder_id = $1 and uid = any($2)`, [folder, rows.map(({ uid }) => uid)]);
        await insert(
          tx,
          "expunged",
          rows.map((row) => ({ folder_id: folder, ...row })),
          ["folder_id", "uid"],
        );
        await reach(tx, `expunged ${folder}`, reached);
      }),
    putRows: (table, rows, reached) =>
      write(async (tx) => {
        await insert(tx, table.name, rows, undefined);
        if (reached !== undefined) await reach(tx, table.name, reached);
      }),
    putSealed: (table, frames) =>
      takeAll(frames, (contents) =>
        write(async (tx) => {
          for (const [i, content] of contents.entries()) {
            const row = frames[i]?.head as Record<string, unknown>;
            const kept = content.size > 0 ? bodies.keep(queueKey, content) : { sealed: [], content: null };
            const sealed = `\\x${Buffer.concat(kept.sealed).toString("hex")}`;
            await insert(tx, table, [{ ...row, sealed, content: kept.content }], [table === "queue" ? "id" : "digest"]);
          }
        }),
      ),
    forget: (sections) =>
      write(async (tx) => {
        for (const section of sections) {
          for (const table of sectionTables[section] ?? []) await tx.run(`delete from ${schema}.${table}`);
          await tx.run(`delete from ${schema}.transfer_cursor where transfer_id = $1 and what like $2`, [transfer, sectionCursors[section] ?? section]);
        }
      }),
    async clear(tx) {
      await passFrozen(tx, schema);
      for (const table of everything) await tx.run(`delete from ${schema}.${table}`);
      // Should the same mailboxes come again, they have other keys.
      tx.afterCommit(mailboxes.forgetKeys);
    },
    async settle(tx) {
      await passFrozen(tx, schema);
      await tx.run(`delete from ${schema}.body b where not exists (select from ${schema}.message m where m.body_id = b.id)`);
      for (const table of ["folder", "act", "trail"])
        await tx.query(`select setval(pg_get_serial_sequence($1, 'id'), greatest(1, (select coalesce(max(id), 1) from ${schema}.${table})))`, [
          `${schema}.${table}`,
        ]);
    },
  };
}

/** A number for whoever waits for a transfer. */
export const newTransferId = (): string => newId<"transfer">();

const messagesInto = (schema: string): string => `
with given as (
  select * from jsonb_to_recordset($2::jsonb) as g (
    folder_id bigint, uid int, modseq bigint, flags text[], internal_date timestamptz, size int, body_id uuid, digest text, at int, length int)
)
insert into ${schema}.message (folder_id, uid, modseq, flags, internal_date, size, body_id, digest, structure)
select g.folder_id, uid, g.modseq, flags, internal_date, size, body_id, digest, substr($1::bytea, at, length) from given g
 where exists (select from ${schema}.folder f where f.id = g.folder_id) and exists (select from ${schema}.body b where b.id = g.body_id)
on conflict (folder_id, uid) do update
   set modseq = excluded.modseq, flags = excluded.flags, internal_date = excluded.internal_date, size = excluded.size,
       body_id = excluded.body_id, digest = excluded.digest, structure = excluded.structure`;

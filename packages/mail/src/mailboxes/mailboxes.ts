// Mailboxes of one operator: made, removed, signed in to; messages delivered. Each operator has a schema of its own.
import { createHash, randomBytes } from "node:crypto";
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import { type Bodies, type Content, contentOf, createBodies } from "../bodies/bodies.ts";
import { storePieces } from "../bodies/pieces.ts";
import { mailErrors } from "../errors.ts";
import type { MailboxKind } from "../ports.ts";
import { createTrail, type Trail } from "../watching/trail.ts";
import { type Components, createComponents } from "./components.ts";
import { sealLetter, storeLetters, structureOf } from "./delivery.ts";
import { type MailboxKey, makeSealedKey, openKey, type Vault } from "./sealing.ts";
import { createUsers, type Users } from "./users.ts";

export type MailboxRow = {
  readonly address: string;
  readonly kind: MailboxKind;
  readonly responsible: string | null;
  readonly used_bytes: number;
  readonly quota_bytes: number;
};

export type Mailboxes = {
  readonly operator: string;
  readonly schema: string;
  readonly users: Users;
  readonly components: Components;
  readonly trail: Trail;
  readonly bodies: Bodies;
  create(tx: Tx, mailbox: { address: string; kind: MailboxKind; responsible?: string }): Promise<void>;
  remove(tx: Tx, address: string): Promise<void>;
  list(from: Queryable): Promise<readonly MailboxRow[]>;
  find(from: Queryable, address: string): Promise<MailboxRow | undefined>;
  /** The same for a recipient of the gateway, asked many times a second: what was found is good for half a second. */
  findRecipient(address: string): Promise<MailboxRow | undefined>;
  /** A password for one device, shown once. */
  addPassword(tx: Tx, address: string, password: { label: string; holder: string }): Promise<{ id: string; password: string }>;
  revokePassword(tx: Tx, address: string, id: string): Promise<void>;
  /** Whose live password of the mailbox this is. */
  checkPassword(address: string, password: string): Promise<string | undefined>;
  key(address: string): Promise<MailboxKey>;
  /** Opened keys are read again from the store. */
  forgetKeys(): void;
  /** That of a removed mailbox too, as long as what it holds is not erased: for what two persons opened. */
  keptKey(address: string): Promise<MailboxKey>;
  setQuota(tx: Tx, address: string, bytes: number): Promise<void>;
  /** The mailbox that a folder belongs to. */
  ownerOf(from: Queryable, folder: number): Promise<string | undefined>;
  /** Stores a message in a folder of a mailbox, in the caller's transaction: durable when it commits. */
  deliver(
    tx: Tx,
    address: string,
    message: {
      folder: string;
      /** Bytes are of a small message, written here. */
      raw: Buffer | Content;
      flags: readonly string[];
      internalDate: Temporal.Instant;
      /** Of the message as its sender wrote it, when `raw` carries more. */
      digest?: string;
      /** Whose own read state `\\Seen` is, in a mailbox that several use. */
      seenBy?: string;
    },
  ): Promise<{ uidValidity: number; uid: number }>;
};

const recipientMillis = 500;
const quotaBytes = 2 * 1024 * 1024 * 1024;
const folders = [
  ["INBOX", null],
  ["Envoyés", "\\Sent"],
  ["Brouillons", "\\Drafts"],
  ["Corbeille", "\\Trash"],
  ["Archives", "\\Archive"],
  ["Indésirables", "\\Junk"],
] as const;

export function createMailboxes({ operator, store, vault, real }: { operator: string; store: Store; vault: Vault; real: Clock }): Mailboxes {
  const schema = `mail_${operator}`;
  const keys = new Map<string, MailboxKey>();
  const digest = (password: string): string => createHash("sha256").update(password).digest("base64url");

  const key = async (address: string, from: Queryable = store): Promise<MailboxKey> => {
    const known = keys.get(address);
    if (known) return known;
    const row = await from.first<{ sealed_key: Uint8Array }>(`select sealed_key from ${schema}.mailbox where address = $1 and removed_at is null`, [address]);
    if (!row) throw mailErrors.refuse("mail.no-mailbox", { params: { address } });
    const opened = openKey(vault, row.sealed_key);
    if (keys.size > 10_000) keys.clear();
    keys.set(address, opened);
    return opened;
  };

  const bodies = createBodies(storePieces({ store, schema, real }));
  const lately = new Map<string, { readonly row: Promise<MailboxRow | undefined>; readonly until: number }>();
  const find: Mailboxes["find"] = (from, address) =>
    from.first(`select address, kind, responsible, used_bytes, quota_bytes from ${schema}.mailbox where address = $1 and removed_at is null`, [address]);

  return {
    operator,
    schema,
    users: createUsers({ schema, real }),
    components: createComponents({ schema, real }),
    trail: createTrail({ schema, real }),
    bodies,
    async create(tx, { address, kind, responsible }) {
      const made = await tx.run(
        `insert into ${schema}.mailbox (address, kind, responsible, sealed_key, quota_bytes, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [address, kind, responsible ?? null, makeSealedKey(vault), quotaBytes, real.now()],
      );
      if (made !== 1) throw mailErrors.refuse("mail.taken", { params: { address } });
      // RFC 3501 §2.3.1.1: a folder made again under the same name needs a greater validity.
      const validity = Math.floor(real.now().epochMilliseconds / 1000);
      for (const [name, use] of folders) {
        await tx.run(`insert into ${schema}.folder (address, name, special_use, uid_validity) values ($1, $2, $3, $4)`, [address, name, use, validity]);
      }
    },
    async remove(tx, address) {
      const removed = await tx.run(`update ${schema}.mailbox set removed_at = $2 where address = $1 and removed_at is null`, [address, real.now()]);
      if (removed !== 1) throw mailErrors.refuse("mail.no-mailbox", { params: { address } });
      await tx.run(`update ${schema}.app_password set revoked_at = coalesce(revoked_at, $2) where address = $1`, [address, real.now()]);
      keys.delete(address);
    },
    list: (from) =>
      from.query(`select address, kind, responsible, used_bytes, quota_bytes from ${schema}.mailbox where removed_at is null order by address limit 5000`),
    find,
    async findRecipient(address) {
      const now = real.now().epochMilliseconds;
      const known = lately.get(address);
      if (known && known.until > now) return known.row;
      if (lately.size > 10_000) lately.clear();
      const row = find(store, address);
      lately.set(address, { row, until: now + recipientMillis });
      // A mailbox made a moment ago receives at once.
      const forget = (): void => void lately.delete(address);
      row.then((found) => found ?? forget(), forget);
      return row;
    },
    async addPassword(tx, address, { label, holder }) {
      const known = await tx.first(`select 1 as found from ${schema}.mailbox where address = $1 and removed_at is null`, [address]);
      if (!known) throw mailErrors.refuse("mail.no-mailbox", { params: { address } });
      const id = newId<"app-password">();
      const password = randomBytes(20).toString("base64url");
      await tx.run(`insert into ${schema}.app_password (id, address, digest, label, created_at, holder) values ($1, $2, $3, $4, $5, $6)`, [
        id,
        address,
        digest(password),
        label,
        real.now(),
        holder,
      ]);
      return { id, password };
    },
    async revokePassword(tx, address, id) {
      await tx.run(`update ${schema}.app_password set revoked_at = coalesce(revoked_at, $3) where address = $1 and id = $2`, [address, id, real.now()]);
    },
    async checkPassword(address, password) {
      // 160 random bits looked up by digest: no timing of the secret itself.
      const row = await store.first<{ holder: string | null; responsible: string | null }>(
        `select p.holder, m.responsible from ${schema}.app_password p join ${schema}.mailbox m on m.address = p.address
          where p.digest = $1 and p.address = $2 and p.revoked_at is null and m.removed_at is null`,
        [digest(password), address],
      );
      // Passwords made before persons were named belong to who answers for the mailbox.
      return row && (row.holder ?? row.responsible ?? address);
    },
    key: (address) => key(address),
    forgetKeys: () => keys.clear(),
    async keptKey(address) {
      const row = await store.first<{ sealed_key: Uint8Array }>(`select sealed_key from ${schema}.mailbox where address = $1 and erased_at is null`, [address]);
      if (!row) throw mailErrors.refuse("mail.no-mailbox", { params: { address } });
      return openKey(vault, row.sealed_key);
    },
    async setQuota(tx, address, bytes) {
      await tx.run(`update ${schema}.mailbox set quota_bytes = $2 where address = $1`, [address, bytes]);
    },
    async ownerOf(from, folder) {
      return (await from.first<{ address: string }>(`select address from ${schema}.folder where id = $1`, [folder]))?.address;
    },
    async deliver(tx, address, { folder, raw, flags, internalDate, digest: given, seenBy }) {
      const content = Buffer.isBuffer(raw) ? contentOf(raw) : raw;
      const sealed = sealLetter(bodies, await key(address, tx), content, structureOf(content));
      const letter = { address, folder, flags, internalDate, digest: given ?? content.digest, seenBy, ...sealed };
      const [placed] = await storeLetters(tx, { store, operator, schema, real }, [letter]);
      if (!placed) throw mailErrors.refuse("mail.no-mailbox", { params: { address } });
      return placed;
    },
  };
}

// What is known of a message and of who touched it: the trail (route, TLS, certificates, replies, receipts) and the acts of persons.
// Both are written in the transaction of what they tell.
import { createHash } from "node:crypto";
import { type Headers, parseHeaders } from "@cercle/imap";
import type { Clock, Temporal } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";

export type TrailEvent = "submitted" | "queued" | "sent" | "received" | "delivered" | "refused" | "delayed" | "receipt";
export type TrailRow = { readonly at: Temporal.Instant; readonly what: TrailEvent; readonly facts: Readonly<Record<string, unknown>> };
export type ActRow = {
  readonly at: Temporal.Instant;
  readonly address: string;
  readonly holder: string;
  readonly what: string;
  readonly folder: string | null;
};
/** With the access of administrators that it was done under: who asked, who confirmed, why. */
export type ToldAct = ActRow & {
  readonly digest: string | null;
  readonly asked_by: string | null;
  readonly opened_by: string | null;
  readonly reason: string | null;
};

export type TrailEntry = {
  readonly digest: string;
  readonly reference?: string | undefined;
  readonly what: TrailEvent;
  readonly facts: Readonly<Record<string, unknown>>;
};

export type Trail = {
  note(tx: Tx, entry: TrailEntry): Promise<void>;
  act(tx: Tx, act: { address: string; holder: string; what: string; folder?: string; digests?: readonly (string | null)[]; access?: string }): Promise<void>;
  /** By the message's fingerprint. */
  of(from: Queryable, digest: string): Promise<{ trail: readonly TrailRow[]; acts: readonly ActRow[] }>;
  /** Fingerprint of the message with this Message-ID, when it passed here. */
  find(from: Queryable, messageId: string): Promise<string | undefined>;
  /** Newest first; its owner does not see yet what a hold keeps secret. */
  acts(from: Queryable, address: string, reader: "owner" | "administrator"): Promise<readonly ToldAct[]>;
};

const headBytes = 200_000;

/** SHA-256 of the bytes, base64url: the fingerprint that proofs carry. */
export function digestOf(raw: Uint8Array): string {
  return createHash("sha256").update(raw).digest("base64url");
}

/** Hash of a Message-ID, with or without its brackets. */
export function referenceOf(messageId: string): string {
  return digestOf(Buffer.from(messageId.trim().replace(/^<|>$/g, "")));
}

export function messageReference(raw: Buffer): string | undefined {
  const end = raw.indexOf("\r\n\r\n");
  return referenceIn(parseHeaders(raw.subarray(0, Math.min(headBytes, end < 0 ? raw.length : end + 2))));
}

export function referenceIn(headers: Headers): string | undefined {
  const id = headers.first("message-id");
  return id === undefined ? undefined : referenceOf(id);
}

export function createTrail({ schema, real }: { schema: string; real: Clock }): Trail {
  return {
    async note(tx, { digest, reference, what, facts }) {
      await tx.run(`insert into ${schema}.trail (at, digest, reference, what, facts) values ($1, $2, $3, $4, $5)`, [
        real.now(),
        digest,
        reference ?? null,
        what,
        json(facts as Record<string, string>),
      ]);
    },
    async act(tx, { address, holder, what, folder, digests = [null], access }) {
      await tx.run(
        `insert into ${schema}.act (at, address, holder, what, folder, digest, access) select $1, $2, $3, $4, $5, digest, $7 from unnest($6::text[]) as digest`,
        [real.now(), address, holder, what, folder ?? null, [...digests], access ?? null],
      );
    },
    async of(from, digest) {
      return {
        trail: await from.query(`select at, what, facts from ${schema}.trail where digest = $1 order by id`, [digest]),
        // Proofs and delivery trails go to owners: what a hold keeps secret comes into them when it is lifted.
        acts: await from.query(
          `select at, address, holder, what, folder from ${schema}.act a
            where digest = $1 and (access is null or exists (select 1 from ${schema}.content_access c where c.id = a.access and c.told_at is not null))
            order by a.id`,
          [digest],
        ),
      };
    },
    async find(from, messageId) {
      const row = await from.first<{ digest: string }>(`select digest from ${schema}.trail where reference = $1 order by id limit 1`, [referenceOf(messageId)]);
      return row?.digest;
    },
    acts: (from, address, reader) =>
      from.query(
        `select a.at, a.address, a.holder, a.what, a.folder, a.digest, c.asked_by, c.opened_by, c.reason
           from ${schema}.act a left join ${schema}.content_access c on c.id = a.access
          where a.address = $1 and ($2 or a.access is null or c.told_at is not null) order by a.id desc limit 1000`,
        [address, reader === "administrator"],
      ),
  };
}

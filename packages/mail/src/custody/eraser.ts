// Erases what is past its term, in small batches, one after the other: each is a transaction that leaves counts and a digest, and an act
// for each message that had a reader. What a legal hold keeps is passed over.
import { createHash } from "node:crypto";
import type { Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { type AccountContext, advance, dropBodies, removeMessages } from "../mailboxes/account-changes.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { MailboxKind } from "../ports.ts";
import { type Gone, isHeld } from "./kept.ts";
import { findTerms, type Terms, termRules } from "./terms.ts";

export type Eraser = {
  /** Works until nothing is due; answers how many rows went. */
  round(): Promise<number>;
  stop(): Promise<void>;
};

type Parts = { readonly store: Store; readonly mailboxes: Mailboxes; now(): Temporal.Instant };
/** A batch of one rule: how many rows it worked on; 0 when nothing is due. */
type Rule = (parts: Parts, terms: Terms) => Promise<number>;

const batch = 200;
const foldersAtOnce = 50;
const who = { holder: "retention", kind: "component", maySend: false } as const;

/** In their order: a message that is in nobody's sight any more goes before the traces of it. */
const rules: readonly Rule[] = [
  (parts, terms) => expireFolders(parts, "trash", terms.trash),
  (parts, terms) => expireFolders(parts, "junk", terms.junk),
  (parts, terms) => destroyKeys(parts, terms.removed),
  clearMailboxes,
  releaseKept,
  (parts, terms) => expireTraces(parts, terms.traces),
];

export function createEraser(parts: Parts): Eraser {
  let stopped = false;
  let working: Promise<number> = Promise.resolve(0);
  const work = async (): Promise<number> => {
    const terms = await findTerms(parts.store, parts.mailboxes.schema);
    let all = 0;
    for (const rule of rules) {
      for (let count = 1; count > 0 && !stopped; all += count) {
        count = await rule(parts, terms);
        // Mail goes first.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    return all;
  };
  return {
    round() {
      // One round after the other: who asks while one is under way gets a fresh one.
      working = working.catch(() => 0).then(() => (stopped ? 0 : work()));
      return working;
    },
    async stop() {
      stopped = true;
      await working.catch(() => undefined);
    },
  };
}

const before = ({ now }: Parts, days: number): Temporal.Instant => now().subtract({ hours: 24 * days });

async function note(tx: Tx, schema: string, { rule, address, gone, at }: { rule: string; address?: string; gone: readonly Gone[]; at: Temporal.Instant }) {
  const lines = gone.map(({ digest }) => digest ?? "").sort();
  await tx.run(`insert into ${schema}.erasure (at, rule, address, count, bytes, digest) values ($1, $2, $3, $4, $5, $6)`, [
    at,
    rule,
    address ?? null,
    gone.length,
    gone.reduce((sum, { size }) => sum + size, 0),
    createHash("sha256").update(lines.join("\n")).digest("base64url"),
  ]);
}

/** UIDs grow as messages come in: the first of a folder says whether anything of it is due. */
async function expireFolders(parts: Parts, term: "trash" | "junk", days: number): Promise<number> {
  if (days === 0) return 0;
  const { store, mailboxes } = parts;
  const { schema } = mailboxes;
  const limit = before(parts, days);
  const due = await store.query<{ id: number; address: string; kind: MailboxKind }>(
    `select f.id, f.address, m.kind from ${schema}.folder f join ${schema}.mailbox m on m.address = f.address
      where f.special_use = $1 and m.removed_at is null
        and (select saved_at from ${schema}.message x where x.folder_id = f.id order by x.uid limit 1) < $2 limit ${foldersAtOnce}`,
    [termRules[term].use, limit],
  );
  let count = 0;
  for (const { id, address, kind } of due) {
    const context: AccountContext = { who: { ...who, address, mailbox: kind }, mailboxes, store };
    count += await store.transaction(async (tx) => {
      const modseq = await advance(context, tx, id);
      const rows = await tx.query<{ uid: number }>(
        `select uid from (select uid, saved_at from ${schema}.message where folder_id = $1 order by uid limit ${batch}) first where saved_at < $2`,
        [id, limit],
      );
      if (rows.length === 0) return 0;
      const { gone, held } = await removeMessages(context, tx, { folder: id, uids: rows.map(({ uid }) => uid), modseq, what: "expired" });
      if (!held) await note(tx, schema, { rule: term, address, gone, at: parts.now() });
      return gone.length;
    });
  }
  return count;
}

/** The key of a mailbox removed long enough goes first: from then on nothing of it can be read, whatever is left to clear away. */
async function destroyKeys(parts: Parts, days: number): Promise<number> {
  if (days === 0) return 0;
  const { store, mailboxes } = parts;
  const { schema, trail } = mailboxes;
  const free = `not exists (select 1 from ${schema}.legal_hold h where h.address = m.address and h.lifted_at is null)`;
  const due = await store.query<{ address: string }>(
    `select address from ${schema}.mailbox m where removed_at < $1 and erased_at is null and ${free} limit ${batch}`,
    [before(parts, days)],
  );
  for (const { address } of due)
    await store.transaction(async (tx) => {
      await tx.first(`select 1 as found from ${schema}.mailbox where address = $1 for update`, [address]);
      if (await isHeld(tx, schema, address)) return;
      const done = await tx.run(`update ${schema}.mailbox set sealed_key = '', erased_at = $2, used_bytes = 0 where address = $1 and erased_at is null`, [
        address,
        parts.now(),
      ]);
      if (done !== 1) return;
      await tx.run(`delete from ${schema}.app_password where address = $1`, [address]);
      await tx.run(`delete from ${schema}.search_segment where address = $1`, [address]);
      await trail.act(tx, { address, holder: who.holder, what: "erased" });
    });
  return due.length;
}

/** Messages, then folders, of mailboxes whose key is gone. */
function clearMailboxes(parts: Parts): Promise<number> {
  const { schema } = parts.mailboxes;
  return clearFolders(parts, "removed", `join ${schema}.mailbox m on m.address = coalesce(f.address, f.kept_of) where m.erased_at is not null`);
}

/** What a hold kept goes once no hold is in force: it had been removed long before. */
function releaseKept(parts: Parts): Promise<number> {
  const { schema } = parts.mailboxes;
  const held = `exists (select 1 from ${schema}.legal_hold h where h.address = f.kept_of and h.lifted_at is null)`;
  return clearFolders(parts, "lifted", `where f.kept_of is not null and not ${held}`);
}

async function clearFolders(parts: Parts, rule: string, which: string): Promise<number> {
  const { store, mailboxes } = parts;
  const { schema } = mailboxes;
  const due = await store.query<{ id: number; of: string }>(
    `select f.id, coalesce(f.address, f.kept_of) as of from ${schema}.folder f ${which} limit ${foldersAtOnce}`,
  );
  let count = 0;
  for (const { id, of } of due)
    count += await store.transaction(async (tx) => {
      await tx.first(`select 1 as found from ${schema}.mailbox where address = $1 for update`, [of]);
      if (await isHeld(tx, schema, of)) return 0;
      const gone = await tx.query<Gone>(
        `delete from ${schema}.message where folder_id = $1 and uid in (select uid from ${schema}.message where folder_id = $1 limit ${batch})
         returning body_id, size, digest`,
        [id],
      );
      const bodies = gone.map(({ body_id }) => body_id);
      await dropBodies(tx, schema, bodies);
      if (gone.length > 0) await note(tx, schema, { rule, address: of, gone, at: parts.now() });
      else await tx.run(`delete from ${schema}.folder where id = $1`, [id]);
      return gone.length + 1;
    });
  return count;
}

/** Traces of a held mailbox stay; the trail of messages, which names no mailbox, stays while any hold is in force. */
const traceTables = (schema: string): readonly (readonly [name: string, which: string])[] => [
  ["act", `not exists (select 1 from ${schema}.legal_hold h where h.address = t.address and h.lifted_at is null)`],
  ["trail", `not exists (select 1 from ${schema}.legal_hold h where h.lifted_at is null)`],
];

async function expireTraces(parts: Parts, days: number): Promise<number> {
  if (days === 0) return 0;
  const { store, mailboxes } = parts;
  const { schema } = mailboxes;
  const limit = before(parts, days);
  let count = 0;
  for (const [table, which] of traceTables(schema))
    count += await store.transaction(async (tx) => {
      const rows = await tx.query<{ id: number; digest: string | null }>(
        `delete from ${schema}.${table} where id in (select id from ${schema}.${table} t where at < $1 and ${which} limit ${batch * 10}) returning id, digest`,
        [limit],
      );
      const gone = rows.map(({ id, digest }) => ({ body_id: "", size: 0, digest: `${id} ${digest ?? ""}` }));
      if (gone.length > 0) await note(tx, schema, { rule: `traces-${table}`, gone, at: parts.now() });
      return gone.length;
    });
  // The queue's rows of what left long ago are traces too; their bodies went when they left.
  count += await store.run(
    `delete from ${schema}.queue where id in (select id from ${schema}.queue where state <> 'waiting' and created_at < $1 limit ${batch * 10})`,
    [limit],
  );
  return count;
}

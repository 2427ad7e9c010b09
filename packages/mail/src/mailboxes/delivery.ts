// Messages into folders, any number of them in one statement: the folder's numbers, the bodies, the messages, the space they take and
// the trail. All or nothing, in the caller's transaction.
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import { json, type Store, type Tx } from "@cercle/store";
import type { Bodies, Content } from "../bodies/bodies.ts";
import { mailErrors } from "../errors.ts";
import { folderChanged } from "../events.ts";
import type { TrailEntry } from "../watching/trail.ts";
import type { MailboxKey } from "./sealing.ts";

/** One message on its way into one folder, sealed for its mailbox. */
export type Letter = {
  readonly address: string;
  readonly folder: string;
  readonly flags: readonly string[];
  readonly internalDate: Temporal.Instant;
  readonly size: number;
  /** Fingerprint of the message as its sender wrote it. */
  readonly digest: string;
  /** Whose own read state `\\Seen` is, in a mailbox that several use. */
  readonly seenBy?: string | undefined;
  /** Of what came from a partner: stored only when it was not accepted before. */
  readonly acceptance?: string;
  readonly body: readonly Buffer[];
  /** Of a message in pieces: where they are. */
  readonly content: string | null;
  readonly structure: readonly Buffer[];
};

/** A note of the trail; with `acceptance`, written only when that is new. */
export type Note = TrailEntry & { readonly acceptance?: string };

export type Placed = { readonly folder: number; readonly uid: number; readonly uidValidity: number };

/** What one mailbox keeps of a message, under its key. */
export function sealLetter(bodies: Bodies, key: MailboxKey, content: Content, structure: Buffer): Pick<Letter, "body" | "content" | "structure" | "size"> {
  const { sealed, content: id } = bodies.keep(key, content);
  return { body: sealed, content: id, structure: key.pieces(structure), size: content.size };
}

/** What is stored of a message beside its bytes; the same for every recipient. */
export function structureOf(content: Content): Buffer {
  return Buffer.from(json(content.structure()));
}

/** Bytes that a letter takes on its way into the store. */
export function bytesOf({ body, structure }: Letter): number {
  return [...body, ...structure].reduce((sum, { length }) => sum + length, 0);
}

/**
 * Stores letters and notes. Answers where each letter went, in their order; undefined for what was accepted before. Throws
 * `mail.no-mailbox` when a mailbox or folder is not there: then nothing of it is to be kept.
 */
export async function storeLetters(
  tx: Tx,
  { store, operator, schema, real }: { store: Store; operator: string; schema: string; real: Clock },
  letters: readonly Letter[],
  notes: readonly Note[] = [],
): Promise<readonly (Placed | undefined)[]> {
  const pieces: Buffer[] = [];
  let at = 1;
  const put = (part: readonly Buffer[]): readonly [number, number] => {
    const from = at;
    for (const piece of part) {
      pieces.push(piece);
      at += piece.length;
    }
    return [from, at - from];
  };
  const given = letters.map((letter, n) => {
    const [body_at, body_length] = put(letter.body);
    const [structure_at, structure_length] = put(letter.structure);
    const { address, folder, flags, size, digest } = letter;
    const shared = letter.seenBy === undefined ? flags : flags.filter((flag) => flag !== "\\Seen");
    return {
      n,
      address,
      folder,
      flags: shared,
      size,
      digest,
      body_at,
      body_length,
      content: letter.content,
      structure_at,
      structure_length,
      acceptance: letter.acceptance,
      seen_by: shared.length < flags.length ? letter.seenBy : undefined,
      internal_date: letter.internalDate.toString(),
      body: newId<"body">(),
    };
  });
  const rows = await tx.query<{ n: number; folder: number | null; uid: number; uid_validity: number }>(statementOf(schema), [
    Buffer.concat(pieces),
    json(given),
    json(notes.map((note) => ({ ...note, facts: note.facts }))),
    real.now(),
  ]);
  const placed: (Placed | undefined)[] = letters.map(() => undefined);
  for (const { n, folder, uid, uid_validity: uidValidity } of rows) {
    if (folder === null) throw mailErrors.refuse("mail.no-mailbox", { params: { address: letters[n]?.address ?? "" } });
    placed[n] = { folder, uid, uidValidity };
    store.signal(tx, { kind: folderChanged, subject: `${operator} ${folder}`, payload: { operator, folder: String(folder) } });
  }
  return placed;
}

const statements = new Map<string, string>();

/** Rows are taken as everywhere in mail: folders first, then mailboxes. All bodies and structures come as one run of bytes, cut here. */
function statementOf(schema: string): string {
  const known = statements.get(schema);
  if (known) return known;
  const sql = `
with given as (
  select * from json_to_recordset($2::json) as g (
    n int, address text, folder text, flags text[], size int, digest text, body_at int, body_length int, content uuid, structure_at int, structure_length int,
    acceptance text, seen_by text, internal_date timestamptz, body uuid)
), fresh as (
  insert into ${schema}.accepted (digest, accepted_at)
  select distinct acceptance, $4::timestamptz from given where acceptance is not null
  on conflict do nothing returning digest
), letter as (
  select given.*, row_number() over (partition by address, folder order by n) as place from given
   where acceptance is null or acceptance in (select digest from fresh)
), target as (
  update ${schema}.folder f set uid_next = f.uid_next + wanted.count, modseq = f.modseq + 1
    from (select address, folder, count(*)::int as count from letter group by address, folder) wanted
   where f.address = wanted.address and f.name = wanted.folder
     and exists (select from ${schema}.mailbox m where m.address = f.address and m.removed_at is null)
  returning f.id, f.address, f.name, f.uid_validity, f.modseq, f.uid_next - wanted.count - 1 as before
), placed as (
  select letter.*, target.id as folder_id, target.before + letter.place as uid, target.uid_validity, target.modseq
    from letter join target on target.address = letter.address and target.name = letter.folder
), stored as (
  insert into ${schema}.body (id, sealed, size, address, content) select body, substr($1::bytea, body_at, body_length), size, address, content from placed
), listed as (
  insert into ${schema}.message (folder_id, uid, modseq, flags, internal_date, size, body_id, structure, digest)
  select folder_id, uid, modseq, flags, internal_date, size, body, substr($1::bytea, structure_at, structure_length), digest from placed
), seen as (
  insert into ${schema}.seen (folder_id, uid, holder) select folder_id, uid, seen_by from placed where seen_by is not null
), counted as (
  update ${schema}.mailbox m set used_bytes = m.used_bytes + grown.bytes
    from (select address, sum(size) as bytes from placed group by address) grown where m.address = grown.address
), noted as (
  insert into ${schema}.trail (at, digest, reference, what, facts)
  select $4::timestamptz, digest, reference, what, facts
    from json_to_recordset($3::json) as note (digest text, reference text, what text, facts jsonb, acceptance text)
   where acceptance is null or acceptance in (select digest from fresh)
)
select letter.n, placed.folder_id as folder, placed.uid, placed.uid_validity from letter left join placed on placed.n = letter.n`;
  statements.set(schema, sql);
  return sql;
}

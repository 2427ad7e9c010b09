// Documents that parties sign: drafted once, signed by each over the same bytes, then sealed into one original for each party.
import { createPrivateKey } from "node:crypto";
import { type Clock, type Id, type Json, type Language, newId, type Temporal } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import type { Contents } from "../contents.ts";
import { evidenceErrors } from "../errors.ts";
import type { Evidence } from "../evidence.ts";
import { buildPaper } from "../letter-paper.ts";
import type { Acts, Keys, Seals, Signer } from "../ports.ts";
import { listHeads } from "../published.ts";
import type { NextReference } from "../references.ts";
import type { TimestampAuthority } from "../tsa.ts";
import { digestOf, type Seal, sealDocument } from "./pades.ts";

/** `as` is the party's word in the contract (`agency`, `operator`…), which the law reads. */
export type DocumentParty = { readonly party: string; readonly name: string; readonly as: string };
export type NewDocument = {
  readonly file: string;
  readonly act?: { readonly type: string; readonly payload: { readonly [key: string]: Json } } | undefined;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly language: Language;
  readonly parties: readonly DocumentParty[];
  readonly by: string;
};
export type DocumentFacts = { readonly title: string; readonly parties: readonly DocumentParty[] };
export type DocumentRow = {
  readonly id: Id<"document">;
  readonly reference: string;
  readonly file_id: Id<"file">;
  readonly file_reference: string;
  readonly act: string | null;
  readonly act_payload: { readonly [key: string]: Json } | null;
  readonly parties: readonly string[];
  readonly generation: number;
  readonly facts: Uint8Array;
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly drafted_by: string;
  readonly drafted_at: Temporal.Instant;
  readonly sealed_at: Temporal.Instant | null;
  readonly last_failure: string | null;
};
export type OpenDocument = { readonly facts: DocumentFacts; readonly bytes: Uint8Array };

export type Documents = {
  draft(tx: Tx, document: NewDocument): Promise<DocumentRow>;
  get(from: Queryable, reference: string): Promise<DocumentRow>;
  /** Throws `evidence.no-document` once its content is erased. */
  open(from: Queryable, document: DocumentRow): Promise<OpenDocument>;
  original(from: Queryable, document: DocumentRow, party: string): Promise<Uint8Array>;
  /** Seals what everybody has signed; answers how many. What fails stays, with its reason, for the next turn. */
  sealDue(): Promise<number>;
};

export type DocumentsNeeds = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly contents: Contents;
  readonly keys: Pick<Keys, "seal" | "unseal">;
  readonly acts: Acts;
  readonly seals: Seals;
  readonly authority: TimestampAuthority;
  readonly clock: Clock;
  readonly real: Clock;
  readonly timeZone: string;
  readonly nextReference: NextReference;
};

export function createDocuments(needs: DocumentsNeeds): Documents {
  const { store, evidence, contents, acts, authority, clock, real, timeZone, nextReference } = needs;
  const sealOf = createPartySeals(needs);

  const open: Documents["open"] = async (from, document) => {
    const box = (sealed: Uint8Array) => ({ generation: document.generation, sealed });
    const facts = await contents.openBytes(from, document.file_id, `document-facts ${document.reference}`, box(document.facts));
    const bytes = await contents.openBytes(from, document.file_id, `document ${document.reference}`, box(document.bytes));
    if (!facts || !bytes) throw evidenceErrors.refuse("evidence.no-document");
    return { facts: JSON.parse(Buffer.from(facts).toString("utf8")) as DocumentFacts, bytes };
  };

  const sealOne = async (document: DocumentRow): Promise<void> => {
    const { facts, bytes } = await open(store, document);
    const signers = await store.transaction(async (tx) => {
      const found: { party: DocumentParty; signer: Signer }[] = [];
      for (const party of facts.parties) found.push({ party, signer: await sealOf(tx, party) });
      return found;
    });
    const at = new Date(real.now().epochMilliseconds);
    const originals: { party: string; bytes: Uint8Array }[] = [];
    for (const [index, owner] of facts.parties.entries()) {
      const seals: readonly Seal[] = signers.map(({ party, signer }) => ({
        ...signer,
        party: party.party,
        reason: `${document.reference} — original ${index + 1}/${facts.parties.length}`,
      }));
      originals.push({ party: owner.party, bytes: await sealDocument(bytes, seals, authority, at) });
    }
    await store.transaction(async (tx) => {
      const taken = await tx.run("update evidence.document set sealed_at = $2, last_failure = null where id = $1 and sealed_at is null", [
        document.id,
        real.now(),
      ]);
      if (taken !== 1) return;
      for (const original of originals) {
        const box = await contents.sealBytes(tx, document.file_id, `original ${document.reference} ${original.party}`, original.bytes);
        await tx.run("insert into evidence.original (document_id, party, generation, bytes, digest, sealed_at) values ($1, $2, $3, $4, $5, $6)", [
          document.id,
          original.party,
          box.generation,
          box.sealed,
          digestOf(original.bytes),
          real.now(),
        ]);
      }
      const payload = {
        document: document.reference,
        digest: document.digest,
        originals: originals.map((one) => ({ party: one.party, digest: digestOf(one.bytes) })),
      };
      await evidence.append(tx, document.file_id, { type: "document-sealed", actor: "evidence", payload });
    });
  };

  return {
    open,
    async draft(tx, { file, act, parties, title, paragraphs, language, by }) {
      const found = await acts.find(tx, file);
      if (!found) throw evidenceErrors.refuse("evidence.no-file");
      const reference = await nextReference(tx, "DO");
      const [head] = await listHeads(tx, { limit: 1 });
      const now = clock.now();
      const date = now.toZonedDateTimeISO(timeZone).toPlainDate().toLocaleString(language, { dateStyle: "long" });
      const sender = parties.map((party) => party.name).join(" — ");
      const bytes = await buildPaper(
        { title, language, sender, reference, file, recipient: { name: "", address: [] }, channel: "document", date, paragraphs, head },
        new Date(now.epochMilliseconds),
      );
      const facts: DocumentFacts = { title, parties };
      const sealedFacts = await contents.sealBytes(tx, found.id, `document-facts ${reference}`, Buffer.from(JSON.stringify(facts)));
      const sealed = await contents.sealBytes(tx, found.id, `document ${reference}`, bytes);
      const row = await tx.first<DocumentRow>(
        `insert into evidence.document (id, reference, file_id, file_reference, act, act_payload, parties, generation, facts, bytes, digest, drafted_by, drafted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning *`,
        [
          newId<"document">(),
          reference,
          found.id,
          file,
          act?.type ?? null,
          act ? json(act.payload) : null,
          parties.map((party) => party.party),
          sealed.generation,
          sealedFacts.sealed,
          sealed.sealed,
          digestOf(bytes),
          by,
          now,
        ],
      );
      if (!row) throw new TypeError("the document was not written");
      return row;
    },
    async get(from, reference) {
      const row = await from.first<DocumentRow>("select * from evidence.document where reference = $1", [reference]);
      if (!row) throw evidenceErrors.refuse("evidence.unknown-document", { params: { reference } });
      return row;
    },
    async original(from, document, party) {
      const row = await from.first<{ generation: number; bytes: Uint8Array }>(
        "select generation, bytes from evidence.original where document_id = $1 and party = $2",
        [document.id, party],
      );
      const bytes =
        row && (await contents.openBytes(from, document.file_id, `original ${document.reference} ${party}`, { generation: row.generation, sealed: row.bytes }));
      if (!bytes) throw evidenceErrors.refuse("evidence.no-document");
      return bytes;
    },
    async sealDue() {
      const due = await store.query<DocumentRow>(
        `select d.* from evidence.document d
          where d.sealed_at is null and cardinality(d.parties) = (select count(*) from evidence.signature s where s.document_id = d.id and s.confirmed_at is not null)
          order by d.drafted_at limit 20`,
      );
      let sealed = 0;
      for (const document of due) {
        const failure = await sealOne(document).then(
          () => undefined,
          (error: unknown) => (error instanceof Error ? error.message : "unknown").slice(0, 200),
        );
        if (failure === undefined) sealed += 1;
        else await store.run("update evidence.document set last_failure = $2 where id = $1", [document.id, failure]);
      }
      return sealed;
    },
  };
}

/** The agency's seal is the space's; another party without a certificate of its own gets one, once. */
function createPartySeals({ keys, seals, real }: Pick<DocumentsNeeds, "keys" | "seals" | "real">): (tx: Tx, party: DocumentParty) => Promise<Signer> {
  return async (tx, { party, name }) => {
    if (party === "agency") return seals.agency(tx);
    await tx.run("select pg_advisory_xact_lock(7206522)");
    const known = await tx.first<{ sealed_key: Uint8Array; certificate: string }>("select sealed_key, certificate from evidence.party_seal where party = $1", [
      party,
    ]);
    if (known) return { key: createPrivateKey(Buffer.from(keys.unseal(known.sealed_key)).toString("utf8")), certificate: known.certificate };
    const { key, certificate } = await seals.issue(tx, { name });
    await tx.run("insert into evidence.party_seal (party, sealed_key, certificate, made_at) values ($1, $2, $3, $4)", [
      party,
      keys.seal(Buffer.from(key)),
      certificate,
      real.now(),
    ]);
    return { key: createPrivateKey(key), certificate };
  };
}

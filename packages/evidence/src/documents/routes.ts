// Documents over HTTP: drafted by officers, signed by each party, originals for each.
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { evidenceErrors } from "../errors.ts";
import { readScan } from "../letters/slips.ts";
import type { Parties } from "../ports.ts";
import { actorKey, file, fileReply, instant, lookers, officers, parties as partyRoles, scan } from "../surface.ts";
import type { DocumentRow, Documents } from "./documents.ts";
import type { Power, Signatures } from "./signatures.ts";

const reference = z.object({ reference: z.string().max(40) });
const party = z.string().min(1).max(120);
const line = z.string().trim().min(1).max(200);
const power = z.object({ capacity: line, shown_by: line });
const newDocument = z.object({
  file,
  act: z.object({ type: z.string().max(80), payload: z.record(z.string().max(80), z.json()).default({}) }).optional(),
  title: z.string().trim().min(3).max(160),
  paragraphs: z.array(z.string().trim().min(1).max(8000)).min(1).max(400),
  language: z.enum(["fr", "en"]).default("fr"),
  parties: z
    .array(z.object({ party, name: line, as: z.string().min(1).max(40) }))
    .min(1)
    .max(6),
});

export type DocumentsSurface = { store: Store; documents: Documents; signatures: Signatures; parties: Parties };

export function documentRoutes({ store, documents, signatures, parties }: DocumentsSurface): readonly Route[] {
  const readable = async (name: string, actor: Actor): Promise<{ document: DocumentRow; own: readonly string[] }> => {
    const document = await documents.get(store, name);
    const controls = await parties.controls(actor, document.file_reference, document.reference);
    // Without a mandate the document answers as one that does not exist.
    if (controls === false) throw evidenceErrors.refuse("evidence.unknown-document", { params: { reference: name } });
    const own = controls ? ["agency"] : await parties.of(actor);
    if (!own.includes("agency") && !document.parties.some((one) => own.includes(one))) throw evidenceErrors.refuse("evidence.not-yours");
    return { document, own };
  };
  /** Who signs, for one of the parties that they stand for. */
  const signing = async (name: string, actor: Actor, body: { party: string; power: Power }) => {
    const { document } = await readable(name, actor);
    // A mandate reads for the agency and signs for nobody.
    if (!(await parties.of(actor)).includes(body.party)) throw evidenceErrors.refuse("evidence.not-yours");
    return { document, open: await documents.open(store, document), party: body.party, power: body.power, by: actorKey(actor) };
  };
  const describe = async (document: DocumentRow): Promise<object> => {
    const rows = await signatures.list(store, document);
    const signed = await Promise.all(
      rows.map(async (row) => {
        const facts = await signatures.facts(store, document, row);
        return {
          party: row.party,
          method: row.method,
          signed_at: row.signed_at.toString(),
          counts: row.confirmed_at !== null,
          recorded_by: row.recorded_by,
          confirmed_by: row.confirmed_by,
          signatory: facts?.signatory ?? null,
          power: facts?.power ?? null,
          entry: row.entry,
        };
      }),
    );
    const complete = document.parties.every((one) => signed.some((row) => row.party === one && row.counts));
    return {
      reference: document.reference,
      file: document.file_reference,
      act: document.act,
      digest: document.digest,
      parties: document.parties,
      drafted_at: document.drafted_at.toString(),
      state: document.sealed_at ? "sealed" : complete ? "signed" : "drafted",
      sealed_at: document.sealed_at?.toString() ?? null,
      waiting_because: document.last_failure,
      signatures: signed,
    };
  };

  return [
    defineRoute({
      method: "GET",
      path: "/api/documents",
      about: "Documents of a file.",
      who: [...officers, ...partyRoles, ...lookers],
      query: z.object({ file }),
      async handle({ query, actor }) {
        const controls = await parties.controls(actor, query.file, "documents");
        if (controls === false) return [];
        const own = controls ? ["agency"] : await parties.of(actor);
        const rows = await store.query<DocumentRow>(
          "select * from evidence.document where file_reference = $1 and ($2 or parties && $3::text[]) order by drafted_at desc limit 200",
          [query.file, own.includes("agency"), own],
        );
        return Promise.all(rows.map(describe));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/documents",
      about: "Drafts a document for signature: a tagged PDF with its hash.",
      who: officers,
      body: newDocument,
      handle: async ({ body, actor }) => describe(await store.transaction((tx) => documents.draft(tx, { ...body, by: actorKey(actor) }))),
    }),
    defineRoute({
      method: "GET",
      path: "/api/documents/:reference",
      about: "One document: who signed it, how, with what power.",
      who: [...officers, ...partyRoles, ...lookers],
      params: reference,
      handle: async ({ params, actor }) => describe((await readable(params.reference, actor)).document),
    }),
    defineRoute({
      method: "GET",
      path: "/api/documents/:reference/document",
      about: "The PDF that is signed: the bytes whose SHA-256 is the digest.",
      who: [...officers, ...partyRoles, ...lookers],
      params: reference,
      async handle({ params, actor }) {
        const { document } = await readable(params.reference, actor);
        return fileReply({ type: "application/pdf", bytes: (await documents.open(store, document)).bytes }, `${document.reference}.pdf`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/documents/:reference/original",
      about: "The original of the actor's party, sealed by all (PAdES).",
      who: [...officers, ...partyRoles, ...lookers],
      params: reference,
      query: z.object({ party: party.optional() }),
      async handle({ params, query, actor }) {
        const { document, own } = await readable(params.reference, actor);
        const of = query.party ?? document.parties.find((one) => own.includes(one));
        if (!of || !own.includes(of)) throw evidenceErrors.refuse("evidence.not-yours");
        return fileReply({ type: "application/pdf", bytes: await documents.original(store, document, of) }, `${document.reference}-original.pdf`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/documents/:reference/passkey",
      about: "What the browser asks a passkey to sign: the challenge is the document's hash.",
      who: [...officers, ...partyRoles],
      params: reference,
      handle: async ({ params, actor }) => signatures.passkeyOptions((await readable(params.reference, actor)).document),
    }),
    defineRoute({
      method: "POST",
      path: "/api/documents/:reference/passkey",
      about: "Signs with a passkey of one's own account.",
      who: [...officers, ...partyRoles],
      params: reference,
      body: z.object({ party, power, response: z.unknown() }),
      async handle({ params, body, actor }) {
        if (actor.kind !== "account") throw evidenceErrors.refuse("evidence.named-person");
        const what = await signing(params.reference, actor, body);
        await store.transaction(await signatures.byPasskey(what, actor.id, body.response));
        return describe(what.document);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/documents/:reference/card",
      about: "Signs with a card: its signature certificate (DER, base64) and RSA with SHA-256 over the document's bytes (base64).",
      who: [...officers, ...partyRoles],
      params: reference,
      body: z.object({ party, power, certificate: z.base64().max(12_000), signature: z.base64().max(2000) }),
      async handle({ params, body, actor }) {
        const what = await signing(params.reference, actor, body);
        const card = { certificate: Buffer.from(body.certificate, "base64"), signature: Buffer.from(body.signature, "base64") };
        await store.transaction(await signatures.byCard(what, card));
        return describe(what.document);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/documents/:reference/paper",
      about: "Records what came back signed on paper. It counts once another person has compared it with the text sent.",
      who: officers,
      params: reference,
      body: z.object({ party, power, signatory: line, signed_at: instant, scan }),
      async handle({ params, body, actor }) {
        const { document } = await readable(params.reference, actor);
        const what = { document, open: await documents.open(store, document), party: body.party, power: body.power, by: actorKey(actor) };
        const paper = { signatory: body.signatory, signedAt: Temporal.Instant.from(body.signed_at), scan: readScan(body.scan) };
        await store.transaction((tx) => signatures.onPaper(tx, what, paper));
        return describe(document);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/documents/:reference/paper/confirm",
      about: "Another person says that the paper bears the text that was sent.",
      who: officers,
      params: reference,
      body: z.object({ party, same_text: z.literal(true) }),
      async handle({ params, body, actor }) {
        const { document } = await readable(params.reference, actor);
        await store.transaction((tx) => signatures.confirmPaper(tx, document, body.party, actorKey(actor)));
        return describe(document);
      },
    }),
  ];
}

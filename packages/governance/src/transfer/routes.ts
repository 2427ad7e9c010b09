// A whole file over the API: out, in, and the papers that came with it.
import type { Papers } from "@cercle/evidence";
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { type Access, agencyRoles } from "../access.ts";
import { actorKey } from "../actor-key.ts";
import { governanceErrors } from "../errors.ts";
import type { Transfer } from "./transfer.ts";
import type { WholeFile } from "./whole-file.ts";

const reference = z.object({ reference: z.string().max(40) });
const text = (most: number) => z.string().max(most);
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const entry = z.strictObject({
  file: z.uuid(),
  seq: z.number().int().min(1),
  type: text(80),
  happened_at: z.iso.datetime(),
  recorded_at: z.iso.datetime(),
  real_at: z.iso.datetime(),
  actor: text(200),
  content: hex,
  previous: z.union([hex, z.literal("")]),
  digest: hex,
  disclosed: z.strictObject({ salt: z.base64().max(64), payload: z.record(z.string().max(80), z.json()) }).optional(),
});
const proof = z.object({
  leaf: z.record(z.string(), z.json()),
  position: z.number().int().min(0),
  path: z.array(z.string().max(64)).max(64),
  head: z.record(z.string(), z.json()),
});
const paper = z.strictObject({
  kind: z.enum(["letter", "document", "original"]),
  reference: text(40),
  digest: hex,
  bytes: z.base64(),
  position: z.number().optional(),
  proofs: z.array(z.strictObject({ event: text(40), entry: z.number().int().nullable(), proof: text(20_000) })).max(100),
});
/** Form only: what holds is examined by digests and signatures. */
const whole = z.strictObject({
  format: z.literal("cercle-file-1"),
  space: z.strictObject({ id: text(80), name: text(200) }),
  reference: text(40),
  instrument: text(60),
  opened_at: z.iso.datetime(),
  holder: text(120),
  party: z
    .strictObject({
      id: z.uuid(),
      name: text(200),
      kind: text(40),
      identifiers: z.record(z.string().max(20), text(80)),
      seat: text(400).optional(),
      representative: text(200).optional(),
      contact: z.strictObject({ name: text(200), email: text(200), phone: text(40).optional() }).optional(),
    })
    .nullable(),
  evidence: z.strictObject({
    format: z.literal("cercle-evidence-1"),
    file: z.uuid(),
    entries: z.array(entry).min(1).max(20_000),
    proofs: z.array(proof).max(20_000).optional(),
  }),
  papers: z.array(paper).max(2000),
  signed: text(40_000),
});

export function transferRoutes({ store, access, transfer, papers }: { store: Store; access: Access; transfer: Transfer; papers: Papers }): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/export",
      about: "The whole file, signed: entries, contents, heads, letters, documents and originals. Nothing that was erased.",
      who: agencyRoles,
      params: reference,
      perMinute: 30,
      async handle({ params, actor }) {
        await access.read(actor, params.reference);
        return transfer.take(params.reference);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/files/:reference/hand-over",
      about: "Hands the file over to another space of the same operator, before its export: an entry; rights close here, nothing more is recorded.",
      who: ["officer"],
      params: reference,
      body: z.object({ to: z.string().trim().min(2).max(200) }),
      async handle({ params, body, actor }) {
        await access.read(actor, params.reference);
        return transfer.handOver(params.reference, body.to, actorKey(actor));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/files/imports",
      about:
        "Brings in a whole file of another space. Altered, it is refused, naming the first altered entry. Of another operator, it is read here and never carried on.",
      who: ["officer"],
      body: whole,
      handle: ({ body, actor }) => transfer.bring(body as unknown as WholeFile, actorKey(actor)),
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/origin",
      about: "Where an imported file comes from, whether it can be carried on here, and the papers that came with it.",
      who: [...agencyRoles, "vendor", "operator-contact", "controller"],
      params: reference,
      async handle({ params, actor }) {
        const { file } = await access.read(actor, params.reference);
        return { origin: (await transfer.origin(store, file.reference)) ?? null, papers: await papers.kept(store, file.id) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/papers/:position",
      about: "A paper that came with an imported file.",
      who: agencyRoles,
      params: reference.extend({ position: z.coerce.number().int().min(0).max(2000) }),
      async handle({ params, actor }) {
        const { file } = await access.read(actor, params.reference);
        const bytes = await papers.open(store, file.id, params.position);
        if (!bytes) throw governanceErrors.refuse("governance.no-paper");
        const name = `${file.reference}-${params.position}.pdf`;
        return new Reply({ body: bytes, type: "application/pdf", headers: { "content-disposition": `attachment; filename="${name}"` } });
      },
    }),
  ];
}

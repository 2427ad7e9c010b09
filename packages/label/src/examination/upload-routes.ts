// API of evidence in parts.
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { addEvidence } from "../applications/products.ts";
import { one, readers, theirProduct } from "../applications/who.ts";
import { labelErrors } from "../errors.ts";
import type { Room } from "../room.ts";
import { base64, bytesOf, evidenceFacts } from "./evidence-body.ts";
import { beginUpload, endUpload, getUpload, joinParts, keepPart } from "./uploads.ts";

const upload = one.extend({ upload: z.uuid() });

export function uploadRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  const path = "/api/label/products/:product/uploads";
  return [
    defineRoute({
      method: "POST",
      path,
      about: "Begins a piece of evidence larger than one request: its size and SHA-256; answers how many parts of which size.",
      who: readers,
      params: one,
      body: evidenceFacts.extend({ size: z.number().int().min(1), digest: z.string().regex(/^[0-9a-f]{64}$/) }),
      async handle({ params, body, actor }) {
        const { product, as: added_by } = await theirProduct(room, actor, params.product);
        const { referential, ...facts } = body;
        return store.transaction((tx) => beginUpload(tx, { product_id: product.id, referential_id: referential, added_by, ...facts }, ports.now()));
      },
    }),
    defineRoute({
      method: "PUT",
      path: `${path}/:upload/parts/:part`,
      about: "One part (base64), the first is 1.",
      who: readers,
      params: upload.extend({ part: z.coerce.number().int().min(1).max(100) }),
      body: z.object({ content: base64 }),
      async handle({ params, body, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        await keepPart(store, await getUpload(store, product.id, params.upload), params.part, bytesOf(body.content), ports.vault.seal);
        return { part: params.part };
      },
    }),
    defineRoute({
      method: "POST",
      path: `${path}/:upload/completion`,
      about: "Ends it: the whole is judged as any piece of evidence; refused, nothing of it stays.",
      who: readers,
      params: upload,
      async handle({ params, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        const begun = await getUpload(store, product.id, params.upload);
        const bytes = await joinParts(store, begun, ports.vault.unseal);
        if ((await endUpload(store, begun.id)) !== 1) throw labelErrors.refuse("label.no-upload");
        const evidence = { referential: begun.referential_id, requirement: begun.requirement, name: begun.name, bytes, by: begun.added_by };
        return addEvidence(room, product.id, evidence);
      },
    }),
  ];
}

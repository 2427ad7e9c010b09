// What the agency and the holder do from a product's page, without script: builds, self-assessment, results, signature, logo kit.
import { defineRoute, Reply, type Route, upload } from "@cercle/web";
import { z } from "zod";
import { requirementId } from "../examination/evidence-body.ts";
import { evidenceLimit } from "../examination/evidence-file.ts";
import { listRequirements } from "../examination/referentials.ts";
import type { Room } from "../room.ts";
import { openKit, signConvention } from "./applications.ts";
import { productPage } from "./product-pages.ts";
import { addEvidence, claim, listAssessments, recordBuild, recordResult } from "./products.ts";
import { asAgency, one, readers, theirProduct } from "./who.ts";

/** What a form has around its file. */
const formBytes = 100_000;
const ticked = z
  .union([
    z
      .string()
      .max(60)
      .transform((text) => [text]),
    z.array(z.string().max(60)).max(2000),
  ])
  .default([]);
const onReferential = z.object({ referential: z.uuid() });
const verdict = z.enum(["met", "not-met", "not-tested"]);

export function productActs(room: Room): readonly Route[] {
  const { store, ports } = room;
  return [
    defineRoute({
      method: "POST",
      path: "/label/products/:product/evidence",
      about: "Adds a piece of evidence from the page.",
      who: readers,
      page: true,
      params: one,
      uploadBytes: evidenceLimit + formBytes,
      body: onReferential.extend({ requirement: requirementId, piece: upload }),
      async handle({ params, body, actor }) {
        const { product, as: by } = await theirProduct(room, actor, params.product);
        const { referential, requirement, piece } = body;
        await addEvidence(room, product.id, { referential, requirement, name: piece.name.trim().slice(0, 200), bytes: piece.bytes, by });
        return Reply.see(`${productPage(product)}#examination`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/products/:product/builds",
      about: "Declares a build from the page.",
      who: readers,
      page: true,
      params: one,
      body: z.object({
        number: z.string().trim().max(40),
        fingerprint: z
          .string()
          .trim()
          .toLowerCase()
          .regex(/^[0-9a-f]{64}$/),
      }),
      async handle({ params, body, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        await store.transaction((tx) => recordBuild(tx, product.id, body, ports.now()));
        return Reply.see(`${productPage(product)}#builds`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/products/:product/self-assessment",
      about: "What the candidate says of every requirement: ticked, or not covered.",
      who: readers,
      page: true,
      params: one,
      body: onReferential.extend({ covered: ticked }),
      async handle({ params, body, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        const requirements = await listRequirements(store, body.referential);
        await store.transaction(async (tx) => {
          for (const { id } of requirements) await claim(tx, product.id, body.referential, id, body.covered.includes(id));
        });
        return Reply.see(`${productPage(product)}#examination`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/products/:product/results",
      about: "What the examination found, from the page; what is left open is not said.",
      who: ["officer", "second-officer"],
      page: true,
      params: one,
      body: onReferential.loose(),
      async handle({ params, body, actor }) {
        const product = await asAgency(room, actor, params.product);
        const by = actor.kind === "account" ? actor.id : actor.kind;
        await store.transaction(async (tx) => {
          const known = new Map((await listAssessments(tx, product.id, body.referential)).map((row) => [row.requirement, row.result]));
          for (const { id: requirement } of await listRequirements(tx, body.referential)) {
            const found = verdict.safeParse(body[`result:${requirement}`]);
            // What is said again is left as it was, its note too.
            if (!found.success || known.get(requirement) === found.data) continue;
            await recordResult(tx, product.id, { referential: body.referential, requirement, result: found.data, note: "", by }, ports.now());
          }
        });
        return Reply.see(`${productPage(product)}#examination`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/products/:product/signature",
      about: "Signs the convention for the actor's own side, on the level that the examination gives.",
      who: readers,
      page: true,
      params: one,
      body: onReferential,
      async handle({ params, body, actor, language }) {
        const { product, as } = await theirProduct(room, actor, params.product);
        await signConvention(room, product, as, body.referential, { actor, language });
        return Reply.see(productPage(product));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/products/:product/kit",
      about: "Makes the logo kit from the page.",
      who: readers,
      page: true,
      params: one,
      async handle({ params, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        await openKit(room, product);
        return Reply.see(`${productPage(product)}#use`);
      },
    }),
  ];
}

// API of the examination: referentials, self-assessment, evidence, results, the level they give, and the campaign of a new version.
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { addEvidence, claim, levelOf, listAssessments, listEvidence, openEvidence, recordResult } from "../applications/products.ts";
import { asAgency, one, readers, readProduct, theirProduct } from "../applications/who.ts";
import { labelErrors } from "../errors.ts";
import type { Room } from "../room.ts";
import { base64, bytesOf, evidenceFacts, requirementId } from "./evidence-body.ts";
import { listProblems, type Read, readObjects, readRows } from "./referential.ts";
import { getReferential, importReferential, listReferentials, listRequirements } from "./referentials.ts";
import { readSpreadsheet } from "./spreadsheet.ts";

const agency = ["officer", "second-officer"];

export function examinationRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  return [
    defineRoute({
      method: "GET",
      path: "/api/label/referentials",
      about: "Referentials by versions.",
      who: readers,
      handle: () => listReferentials(store),
    }),
    defineRoute({
      method: "GET",
      path: "/api/label/referentials/:referential",
      about: "One version with its requirements, in the export's columns.",
      who: readers,
      params: z.object({ referential: z.uuid() }),
      handle: async ({ params }) => ({ ...(await getReferential(store, params.referential)), requirements: await listRequirements(store, params.referential) }),
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/referentials",
      about: "Imports a version from JSON rows or from a spreadsheet (base64); nothing is kept when a line is wrong, and a formula refuses the sheet.",
      who: agency,
      body: z.object({
        name: z.string().trim().min(2).max(200),
        version: z.string().trim().min(1).max(40),
        fictional: z.boolean().default(false),
        rows: z
          .array(z.record(z.string().max(40), z.json()))
          .max(2000)
          .optional(),
        spreadsheet: base64.optional(),
      }),
      async handle({ body, language }) {
        const read: Read = body.spreadsheet ? readRows(await readSpreadsheet(bytesOf(body.spreadsheet))) : readObjects(body.rows ?? []);
        if ("problems" in read) throw labelErrors.refuse("label.bad-referential", { params: { problems: listProblems(read.problems, language) } });
        const { requirements } = read;
        return store.transaction((tx) => importReferential(tx, { ...body, requirements }, ports.now()));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/referentials/:referential/publication",
      about: "Tells every holder in force of a new version, with six to twelve months to apply it, or none (article 8).",
      who: agency,
      params: z.object({ referential: z.uuid() }),
      body: z.object({ months: z.number().int().optional() }),
      async handle({ params, body, actor }) {
        const referential = await getReferential(store, params.referential);
        const delay = body.months === undefined ? {} : { delay: { length: body.months, unit: "months" } };
        const told = await ports.files.listLabelled();
        await store.transaction(async (tx) => {
          for (const reference of told)
            await ports.files.record(tx, reference, {
              type: "referential-evolved",
              actor,
              payload: { referential: `${referential.name} ${referential.version}`, ...delay },
            });
          await tx.run("update label.referential set published_at = coalesce(published_at, $2) where id = $1", [referential.id, ports.now()]);
        });
        return { told: told.length };
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/label/products/:product/self-assessment",
      about: "What the candidate says of each requirement.",
      who: readers,
      params: one,
      body: z.object({ referential: z.uuid(), claims: z.array(z.object({ requirement: requirementId, covered: z.boolean() })).max(2000) }),
      async handle({ params, body, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        await store.transaction(async (tx) => {
          for (const { requirement, covered } of body.claims) await claim(tx, product.id, body.referential, requirement, covered);
        });
        return { claims: body.claims.length };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/products/:product/evidence",
      about: "A piece of evidence of 700 kB at most (base64; larger: in parts): its bytes must be what its name says, its archive sound. Kept sealed.",
      who: readers,
      params: one,
      body: evidenceFacts.extend({ content: base64 }),
      async handle({ params, body, actor }) {
        const { product, as: by } = await theirProduct(room, actor, params.product);
        const evidence = { referential: body.referential, requirement: body.requirement, name: body.name, bytes: bytesOf(body.content), by };
        return addEvidence(room, product.id, evidence);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/label/products/:product/evidence/:evidence",
      about: "A piece of evidence, for the agency and the holder.",
      who: readers,
      params: one.extend({ evidence: z.uuid() }),
      async handle({ params, actor }) {
        const { product } = await readProduct(room, actor, params.product);
        const found = await openEvidence(store, product.id, params.evidence);
        if (!found) throw labelErrors.refuse("label.no-product");
        return new Reply({
          body: ports.vault.unseal(found.sealed),
          type: found.type,
          headers: { "content-disposition": "attachment", "cache-control": "no-store", "x-content-type-options": "nosniff" },
        });
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/label/products/:product/results",
      about: "What the examination found, requirement by requirement; met only where there is evidence.",
      who: agency,
      params: one,
      body: z.object({
        referential: z.uuid(),
        results: z
          .array(z.object({ requirement: requirementId, result: z.enum(["met", "not-met", "not-tested"]), note: z.string().max(2000).default("") }))
          .max(2000),
      }),
      async handle({ params, body, actor }) {
        const product = await asAgency(room, actor, params.product);
        const by = actor.kind === "account" ? actor.id : actor.kind;
        await store.transaction(async (tx) => {
          for (const { requirement, result, note } of body.results)
            await recordResult(tx, product.id, { referential: body.referential, requirement, result, note, by }, ports.now());
        });
        return { results: body.results.length };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/label/products/:product/assessment",
      about: "Claims, evidence, results and the level that they give, with what is missing for each level.",
      who: readers,
      params: one,
      query: z.object({ referential: z.uuid() }),
      async handle({ params, query, actor }) {
        const { product } = await readProduct(room, actor, params.product);
        const { level, missing, outOfScope } = await levelOf(store, product.id, query.referential);
        return {
          level: level ?? null,
          missing,
          out_of_scope: outOfScope,
          in_force: room.levelInForce("list", product.id) ?? null,
          requirements: await listAssessments(store, product.id, query.referential),
          evidence: await listEvidence(store, product.id),
        };
      },
    }),
  ];
}

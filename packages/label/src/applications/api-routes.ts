// API of applications: sheet, builds, signature, logo kit, history. For the agency and the holder of the file only.
import { Temporal } from "@cercle/kernel";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { labelErrors } from "../errors.ts";
import { listReferentials } from "../examination/referentials.ts";
import { pageOf } from "../logo/kit.ts";
import type { Room } from "../room.ts";
import { company, fileApplication, openKit, replaceSheet, signAmendment, signConvention } from "./applications.ts";
import { describeDocuments } from "./documents.ts";
import { listBuilds, recordBuild } from "./products.ts";
import { listExpired } from "./sheet.ts";
import { asAgency, one, readers, readProduct, theirProduct } from "./who.ts";

const sheetBody = z.record(z.string().max(60), z.json());

export function apiRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  const { files } = ports;
  return [
    defineRoute({
      method: "POST",
      path: "/api/label/applications",
      about: "Files an application with its product sheet (article 3.1); every missing or inconsistent field is told.",
      who: readers,
      body: z.object({ file: z.string().max(40), application: company, sheet: sheetBody }),
      async handle({ body, actor, language }) {
        if (!(await files.actsFor(actor, body.file))) throw labelErrors.refuse("label.not-yours");
        return { product: await fileApplication(room, body.file, body.application, body.sheet, { actor, language }) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/label/products/:product",
      about: "A product as the agency and its holder see it: sheet, builds, certificates that ended.",
      who: readers,
      params: one,
      async handle({ params, actor }) {
        const { product } = await readProduct(room, actor, params.product);
        const today = ports.today().toString();
        return {
          ...product,
          builds: (await listBuilds(store, product.id)).map(({ number, fingerprint }) => ({ number, fingerprint })),
          ended: listExpired(product.sheet, today),
        };
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/label/products/:product/sheet",
      about: "Changes the sheet; what was signed stays public as it was signed until an amendment.",
      who: readers,
      params: one,
      body: sheetBody,
      async handle({ params, body, actor, language }) {
        const { product } = await theirProduct(room, actor, params.product);
        await replaceSheet(room, product, body, { actor, language });
        return { product: product.id };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/products/:product/builds",
      about: "Declares the build of a version by its fingerprint; two builds under one number, or a number that goes back, are refused.",
      who: readers,
      params: one,
      body: z.object({ number: z.string().max(40), fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
      async handle({ params, body, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        await store.transaction((tx) => recordBuild(tx, product.id, body, ports.now()));
        return { number: body.number, fingerprint: body.fingerprint };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/products/:product/signature",
      about: "Signs the convention for the actor's party, on the level that the evidence gives: nobody types a level in.",
      who: readers,
      params: one,
      body: z.object({ referential: z.uuid(), by: z.enum(["agency", "holder"]).optional() }),
      async handle({ params, body, actor, language }) {
        const { product, as } = await theirProduct(room, actor, params.product);
        // The agency records what reaches it from the holder; a holder signs for itself.
        const by = as === "agency" ? (body.by ?? "agency") : "holder";
        return { by, ...(await signConvention(room, product, by, body.referential, { actor, language })) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/products/:product/amendment",
      about: "Records the amendment signed by both: the sheet and the level as they now stand become what is signed.",
      who: ["officer", "second-officer"],
      params: one,
      body: z.object({ referential: z.uuid() }),
      async handle({ params, body, actor, language }) {
        const product = await asAgency(room, actor, params.product);
        return signAmendment(room, product, body.referential, { actor, language });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/products/:product/kit",
      about: "The logo kit: SVG and PNG for the level and the structure type, with a verifiable mark. Closed during examination and at the end.",
      who: readers,
      params: one,
      async handle({ params, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        const { mark, level } = await openKit(room, product);
        const page = pageOf(ports.origin, mark);
        return {
          mark,
          level,
          structures: "centres-de-sante",
          page,
          svg: `${page}/logo.svg`,
          png: `${page}/logo.png`,
          // LAB 6.2 to 6.5, for whoever puts it on a page or a box.
          rules: { territory: "France", adapt: false, transfer: false, must_link_to: page, catalogue: "RELIMS" },
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/label/products/:product/documents",
      about: "The agency's documents of a file, and whether they may be used and reproduced now (article 10): reading them is not the question.",
      who: readers,
      params: one,
      async handle({ params, actor }) {
        const { product } = await readProduct(room, actor, params.product);
        return describeDocuments(await listReferentials(store), await files.phaseOf(product.reference));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/label/products/:product/history",
      about: "Status by date, for the agency and the holder only (article 7 keeps it from the public).",
      who: readers,
      params: one,
      query: z.object({ on: z.iso.date().optional() }),
      async handle({ params, query, actor }) {
        const { product } = await readProduct(room, actor, params.product);
        const until = query.on ? Temporal.PlainDate.from(query.on).toString() : undefined;
        return (await files.history(product.reference)).filter(({ on }) => until === undefined || on <= until);
      },
    }),
  ];
}

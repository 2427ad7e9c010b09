// API of applications: sheet, builds, signature, logo kit, history. For the agency and the holder of the file only.
import { type Json, Temporal } from "@cercle/kernel";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { describeDocuments } from "./documents.ts";
import { labelErrors } from "./errors.ts";
import { makeLogo, pageOf } from "./kit.ts";
import { changeSheet, createProduct, getProduct, keepSignedSheet, levelOf, listBuilds, recordBuild } from "./products.ts";
import { listReferentials } from "./referentials.ts";
import type { Room } from "./room.ts";
import { listExpired, listSheetProblems, type Sheet } from "./sheet.ts";
import { asAgency, one, party, readers } from "./who.ts";

const sheetBody = z.record(z.string().max(60), z.json());
const text = (most = 200) => z.string().trim().min(1).max(most);
const company = z.object({
  motive: z.enum(["first", "v1-to-v2"]),
  company: text(),
  seat: text(400),
  phone: text(40),
  email: z.email().max(200),
  registration_place: text(),
  registration_number: text(40),
  owner: z.boolean(),
  sincere: z.boolean(),
});

const sound = (sheet: Sheet, language: "fr" | "en"): Sheet => {
  const problems = listSheetProblems(sheet, language);
  if (problems.length > 0) throw labelErrors.refuse("label.bad-sheet", { params: { problems: problems.join(" ; ") }, clause: "LAB 3.1" });
  return sheet;
};

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
        const as = await files.actsFor(actor, body.file);
        if (!as) throw labelErrors.refuse("label.not-yours");
        const sheet = sound(body.sheet, language);
        return store.transaction(async (tx) => {
          const product = await createProduct(tx, { reference: body.file, sheet }, ports.now());
          const payload = { ...body.application, product, health_centres_only: true, by: "holder" };
          await files.record(tx, body.file, { type: "application-filed", actor, payload });
          return { product };
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/label/products/:product",
      about: "A product as the agency and its holder see it: sheet, builds, certificates that ended.",
      who: readers,
      params: one,
      async handle({ params, actor }) {
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
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
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
        const sheet = sound(body, language);
        return store.transaction(async (tx) => {
          await changeSheet(tx, product.id, sheet, ports.now());
          // LAB 4.2.1: a change to a piece of the file is a fact that the holder owes to report.
          if (product.signed_sheet) await files.record(tx, product.reference, { type: "file-piece-changed", actor, payload: { by: "holder" } });
          return { product: product.id };
        });
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
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
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
        const product = await getProduct(store, params.product);
        const as = await party(room, actor, product);
        // The agency records what reaches it from the holder; a holder signs for itself.
        const by = as === "agency" ? (body.by ?? "agency") : "holder";
        const { level, missing } = await levelOf(store, product.id, body.referential);
        if (!level) throw labelErrors.refuse("label.no-level", { params: { missing: missing.standard.slice(0, 20).join(", ") || "—" }, clause: "LAB 3.2" });
        const number = String(product.sheet.version);
        if (!(await listBuilds(store, product.id)).some((build) => build.number === number))
          throw labelErrors.refuse("label.no-build", { params: { number }, clause: "LAB 3.1" });
        sound(product.sheet, language);
        return store.transaction(async (tx) => {
          const payload: Record<string, Json> = { by, product: product.id, level };
          const { seq } = await files.record(tx, product.reference, { type: "convention-signed", actor, payload });
          await keepSignedSheet(tx, product.id, product.sheet);
          return { seq, by, level };
        });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/products/:product/amendment",
      about: "Records the amendment signed by both: the sheet and the level as they now stand become what is signed.",
      who: ["officer", "second-officer"],
      params: one,
      body: z.object({ referential: z.uuid() }),
      async handle({ params, body, actor }) {
        const product = await getProduct(store, params.product);
        await asAgency(room, actor, product);
        const { level, missing } = await levelOf(store, product.id, body.referential);
        if (!level) throw labelErrors.refuse("label.no-level", { params: { missing: missing.standard.slice(0, 20).join(", ") || "—" }, clause: "LAB 3.2" });
        return store.transaction(async (tx) => {
          const { seq } = await files.record(tx, product.reference, { type: "amendment-signed", actor, payload: { by: "both", product: product.id, level } });
          await keepSignedSheet(tx, product.id, product.sheet);
          return { seq, level };
        });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/label/products/:product/kit",
      about: "The logo kit: SVG and PNG for the level and the structure type, with a verifiable mark. Closed during examination and at the end.",
      who: readers,
      params: one,
      async handle({ params, actor }) {
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
        const level = room.levelInForce("logo", product.id);
        if (!level) throw labelErrors.refuse("label.logo-closed", { clause: "LAB 6.2", right: "logo.label" });
        const logo = await store.transaction((tx) => makeLogo(tx, { ports, product, level }, ports.now()));
        const page = pageOf(ports.origin, logo.mark);
        return {
          mark: logo.mark,
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
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
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
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
        const until = query.on ? Temporal.PlainDate.from(query.on).toString() : undefined;
        return (await files.history(product.reference)).filter(({ on }) => until === undefined || on <= until);
      },
    }),
  ];
}

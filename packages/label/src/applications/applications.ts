// The acts on a product that the API and the pages have in common: filing it with its sheet, changing the sheet, signing, the logo kit.
// Each is first an entry of the file: the law refuses it or not, in the transaction of what this room writes.
import type { Json, Language } from "@cercle/kernel";
import type { Actor } from "@cercle/web";
import { z } from "zod";
import { labelErrors } from "../errors.ts";
import type { Level } from "../examination/level.ts";
import { type LogoRow, makeLogo } from "../logo/kit.ts";
import type { Room } from "../room.ts";
import { changeSheet, createProduct, keepSignedSheet, levelOf, listBuilds, type ProductRow } from "./products.ts";
import { listSheetProblems, type Sheet } from "./sheet.ts";

const text = (most = 200) => z.string().trim().min(1).max(most);
/** LAB head: who asks, a first request or a renewal, and what it declares. */
export const companyFields = {
  motive: z.enum(["first", "v1-to-v2"]),
  company: text(),
  seat: text(400),
  phone: text(40),
  email: z.email().max(200),
  registration_place: text(),
  registration_number: text(40),
};
export const company = z.object({ ...companyFields, owner: z.boolean(), sincere: z.boolean() });
export type Company = z.output<typeof company>;

type By = { readonly actor: Actor; readonly language: Language };

/** Refuses a sheet with holes, all of them told at once. */
export function sound(sheet: Sheet, language: Language): Sheet {
  const problems = listSheetProblems(sheet, language);
  if (problems.length > 0) throw labelErrors.refuse("label.bad-sheet", { params: { problems: problems.join(" ; ") }, clause: "LAB 3.1" });
  return sheet;
}

/** Files an application (LAB 3.1); answers the product's id. */
export async function fileApplication({ store, ports }: Room, reference: string, application: Company, sheet: Sheet, { actor, language }: By): Promise<string> {
  sound(sheet, language);
  return store.transaction(async (tx) => {
    const product = await createProduct(tx, { reference, sheet }, ports.now());
    const payload = { ...application, product, health_centres_only: true, by: "holder" };
    await ports.files.record(tx, reference, { type: "application-filed", actor, payload });
    return product;
  });
}

/** What was signed stays public as it was signed until an amendment. */
export async function replaceSheet({ store, ports }: Room, product: ProductRow, sheet: Sheet, { actor, language }: By): Promise<void> {
  sound(sheet, language);
  await store.transaction(async (tx) => {
    await changeSheet(tx, product.id, sheet, ports.now());
    // LAB 4.2.1: a change to a piece of the file is a fact that the holder owes to report.
    if (product.signed_sheet) await ports.files.record(tx, product.reference, { type: "file-piece-changed", actor, payload: { by: "holder" } });
  });
}

/** The level that the evidence gives: nobody types one in (LAB 3.2). */
async function reached(room: Room, product: ProductRow, referential: string): Promise<Level> {
  const { level, missing } = await levelOf(room.store, product.id, referential);
  if (!level) throw labelErrors.refuse("label.no-level", { params: { missing: missing.standard.slice(0, 20).join(", ") || "—" }, clause: "LAB 3.2" });
  return level;
}

type Signed = { readonly seq: number; readonly level: Level };

/** Signs the convention for a party, on the level reached and the declared build of the sheet's version. */
export async function signConvention(room: Room, product: ProductRow, by: "agency" | "holder", referential: string, { actor, language }: By): Promise<Signed> {
  const level = await reached(room, product, referential);
  const number = String(product.sheet.version);
  if (!(await listBuilds(room.store, product.id)).some((build) => build.number === number))
    throw labelErrors.refuse("label.no-build", { params: { number }, clause: "LAB 3.1" });
  sound(product.sheet, language);
  return keepSigned(room, product, { type: "convention-signed", by, level }, actor);
}

/** The amendment that both signed: the sheet and the level as they now stand become what is signed. */
export async function signAmendment(room: Room, product: ProductRow, referential: string, { actor }: By): Promise<Signed> {
  return keepSigned(room, product, { type: "amendment-signed", by: "both", level: await reached(room, product, referential) }, actor);
}

function keepSigned({ store, ports }: Room, product: ProductRow, act: { type: string; by: string; level: Level }, actor: Actor): Promise<Signed> {
  return store.transaction(async (tx) => {
    const payload: Record<string, Json> = { by: act.by, product: product.id, level: act.level };
    const { seq } = await ports.files.record(tx, product.reference, { type: act.type, actor, payload });
    await keepSignedSheet(tx, product.id, product.sheet);
    return { seq, level: act.level };
  });
}

/** The logo for the level in force; refused while its right is closed (LAB 6.2, 6.4). */
export async function openKit({ store, ports, levelInForce }: Room, product: ProductRow): Promise<LogoRow> {
  const level = levelInForce("logo", product.id);
  if (!level) throw labelErrors.refuse("label.logo-closed", { clause: "LAB 6.2", right: "logo.label" });
  return store.transaction((tx) => makeLogo(tx, { ports, product, level }, ports.now()));
}

// What the public list shows: the six fields of article 6.9 and nothing else, in every form in which it leaves. Pure.
// Confidentiality by construction (LAB 7): a row is made by this list of readers, never by copying a record.
import { createHash } from "node:crypto";
import { type Language, say, type Text } from "@cercle/kernel";
import { type Profession, professions, type Sheet } from "../applications/sheet.ts";
import type { Level } from "../examination/level.ts";
import { levelWords, structureWords } from "../logo/logo.ts";

export type Listed = { readonly holder: string; readonly sheet: Sheet; readonly level: Level };

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

/** The allow-list: six fields, each with what it reads. */
const fields = {
  holder: ({ holder }: Listed) => holder,
  product: ({ sheet }: Listed) => String(sheet.commercial_name ?? ""),
  version: ({ sheet }: Listed) => String(sheet.version ?? ""),
  structures: () => [structureWords],
  professions: ({ sheet }: Listed) => [...strings(sheet.professions), ...strings(sheet.other_professions)],
  level: ({ level }: Listed) => level,
} as const;
export type PublicField = keyof typeof fields;
export const publicFields = Object.keys(fields) as readonly PublicField[];
export type PublicRow = { readonly [Field in PublicField]: ReturnType<(typeof fields)[Field]> };

export function publicRow(listed: Listed): PublicRow {
  return Object.fromEntries(publicFields.map((field) => [field, fields[field](listed)])) as PublicRow;
}

/** By name: no order says anything of quality (LAB 7). */
export const listPublic = (all: readonly Listed[]): readonly PublicRow[] =>
  all.map(publicRow).sort((a, b) => a.product.localeCompare(b.product, "fr") || a.holder.localeCompare(b.holder, "fr"));

export type Asked = { readonly profession: string; readonly level: string };

/** A product of the advanced level also covers what the standard one asks. */
export const filterPublic = (rows: readonly PublicRow[], { profession, level }: Asked): readonly PublicRow[] =>
  rows.filter(
    (row) =>
      (profession === "" || row.professions.includes(profession)) &&
      (level === "" || row.level === level || (level === "standard" && row.level === "advanced")),
  );

export const professionName = (code: string, language: Language): string =>
  Object.hasOwn(professions, code) ? say(professions[code as Profession], language) : code;
export const levelName: Readonly<Record<Level, Text>> = {
  standard: { fr: levelWords.standard, en: "Standard level" },
  advanced: { fr: levelWords.advanced, en: "Advanced level" },
};

export function writeCsv(rows: readonly PublicRow[]): string {
  const lines = [publicFields.join(","), ...rows.map((row) => publicFields.map((field) => cell([row[field]].flat().join("; "))).join(","))];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** A spreadsheet takes what begins with = + - @ for a formula: it is kept as text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4287. `updated` is when the list was read: a date of status would tell a history, which article 7 keeps. */
export function writeAtom(rows: readonly PublicRow[], updated: string): string {
  const entries = rows.map((row) => {
    const id = createHash("sha256").update(JSON.stringify(row)).digest("hex").slice(0, 32);
    const words = [row.holder, row.version, ...row.structures, ...row.professions.map((one) => professionName(one, "fr")), levelName[row.level].fr].join(" · ");
    return `<entry><id>urn:cercle:label:${id}</id><title>${xml(row.product)}</title><updated>${updated}</updated><content type="text">${xml(words)}</content></entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:cercle:label</id><title>e-santé Logiciel Centres de santé</title><author><name>Cercle</name></author><updated>${updated}</updated>${entries.join("")}</feed>\n`;
}

const xml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

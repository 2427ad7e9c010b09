// A public register in the forms in which it leaves: rows, CSV (RFC 4180), Atom (RFC 4287). Only what `publicRow` names is ever shown.
import { createHash } from "node:crypto";
import type { Temporal } from "@cercle/kernel";

export type RegisterRow = { readonly name: string; readonly subject: string; readonly since: Temporal.Instant; readonly clause: string };

/** The allow-list: a name and a date, nothing else leaves. */
export function publicRow({ name, since }: RegisterRow): { readonly name: string; readonly since: string } {
  return { name, since: since.toString() };
}

export function writeRegisterCsv(rows: readonly RegisterRow[]): string {
  return ["name,since", ...rows.map(publicRow).map(({ name, since }) => `${cell(name)},${cell(since)}`)].map((line) => `${line}\r\n`).join("");
}

/** A spreadsheet takes what begins with = + - @ for a formula: it is kept as text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function writeRegisterAtom(rows: readonly RegisterRow[]): string {
  const shown = rows.map(publicRow);
  const updated =
    shown
      .map(({ since }) => since)
      .sort()
      .at(-1) ?? "1970-01-01T00:00:00Z";
  const entries = shown.map(({ name, since }) => {
    const id = createHash("sha256").update(`${name}\n${since}`).digest("hex").slice(0, 32);
    return `<entry><id>urn:cercle:register:operators:${id}</id><title>${escapeXml(name)}</title><updated>${since}</updated><content type="text">${escapeXml(name)}</content></entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:cercle:register:operators</id><title>MSSant\u00e9</title><author><name>Cercle</name></author><updated>${updated}</updated>${entries.join("")}</feed>\n`;
}

export const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

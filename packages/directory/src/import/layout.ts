// Which extraction a file is, by its header; and a line as the record that is kept. Pure.
import { foldName } from "@cercle/kernel";
import { directoryErrors } from "../errors.ts";
import { type Layout, layouts, separator } from "../france/layouts.ts";

export type FileLayout = { readonly layout: Layout; readonly columns: number };

/** Headers differ in case, accents, articles and one word between years; what they mean does not. */
function foldHeader(text: string): string {
  return foldName(text)
    .replace(/\b(D|DE|DU|L|LA|LE|PP|COORD|STRUCTURE|STRUCTURES)\b/g, " ")
    .replace(/\bFONCTION\b/g, "ROLE")
    .replace(/\s+/g, " ")
    .trim();
}

/** Throws `directory.unknown-layout`, saying which column was not expected. */
export function findLayout(header: string): FileLayout {
  const names = header.split(separator);
  if (names.at(-1) === "") names.pop();
  for (const layout of layouts) {
    if (!layout.counts.includes(names.length)) continue;
    if (names.every((name, i) => foldHeader(name) === foldHeader(layout.columns[i] ?? ""))) return { layout, columns: names.length };
  }
  const near = layouts.find((layout) => layout.counts.includes(names.length));
  const odd = near ? names.findIndex((name, i) => foldHeader(name) !== foldHeader(near.columns[i] ?? "")) : -1;
  throw directoryErrors.refuse("directory.unknown-layout", { params: { header: odd >= 0 ? `${odd + 1}: ${names[odd]}` : `${names.length} × ${separator}` } });
}

const bar = separator.charCodeAt(0);

/** Makes the function that turns a line into the bytes of a record: the trailing separator goes, columns that older files lack are added empty. */
export function createRecordBuilder({ layout, columns }: FileLayout): (line: Buffer) => Buffer {
  const missing = Buffer.from(separator.repeat(layout.columns.length - columns));
  return (line) => {
    const own = line.at(-1) === bar ? line.subarray(0, -1) : line;
    return missing.length === 0 ? own : Buffer.concat([own, missing]);
  };
}

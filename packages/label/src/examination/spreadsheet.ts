// A spreadsheet read as values: its archive is looked at first, any formula refuses the whole sheet, then a kept library reads it.

import { labelErrors } from "../errors.ts";
import { openArchive } from "./archive.ts";

const sheetFile = /^xl\/worksheets\/[^/]+\.xml$/;

/** Rows of the first sheet. Throws `label.spreadsheet-formula`, `label.zip-bomb`, `label.unreadable`. */
export async function readSpreadsheet(bytes: Uint8Array): Promise<readonly (readonly unknown[])[]> {
  const sheets = await openArchive(bytes, (name) => sheetFile.test(name));
  if (sheets.size === 0) throw labelErrors.refuse("label.unreadable", { params: { type: "xlsx" } });
  for (const xml of sheets.values()) {
    // Also what a name prefix hides (`<x:f>`), whatever the case a writer chose.
    const formula = /<(?:\w+:)?c\b[^>]*\br="([A-Z]+\d+)"[^>]*>(?:(?!<\/(?:\w+:)?c>).)*?<(?:\w+:)?f[\s>/]/is.exec(xml);
    if (formula || /<(?:\w+:)?f[\s>/]/i.test(xml)) throw labelErrors.refuse("label.spreadsheet-formula", { params: { cell: formula?.[1] ?? "?" } });
  }
  const { readSheet } = await import("read-excel-file/node");
  try {
    return await readSheet(Buffer.from(bytes));
  } catch (cause) {
    throw labelErrors.refuse("label.unreadable", { params: { type: "xlsx" }, cause });
  }
}

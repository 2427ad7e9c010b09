// An operator's daily file: one act a line, each judged by itself, and a report with every line's number. Same separator and
// the same absence of quoting as the national extractions.
import { Refusal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { directoryErrors } from "../errors.ts";
import { separator } from "../france/layouts.ts";
import type { Operator, Publications } from "./publication.ts";
import { type MailboxKind, mailboxKinds } from "./rules.ts";

export const dailyColumns = ["action", "address", "kind", "national_id", "structure_id", "service", "description", "responsible", "red_list"] as const;

export type LineReport = {
  readonly line: number;
  readonly address: string;
  readonly result: "published" | "changed" | "removed" | "refused";
  readonly code?: string;
  readonly text?: { fr: string; en: string };
  readonly params?: object;
};

const maximumLines = 20_000;

/** Throws `directory.unknown-layout` when the header is not the expected one; a bad line never stops the file. */
export async function takeDailyFile(store: Store, publications: Publications, operator: Operator, content: string): Promise<readonly LineReport[]> {
  const [header = "", ...lines] = content.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = header.split(separator).filter(Boolean);
  if (names.join() !== dailyColumns.join()) throw directoryErrors.refuse("directory.unknown-layout", { params: { header: header.slice(0, 80) } });
  if (lines.length > maximumLines) throw directoryErrors.refuse("directory.too-large", { params: { limit: maximumLines } });
  const reports: LineReport[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const values = line.split(separator);
    const value = (name: (typeof dailyColumns)[number]): string => values[dailyColumns.indexOf(name)]?.trim() ?? "";
    const address = value("address").toLowerCase();
    try {
      const result = await store.transaction((tx) => act(publications, tx, operator, value));
      reports.push({ line: i + 2, address, result });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reports.push({ line: i + 2, address, result: "refused", code: error.code, text: error.text, params: error.params });
    }
  }
  return reports;
}

type Value = (name: (typeof dailyColumns)[number]) => string;

async function act(
  publications: Publications,
  tx: Parameters<Publications["publish"]>[0],
  operator: Operator,
  value: Value,
): Promise<"published" | "changed" | "removed"> {
  const address = value("address");
  if (!/^[^@\s]{1,64}@[^@\s]{3,250}$/.test(address)) throw directoryErrors.refuse("directory.bad-line", { params: { problem: "address" } });
  const redList = ["1", "true", "O"].includes(value("red_list"));
  switch (value("action")) {
    case "publish": {
      const kind = mailboxKinds.find((one) => one === value("kind")) as MailboxKind | undefined;
      if (!kind) throw directoryErrors.refuse("directory.bad-line", { params: { problem: "kind" } });
      await publications.publish(tx, operator, {
        address,
        kind,
        nationalId: value("national_id"),
        structureId: value("structure_id"),
        service: value("service"),
        description: value("description"),
        responsible: value("responsible"),
        redList,
      });
      return "published";
    }
    case "change": {
      const changes = {
        ...(value("red_list") ? { redList } : {}),
        ...(value("description") ? { description: value("description") } : {}),
        ...(value("service") ? { service: value("service") } : {}),
        ...(value("responsible") ? { responsible: value("responsible") } : {}),
      };
      await publications.change(tx, operator, address, changes);
      return "changed";
    }
    case "remove":
      await publications.remove(tx, operator, address);
      return "removed";
    default:
      throw directoryErrors.refuse("directory.bad-line", { params: { problem: "action" } });
  }
}

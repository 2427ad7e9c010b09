// Offline verification of an exported file: intact, lawfully erased (by which entry), or altered (which entry is the first).
import type { Json } from "@cercle/kernel";
import { type ChainedPart, digestContent, digestEntry } from "./chain.ts";

export type ExportedEntry = ChainedPart & {
  readonly digest: string;
  /** Absent when erased. Salt in base64. */
  readonly disclosed?: { readonly salt: string; readonly payload: Json };
};
export type ExportedFile = { readonly format: "cercle-evidence-1"; readonly file: string; readonly entries: readonly ExportedEntry[] };

export type Verdict =
  | { readonly verdict: "intact"; readonly entries: number }
  | { readonly verdict: "lawfully-erased"; readonly entries: number; readonly erased: readonly { seq: number; by: number }[] }
  | { readonly verdict: "altered"; readonly first: number; readonly reason: string };

/** The type of the entry that records an erasure; its payload names the erased entry in `erased`. */
export const erasureType = "content-erased";

/** Checks the chain and every disclosed content. Needs no server. */
export function verifyFile(exported: ExportedFile): Verdict {
  const erasedBy = new Map<number, number>();
  for (const entry of exported.entries) {
    const payload = entry.disclosed?.payload as { erased?: number } | undefined;
    if (entry.type === erasureType && typeof payload?.erased === "number") erasedBy.set(payload.erased, entry.seq);
  }
  let previous = "";
  const erased: { seq: number; by: number }[] = [];
  for (const [index, entry] of exported.entries.entries()) {
    const { digest, disclosed, ...part } = entry;
    const altered = (reason: string): Verdict => ({ verdict: "altered", first: index + 1, reason });
    if (entry.seq !== index + 1) return altered("an entry is missing or out of order");
    if (entry.file !== exported.file) return altered("the entry belongs to another file");
    if (entry.previous !== previous) return altered("it does not follow the entry before");
    if (digestEntry(part) !== digest) return altered("the entry differs from its digest");
    if (disclosed) {
      if (digestContent(Buffer.from(disclosed.salt, "base64"), disclosed.payload) !== entry.content) return altered("the content differs from its digest");
    } else {
      const by = erasedBy.get(entry.seq);
      if (by === undefined) return altered("the content is missing and no entry says that it was erased");
      erased.push({ seq: entry.seq, by });
    }
    previous = digest;
  }
  return erased.length > 0 ? { verdict: "lawfully-erased", entries: exported.entries.length, erased } : { verdict: "intact", entries: exported.entries.length };
}

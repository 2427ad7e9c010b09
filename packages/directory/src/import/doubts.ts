// Doubtful lines: counted by kind, the first thousand named by line number. Values are not repeated: the file has them.
import { doubtFiness, doubtPersonId, doubtSiret } from "../france/identifiers.ts";
import { at, type LayoutName } from "../france/layouts.ts";
import type { Values } from "../record.ts";

export type DoubtKind = "columns" | "encoding" | "duplicate" | "identifier-key" | "identifier-length" | "structure-key" | "no-identifier" | "no-address";
export type Doubt = { readonly line: number; readonly kind: DoubtKind };

export type Doubts = {
  add(line: number, kind: DoubtKind): void;
  readonly counts: Readonly<Partial<Record<DoubtKind, number>>>;
  readonly first: readonly Doubt[];
};

const named = 1000;

export function createDoubts(): Doubts {
  const counts: Partial<Record<DoubtKind, number>> = {};
  const first: Doubt[] = [];
  return {
    counts,
    first,
    add(line, kind) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (first.length < named) first.push({ line, kind });
    },
  };
}

/** What is odd about a line of the right number of columns. Official examples fail their keys, so nothing here rejects. */
export function listDoubts(layout: LayoutName, values: Values, record: string): readonly DoubtKind[] {
  const found: DoubtKind[] = [];
  const value = (position: number): string => values[position] ?? "";
  if (record.includes("\uFFFD")) found.push("encoding");
  if (layout === "mailbox") return found;
  const person = doubtPersonId(value(at.idType), value(at.identifier));
  if (person) found.push(person === "key" ? "identifier-key" : "identifier-length");
  if (layout === "activity") {
    const finess = value(at.finess) && doubtFiness(value(at.finess));
    const siret = value(at.siret) && doubtSiret(value(at.siret));
    if (finess || siret) found.push("structure-key");
  }
  return found;
}

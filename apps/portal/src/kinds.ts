// The entries that an instrument knows, proofs of letters included, as the law describes them.
import type { Text } from "@cercle/kernel";
import { describeDefinition, type FullInstrument } from "@cercle/law";

export type FieldKind = "text" | "date" | "number" | "flag" | "list" | "length" | readonly string[];
export type Kind = {
  readonly type: string;
  readonly about: Text;
  readonly by: readonly string[];
  readonly article: string | null;
  readonly channel: { readonly accepts: readonly string[]; readonly article: string } | null;
  readonly fields: Readonly<Record<string, { readonly kind: FieldKind; readonly required?: boolean; readonly about: Text }>>;
  /** A letter whose reception can be proved afterwards. */
  readonly letter: boolean;
};

const known = new Map<string, ReadonlyMap<string, Kind>>();

export function kindsOf({ definition }: Pick<FullInstrument, "definition">): ReadonlyMap<string, Kind> {
  const found = known.get(definition.id);
  if (found) return found;
  const { entries } = describeDefinition(definition) as { entries: readonly Kind[] };
  const kinds = new Map(entries.map((kind) => [kind.type, kind]));
  known.set(definition.id, kinds);
  return kinds;
}

// The entries that an instrument knows, proofs of letters included, as the law describes them.
import { say, type Text } from "@cercle/kernel";
import { describeDefinition, type FullInstrument } from "@cercle/law";
import type { Words } from "../words.ts";

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

/** A reason of the law with its keys (channels, entries) in people's words. */
export function plainReason(words: Words, kinds: ReadonlyMap<string, Kind>, text: string): string {
  return text.replace(/[a-z]+(?:-[a-z]+)+|\bregistered(?=[,.;])/g, (key) => {
    const kind = kinds.get(key);
    return kind ? `« ${say(kind.about, words.language)} »` : words.named("channel", key);
  });
}

const known = new Map<string, ReadonlyMap<string, Kind>>();

export function kindsOf({ definition }: Pick<FullInstrument, "definition">): ReadonlyMap<string, Kind> {
  const found = known.get(definition.id);
  if (found) return found;
  const { entries } = describeDefinition(definition) as { entries: readonly Kind[] };
  const kinds = new Map(entries.map((kind) => [kind.type, kind]));
  known.set(definition.id, kinds);
  return kinds;
}

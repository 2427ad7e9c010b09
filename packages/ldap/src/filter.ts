// Search filters (RFC 4511 §4.5.1.7): read from BER within bounds, evaluated in three values. NOT of an attribute that an entry
// does not know is Undefined, and Undefined selects nothing.
import { foldName } from "@cercle/kernel";
import { BerError, type BerReader, decodeText } from "./ber.ts";

export type Filter =
  | { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | { readonly kind: "equal" | "approx" | "greater" | "less"; readonly attribute: string; readonly value: string }
  | { readonly kind: "substring"; readonly attribute: string; readonly initial?: string; readonly any: readonly string[]; readonly final?: string }
  | { readonly kind: "present"; readonly attribute: string }
  /** Extensible match and whatever else is well formed but unknown: Undefined. */
  | { readonly kind: "undefined" };

export type FilterLimits = { readonly depth: number; readonly terms: number };
export const filterLimits: FilterLimits = { depth: 16, terms: 64 };

/** A filter beyond the limits: the search is refused, the connection lives. */
export class FilterLimitError extends Error {}

/** Reads one filter. Throws `BerError` when malformed, `FilterLimitError` beyond the limits. */
export function readFilter(reader: BerReader, limits: FilterLimits = filterLimits): Filter {
  let terms = 0;
  const read = (from: BerReader, depth: number): Filter => {
    terms += 1;
    if (depth > limits.depth || terms > limits.terms) throw new FilterLimitError("the filter is too deep or too long");
    const found = from.peekTag();
    switch (found) {
      case 0xa0:
      case 0xa1: {
        const inner = from.enter(found);
        const parts: Filter[] = [];
        while (!inner.done) parts.push(read(inner, depth + 1));
        return { kind: found === 0xa0 ? "and" : "or", parts };
      }
      case 0xa2: {
        const inner = from.enter(found);
        const part = read(inner, depth + 1);
        if (!inner.done) throw new BerError("not has one part");
        return { kind: "not", part };
      }
      case 0xa3:
        return { kind: "equal", ...assertion(from.enter(found)) };
      case 0xa4:
        return substring(from.enter(found));
      case 0xa5:
        return { kind: "greater", ...assertion(from.enter(found)) };
      case 0xa6:
        return { kind: "less", ...assertion(from.enter(found)) };
      case 0x87:
        return { kind: "present", attribute: decodeText(from.read(found)).toLowerCase() };
      case 0xa8:
        return { kind: "approx", ...assertion(from.enter(found)) };
      case 0xa9:
        from.readAny();
        return { kind: "undefined" };
      default:
        throw new BerError("an unknown filter");
    }
  };
  return read(reader, 1);
}

function assertion(inner: BerReader): { attribute: string; value: string } {
  const attribute = inner.text().toLowerCase();
  return { attribute, value: inner.text() };
}

function substring(inner: BerReader): Filter {
  const attribute = inner.text().toLowerCase();
  const parts = inner.enter(0x30);
  const any: string[] = [];
  let initial: string | undefined;
  let final: string | undefined;
  if (parts.done) throw new BerError("a substring filter without parts");
  while (!parts.done) {
    const { tag, content } = parts.readAny();
    const text = decodeText(content);
    if (tag === 0x80 && initial === undefined && any.length === 0 && final === undefined) initial = text;
    else if (tag === 0x81 && final === undefined) any.push(text);
    else if (tag === 0x82 && final === undefined) final = text;
    else throw new BerError("parts of a substring filter out of order");
  }
  return { kind: "substring", attribute, any, ...(initial === undefined ? {} : { initial }), ...(final === undefined ? {} : { final }) };
}

/** The values of an attribute by its name in lower case; none or undefined when the entry has none. */
export type Attributes = { get(attribute: string): readonly string[] | undefined };

/** True, false, or undefined when the entry cannot say (RFC 4511 §4.5.1.7). `knows` tells which attributes the schema has. */
export function evaluateFilter(filter: Filter, entry: Attributes, knows: (attribute: string) => boolean): boolean | undefined {
  switch (filter.kind) {
    case "and":
    case "or": {
      // The absolute value decides at once; otherwise one Undefined part makes the whole Undefined.
      const decisive = filter.kind === "or";
      let unknown = false;
      for (const part of filter.parts) {
        const result = evaluateFilter(part, entry, knows);
        if (result === decisive) return decisive;
        if (result === undefined) unknown = true;
      }
      return unknown ? undefined : !decisive;
    }
    case "not": {
      const result = evaluateFilter(filter.part, entry, knows);
      return result === undefined ? undefined : !result;
    }
    case "present":
      return knows(filter.attribute) ? (entry.get(filter.attribute) ?? []).length > 0 : undefined;
    case "undefined":
      return undefined;
    default:
      return knows(filter.attribute) ? (entry.get(filter.attribute) ?? []).some((text) => matches(filter, text)) : undefined;
  }
}

type Comparison = Extract<Filter, { attribute: string }>;

/** caseIgnoreMatch, with accents folded both ways: `Elodie` finds `Élodie`, and the reverse. */
function matches(filter: Comparison, text: string): boolean {
  const folded = foldValue(text);
  switch (filter.kind) {
    case "equal":
    case "approx":
      return folded === foldValue(filter.value);
    case "greater":
      return folded >= foldValue(filter.value);
    case "less":
      return folded <= foldValue(filter.value);
    case "present":
      return true;
    case "substring": {
      let at = 0;
      if (filter.initial !== undefined) {
        const initial = foldValue(filter.initial);
        if (!folded.startsWith(initial)) return false;
        at = initial.length;
      }
      for (const part of filter.any) {
        const wanted = foldValue(part);
        const found = folded.indexOf(wanted, at);
        if (found < 0) return false;
        at = found + wanted.length;
      }
      const final = filter.final === undefined ? "" : foldValue(filter.final);
      return folded.length - final.length >= at && folded.endsWith(final);
    }
  }
}

/** The one folding of names, except that what folds to nothing (punctuation alone) and addresses are compared by case only. */
export function foldValue(text: string): string {
  if (/^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/.test(text)) return text.toLowerCase();
  if (text.includes("@") || text.includes(".")) return text.trim().toLowerCase();
  const known = folded.get(text);
  if (known !== undefined) return known;
  const made = foldName(text).toLowerCase() || text.trim().toLowerCase();
  if (folded.size >= maximumFolded) folded.clear();
  if (text.length <= maximumKept) folded.set(text, made);
  return made;
}

/** Folding costs a microsecond and the same names come again and again. */
const folded = new Map<string, string>();
const maximumFolded = 10_000;
const maximumKept = 100;

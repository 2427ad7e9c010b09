// Sequence sets (RFC 3501 §9 `sequence-set`): ranges of numbers, `*` for the largest.
import { SyntaxFault } from "./token.ts";

export type Range = readonly [from: number, to: number];
/** `Infinity` stands for `*`. */
export type NumberSet = readonly Range[];

const maximumRanges = 10_000;

/** Throws `SyntaxFault` on anything else than a set. */
export function parseSet(text: string): NumberSet {
  const ranges = text.split(",");
  if (ranges.length > maximumRanges) throw new SyntaxFault("too many ranges");
  return ranges.map((range): Range => {
    const [from, to, more] = range.split(":").map(parseNumber);
    if (from === undefined || more !== undefined) throw new SyntaxFault("a set of numbers is expected");
    const other = to ?? from;
    return from <= other ? [from, other] : [other, from];
  });
}

function parseNumber(text: string): number {
  if (text === "*") return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new SyntaxFault("a set of numbers is expected");
  return Number(text);
}

/** The members of a sorted list of UIDs that the set names. `*` is the last one, whatever its number (RFC 3501 §6.4.8). */
export function selectUids(set: NumberSet, uids: readonly number[]): readonly number[] {
  const last = uids.at(-1);
  if (last === undefined) return [];
  const chosen = new Set<number>();
  for (const [from, to] of set) {
    const low = Math.min(from, last);
    for (let i = lowerBound(uids, low); i < uids.length; i++) {
      const uid = uids[i];
      if (uid === undefined || uid > to) break;
      chosen.add(uid);
    }
    if (from === Number.POSITIVE_INFINITY || to === Number.POSITIVE_INFINITY) chosen.add(last);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The UIDs at the sequence numbers that the set names. A number beyond the end is a fault (RFC 3501 §6.4.5 and errata). */
export function selectSequence(set: NumberSet, uids: readonly number[]): readonly number[] {
  const chosen = new Set<number>();
  for (const [from, to] of set) {
    const low = Math.min(from, uids.length);
    const high = to === Number.POSITIVE_INFINITY ? uids.length : to;
    if (high > uids.length || low < 1) throw new SyntaxFault("no such message number");
    for (let i = low; i <= high; i++) chosen.add(uids[i - 1] ?? 0);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** First index whose value is not below `value`. */
export function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `[1, 2, 3, 7]` → `1:3,7`. */
export function formatSet(numbers: readonly number[]): string {
  const ranges: string[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const start = numbers[i] ?? 0;
    let end = start;
    while (numbers[i + 1] === end + 1) {
      end += 1;
      i += 1;
    }
    ranges.push(start === end ? String(start) : `${start}:${end}`);
  }
  return ranges.join(",");
}

// The append-only log (RFC 6962 §2.1; RFC 9162 §2.1.3–2.1.4 for the verifiers). Pure. Plans say which ranges of leaves a
// proof is made of; a range is covered by complete subtrees, which the store keeps, so a proof costs a logarithm of reads.
import { createHash } from "node:crypto";

/** Leaves `from` (included) to `to` (excluded). */
export type Range = readonly [from: number, to: number];
/** A complete subtree: `place` counts nodes of its level from the left. */
export type NodeName = { readonly level: number; readonly place: number };

export function hashLeaf(text: string): Buffer {
  return createHash("sha256").update(Uint8Array.of(0)).update(text).digest();
}

export function hashPair(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(Uint8Array.of(1)).update(left).update(right).digest();
}

/** The largest power of two below `n`, for n > 1. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

/** RFC 6962 §2.1.1: the audit path of leaf `index` in the tree of `size` leaves, nearest first. */
export function planInclusion(index: number, size: number): readonly Range[] {
  const path = (from: number, to: number): Range[] => {
    if (to - from <= 1) return [];
    const middle = from + splitOf(to - from);
    return index < middle ? [...path(from, middle), [middle, to]] : [...path(middle, to), [from, middle]];
  };
  return path(0, size);
}

/** RFC 6962 §2.1.2: that the tree of `size` leaves begins with the tree of `before` leaves. */
export function planConsistency(before: number, size: number): readonly Range[] {
  const sub = (count: number, from: number, to: number, whole: boolean): Range[] => {
    if (count === to - from) return whole ? [] : [[from, to]];
    const split = splitOf(to - from);
    return count <= split
      ? [...sub(count, from, from + split, whole), [from + split, to]]
      : [...sub(count - split, from + split, to, false), [from, from + split]];
  };
  return before === 0 || before === size ? [] : sub(before, 0, size, true);
}

/** The complete subtrees that cover a range of a plan, left to right. */
export function coverRange([from, to]: Range): readonly NodeName[] {
  const nodes: NodeName[] = [];
  for (let start = from; start < to; ) {
    let width = 1;
    let level = 0;
    while (width * 2 <= to - start) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, place: start / width });
    start += width;
  }
  return nodes;
}

/** The hash of a range from its covering subtrees. */
export function joinNodes(hashes: readonly Uint8Array[]): Buffer {
  const last = hashes.at(-1);
  if (!last) return createHash("sha256").digest();
  return Buffer.from(hashes.slice(0, -1).reduceRight<Uint8Array>((right, left) => hashPair(left, right), last));
}

/** The nodes that become complete when `leaves` follow a tree of `size` leaves; `edge` are the hashes of `coverRange([0, size])`. */
export function growTree(size: number, edge: readonly Uint8Array[], leaves: readonly Uint8Array[]): readonly (NodeName & { hash: Uint8Array })[] {
  const made: (NodeName & { hash: Uint8Array })[] = [];
  const known = new Map<string, Uint8Array>();
  const keep = (level: number, place: number, hash: Uint8Array): void => void known.set(`${level} ${place}`, hash);
  for (const [index, name] of coverRange([0, size]).entries()) keep(name.level, name.place, edge[index] ?? new Uint8Array());
  for (const [index, leaf] of leaves.entries()) {
    let hash = leaf;
    let place = size + index;
    for (let level = 0; ; level += 1) {
      keep(level, place, hash);
      made.push({ level, place, hash });
      if (place % 2 === 0) break;
      const left = known.get(`${level} ${place - 1}`);
      if (!left) throw new RangeError("the edge of the tree is incomplete");
      hash = hashPair(left, hash);
      place = (place - 1) / 2;
    }
  }
  return made;
}

/** RFC 9162 §2.1.3.2. */
export function verifyInclusion(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let place = index;
  let last = size - 1;
  let hash: Uint8Array = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = hashPair(sibling, hash);
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = hashPair(hash, sibling);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && Buffer.compare(hash, root) === 0;
}

/** RFC 9162 §2.1.4.2. An empty tree begins every tree; equal sizes need equal roots and no path. */
export function verifyConsistency(before: { size: number; root: Uint8Array }, after: { size: number; root: Uint8Array }, path: readonly Uint8Array[]): boolean {
  if (![before.size, after.size].every((size) => Number.isSafeInteger(size) && size >= 0) || before.size > after.size) return false;
  if (before.size === after.size) return path.length === 0 && Buffer.compare(before.root, after.root) === 0;
  if (before.size === 0) return path.length === 0;
  // A whole first tree is its own first node.
  const steps = isPowerOfTwo(before.size) ? [before.root, ...path] : [...path];
  const [first, ...rest] = steps;
  if (!first) return false;
  let place = before.size - 1;
  let last = after.size - 1;
  while (place % 2 === 1) {
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  let old: Uint8Array = first;
  let now: Uint8Array = first;
  for (const step of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      old = hashPair(step, old);
      now = hashPair(step, now);
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      now = hashPair(now, step);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && Buffer.compare(old, before.root) === 0 && Buffer.compare(now, after.root) === 0;
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n));
}

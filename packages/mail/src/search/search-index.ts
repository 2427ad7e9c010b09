// The search index of a mailbox, pure. Every three characters in a row of a message's text set one bit: a row of the bit table for each
// of 16,384 buckets, a column for each message. A text that holds a term has all the bits of the term's trigrams; the reverse is
// settled on the text itself. A segment is such a table for 64 or 512 messages, cut into slabs of 64 buckets, each sealed under the
// mailbox key; which bucket a trigram falls into depends on that key too. A search opens a few slabs of each segment.
import type { SearchKey } from "@cercle/imap";
import type { MailboxKey } from "../mailboxes/sealing.ts";

const bucketBits = 14;
const buckets = 1 << bucketBits;
const slabBuckets = 64;
export const slabCount = buckets / slabBuckets;
/** Messages of a segment as it is made, and of eight of them put together. */
export const narrow = 64;
export const wide = 512;
/** What sealing adds to a slab. */
const sealBytes = 28;
/** Longer texts have nearly every trigram: they are looked at in any case. */
const longest = 1_000_000;
/** Trigrams of a term that are looked up: more would hardly leave out more messages. */
const mostProbes = 8;

const rowBytes = (width: number): number => width / 8;
export const sealedSlabBytes = (width: number): number => slabBuckets * rowBytes(width) + sealBytes;

export type Seed = readonly [number, number];

export function seedOf(key: MailboxKey): Seed {
  const bytes = key.derive("search index");
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}

function bucketOf(text: string, at: number, [first, second]: Seed): number {
  let h = first;
  for (let i = at; i < at + 3; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x5bd1e995);
    h = ((h << 13) | (h >>> 19)) ^ second;
  }
  h = Math.imul(h ^ (h >>> 16), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> (32 - bucketBits);
}

/** The bit table of a segment being made. */
export function emptyTable(width: number): Uint8Array {
  return new Uint8Array(buckets * rowBytes(width));
}

/** Adds a text, in lower case, as the message at `place`. */
export function addText(table: Uint8Array, width: number, place: number, text: string, seed: Seed): void {
  const bytes = rowBytes(width);
  const offset = place >> 3;
  const bit = 1 << (place & 7);
  const set = (bucket: number): void => {
    const at = bucket * bytes + offset;
    table[at] = (table[at] ?? 0) | bit;
  };
  if (text.length > longest) for (let bucket = 0; bucket < buckets; bucket++) set(bucket);
  else for (let at = 0; at + 3 <= text.length; at++) set(bucketOf(text, at, seed));
}

/** Tables of `narrow` messages beside each other, as one of `wide`; `kept` says which messages are still there. */
export function mergeTables(tables: readonly Uint8Array[], kept: (table: number, place: number) => boolean): Uint8Array {
  const merged = emptyTable(wide);
  const [from, to] = [rowBytes(narrow), rowBytes(wide)];
  for (const [n, table] of tables.entries()) {
    const mask = new Uint8Array(from);
    for (let place = 0; place < narrow; place++) if (kept(n, place)) mask[place >> 3] = (mask[place >> 3] ?? 0) | (1 << (place & 7));
    for (let bucket = 0; bucket < buckets; bucket++)
      for (let i = 0; i < from; i++) merged[bucket * to + n * from + i] = (table[bucket * from + i] ?? 0) & (mask[i] ?? 0);
  }
  return merged;
}

export function sealTable(table: Uint8Array, width: number, key: MailboxKey): Buffer {
  const size = slabBuckets * rowBytes(width);
  return Buffer.concat(Array.from({ length: slabCount }, (_, slab) => key.pieces(table.subarray(slab * size, (slab + 1) * size))).flat());
}

export function openTable(sealed: Uint8Array, width: number, key: MailboxKey): Uint8Array {
  const size = sealedSlabBytes(width);
  return Buffer.concat(Array.from({ length: slabCount }, (_, slab) => key.unseal(sealed.subarray(slab * size, (slab + 1) * size))));
}

/** A term as the index is asked for it: buckets that must all be set. */
type Probe = { readonly kind: "probe"; readonly buckets: readonly number[] };
type Query = Probe | { readonly kind: "and" | "or"; readonly parts: readonly Query[] };

/** What the index can say about a search; undefined when it leaves nothing out. */
export function queryOf(key: SearchKey, seed: Seed): Query | undefined {
  switch (key.kind) {
    case "and": {
      const parts = key.parts.flatMap((part) => queryOf(part, seed) ?? []);
      return parts.length > 0 ? { kind: "and", parts } : undefined;
    }
    case "or": {
      const parts = key.parts.flatMap((part) => queryOf(part, seed) ?? []);
      return parts.length === key.parts.length ? { kind: "or", parts } : undefined;
    }
    case "header":
    case "body":
    case "text": {
      const term = key.text.toLowerCase();
      if (term.length < 3) return undefined;
      const found = new Set(Array.from({ length: term.length - 2 }, (_, at) => bucketOf(term, at, seed)));
      return { kind: "probe", buckets: [...found].filter((_, i) => i % Math.ceil(found.size / mostProbes) === 0) };
    }
    default:
      return undefined;
  }
}

/** The slabs that a query needs opened. */
export function slabsOf(query: Query): readonly number[] {
  const all = query.kind === "probe" ? query.buckets.map((bucket) => Math.floor(bucket / slabBuckets)) : query.parts.flatMap(slabsOf);
  return [...new Set(all)];
}

/** The messages of a segment that may match: a bit each. `slab` answers an opened slab. */
export function answer(query: Query, width: number, slab: (n: number) => Uint8Array): Uint8Array {
  const bytes = rowBytes(width);
  const rows =
    query.kind === "probe"
      ? query.buckets.map((bucket) => slab(Math.floor(bucket / slabBuckets)).subarray((bucket % slabBuckets) * bytes, ((bucket % slabBuckets) + 1) * bytes))
      : query.parts.map((part) => answer(part, width, slab));
  const any = query.kind === "or";
  return Uint8Array.from({ length: bytes }, (_, i) => rows.reduce((sum, row) => (any ? sum | (row[i] ?? 0) : sum & (row[i] ?? 0)), any ? 0 : 255));
}

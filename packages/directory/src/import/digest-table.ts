// Two million digests in 25 MB: open addressing over two words of 32 bits, with a mark per entry for "seen again" and, when
// asked for, a third word.

/** A 64-bit digest as two signed words, so that two million of them make no objects. */
export type Digest = { high: number; low: number };

export type DigestTable = {
  /** Adds what stands in the store. */
  add(high: number, low: number): void;
  /** `new`: not known, now is. `same`: known and met for the first time. `again`: met before in this file. */
  meet(high: number, low: number): "new" | "same" | "again";
  /** The line of this digest is not kept: it neither stands nor is closed. */
  forget(high: number, low: number): void;
  /** Known and never met. */
  unmet(): Generator<bigint>;
  /** Eight bytes for each that was met, in parts of at most `size` digests. */
  pack(size: number): Generator<Buffer>;
  /** The word kept with a text; undefined, and kept now, when the text is new. */
  keep(text: string, word: number): number | undefined;
  readonly size: number;
};

/** Above this part in use, places are found too slowly. */
const fullest = 0.72;

const free = 0;
const standing = 1;
const met = 2;
const forgotten = 3;

export function createDigestTable(expected: number, { words = false }: { words?: boolean } = {}): DigestTable {
  let capacity = Math.max(1024, Math.ceil(expected / fullest));
  let high = new Int32Array(capacity);
  let low = new Int32Array(capacity);
  let marks = new Uint8Array(capacity);
  let kept = new Int32Array(words ? capacity : 0);
  let size = 0;

  const place = (h: number, l: number): number => {
    let i = Math.floor(((l ^ Math.imul(h, 0x9e3779b1)) >>> 0) * (capacity / 0x1_0000_0000));
    while (marks[i] !== free && (high[i] !== h || low[i] !== l)) i = i + 1 === capacity ? 0 : i + 1;
    return i;
  };
  const put = (h: number, l: number, mark: number, word: number): void => {
    if (size > capacity * fullest) grow();
    const i = place(h, l);
    high[i] = h;
    low[i] = l;
    marks[i] = mark;
    if (words) kept[i] = word;
    size += 1;
  };
  const grow = (): void => {
    const before = { high, low, marks, kept };
    capacity *= 2;
    high = new Int32Array(capacity);
    low = new Int32Array(capacity);
    marks = new Uint8Array(capacity);
    kept = new Int32Array(words ? capacity : 0);
    size = 0;
    for (let i = 0; i < before.marks.length; i++) {
      const mark = before.marks[i] ?? free;
      if (mark !== free) put(before.high[i] ?? 0, before.low[i] ?? 0, mark, before.kept[i] ?? 0);
    }
  };

  return {
    add(h, l) {
      if (marks[place(h, l)] === free) put(h, l, standing, 0);
    },
    meet(h, l) {
      const i = place(h, l);
      if (marks[i] === met || marks[i] === forgotten) return "again";
      if (marks[i] === standing) {
        marks[i] = met;
        return "same";
      }
      put(h, l, met, 0);
      return "new";
    },
    forget(h, l) {
      marks[place(h, l)] = forgotten;
    },
    *unmet() {
      for (let i = 0; i < capacity; i++) {
        if (marks[i] === standing) yield toBigint(high[i] ?? 0, low[i] ?? 0);
      }
    },
    *pack(part) {
      let bytes = Buffer.allocUnsafe(part * 8);
      let at = 0;
      for (let i = 0; i < capacity; i++) {
        if (marks[i] !== met) continue;
        bytes.writeInt32BE(high[i] ?? 0, at);
        bytes.writeInt32BE(low[i] ?? 0, at + 4);
        at += 8;
        if (at === part * 8) {
          yield bytes;
          bytes = Buffer.allocUnsafe(part * 8);
          at = 0;
        }
      }
      if (at > 0) yield bytes.subarray(0, at);
    },
    keep(text, word) {
      const { high: h, low: l } = quickDigest(text);
      const i = place(h, l);
      if (marks[i] !== free) return kept[i] ?? 0;
      put(h, l, met, word);
      return undefined;
    },
    get size() {
      return size;
    },
  };
}

export function toBigint(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt.asUintN(32, BigInt(low));
}

const quick: Digest = { high: 0, low: 0 };

/** 64 bits of a short text for tables of this process, ten times as fast as MD5 (two multiplicative hashes, crossed). The answer is overwritten by the next call. */
export function quickDigest(text: string): Digest {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  quick.high = a | 0;
  quick.low = b | 0;
  return quick;
}

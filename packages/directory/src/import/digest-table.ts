// The digests of two million lines in 32 MB: open addressing over two words, with a mark per entry for "seen again".

export type DigestTable = {
  /** Adds what stands in the store. */
  add(digest: bigint): void;
  /** `new`: not known, now is. `same`: known and met for the first time. `again`: met before in this file. */
  meet(digest: bigint): "new" | "same" | "again";
  /** Known and never met. */
  unmet(): Generator<bigint>;
  readonly size: number;
};

const free = 0;
const standing = 1;
const met = 2;

export function createDigestTable(expected: number): DigestTable {
  let capacity = 1024;
  while (capacity < expected * 2) capacity *= 2;
  let high = new Int32Array(capacity);
  let low = new Int32Array(capacity);
  let marks = new Uint8Array(capacity);
  let size = 0;

  const place = (h: number, l: number): number => {
    let i = (l ^ Math.imul(h, 0x9e3779b1)) & (capacity - 1);
    while (marks[i] !== free && (high[i] !== h || low[i] !== l)) i = (i + 1) & (capacity - 1);
    return i;
  };
  const put = (h: number, l: number, mark: number): void => {
    if (size * 10 > capacity * 7) grow();
    const i = place(h, l);
    high[i] = h;
    low[i] = l;
    marks[i] = mark;
    size += 1;
  };
  const grow = (): void => {
    const before = { high, low, marks };
    capacity *= 2;
    high = new Int32Array(capacity);
    low = new Int32Array(capacity);
    marks = new Uint8Array(capacity);
    size = 0;
    for (let i = 0; i < before.marks.length; i++) {
      const mark = before.marks[i] ?? free;
      if (mark !== free) put(before.high[i] ?? 0, before.low[i] ?? 0, mark);
    }
  };
  const halves = (digest: bigint): [number, number] => [Number(BigInt.asIntN(32, digest >> 32n)), Number(BigInt.asIntN(32, digest))];

  return {
    add(digest) {
      const [h, l] = halves(digest);
      if (marks[place(h, l)] === free) put(h, l, standing);
    },
    meet(digest) {
      const [h, l] = halves(digest);
      const i = place(h, l);
      if (marks[i] === met) return "again";
      if (marks[i] === standing) {
        marks[i] = met;
        return "same";
      }
      put(h, l, met);
      return "new";
    },
    *unmet() {
      for (let i = 0; i < capacity; i++) {
        if (marks[i] === standing) yield (BigInt(high[i] ?? 0) << 32n) | BigInt.asUintN(32, BigInt(low[i] ?? 0));
      }
    },
    get size() {
      return size;
    },
  };
}

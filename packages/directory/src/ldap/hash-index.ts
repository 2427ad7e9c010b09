// From the hash of a text to the numbers kept under it, in two typed arrays. Whoever asks compares the texts themselves.
import { quickDigest } from "../import/digest-table.ts";

export type HashIndex = {
  add(text: string, number: number): void;
  remove(text: string, number: number): void;
  /** Numbers whose text has the same hash: those wanted, rarely one more. */
  find(text: string): readonly number[];
  readonly bytes: number;
};

const free = 0;
const gone = -1;

export function createHashIndex(): HashIndex {
  let capacity = 1024;
  let hashes = new Int32Array(capacity);
  // A number is kept plus one.
  let numbers = new Int32Array(capacity);
  let used = 0;

  const insert = (hash: number, kept: number): void => {
    let i = hash & (capacity - 1);
    while ((numbers[i] ?? free) > free) i = (i + 1) & (capacity - 1);
    if (numbers[i] === free) used += 1;
    hashes[i] = hash;
    numbers[i] = kept;
  };
  const grow = (): void => {
    const [before, kept] = [hashes, numbers];
    let live = 0;
    for (const number of kept) if (number > free) live += 1;
    while (live * 2 >= capacity) capacity *= 2;
    hashes = new Int32Array(capacity);
    numbers = new Int32Array(capacity);
    used = 0;
    for (let i = 0; i < kept.length; i++) if ((kept[i] ?? free) > free) insert(before[i] ?? 0, kept[i] ?? 0);
  };

  return {
    add(text, number) {
      if (used * 10 > capacity * 6) grow();
      insert(quickDigest(text).low, number + 1);
    },
    remove(text, number) {
      const hash = quickDigest(text).low;
      for (let i = hash & (capacity - 1); numbers[i] !== free; i = (i + 1) & (capacity - 1)) {
        if (numbers[i] === number + 1 && hashes[i] === hash) {
          numbers[i] = gone;
          return;
        }
      }
    },
    find(text) {
      const hash = quickDigest(text).low;
      const found: number[] = [];
      for (let i = hash & (capacity - 1); numbers[i] !== free; i = (i + 1) & (capacity - 1)) {
        if (hashes[i] === hash && (numbers[i] ?? gone) > free) found.push((numbers[i] ?? 1) - 1);
      }
      return found;
    },
    get bytes() {
      return capacity * 8;
    },
  };
}

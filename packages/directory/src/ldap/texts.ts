// Many short texts outside the JavaScript heap: two million of them are no work for the garbage collector. A text has a number;
// numbers are used again, bytes are not (whoever keeps the texts makes a new store when too many are wasted).

export type Texts = {
  /** The number of a text from now on. */
  add(text: string): number;
  read(number: number): string;
  remove(number: number): void;
  /** Numbers in use. */
  readonly size: number;
  readonly bytes: number;
  readonly wasted: number;
};

/** A number's place is 8 bits of block and 24 of offset. */
const blockBytes = 1 << 24;
const maximumBlocks = 256;

/** Throws `RangeError` beyond four gigabytes, or on a text longer than 16 MB. */
export function createTexts(): Texts {
  const blocks: Buffer[] = [];
  const free: number[] = [];
  let places = new Uint32Array(1024);
  let lengths = new Uint32Array(1024);
  let numbers = 0;
  let at = blockBytes;
  let wasted = 0;

  const grow = (): void => {
    const [before, sizes] = [places, lengths];
    places = new Uint32Array(before.length * 2);
    lengths = new Uint32Array(before.length * 2);
    places.set(before);
    lengths.set(sizes);
  };

  return {
    add(text) {
      const length = Buffer.byteLength(text);
      if (length > blockBytes) throw new RangeError("a text of more than 16 MB");
      if (at + length > blockBytes) {
        if (blocks.length === maximumBlocks) throw new RangeError("texts of more than 4 GB");
        blocks.push(Buffer.allocUnsafeSlow(blockBytes));
        at = 0;
      }
      const number = free.pop() ?? numbers++;
      if (number >= places.length) grow();
      places[number] = (blocks.length - 1) * blockBytes + at;
      lengths[number] = length;
      blocks.at(-1)?.write(text, at);
      at += length;
      return number;
    },
    read(number) {
      const place = places[number] ?? 0;
      const start = place & (blockBytes - 1);
      return blocks[place >>> 24]?.toString("utf8", start, start + (lengths[number] ?? 0)) ?? "";
    },
    remove(number) {
      wasted += lengths[number] ?? 0;
      lengths[number] = 0;
      free.push(number);
    },
    get size() {
      return numbers - free.length;
    },
    get bytes() {
      return blocks.length * blockBytes + places.length * 8;
    },
    get wasted() {
      return wasted;
    },
  };
}

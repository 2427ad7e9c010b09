// The few DER values written by hand (X.690): small, and where a list has 100,000 of them, fast.

export function wrap(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  return Buffer.concat([Buffer.from([tag]), lengthOf(length), ...contents]);
}

/** X.690 §8.1.3. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.from([0x80 | digits.length, ...digits]);
}

/** A non-negative INTEGER. */
export function integer(value: number): Buffer {
  const hex = value.toString(16);
  return integerBytes(Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex"));
}

/** A non-negative INTEGER from big-endian bytes. */
export function integerBytes(value: Uint8Array): Buffer {
  let start = 0;
  while (start < value.length - 1 && value[start] === 0) start += 1;
  const trimmed = value.subarray(start);
  return (trimmed[0] ?? 0) & 0x80 ? wrap(0x02, Buffer.from([0]), trimmed) : wrap(0x02, trimmed);
}

export function octets(value: Uint8Array): Buffer {
  return wrap(0x04, value);
}

export function printable(text: string): Buffer {
  return wrap(0x13, Buffer.from(text, "latin1"));
}

export function utf8(text: string): Buffer {
  return wrap(0x0c, Buffer.from(text, "utf8"));
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime after; seconds since 1970. */
export function time(seconds: number): Buffer {
  const text = digitsOf(seconds);
  return text < "2050" ? wrap(0x17, Buffer.from(text.slice(2), "latin1")) : wrap(0x18, Buffer.from(text, "latin1"));
}

export function generalizedTime(seconds: number): Buffer {
  return wrap(0x18, Buffer.from(digitsOf(seconds), "latin1"));
}

/** `20261121080000Z`. */
function digitsOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
}

export type Element = { readonly tag: number; readonly value: Buffer /** Head and value. */; readonly whole: Buffer };

/**
 * The elements that follow each other in these bytes, undefined when one is cut, indefinite or of a length not the shortest
 * (X.690 §10.1). Tags of one byte and lengths below 65,536: what a request of a stranger may hold.
 */
export function readElements(der: Buffer): readonly Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < der.length; ) {
    const tag = der[at] ?? 0;
    const first = der[at + 1];
    if (first === undefined || (tag & 0x1f) === 0x1f) return undefined;
    const size = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || size > 2 || at + 2 + size > der.length) return undefined;
    const length = size === 0 ? first : der.readUIntBE(at + 2, size);
    if (size > 0 && length < (size === 1 ? 0x80 : 0x100)) return undefined;
    const end = at + 2 + size + length;
    if (end > der.length) return undefined;
    found.push({ tag, value: der.subarray(end - length, end), whole: der.subarray(at, end) });
    at = end;
  }
  return found;
}

/** Whether the bytes are one SEQUENCE with the shortest length (X.690 §10.1) and nothing after it; parsers are more lenient. */
export function isWholeSequence(der: Uint8Array): boolean {
  const first = der[1] ?? 0x80;
  const header = first < 0x80 ? 2 : 2 + (first & 0x7f);
  const expected = wrap(0x30, der.subarray(header));
  return Buffer.compare(expected.subarray(0, header), Buffer.from(der.subarray(0, header))) === 0;
}

// BER as LDAP restricts it (RFC 4511 §5.1): definite lengths, primitive octet strings. Every read is bounded by its parent;
// what is truncated, too long or of another type throws, and the connection ends.

export class BerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BerError";
  }
}

export const tag = { boolean: 0x01, integer: 0x02, octetString: 0x04, enumerated: 0x0a, sequence: 0x30, set: 0x31 } as const;

/** Reads values one after the other between two offsets of a buffer. */
export class BerReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  peekTag(): number {
    if (this.done) throw new BerError("a value is missing");
    return this.#bytes.readUInt8(this.#at);
  }

  /** The content of the next value, which must have this tag. */
  read(expected: number): Buffer {
    const found = this.peekTag();
    if (found !== expected) throw new BerError(`tag 0x${found.toString(16)} where 0x${expected.toString(16)} belongs`);
    return this.readAny().content;
  }

  /** The next value, whatever its tag. */
  readAny(): { tag: number; content: Buffer } {
    const found = this.peekTag();
    if ((found & 0x1f) === 0x1f) throw new BerError("a tag of several bytes");
    const { length, start } = readLength(this.#bytes, this.#at + 1, this.#end);
    if (start + length > this.#end) throw new BerError("a value is longer than what holds it");
    this.#at = start + length;
    return { tag: found, content: this.#bytes.subarray(start, start + length) };
  }

  /** A reader of the parts of the next value. */
  enter(expected: number): BerReader {
    return new BerReader(this.read(expected));
  }

  integer(expected: number = tag.integer): number {
    return parseInteger(this.read(expected));
  }

  boolean(expected: number = tag.boolean): boolean {
    const content = this.read(expected);
    if (content.length !== 1) throw new BerError("a boolean of another length than one");
    return content[0] !== 0;
  }

  text(expected: number = tag.octetString): string {
    return decodeText(this.read(expected));
  }

  /** Whether the next value has this tag. */
  is(expected: number): boolean {
    return !this.done && this.peekTag() === expected;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** LDAPString (RFC 4511 §4.1.2): UTF-8, anything else is an error of the protocol. */
export function decodeText(content: Uint8Array): string {
  try {
    return decoder.decode(content);
  } catch {
    throw new BerError("text that is not UTF-8");
  }
}

function parseInteger(content: Buffer): number {
  if (content.length === 0 || content.length > 5) throw new BerError("an integer out of range");
  return content.readIntBE(0, content.length);
}

/** Length octets (X.690 §8.1.3, definite form): at most four bytes of length. */
function readLength(bytes: Buffer, at: number, end: number): { length: number; start: number } {
  if (at >= end) throw new BerError("a length is missing");
  const first = bytes.readUInt8(at);
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new BerError("an indefinite or enormous length");
  if (at + 1 + count > end) throw new BerError("a length is cut short");
  return { length: bytes.readUIntBE(at + 1, count), start: at + 1 + count };
}

/** How long the message at the start of the buffer is, or undefined while that cannot be known yet. Throws `BerError` when it is none. */
export function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  if (bytes[0] !== tag.sequence) throw new BerError("not an LDAP message");
  const first = bytes.readUInt8(1);
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (first >= 0x80 && (count === 0 || count > 4)) throw new BerError("an indefinite or enormous length");
  if (bytes.length < 2 + count) return undefined;
  const { length, start } = readLength(bytes, 1, bytes.length);
  return start + length;
}

/** One value: tag, length, content. */
export function value(tagNumber: number, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const buffers = parts.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : part));
  let length = 0;
  for (const part of buffers) length += part.length;
  const head =
    length < 0x80
      ? Buffer.from([tagNumber, length])
      : length < 0x100
        ? Buffer.from([tagNumber, 0x81, length])
        : length < 0x10000
          ? Buffer.from([tagNumber, 0x82, length >> 8, length & 0xff])
          : Buffer.from([tagNumber, 0x84, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]);
  return Buffer.concat([head, ...buffers], head.length + length);
}

/** A non-negative integer in the fewest bytes. */
export function integer(number: number, tagNumber: number = tag.integer): Buffer {
  const bytes: number[] = [];
  let rest = number;
  do {
    bytes.unshift(rest & 0xff);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  if ((bytes[0] ?? 0) & 0x80) bytes.unshift(0);
  return value(tagNumber, Uint8Array.from(bytes));
}

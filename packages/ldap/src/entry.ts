// Entries to bytes (RFC 4511 §4.5.2), the form that most replies are made of: measured first, then written once into one buffer.
import { tag } from "./ber.ts";

const searchResultEntry = 0x64;

/** Octets of a length (X.690 §8.1.3, definite form). */
function lengthOctets(length: number): number {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
}

const whole = (content: number): number => 1 + lengthOctets(content) + content;

/** Writes one after the other; every length is known before. */
class Writer {
  readonly bytes: Buffer;
  #at = 0;

  constructor(length: number) {
    this.bytes = Buffer.allocUnsafe(length);
  }

  head(tagNumber: number, length: number): void {
    const { bytes } = this;
    bytes[this.#at++] = tagNumber;
    if (length < 0x80) bytes[this.#at++] = length;
    else {
      const octets = lengthOctets(length) - 1;
      bytes[this.#at++] = 0x80 | octets;
      for (let i = octets - 1; i >= 0; i--) bytes[this.#at++] = (length >>> (8 * i)) & 0xff;
    }
  }

  /** Short texts of ASCII byte by byte: a call into the engine's own writer costs more. */
  text(text: string, length: number): void {
    this.head(tag.octetString, length);
    if (length === text.length && length < shortText) for (let i = 0; i < length; i++) this.bytes[this.#at + i] = text.charCodeAt(i);
    else this.bytes.write(text, this.#at);
    this.#at += length;
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
}

const shortText = 32;

/** UTF-8 bytes of a text. */
function byteLength(text: string): number {
  if (text.length >= shortText) return Buffer.byteLength(text);
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return Buffer.byteLength(text);
  return text.length;
}

type Attributes = readonly (readonly [string, readonly string[]])[];

/** `id` is the encoded message id. */
export function encodeEntry(id: Uint8Array, name: string, attributes: Attributes): Buffer {
  // Lengths of values, of each attribute's set and sequence, in the order they are written.
  const sizes: number[] = [];
  let list = 0;
  for (const [type, values] of attributes) {
    const place = sizes.push(0, 0, byteLength(type)) - 3;
    let set = 0;
    for (const text of values) {
      const length = byteLength(text);
      sizes.push(length);
      set += whole(length);
    }
    const sequence = whole(sizes[place + 2] ?? 0) + whole(set);
    sizes[place] = sequence;
    sizes[place + 1] = set;
    list += whole(sequence);
  }
  const nameLength = byteLength(name);
  const operation = whole(nameLength) + whole(list);
  const message = id.length + whole(operation);
  const writer = new Writer(whole(message));
  writer.head(tag.sequence, message);
  writer.raw(id);
  writer.head(searchResultEntry, operation);
  writer.text(name, nameLength);
  writer.head(tag.sequence, list);
  let at = 0;
  for (const [type, values] of attributes) {
    writer.head(tag.sequence, sizes[at] ?? 0);
    writer.text(type, sizes[at + 2] ?? 0);
    writer.head(tag.set, sizes[at + 1] ?? 0);
    at += 3;
    for (const text of values) writer.text(text, sizes[at++] ?? 0);
  }
  return writer.bytes;
}

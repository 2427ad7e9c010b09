// BER-TLV and the little DER that PKCS#15 needs. Pure.

/** Joins byte strings. */
export function bytes(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const all = parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part)));
  const joined = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** `"3F00 0001"` → bytes. */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(" ", "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

export function toHex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** One data object; the length is definite and shortest (X.690 §10.1). A tag above 0xFF is written on two or three bytes. */
export function tlv(tag: number, ...content: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const value = bytes(...content);
  const n = value.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  const name = tag > 0xffff ? [tag >> 16, (tag >> 8) & 0xff, tag & 0xff] : tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  return bytes(name, length, value);
}

export const sequence = (...content: readonly Uint8Array[]): Uint8Array => tlv(0x30, ...content);
export const octets = (value: Uint8Array): Uint8Array => tlv(0x04, value);
export const utf8String = (text: string): Uint8Array => tlv(0x0c, utf8(text));

/** Non-negative INTEGER. */
export function integer(value: number, tag = 0x02): Uint8Array {
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  if (digits.length === 0 || (digits[0] ?? 0) >= 0x80) digits.unshift(0);
  return tlv(tag, digits);
}

/** BIT STRING with these bits set, trailing zeros dropped (X.690 §11.2.2). */
export function bitString(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  const data = new Uint8Array(Math.ceil((highest + 1) / 8));
  for (const bit of bits) data[bit >> 3] = (data[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return tlv(0x03, [highest < 0 ? 0 : 7 - (highest & 7)], data);
}

/** OBJECT IDENTIFIER. */
export function objectId(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return tlv(0x06, arcs);
}

/** Reads one object; undefined when it is cut or its length makes no sense. Tags up to three bytes. */
export function readTlv(data: Uint8Array, at = 0): { tag: number; value: Uint8Array; end: number } | undefined {
  let i = at;
  const first = data[i++];
  if (first === undefined) return undefined;
  let tag = first;
  if ((first & 0x1f) === 0x1f) {
    for (let n = 0; n < 2; n++) {
      const next = data[i++];
      if (next === undefined) return undefined;
      tag = (tag << 8) | next;
      if ((next & 0x80) === 0) break;
    }
  }
  let length = data[i++];
  if (length === undefined) return undefined;
  if (length > 0x80) {
    const size = length & 0x7f;
    if (size > 2) return undefined;
    length = 0;
    for (let n = 0; n < size; n++) {
      const next = data[i++];
      if (next === undefined) return undefined;
      length = length * 256 + next;
    }
  } else if (length === 0x80) return undefined;
  if (i + length > data.length) return undefined;
  return { tag, value: data.subarray(i, i + length), end: i + length };
}

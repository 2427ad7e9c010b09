// The little BER-TLV that a card's files need.
import { CpsError } from "./errors.ts";

export type Tlv = { readonly tag: number; readonly value: Uint8Array };

/** Reads objects one after the other; throws `bad-message` when the bytes make no sense. Zero padding at the end is left out. */
export function readTlvs(data: Uint8Array): readonly Tlv[] {
  const found: Tlv[] = [];
  let i = 0;
  const next = (): number => {
    const byte = data[i++];
    if (byte === undefined) throw new CpsError("bad-message", { problem: "TLV" });
    return byte;
  };
  while (i < data.length && data[i] !== 0) {
    let tag = next();
    if ((tag & 0x1f) === 0x1f) {
      do tag = (tag << 8) | next();
      while ((tag & 0x80) !== 0);
    }
    let length = next();
    if (length === 0x81) length = next();
    else if (length === 0x82) length = next() * 256 + next();
    else if (length > 0x7f) throw new CpsError("bad-message", { problem: "TLV" });
    if (i + length > data.length) throw new CpsError("bad-message", { problem: "TLV" });
    found.push({ tag, value: data.subarray(i, i + length) });
    i += length;
  }
  return found;
}

/** The first object with this tag, following `path` down. */
export function findTlv(data: Uint8Array, ...path: readonly number[]): Uint8Array | undefined {
  let here: Uint8Array | undefined = data;
  for (const tag of path) here = here && readTlvs(here).find((one) => one.tag === tag)?.value;
  return here;
}

export const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data ?? new Uint8Array());
export const toHex = (data: Uint8Array): string => Buffer.from(data).toString("hex");

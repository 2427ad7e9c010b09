// 64-bit digests that tell changed lines from unchanged ones. Not a security measure: among two million lines the chance that
// one changed line meets another's digest is about 10⁻¹³.
import { hash } from "node:crypto";

/** The first eight bytes of the MD5 of a record, as text or as its UTF-8 bytes. */
export function digestBytes(record: string | Uint8Array): Buffer {
  return hash("md5", record, "buffer");
}

/** As PostgreSQL's bigint. */
export function digest64(text: string): bigint {
  return digestBytes(text).readBigInt64BE(0);
}

/** Sixteen hexadecimal figures, for identifiers made of content. */
export function digestHex(text: string): string {
  return hash("md5", text, "hex").slice(0, 16);
}

/** A UUID (version 8, RFC 9562 §5.8) made of a text: the same text gives the same one. */
function digestUuid(text: string): string {
  const hex = hash("sha256", text, "hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The stable subject of a person whose first national identifier this is. */
export function subjectFor(nationalId: string): string {
  return digestUuid(`cercle directory subject ${nationalId}`);
}

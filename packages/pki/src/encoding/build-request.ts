// Builds a certificate request (RFC 2986) for a key made here. Its subject says nothing: names are given to the authority.
import { type KeyObject, sign } from "node:crypto";
import { signatureAlgorithm } from "./crl.ts";
import { integer, wrap } from "./der.ts";

export function buildRequest({ key, spki }: { key: KeyObject; spki: Uint8Array }): Uint8Array {
  const info = wrap(0x30, integer(0), wrap(0x30), spki, wrap(0xa0));
  return wrap(0x30, info, signatureAlgorithm, wrap(0x03, Buffer.from([0]), sign("sha256", info, key)));
}

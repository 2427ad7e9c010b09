// Several certificates in one file (.p7b): a CMS SignedData that signs nothing (RFC 5652 §5.1), as key stores of desktops import it.
import { integer, wrap } from "./der.ts";

const signedData = Buffer.from("06092a864886f70d010702", "hex");
const data = Buffer.from("06092a864886f70d010701", "hex");

export function buildBundle(certificates: readonly Uint8Array[]): Uint8Array {
  const content = wrap(0x30, integer(1), wrap(0x31), wrap(0x30, data), wrap(0xa0, ...certificates), wrap(0x31));
  return wrap(0x30, signedData, wrap(0xa0, content));
}

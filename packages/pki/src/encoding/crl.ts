// Builds a full revocation list (RFC 5280 §5) around entries encoded when each revocation came: a list may hold 100,000.
import { AsnConvert } from "@peculiar/asn1-schema";
import type { Name } from "@peculiar/asn1-x509";
import type { SigningKey } from "../authorities/keys.ts";
import { integer, integerBytes, octets, time, wrap } from "./der.ts";

export type RevokedEntry = {
  /** Lower-case hexadecimal, whole octets. */
  readonly serial: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** RFC 5280 §5.3.1; 0 is left out of the list, as §5.3.1 asks. */
  readonly reason: number;
};

export type ListFacts = {
  readonly issuer: { readonly name: Name; readonly keyId: Uint8Array; readonly key: SigningKey };
  readonly number: number;
  /** Seconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Encoded entries, one after the other. */
  readonly entries: Uint8Array;
};

/** sha256WithRSAEncryption with its NULL (RFC 8017 appendix A.2.4). */
export const signatureAlgorithm = Buffer.from("300d06092a864886f70d01010b0500", "hex");
const crlNumberId = Buffer.from("0603551d14", "hex");
const authorityKeyId = Buffer.from("0603551d23", "hex");
/** `SEQUENCE { SEQUENCE { OID reasonCode, OCTET STRING { ENUMERATED … } } }` but for its last byte. */
const reasonHead = Buffer.from("300c300a0603551d1504030a01", "hex");

/** Signs the list; answers its DER. */
export async function buildList({ issuer, number, thisUpdate, nextUpdate, entries }: ListFacts): Promise<Uint8Array> {
  const extensions = wrap(0x30, wrap(0x30, authorityKeyId, octets(wrap(0x30, wrap(0x80, issuer.keyId)))), wrap(0x30, crlNumberId, octets(integer(number))));
  const tbs = wrap(
    0x30,
    integer(1),
    signatureAlgorithm,
    new Uint8Array(AsnConvert.serialize(issuer.name)),
    time(thisUpdate),
    time(nextUpdate),
    // RFC 5280 §5.1.2.6: an empty list of entries is absent.
    ...(entries.length > 0 ? [wrap(0x30, entries)] : []),
    wrap(0xa0, extensions),
  );
  const signature = await issuer.key.sign(tbs);
  return wrap(0x30, tbs, signatureAlgorithm, wrap(0x03, Buffer.from([0]), signature));
}

/** One entry, DER: kept from the revocation on, so that a list is read and not written again. */
export function encodeEntry({ serial, at, reason }: RevokedEntry): Buffer {
  return wrap(0x30, integerBytes(Buffer.from(serial, "hex")), time(at), ...(reason === 0 ? [] : [reasonHead, Buffer.of(reason)]));
}

// Builds a full revocation list (RFC 5280 §5). Entries are written straight into one buffer: a list may hold 100,000.
import { AsnConvert } from "@peculiar/asn1-schema";
import type { Name } from "@peculiar/asn1-x509";
import { integer, octets, time, wrap } from "./der.ts";
import type { SigningKey } from "./keys.ts";

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
  readonly entries: readonly RevokedEntry[];
};

/** sha256WithRSAEncryption with its NULL (RFC 8017 appendix A.2.4). */
export const signatureAlgorithm = Buffer.from("300d06092a864886f70d01010b0500", "hex");
const crlNumberId = Buffer.from("0603551d14", "hex");
const authorityKeyId = Buffer.from("0603551d23", "hex");
/** `SEQUENCE { SEQUENCE { OID reasonCode, OCTET STRING { ENUMERATED … } } }` but for its last byte. */
const reasonHead = Buffer.from("300c300a0603551d1504030a01", "hex");
/** Sequence, serial of 21 bytes, time of 17, reason of 14: never more. */
const longestEntry = 64;

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
    ...(entries.length > 0 ? [wrap(0x30, writeEntries(entries))] : []),
    wrap(0xa0, extensions),
  );
  const signature = await issuer.key.sign(tbs);
  return wrap(0x30, tbs, signatureAlgorithm, wrap(0x03, Buffer.from([0]), signature));
}

function writeEntries(entries: readonly RevokedEntry[]): Buffer {
  const buffer = Buffer.allocUnsafe(entries.length * longestEntry);
  let end = 0;
  let second = Number.NaN;
  let moment: Buffer = Buffer.alloc(0);
  for (const { serial, at, reason } of entries) {
    if (at !== second) {
      second = at;
      moment = time(at);
    }
    const start = end;
    end += 2;
    const digits = serial.length / 2;
    // A leading bit would read as a sign (X.690 §8.3.3).
    const sign = Number.parseInt(serial.slice(0, 2), 16) & 0x80 ? 1 : 0;
    buffer[end++] = 0x02;
    buffer[end++] = digits + sign;
    if (sign) buffer[end++] = 0;
    end += buffer.write(serial, end, "hex");
    end += moment.copy(buffer, end);
    if (reason !== 0) {
      end += reasonHead.copy(buffer, end);
      buffer[end++] = reason;
    }
    buffer[start] = 0x30;
    buffer[start + 1] = end - start - 2;
  }
  return buffer.subarray(0, end);
}

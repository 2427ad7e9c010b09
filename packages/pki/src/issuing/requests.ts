// Certificate requests (PKCS#10, RFC 2986): the key comes from the request and is proved; names come from who asks, never
// from the request, whose subject anyone can write.
import { createPublicKey, verify } from "node:crypto";
import { CertificationRequest } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import { fromPem } from "../authorities/authorities.ts";
import { isWholeSequence } from "../encoding/der.ts";
import { pkiErrors } from "../errors.ts";

const longest = 8192;
/** RFC 4055: PKCS#1 v1.5 with SHA-2. SHA-1 proves nothing any more. */
const hashes: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
};

/** The SubjectPublicKeyInfo of a request in PEM, once its possession is proved. Throws `pki.bad-request`, `pki.no-possession`. */
export function verifyRequest(pem: string): Uint8Array {
  if (pem.length > longest || !/^-----BEGIN (NEW )?CERTIFICATE REQUEST-----\s[\w+/=\s]+-----END (NEW )?CERTIFICATE REQUEST-----\s*$/.test(pem)) {
    throw pkiErrors.refuse("pki.bad-request", { params: { problem: "PEM, CERTIFICATE REQUEST" } });
  }
  const request = parse(fromPem(pem));
  const spki = Buffer.from(AsnConvert.serialize(request.certificationRequestInfo.subjectPKInfo));
  const hash = hashes[request.signatureAlgorithm.algorithm];
  if (!hash) throw pkiErrors.refuse("pki.bad-request", { params: { problem: request.signatureAlgorithm.algorithm } });
  const signed = Buffer.from(request.certificationRequestInfoRaw ?? AsnConvert.serialize(request.certificationRequestInfo));
  if (!proves(spki, hash, signed, Buffer.from(request.signature))) throw pkiErrors.refuse("pki.no-possession");
  return spki;
}

function parse(der: Uint8Array): CertificationRequest {
  if (!isWholeSequence(der)) throw pkiErrors.refuse("pki.bad-request", { params: { problem: "DER" } });
  try {
    return AsnConvert.parse(der, CertificationRequest);
  } catch (cause) {
    throw pkiErrors.refuse("pki.bad-request", { params: { problem: "ASN.1" }, cause });
  }
}

function proves(spki: Buffer, hash: string, signed: Buffer, signature: Buffer): boolean {
  try {
    return verify(hash, signed, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
  } catch {
    // Not a key at all.
    return false;
  }
}

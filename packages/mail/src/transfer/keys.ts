// Keys of one transfer: each end makes a certificate for it, signed by itself and good for nothing else. What says whose it is is the
// fingerprint: the source's stands in the invitation, the target's in what the source kept of it, both in the code that officers compare.
import { createHash, createPublicKey, generateKeyPair, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

export type StreamKey = { readonly key: string; readonly certificate: string };

const makeKeyPair = promisify(generateKeyPair);
const oids = { ecdsaWithSha256: "1.2.840.10045.4.3.2", commonName: "2.5.4.3" } as const;
const days = 400;
const dayMillis = 86_400_000;

/** P-256, signed by itself (RFC 5280 §4.1); `at` in milliseconds. */
export async function makeStreamKey(name: string, at: number): Promise<StreamKey> {
  const { publicKey, privateKey } = await makeKeyPair("ec", { namedCurve: "P-256" });
  const algorithm = new AlgorithmIdentifier({ algorithm: oids.ecdsaWithSha256 });
  const subject = new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: oids.commonName, value: new AttributeValue({ utf8String: name }) })]),
  ]);
  const serial = randomBytes(16);
  // Positive, and never empty (RFC 5280 §4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: algorithm,
    issuer: subject,
    subject,
    validity: new Validity({ notBefore: new Date(at - dayMillis), notAfter: new Date(at + days * dayMillis) }),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo),
  });
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), privateKey);
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue: new Uint8Array(signature).buffer });
  return { key: String(privateKey.export({ type: "pkcs8", format: "pem" })), certificate: toPem(Buffer.from(AsnConvert.serialize(certificate))) };
}

/** The domain's own key at its new operator: it is made there and never leaves. Answers the private half, PEM, and the public one, DER. */
export async function makeMailKey(): Promise<{ key: string; publicKey: Buffer }> {
  const { publicKey, privateKey } = await makeKeyPair("rsa", { modulusLength: 2048 });
  return { key: String(privateKey.export({ type: "pkcs8", format: "pem" })), publicKey: publicKey.export({ type: "spki", format: "der" }) };
}

/** SHA-256 of a certificate, DER or PEM, in hex. */
export function fingerprintOf(certificate: Uint8Array | string): string {
  const der = typeof certificate === "string" ? Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ""), "base64") : certificate;
  return createHash("sha256").update(der).digest("hex");
}

/** Whether bytes are a public RSA key of at least 2048 bits. */
export function isMailKey(publicKey: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), type: "spki", format: "der" });
    return key.asymmetricKeyType === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}

const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** What both officers compare: 80 bits over the transfer and both keys, in groups of four (as RFC 6189 §4.4.1.1 does for telephones). */
export function codeOf(transfer: string, source: string, target: string): string {
  const bytes = createHash("sha256").update(`cercle-transfer-1\n${transfer}\n${source}\n${target}\n`).digest();
  const code = Array.from(bytes.subarray(0, 16), (byte) => letters[byte % letters.length] ?? "").join("");
  return (code.match(/.{4}/g) ?? []).join("-");
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

/** The public half of a private key, DER. */
export const publicKeyOf = (key: string): Buffer => createPublicKey(key).export({ type: "spki", format: "der" });

// Signed and encrypted messages: CMS (RFC 5652), with the card's keys. Signature by the signature key, deciphering by the
// authentication key, as on the card.
import { constants, createCipheriv, createDecipheriv, createHash, publicEncrypt, randomBytes, verify, X509Certificate } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import type { Card, Pin } from "./card.ts";
import { parsePem, type Refusal, type Trust, verifyCertificate } from "./chain.ts";
import { CpsError } from "./errors.ts";
import { toPki } from "./ocsp.ts";

const oids = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  envelopedData: "1.2.840.113549.1.7.3",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  sha256: "2.16.840.1.101.3.4.2.1",
  rsa: "1.2.840.113549.1.1.1",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
} as const;

const sha256 = (data: Uint8Array): Buffer => createHash("sha256").update(data).digest();
const buffer = (data: Uint8Array): ArrayBuffer => Uint8Array.from(data).buffer;
const algorithm = (algorithmId: string, params: asn1js.AsnType = new asn1js.Null()): pkijs.AlgorithmIdentifier =>
  new pkijs.AlgorithmIdentifier({ algorithmId, algorithmParams: params });
const attribute = (type: string, value: asn1js.AsnType): pkijs.Attribute => new pkijs.Attribute({ type, values: [value] });

export type SignedMessage = { readonly signer: X509Certificate; readonly signedAt: Date | undefined; readonly content: Uint8Array };
export type SignatureVerdict = ({ readonly valid: true } & SignedMessage) | { readonly valid: false; readonly reason: "altered" | Refusal };

/** A CMS SignedData (DER) with the signature certificate, its time, and the certificate bound into it (RFC 5035). Detached: without the content. */
export async function signCms(card: Card, content: Uint8Array, options: Pin & { readonly detached?: boolean; readonly chain?: string }): Promise<Uint8Array> {
  const { signature: certificate } = await card.certificates();
  const signerCertificate = toPki(certificate);
  const certificateId = new asn1js.Sequence({
    value: [new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [new asn1js.OctetString({ valueHex: buffer(sha256(certificate.raw)) })] })] })],
  });
  const attributes = new pkijs.SignedAndUnsignedAttributes({
    type: 0,
    attributes: [
      attribute(oids.contentType, new asn1js.ObjectIdentifier({ value: oids.data })),
      attribute(oids.signingTime, new asn1js.UTCTime({ valueDate: new Date() })),
      attribute(oids.messageDigest, new asn1js.OctetString({ valueHex: buffer(sha256(content)) })),
      attribute(oids.signingCertificateV2, certificateId),
    ],
  });
  // RFC 5652 §5.4: what is signed is the set itself, not its implicit tag.
  const encoded = new Uint8Array(attributes.toSchema().toBER(false));
  encoded[0] = 0x31;
  const signature = await card.sign(encoded, options);
  const signed = new pkijs.SignedData({
    version: 1,
    digestAlgorithms: [algorithm(oids.sha256)],
    encapContentInfo: new pkijs.EncapsulatedContentInfo({
      eContentType: oids.data,
      ...(options.detached ? {} : { eContent: new asn1js.OctetString({ valueHex: buffer(content) }) }),
    }),
    certificates: [signerCertificate, ...(options.chain ? parsePem(options.chain).map(toPki) : [])],
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: signerCertificate.issuer, serialNumber: signerCertificate.serialNumber }),
        digestAlgorithm: algorithm(oids.sha256),
        signedAttrs: attributes,
        signatureAlgorithm: algorithm(oids.rsa),
        signature: new asn1js.OctetString({ valueHex: buffer(signature) }),
      }),
    ],
  });
  return new Uint8Array(new pkijs.ContentInfo({ contentType: oids.signedData, content: signed.toSchema(true) }).toSchema().toBER(false));
}

/** Verifies a CMS signature: integrity first, then the signer's certificate. `content` is needed when the signature is detached. */
export async function verifyCms(cms: Uint8Array, options: Trust & { readonly content?: Uint8Array }): Promise<SignatureVerdict> {
  const signed = readCms(cms, oids.signedData, (content) => new pkijs.SignedData({ schema: content }));
  const info = signed.signerInfos[0];
  const held = signed.encapContentInfo.eContent?.getValue();
  const content = options.content ?? (held ? new Uint8Array(held) : undefined);
  if (!content) throw new CpsError("bad-argument", { problem: "content: the signature is detached" });
  const signer = signed.certificates
    ?.filter((one) => one instanceof pkijs.Certificate)
    .find((one) => info?.sid instanceof pkijs.IssuerAndSerialNumber && one.serialNumber.isEqual(info.sid.serialNumber));
  if (!info || !signer || signed.signerInfos.length !== 1) return { valid: false, reason: "altered" };
  const certificate = new X509Certificate(new Uint8Array(signer.toSchema(true).toBER(false)));
  const find = (type: string): asn1js.AsnType | undefined => info.signedAttrs?.attributes.find((one) => one.type === type)?.values[0];
  const digest = find(oids.messageDigest);
  if (!(digest instanceof asn1js.OctetString) || !info.signedAttrs || info.digestAlgorithm.algorithmId !== oids.sha256)
    return { valid: false, reason: "altered" };
  if (Buffer.compare(sha256(content), Buffer.from(digest.valueBlock.valueHexView)) !== 0) return { valid: false, reason: "altered" };
  const attributes = new Uint8Array(info.signedAttrs.encodedValue.byteLength > 0 ? info.signedAttrs.encodedValue : info.signedAttrs.toSchema().toBER(false));
  attributes[0] = 0x31;
  if (!verify("sha256", attributes, certificate.publicKey, new Uint8Array(info.signature.valueBlock.valueHexView))) return { valid: false, reason: "altered" };
  const verdict = await verifyCertificate(certificate, "signature", options);
  if (!verdict.valid) return verdict;
  const time = find(oids.signingTime);
  return { valid: true, signer: certificate, signedAt: time instanceof asn1js.UTCTime ? time.toDate() : undefined, content };
}

/** Encrypts for colleagues: CMS EnvelopedData, AES-256-CBC, one RSA recipient for each authentication certificate. */
export function encryptFor(content: Uint8Array, certificates: readonly X509Certificate[]): Uint8Array {
  if (certificates.length === 0) throw new CpsError("bad-argument", { problem: "certificates: at least one" });
  const key = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  const recipients = certificates.map((certificate) => {
    const recipient = toPki(certificate);
    const keyTransport = new pkijs.KeyTransRecipientInfo({
      version: 0,
      rid: new pkijs.IssuerAndSerialNumber({ issuer: recipient.issuer, serialNumber: recipient.serialNumber }),
      keyEncryptionAlgorithm: algorithm(oids.rsa),
      encryptedKey: new asn1js.OctetString({ valueHex: buffer(publicEncrypt({ key: certificate.publicKey, padding: constants.RSA_PKCS1_PADDING }, key)) }),
    });
    return new pkijs.RecipientInfo({ variant: 1, value: keyTransport });
  });
  const enveloped = new pkijs.EnvelopedData({
    version: 0,
    recipientInfos: recipients,
    encryptedContentInfo: new pkijs.EncryptedContentInfo({
      contentType: oids.data,
      contentEncryptionAlgorithm: algorithm(oids.aes256Cbc, new asn1js.OctetString({ valueHex: buffer(iv) })),
      encryptedContent: new asn1js.OctetString({ valueHex: buffer(encrypted) }),
    }),
  });
  return new Uint8Array(new pkijs.ContentInfo({ contentType: oids.envelopedData, content: enveloped.toSchema() }).toSchema().toBER(false));
}

/** Opens what was encrypted for this card. Throws `not-for-this-card`, `bad-message`. */
export async function decrypt(card: Card, cms: Uint8Array, code: Pin): Promise<Uint8Array> {
  const enveloped = readCms(cms, oids.envelopedData, (content) => new pkijs.EnvelopedData({ schema: content }));
  const { authentication } = await card.certificates();
  const own = toPki(authentication);
  const recipient = enveloped.recipientInfos
    .map((one) => one.value)
    .filter((one) => one instanceof pkijs.KeyTransRecipientInfo)
    .find((one) => one.rid instanceof pkijs.IssuerAndSerialNumber && one.rid.serialNumber.isEqual(own.serialNumber) && one.rid.issuer.isEqual(own.issuer));
  if (!recipient) throw new CpsError("not-for-this-card");
  const { contentEncryptionAlgorithm, encryptedContent } = enveloped.encryptedContentInfo;
  const iv = contentEncryptionAlgorithm.algorithmParams;
  if (contentEncryptionAlgorithm.algorithmId !== oids.aes256Cbc || !(iv instanceof asn1js.OctetString) || !encryptedContent)
    throw new CpsError("bad-message", { problem: "AES-256-CBC" });
  const key = await card.decipher(new Uint8Array(recipient.encryptedKey.valueBlock.valueHexView), code);
  try {
    const decipher = createDecipheriv("aes-256-cbc", key, new Uint8Array(iv.valueBlock.valueHexView));
    return Buffer.concat([decipher.update(new Uint8Array(enveloped.encryptedContentInfo.getEncryptedContent())), decipher.final()]);
  } catch {
    // One answer for a wrong key and wrong padding.
    throw new CpsError("bad-message", { problem: "content" });
  }
}

const largest = 60_000_000;

function readCms<T>(der: Uint8Array, type: string, build: (content: asn1js.AsnType) => T): T {
  if (der.length > largest) throw new CpsError("bad-message", { problem: "size" });
  try {
    const info = pkijs.ContentInfo.fromBER(Uint8Array.from(der));
    if (info.contentType !== type) throw new Error(info.contentType);
    return build(info.content);
  } catch (cause) {
    throw new CpsError("bad-message", { problem: "CMS" }, { cause });
  }
}

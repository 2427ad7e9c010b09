// Timestamps (RFC 3161): the request, and the verification of a reply without asking anybody.
import "reflect-metadata";
import { createHash, randomBytes, verify as verifySignature, X509Certificate } from "node:crypto";
import { Temporal } from "@cercle/kernel";
import { SignedData, type SignerInfo } from "@peculiar/asn1-cms";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { id_ct_tstInfo, MessageImprint, TimeStampReq, TimeStampReqVersion, TimeStampResp, TSTInfo } from "@peculiar/asn1-tsp";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import { chainsTo } from "./chain-of-trust.ts";
import { derTag, encodeDer, ownBuffer, sortSet } from "./der.ts";

export const oids = {
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
  rsaWithSha256: "1.2.840.113549.1.1.11",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  timeStamping: "1.3.6.1.5.5.7.3.8",
} as const;

const digestNames: Readonly<Record<string, string>> = { [oids.sha256]: "sha256", [oids.sha384]: "sha384", [oids.sha512]: "sha512" };

export type TimestampVerdict =
  | { readonly ok: true; readonly at: Temporal.Instant; readonly authority: string; readonly trusted: boolean | undefined }
  | { readonly ok: false; readonly reason: string };

/** A request over the SHA-256 of `data` (or over that digest), with a nonce, asking for the certificate (RFC 3161 §2.4.1). */
export function buildTimestampRequest(about: Uint8Array | { readonly digest: Uint8Array }): Buffer {
  const digest = "digest" in about ? about.digest : createHash("sha256").update(about).digest();
  const nonce = randomBytes(9);
  nonce[0] = 0x40 | ((nonce[0] ?? 0) & 0x3f);
  const request = new TimeStampReq({
    version: TimeStampReqVersion.v1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: oids.sha256, parameters: null }),
      hashedMessage: new OctetString(ownBuffer(digest)),
    }),
    nonce: ownBuffer(nonce),
    certReq: true,
  });
  return Buffer.from(AsnConvert.serialize(request));
}

/** The token of a reply, DER; throws when the authority refused or answered another request. */
export function readToken(reply: Uint8Array, request: Uint8Array): Buffer {
  const response = AsnConvert.parse(ownBuffer(reply), TimeStampResp);
  if (response.status.status > 1 || !response.timeStampToken) throw new Error("the timestamp authority refused");
  const signed = AsnConvert.parse(response.timeStampToken.content, SignedData);
  const content = signed.encapContentInfo.eContent?.single?.buffer;
  const [nonce, asked] = [content && AsnConvert.parse(content, TSTInfo).nonce, AsnConvert.parse(ownBuffer(request), TimeStampReq).nonce];
  if (!nonce || !asked || !sameBytes(Buffer.from(asked), nonce)) throw new Error("the timestamp authority answered another request");
  return Buffer.from(AsnConvert.serialize(response.timeStampToken));
}

/**
 * Verifies a reply (DER of TimeStampResp) over `data`: status, imprint, nonce when the request is given, signature, purpose and
 * validity of the certificate. `trusted` says whether the chain ends in `anchors`; undefined when none are given.
 */
export function verifyTimestamp({
  reply,
  data,
  request,
  anchors,
}: {
  reply: Uint8Array;
  data: Uint8Array;
  request?: Uint8Array;
  anchors?: string;
}): TimestampVerdict {
  try {
    const response = AsnConvert.parse(ownBuffer(reply), TimeStampResp);
    // RFC 3161 §2.4.2: granted (0) or granted with changes (1).
    if (response.status.status > 1 || !response.timeStampToken) return { ok: false, reason: "the authority refused" };
    const signed = AsnConvert.parse(response.timeStampToken.content, SignedData);
    if (signed.encapContentInfo.eContentType !== id_ct_tstInfo) return { ok: false, reason: "not a timestamp token" };
    const content = signed.encapContentInfo.eContent?.single?.buffer;
    const [signer] = signed.signerInfos;
    if (!content || !signer || signed.signerInfos.length !== 1) return { ok: false, reason: "the token is incomplete" };
    const info = AsnConvert.parse(content, TSTInfo);
    const wrong = checkInfo(info, data, request) ?? checkSignedAttributes(signer, content);
    if (wrong) return { ok: false, reason: wrong };
    return checkCertificate(signed, signer, info, anchors);
  } catch (error) {
    return { ok: false, reason: `unreadable: ${error instanceof Error ? error.message.slice(0, 120) : "not DER"}` };
  }
}

function checkInfo(info: TSTInfo, data: Uint8Array, request: Uint8Array | undefined): string | undefined {
  const digestName = digestNames[info.messageImprint.hashAlgorithm.algorithm];
  if (!digestName) return "an unknown digest";
  if (!sameBytes(createHash(digestName).update(data).digest(), info.messageImprint.hashedMessage.buffer)) return "the timestamp is of something else";
  if (request) {
    const asked = AsnConvert.parse(ownBuffer(request), TimeStampReq);
    if (!asked.nonce || !info.nonce || !sameBytes(Buffer.from(asked.nonce), info.nonce)) return "the nonce differs";
  }
  return undefined;
}

function checkSignedAttributes(signer: SignerInfo, content: ArrayBuffer): string | undefined {
  // RFC 5652 §11.2: the digest of the content is among what is signed.
  const attribute = signer.signedAttrs?.find((known) => known.attrType === oids.messageDigest)?.attrValues[0];
  const digestName = digestNames[signer.digestAlgorithm.algorithm];
  if (!attribute || !digestName) return "the token signs no digest";
  const signedDigest = AsnConvert.parse(attribute, OctetString).buffer;
  return sameBytes(createHash(digestName).update(Buffer.from(content)).digest(), signedDigest) ? undefined : "the token's content was changed";
}

function checkCertificate(signed: SignedData, signer: SignerInfo, info: TSTInfo, anchors: string | undefined): TimestampVerdict {
  const certificates = (signed.certificates ?? []).flatMap((choice) =>
    choice.certificate ? [new X509Certificate(Buffer.from(AsnConvert.serialize(choice.certificate)))] : [],
  );
  const serial = signer.sid.issuerAndSerialNumber?.serialNumber;
  const wanted = serial ? BigInt(`0x${Buffer.from(serial).toString("hex")}`) : undefined;
  const certificate = certificates.find((known) => BigInt(`0x${known.serialNumber}`) === wanted);
  if (!certificate || !signer.signedAttrs) return { ok: false, reason: "the signer's certificate is missing" };
  // RFC 5652 §5.4: the signature is over the DER SET OF encoding, not the implicit [0] of the message.
  const attributes = encodeDer(derTag.set, ...sortSet(signer.signedAttrs.map((attribute) => Buffer.from(AsnConvert.serialize(attribute)))));
  const digestName = digestNames[signer.digestAlgorithm.algorithm] ?? "sha256";
  if (!verifySignature(digestName, attributes, certificate.publicKey, Buffer.from(signer.signature.buffer))) {
    return { ok: false, reason: "the token's signature is not valid" };
  }
  // RFC 3161 §2.3: timestamping is the only purpose of the certificate.
  if (!certificate.keyUsage?.includes(oids.timeStamping)) return { ok: false, reason: "the certificate is not for timestamps" };
  const at = info.genTime.getTime();
  if (at < Date.parse(certificate.validFrom) || at > Date.parse(certificate.validTo)) return { ok: false, reason: "the certificate was not valid then" };
  return {
    ok: true,
    at: Temporal.Instant.fromEpochMilliseconds(at),
    authority: certificate.subject.replaceAll("\n", ", "),
    trusted: anchors === undefined ? undefined : chainsTo(certificate, certificates, anchors),
  };
}

function sameBytes(a: Uint8Array, b: ArrayBuffer): boolean {
  return Buffer.compare(a, Buffer.from(b)) === 0;
}

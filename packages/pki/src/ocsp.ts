// OCSP (RFC 6960): reads a request, writes an answer. Pure but for the signature.
import { OCSPRequest } from "@peculiar/asn1-ocsp";
import { AsnConvert } from "@peculiar/asn1-schema";
import { signatureAlgorithm } from "./crl.ts";
import { generalizedTime, octets, wrap } from "./der.ts";
import type { SigningKey } from "./keys.ts";

export type CertificateId = {
  /** OID of the hash the client chose. */
  readonly hash: string;
  readonly issuerName: string;
  readonly issuerKey: string;
  /** Lower-case hexadecimal. */
  readonly serial: string;
  /** As the client wrote it; the answer repeats it. */
  readonly der: Uint8Array;
};
export type Question = { readonly ids: readonly CertificateId[] /** The whole extension, DER. */; readonly nonce: Uint8Array | undefined };

export type Status = { readonly kind: "good" } | { readonly kind: "unknown" } | { readonly kind: "revoked"; readonly at: number; readonly reason: number };

export const longestRequest = 4096;
const mostIds = 16;
const nonceId = "1.3.6.1.5.5.7.48.1.2";
/** RFC 9654 §2.1: 1 to 128 octets, in an OCTET STRING of its own. */
const longestNonce = 128 + 3;
const basicResponse = Buffer.from("06092b0601050507300101", "hex");

/** RFC 6960 §4.2.1. */
export const errorStatus = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const;

/** Undefined when it is not a request we read. */
export function parseQuestion(der: Uint8Array): Question | undefined {
  if (der.length === 0 || der.length > longestRequest) return undefined;
  try {
    const { tbsRequest } = AsnConvert.parse(der, OCSPRequest);
    const ids = [...tbsRequest.requestList].map(({ reqCert }) => ({
      hash: reqCert.hashAlgorithm.algorithm,
      issuerName: hex(reqCert.issuerNameHash.buffer),
      issuerKey: hex(reqCert.issuerKeyHash.buffer),
      serial: hex(reqCert.serialNumber).replace(/^(00)+(?=..)/, ""),
      der: new Uint8Array(AsnConvert.serialize(reqCert)),
    }));
    const extension = [...(tbsRequest.requestExtensions ?? [])].find((found) => found.extnID === nonceId);
    if (ids.length === 0 || ids.length > mostIds || (extension && extension.extnValue.byteLength > longestNonce)) return undefined;
    return { ids, nonce: extension && new Uint8Array(AsnConvert.serialize(extension)) };
  } catch {
    return undefined;
  }
}

export type AnswerFacts = {
  readonly responder: { readonly key: SigningKey; readonly keyId: Uint8Array; readonly certificate: Uint8Array };
  readonly statuses: readonly { readonly id: CertificateId; readonly status: Status }[];
  readonly nonce: Uint8Array | undefined;
  /** Seconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
};

/** A signed answer (RFC 6960 §4.2.1), with the responder's certificate. */
export async function buildAnswer({ responder, statuses, nonce, thisUpdate, nextUpdate }: AnswerFacts): Promise<Uint8Array> {
  const now = generalizedTime(thisUpdate);
  const next = wrap(0xa0, generalizedTime(nextUpdate));
  const singles = statuses.map(({ id, status }) => wrap(0x30, id.der, statusOf(status), now, next));
  const data = wrap(0x30, wrap(0xa2, octets(responder.keyId)), now, wrap(0x30, ...singles), ...(nonce ? [wrap(0xa1, wrap(0x30, nonce))] : []));
  const signature = await responder.key.sign(data);
  const basic = wrap(0x30, data, signatureAlgorithm, wrap(0x03, Buffer.from([0]), signature), wrap(0xa0, wrap(0x30, responder.certificate)));
  return wrap(0x30, wrap(0x0a, Buffer.from([0])), wrap(0xa0, wrap(0x30, basicResponse, octets(basic))));
}

/** An answer without a signature: why there is none. */
export function buildError(status: keyof typeof errorStatus): Uint8Array {
  return wrap(0x30, wrap(0x0a, Buffer.from([errorStatus[status]])));
}

function statusOf(status: Status): Buffer {
  if (status.kind === "good") return Buffer.from([0x80, 0]);
  if (status.kind === "unknown") return Buffer.from([0x82, 0]);
  const reason = status.reason === 0 ? [] : [wrap(0xa0, wrap(0x0a, Buffer.from([status.reason])))];
  return wrap(0xa1, generalizedTime(status.at), ...reason);
}

function hex(buffer: ArrayBuffer): string {
  return Buffer.from(buffer).toString("hex");
}

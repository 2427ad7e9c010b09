// OCSP (RFC 6960): reads a request, writes an answer. Pure but for the signature.

import type { SigningKey } from "../authorities/keys.ts";
import { signatureAlgorithm } from "./crl.ts";
import { type Element, generalizedTime, octets, readElements, wrap } from "./der.ts";

export type CertificateId = {
  /** OID of the hash the client chose; empty when it is none of ours. */
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
/** id-pkix-ocsp-nonce, the value of an OBJECT IDENTIFIER. */
const nonceId = "2b0601050507300102";
/** RFC 9654 §2.1: 1 to 128 octets, in an OCTET STRING of its own. */
const longestNonce = 128 + 3;
const basicResponse = Buffer.from("06092b0601050507300101", "hex");

/** RFC 6960 §4.2.1. */
export const errorStatus = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const;

/** Hashes a client may have chosen. RFC 6960 §4.3 asks for SHA-1; RFC 9654 and newer clients use SHA-2. */
export const idHashes = {
  "1.3.14.3.2.26": { name: "sha1", der: "2b0e03021a" },
  "2.16.840.1.101.3.4.2.1": { name: "sha256", der: "608648016503040201" },
  "2.16.840.1.101.3.4.2.2": { name: "sha384", der: "608648016503040202" },
  "2.16.840.1.101.3.4.2.3": { name: "sha512", der: "608648016503040203" },
} as const;
export type IdHash = keyof typeof idHashes;
const hashByDer: ReadonlyMap<string, string> = new Map(Object.entries(idHashes).map(([id, { der }]) => [der, id]));

const tags = { sequence: 0x30, boolean: 0x01, null: 0x05, object: 0x06, octets: 0x04, integer: 0x02, extensions: 0xa2 } as const;

/** Undefined when it is not a request we read (RFC 6960 §4.1.1). By hand: a general reader took longer than the rest of an answer. */
export function parseQuestion(der: Uint8Array): Question | undefined {
  if (der.length === 0 || der.length > longestRequest) return undefined;
  const request = open(Buffer.from(der.buffer, der.byteOffset, der.length), tags.sequence);
  const parts = request?.[0] && open(request[0].whole, tags.sequence);
  // version [0] and requestorName [1] stand before the list, requestExtensions [2] after it.
  const list = parts?.find(({ tag }) => tag === tags.sequence);
  const requests = list && readElements(list.value);
  if (!parts || !requests || requests.length === 0 || requests.length > mostIds) return undefined;
  const ids = requests.map((one) => parseId(open(one.whole, tags.sequence)?.[0]));
  if (!ids.every((id) => id !== undefined)) return undefined;
  const extensions = parts.find(({ tag }) => tag === tags.extensions);
  if (!extensions) return { ids, nonce: undefined };
  const found = readElements(extensions.value)?.[0];
  const all = found && open(found.whole, tags.sequence);
  if (!all) return undefined;
  const nonce = all.find(({ whole }) => isNonce(open(whole, tags.sequence)?.[0]));
  // What is repeated under our signature is what it says it is; one too long to repeat is refused, not left out in silence.
  if (nonce && !isRepeatable(open(nonce.whole, tags.sequence) ?? [])) return undefined;
  return { ids, nonce: nonce?.whole };
}

/** RFC 5280 §4.1: its OID, whether it is critical, its value. */
function isRepeatable(extension: readonly Element[]): boolean {
  const value = extension.at(-1);
  const critical = extension.length === 3 ? extension[1] : undefined;
  const known = extension.length === 2 || (critical?.tag === tags.boolean && critical.value.length === 1);
  return known && value?.tag === tags.octets && value.value.length <= longestNonce;
}

const isNonce = (id: Element | undefined): boolean => id?.tag === tags.object && id.value.toString("hex") === nonceId;

/** What is inside one element of this tag that is the whole of these bytes. */
function open(der: Buffer, tag: number): readonly Element[] | undefined {
  const elements = readElements(der);
  const [one] = elements ?? [];
  return elements?.length === 1 && one?.tag === tag ? readElements(one.value) : undefined;
}

function parseId(element: Element | undefined): CertificateId | undefined {
  const [algorithm, issuerName, issuerKey, serial, ...more] = (element && open(element.whole, tags.sequence)) ?? [];
  const [hash, ...parameters] = (algorithm && open(algorithm.whole, tags.sequence)) ?? [];
  if (!element || hash?.tag !== tags.object || issuerName?.tag !== tags.octets || issuerKey?.tag !== tags.octets || serial?.tag !== tags.integer)
    return undefined;
  // The answer repeats it under our signature: nothing beside it, hashes take no parameters (RFC 5754 §2), no number without a digit, no
  // OID that stops in the middle.
  if (more.length > 0 || parameters.some(({ tag, value }) => tag !== tags.null || value.length > 0)) return undefined;
  if (serial.value.length === 0 || hash.value.length === 0 || (hash.value.at(-1) ?? 0) >= 0x80) return undefined;
  return {
    hash: hashByDer.get(hash.value.toString("hex")) ?? "",
    issuerName: issuerName.value.toString("hex"),
    issuerKey: issuerKey.value.toString("hex"),
    serial: serial.value.toString("hex").replace(/^(00)+(?=..)/, ""),
    der: element.whole,
  };
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

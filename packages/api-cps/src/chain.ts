// Whether a certificate may be believed: chain to an anchor, dates, purpose, revocation. Rules in order, the first that fails is told.
import { X509Certificate } from "node:crypto";
import { CertificateRevocationList } from "pkijs";
import { type AskOcsp, askOcsp, postOcsp, toPki } from "./ocsp.ts";
import type { KeyUse } from "./transport.ts";

export type Refusal = "untrusted" | "not-yet-valid" | "expired" | "wrong-purpose" | "revoked" | "revocation-unknown";
export type Verdict = { readonly valid: true; readonly chain: readonly X509Certificate[] } | { readonly valid: false; readonly reason: Refusal };

export type Trust = {
  /** PEM, one or several; the issuing authorities may stand among them. */
  readonly anchors: string;
  /** Gives a list of revoked certificates (DER) from its address; `fetch` unless told. */
  readonly fetchList?: (address: string) => Promise<Uint8Array>;
  /** Asks an OCSP responder (DER both ways) at its address; `fetch` unless told. Where none answers, the list is read. */
  readonly askOcsp?: AskOcsp;
  /** `required` unless told: without an answer or a fresh list nothing is believed. */
  readonly revocation?: "required" | "none";
  /** When the certificate is to be valid; now unless told. */
  readonly at?: Date;
};

const oids = { keyUsage: "2.5.29.15", distributionPoints: "2.5.29.31", informationAccess: "1.3.6.1.5.5.7.1.1" } as const;
/** The identifier and the tag of a URI after it. */
const idAdOcsp = Buffer.from("06082b0601050507300186", "hex");
const longestChain = 6;
const largestList = 20_000_000;

/** Looks at one certificate for one use. */
export async function verifyCertificate(certificate: X509Certificate, use: KeyUse, trust: Trust): Promise<Verdict> {
  const at = trust.at ?? new Date();
  const chain = buildChain(certificate, parsePem(trust.anchors));
  if (!chain) return { valid: false, reason: "untrusted" };
  for (const one of chain) {
    if (Date.parse(one.validFrom) > at.getTime()) return { valid: false, reason: "not-yet-valid" };
    if (Date.parse(one.validTo) < at.getTime()) return { valid: false, reason: "expired" };
  }
  if (!allows(certificate, use)) return { valid: false, reason: "wrong-purpose" };
  if (trust.revocation === "none") return { valid: true, chain };
  for (const [i, one] of chain.entries()) {
    const issuer = chain[i + 1];
    if (!issuer) break;
    const state = await findRevocation(one, issuer, at, trust);
    if (state !== "good") return { valid: false, reason: state };
  }
  return { valid: true, chain };
}

export function parsePem(text: string): readonly X509Certificate[] {
  return (text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));
}

/** From the certificate to a self-signed anchor, signatures checked; undefined when there is no way. */
function buildChain(certificate: X509Certificate, anchors: readonly X509Certificate[]): readonly X509Certificate[] | undefined {
  const chain = [certificate];
  for (let here = certificate; chain.length <= longestChain; ) {
    if (here.checkIssued(here) && here.verify(here.publicKey))
      return anchors.some((anchor) => anchor.fingerprint256 === here.fingerprint256) ? chain : undefined;
    const next = anchors.find((anchor) => anchor.ca && here.checkIssued(anchor) && here.verify(anchor.publicKey));
    if (!next) return undefined;
    chain.push(next);
    here = next;
  }
  return undefined;
}

/** RFC 5280 §4.2.1.3: digitalSignature (bit 0) authenticates, nonRepudiation (bit 1) signs; never one for the other. */
function allows(certificate: X509Certificate, use: KeyUse): boolean {
  const usage = findExtension(certificate, oids.keyUsage);
  // BIT STRING: tag, length, unused bits, bits.
  const bits = usage?.[3] ?? 0;
  return use === "authentication" ? (bits & 0x80) !== 0 && (bits & 0x40) === 0 : (bits & 0x40) !== 0;
}

async function findRevocation(
  certificate: X509Certificate,
  issuer: X509Certificate,
  at: Date,
  trust: Trust,
): Promise<"good" | "revoked" | "revocation-unknown"> {
  const responder = findResponder(certificate);
  const answered = responder && (await askOcsp({ certificate, issuer, address: responder, ask: trust.askOcsp ?? postOcsp }).catch(() => undefined));
  if (answered) return answered;
  const points = findExtension(certificate, oids.distributionPoints);
  const address = points && /http:\/\/[\x21-\x7e]+?\.crl/.exec(Buffer.from(points).toString("latin1"))?.[0];
  if (!address) return "revocation-unknown";
  try {
    const list = CertificateRevocationList.fromBER(await (trust.fetchList ?? fetchList)(address));
    const issuerCertificate = toPki(issuer);
    if (!(await list.verify({ issuerCertificate }))) return "revocation-unknown";
    // A list made for this very question is newer than the question.
    if (list.thisUpdate.value.getTime() > Math.max(at.getTime(), Date.now()) || (list.nextUpdate && list.nextUpdate.value < at)) return "revocation-unknown";
    return list.isCertificateRevoked(toPki(certificate)) ? "revoked" : "good";
  } catch {
    return "revocation-unknown";
  }
}

/** RFC 5280 §4.2.2.1: `id-ad-ocsp`, then a URI. */
function findResponder(certificate: X509Certificate): string | undefined {
  const access = Buffer.from(findExtension(certificate, oids.informationAccess) ?? []);
  const start = access.indexOf(idAdOcsp);
  if (start < 0) return undefined;
  const length = access[start + idAdOcsp.length] ?? 0;
  const address = access.subarray(start + idAdOcsp.length + 1, start + idAdOcsp.length + 1 + length).toString("latin1");
  return /^http:\/\/[\x21-\x7e]+$/.test(address) ? address : undefined;
}

async function fetchList(address: string): Promise<Uint8Array> {
  const reply = await fetch(address, { signal: AbortSignal.timeout(10_000), redirect: "error" });
  if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
  const body = new Uint8Array(await reply.arrayBuffer());
  if (body.length > largestList) throw new Error(`${address}: too large`);
  return body;
}

const cache = new WeakMap<X509Certificate, ReadonlyMap<string, Uint8Array>>();

/** The content of one extension. */
function findExtension(certificate: X509Certificate, oid: string): Uint8Array | undefined {
  const known = cache.get(certificate) ?? readExtensions(certificate);
  cache.set(certificate, known);
  return known.get(oid);
}

function readExtensions(certificate: X509Certificate): ReadonlyMap<string, Uint8Array> {
  const parsed = toPki(certificate);
  return new Map((parsed.extensions ?? []).map((extension) => [extension.extnID, new Uint8Array(extension.extnValue.valueBlock.valueHexView)]));
}

// The ordered checks of a list. A consumer keeps its last good list when any of them fails; it never falls back to none.
//
// | # | rule | code |
// |---|---|---|
// | 1 | XML without DOCTYPE, at most 32 MB, UTF-8 | too-large, not-xml |
// | 2 | exactly one signature, enveloped in the root, over the whole document, with the named algorithms only | unsigned, weak-signature |
// | 3 | the signature verifies with the certificate it carries; what is read is what was signed | bad-signature |
// | 4 | the certificate leads to an anchor, was valid, may sign | untrusted, signer-expired, signer-purpose |
// | 5 | not older than the last accepted (generation date, and sequence when both have one) | rollback |
// | 6 | at least one domain | empty |
// | 7 | not past its announced next update | outdated (a warning: the last good list is kept with an alarm) |
import { createHash, verify as verifyBytes, X509Certificate } from "node:crypto";
import { nameKey, Temporal } from "@cercle/kernel";
import type { Element } from "@xmldom/xmldom";
import { ExclusiveCanonicalization } from "xml-crypto";
import { childrenOf, decodeXml, parseRoot, parseXml, type Whitelist } from "./document.ts";
import { whitelistErrors } from "./errors.ts";
import { algorithms } from "./sign.ts";

export type Verified = {
  readonly list: Whitelist;
  /** Subject of the signer, one attribute a line as Node prints it. */
  readonly signer: string;
  readonly signerExpires: Temporal.Instant;
  readonly domains: number;
  readonly warnings: readonly Warning[];
};

export type Warning =
  | { readonly kind: "duplicate"; readonly domain: string; readonly count: number }
  | { readonly kind: "unreadable-name"; readonly domain: string; readonly name: string }
  | { readonly kind: "future-date"; readonly domain: string }
  | { readonly kind: "outdated"; readonly since: string }
  | { readonly kind: "signer-expires"; readonly days: number };

export type Verification = {
  readonly bytes: Uint8Array;
  /** Trust anchors and intermediates, PEM, one after the other. */
  readonly trust: string;
  readonly now: Temporal.Instant;
  /** What the last accepted list said. */
  readonly last?: { readonly generatedAt: Temporal.Instant; readonly sequence?: number };
};

const signatureNamespace = "http://www.w3.org/2000/09/xmldsig#";
/** Extended key usages that may sign a list: e-mail protection (the national signer's), document signing (RFC 9336). */
const signingUsages = ["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "2.5.29.37.0"];
const warnDays = 60;

/** Verifies and reads a signed list; throws a coded refusal at the first rule that fails. */
export function verifyWhitelist({ bytes, trust, now, last }: Verification): Verified {
  const text = decodeXml(bytes);
  const { certificate, signed } = readSignature(text);
  checkSigner(certificate, trust, now);
  const list = parseXml(signed);
  if (last) checkNotOlder(list, last);
  if (list.entries.length === 0) throw whitelistErrors.refuse("whitelist.empty");
  return {
    list,
    signer: certificate.subject,
    signerExpires: expiry(certificate),
    domains: new Set(list.entries.map((entry) => entry.domain)).size,
    warnings: listWarnings(list, certificate, now),
  };
}

/** Rules 2 and 3. Answers the canonical text of what was signed: nothing else of the file is read afterwards. */
function readSignature(text: string): { certificate: X509Certificate; signed: string } {
  const root = parseRoot(text);
  const all = [...root.getElementsByTagNameNS(signatureNamespace, "Signature")];
  const signature = childrenOf(root).find((child) => child.localName === "Signature" && child.namespaceURI === signatureNamespace);
  if (!signature || all.length === 0) throw whitelistErrors.refuse("whitelist.unsigned");
  if (all.length > 1) throw whitelistErrors.refuse("whitelist.weak-signature", { params: { problem: `${all.length} Signature` } });
  checkForm(signature);
  const certificate = readCertificate(signature);
  // The closed form is short enough to check here; xml-crypto's general verifier walks the document by XPath, seconds long on
  // a national list. Its canonicalisation is used as it is. XMLDSig §4.4.3.3: URI "" is the document without comments.
  root.removeChild(signature);
  const signed = canonicalise(root);
  const [signedInfo] = childrenOf(signature).filter((child) => child.localName === "SignedInfo");
  const digest = createHash("sha256").update(signed).digest();
  const value = base64Of(signature, "SignatureValue");
  const sameDigest = base64Of(signature, "DigestValue").equals(digest);
  if (!sameDigest || !signedInfo || !verifyBytes("sha256", Buffer.from(canonicalise(signedInfo)), certificate.publicKey, value)) {
    throw whitelistErrors.refuse("whitelist.bad-signature");
  }
  return { certificate, signed };
}

/** Exclusive canonicalisation without comments. The class takes any DOM node; its types name another version of the same DOM. */
function canonicalise(element: Element): string {
  return new ExclusiveCanonicalization().process(element as never, {});
}

function base64Of(signature: Element, name: string): Buffer {
  const found = [...signature.getElementsByTagNameNS(signatureNamespace, name)];
  if (found.length !== 1) throw whitelistErrors.refuse("whitelist.weak-signature", { params: { problem: `${found.length} ${name}` } });
  return Buffer.from((found[0]?.textContent ?? "").replace(/\s+/g, ""), "base64");
}

/** The form is closed: one reference to the whole document, these two transforms, these algorithms. */
function checkForm(signature: Element): void {
  const refuse = (problem: string): never => {
    throw whitelistErrors.refuse("whitelist.weak-signature", { params: { problem } });
  };
  const find = (name: string): readonly Element[] => [...signature.getElementsByTagNameNS(signatureNamespace, name)];
  const algorithm = (name: string): readonly string[] => find(name).map((element) => element.getAttribute("Algorithm") ?? "");
  const expected: readonly (readonly [string, readonly string[]])[] = [
    ["CanonicalizationMethod", [algorithms.canonical]],
    ["SignatureMethod", [algorithms.signature]],
    ["DigestMethod", [algorithms.digest]],
    ["Transform", [algorithms.enveloped, algorithms.canonical]],
  ];
  for (const [name, values] of expected) {
    const found = algorithm(name);
    if (found.length !== values.length || found.some((value, i) => value !== values[i])) refuse(`${name} ${found.join(" ")}`);
  }
  const references = find("Reference");
  if (references.length !== 1 || references[0]?.getAttribute("URI") !== "") refuse("Reference");
}

function readCertificate(signature: Element): X509Certificate {
  const [element, ...others] = [...signature.getElementsByTagNameNS(signatureNamespace, "X509Certificate")];
  if (!element || others.length > 0) throw whitelistErrors.refuse("whitelist.weak-signature", { params: { problem: "X509Certificate" } });
  try {
    // The national file writes CR inside its base64: white space does not count.
    return new X509Certificate(Buffer.from((element.textContent ?? "").replace(/\s+/g, ""), "base64"));
  } catch (cause) {
    throw whitelistErrors.refuse("whitelist.weak-signature", { params: { problem: "X509Certificate" }, cause });
  }
}

/** Rule 4. */
function checkSigner(certificate: X509Certificate, trust: string, now: Temporal.Instant): void {
  const pool = readPem(trust);
  if (!leadsToAnchor(certificate, pool, now, 5)) {
    throw whitelistErrors.refuse("whitelist.untrusted", { params: { signer: certificate.subject.replaceAll("\n", ", ") } });
  }
  if (!isValidAt(certificate, now)) {
    throw whitelistErrors.refuse("whitelist.signer-expired", {
      params: { date: now.toString(), from: certificate.validFrom, to: certificate.validTo },
    });
  }
  const usages = certificate.keyUsage as readonly string[] | undefined;
  if (certificate.ca || (usages && usages.length > 0 && !usages.some((usage) => signingUsages.includes(usage)))) {
    throw whitelistErrors.refuse("whitelist.signer-purpose");
  }
}

/** A path of valid issuers from the certificate to a self-signed member of the pool (RFC 5280 §6.1, names and signatures). */
function leadsToAnchor(certificate: X509Certificate, pool: readonly X509Certificate[], now: Temporal.Instant, depth: number): boolean {
  if (depth === 0) return false;
  return pool.some((issuer) => {
    if (!issuer.ca || !isValidAt(issuer, now) || !certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return false;
    return issuer.subject === issuer.issuer ? issuer.verify(issuer.publicKey) : leadsToAnchor(issuer, pool, now, depth - 1);
  });
}

function readPem(pem: string): readonly X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((block) => new X509Certificate(block));
}

function isValidAt(certificate: X509Certificate, now: Temporal.Instant): boolean {
  return Date.parse(certificate.validFrom) <= now.epochMilliseconds && now.epochMilliseconds <= Date.parse(certificate.validTo);
}

function expiry(certificate: X509Certificate): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Date.parse(certificate.validTo));
}

/** Rule 5. The national list has a date only; two lists of the same second are told apart by nothing, so equal passes. */
function checkNotOlder(list: Whitelist, last: NonNullable<Verification["last"]>): void {
  const older =
    list.sequence !== undefined && last.sequence !== undefined
      ? list.sequence < last.sequence
      : Temporal.Instant.compare(list.generatedAt, last.generatedAt) < 0;
  if (older) throw whitelistErrors.refuse("whitelist.rollback", { params: { given: list.generatedAt.toString(), last: last.generatedAt.toString() } });
}

function listWarnings(list: Whitelist, certificate: X509Certificate, now: Temporal.Instant): readonly Warning[] {
  const warnings: Warning[] = [];
  const seen = new Map<string, { domain: string; count: number }>();
  for (const { domain, certificateName, updatedAt } of list.entries) {
    const name = nameKey(certificateName);
    if (name === undefined) warnings.push({ kind: "unreadable-name", domain, name: certificateName });
    const key = `${domain}\n${name ?? certificateName}`;
    seen.set(key, { domain, count: (seen.get(key)?.count ?? 0) + 1 });
    if (Temporal.Instant.compare(updatedAt, list.generatedAt) > 0) warnings.push({ kind: "future-date", domain });
  }
  for (const { domain, count } of seen.values()) if (count > 1) warnings.push({ kind: "duplicate", domain, count });
  if (list.nextUpdate && Temporal.Instant.compare(list.nextUpdate, now) < 0) warnings.push({ kind: "outdated", since: list.nextUpdate.toString() });
  const days = Math.floor(now.until(expiry(certificate)).total({ unit: "hours" }) / 24);
  if (days < warnDays) warnings.push({ kind: "signer-expires", days });
  return warnings;
}

// Whether a certificate leads to an anchor that the verifier brought. Dates are the caller's business: proofs outlive certificates.
import { X509Certificate } from "node:crypto";

const longest = 6;

/** PEM blocks, one after the other. */
export function readCertificates(pem: string): readonly X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map((block) => new X509Certificate(block));
}

/** RFC 5280 §6.1 in the part that signatures prove: each certificate is signed by the next, the last one is an anchor. */
export function chainsTo(certificate: X509Certificate, between: readonly X509Certificate[], anchorsPem: string): boolean {
  const anchors = readCertificates(anchorsPem);
  const issuedBy = (child: X509Certificate, parent: X509Certificate): boolean => parent.ca && child.checkIssued(parent) && child.verify(parent.publicKey);
  let current = certificate;
  for (let step = 0; step < longest; step += 1) {
    if (anchors.some((anchor) => anchor.fingerprint256 === current.fingerprint256 || issuedBy(current, anchor))) return true;
    const next = between.find((candidate) => candidate.fingerprint256 !== current.fingerprint256 && issuedBy(current, candidate));
    if (!next) return false;
    current = next;
  }
  return false;
}

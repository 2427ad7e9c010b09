// A certificate's subject as a distinguished name, written the same way for the list and for the partner at the door.
import type { X509Certificate } from "node:crypto";

/** Node's subject object as a distinguished name; a repeated attribute is a list. */
export function subjectOf(subject: Record<string, string | string[]>): string {
  return Object.entries(subject)
    .flatMap(([type, value]) => (Array.isArray(value) ? value : [value]).map((one) => `${type}=${one.replace(/[\\,+"<>;=]/g, "\\$&")}`))
    .join(",");
}

/** The subject of a certificate of ours, for the list. */
export function nameOfCertificate(certificate: X509Certificate): string {
  return subjectOf(certificate.toLegacyObject().subject as unknown as Record<string, string | string[]>);
}

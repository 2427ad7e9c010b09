// Thumbprints of certificates in `cnf` (RFC 8705 §3.1), in both forms that are met: the standard's, and the national samples'.
import { createHash } from "node:crypto";

/** RFC 8705 §3.1: base64url of the SHA-256 of the certificate, DER. */
export function thumbprintOf(certificate: Uint8Array): string {
  return createHash("sha256").update(certificate).digest("base64url");
}

/** base64 of the 64-character hexadecimal SHA-256, as the national samples write it. */
export function hexThumbprintOf(certificate: Uint8Array): string {
  return Buffer.from(createHash("sha256").update(certificate).digest("hex")).toString("base64");
}

/** Whether a `cnf` claim (or its JSON text, or its bare value) names this certificate, in either form. */
export function namesCertificate(cnf: unknown, certificate: Uint8Array): boolean {
  const value = readThumbprint(cnf);
  return value !== undefined && (value === thumbprintOf(certificate) || value === hexThumbprintOf(certificate));
}

/** The thumbprint of a `cnf`, as it was written; undefined when there is none. */
export function readThumbprint(cnf: unknown): string | undefined {
  if (typeof cnf === "string" && cnf.startsWith("{")) {
    try {
      return readThumbprint(JSON.parse(cnf));
    } catch {
      return undefined;
    }
  }
  const value = typeof cnf === "object" && cnf !== null ? (cnf as { "x5t#S256"?: unknown })["x5t#S256"] : cnf;
  return typeof value === "string" && value.length > 0 && value.length <= 128 ? value : undefined;
}

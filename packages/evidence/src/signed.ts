// A signed statement: canonical JSON of `{certificate, signature, statement}`; the signature is RSA with SHA-256 over the canonical
// statement, base64. One form for heads and for proofs of letters, checked with any library.
import { createHash, sign, verify as verifySignature } from "node:crypto";
import { canonicalJson, type Json } from "@cercle/kernel";
import { chainsTo, readCertificates } from "./chain-of-trust.ts";
import type { Signer } from "./ports.ts";

export function signStatement(statement: Json, { key, certificate }: Signer): string {
  const signature = sign("sha256", Buffer.from(canonicalJson(statement)), key).toString("base64");
  return canonicalJson({ certificate, signature, statement });
}

export type StatementCheck =
  | { readonly ok: true; readonly statement: Json; readonly signer: string; readonly trusted: boolean | undefined }
  | { readonly ok: false; readonly reason: string };

/** `signer` is the digest of the signing key; `trusted` is undefined without anchors. */
export function verifyStatement(signed: string, anchors?: string): StatementCheck {
  try {
    const { certificate, signature, statement } = JSON.parse(signed) as { certificate: string; signature: string; statement: Json };
    if (canonicalJson({ certificate, signature, statement }) !== signed) return { ok: false, reason: "not in canonical form" };
    const [own, ...between] = readCertificates(certificate);
    if (!own) return { ok: false, reason: "no certificate" };
    const valid = verifySignature("sha256", Buffer.from(canonicalJson(statement)), own.publicKey, Buffer.from(signature, "base64"));
    if (!valid) return { ok: false, reason: "its signature is not valid" };
    const signer = createHash("sha256")
      .update(own.publicKey.export({ type: "spki", format: "der" }))
      .digest("hex");
    return { ok: true, statement, signer, trusted: anchors === undefined ? undefined : chainsTo(own, between, anchors) };
  } catch {
    return { ok: false, reason: "unreadable" };
  }
}

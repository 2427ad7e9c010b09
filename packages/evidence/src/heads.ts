// Heads: the root over all files and trace batches at one moment, signed, timestamped, published. Pure: statements in, verdicts out.
import { createHash, type KeyObject, sign, verify as verifySignature } from "node:crypto";
import { canonicalJson } from "@cercle/kernel";
import { chainsTo, readCertificates } from "./chain-of-trust.ts";
import { hashLeaf, verifyConsistency, verifyInclusion } from "./merkle.ts";

/** What is signed. `log` names the log: two spaces never share one. */
export type HeadStatement = { readonly format: "cercle-head-1"; readonly log: string; readonly size: number; readonly root: string; readonly at: string };
/** A leaf: the head of a file's chain (or of a batch of traces) as it stood. Digests and identifiers only. */
export type Leaf =
  | { readonly kind: "file"; readonly file: string; readonly seq: number; readonly digest: string }
  | { readonly kind: "traces"; readonly batch: number; readonly digest: string };
/** `signed` is the exact text that the timestamp is about; `token` the DER of the reply (RFC 3161), base64. */
export type PublishedHead = HeadStatement & { readonly signed: string; readonly token?: string };

export function leafHash(leaf: Leaf): Buffer {
  return hashLeaf(canonicalJson(leaf));
}

/** Signs a statement: the text of `{certificate, signature, statement}`, signature RSA with SHA-256 over the canonical statement, base64. */
export function signHead(statement: HeadStatement, { key, certificate }: { key: KeyObject; certificate: string }): string {
  const signature = sign("sha256", Buffer.from(canonicalJson(statement)), key).toString("base64");
  return canonicalJson({ certificate, signature, statement });
}

export type HeadCheck =
  | { readonly ok: true; readonly statement: HeadStatement; readonly signer: string; readonly trusted: boolean | undefined }
  | { readonly ok: false; readonly reason: string };

/** Verifies the text of a signed head; `trusted` is undefined without anchors. */
export function verifySignedHead(signed: string, anchors?: string): HeadCheck {
  try {
    const { certificate, signature, statement } = JSON.parse(signed) as { certificate: string; signature: string; statement: HeadStatement };
    if (canonicalJson({ certificate, signature, statement }) !== signed) return { ok: false, reason: "not in canonical form" };
    if (!isStatement(statement)) return { ok: false, reason: "not a head" };
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

function isStatement(value: HeadStatement): boolean {
  return (
    value.format === "cercle-head-1" &&
    typeof value.log === "string" &&
    Number.isSafeInteger(value.size) &&
    /^[0-9a-f]{64}$/.test(value.root) &&
    typeof value.at === "string"
  );
}

/** Whether a leaf lies in the tree of a head. */
export function verifyLeaf(leaf: Leaf, position: number, path: readonly string[], head: HeadStatement): boolean {
  return verifyInclusion(leafHash(leaf), position, head.size, path.map(fromHex), fromHex(head.root));
}

/** Whether the later head's tree begins with the earlier one's. */
export function verifyGrowth(before: HeadStatement, after: HeadStatement, path: readonly string[]): boolean {
  if (before.log !== after.log) return false;
  return verifyConsistency({ size: before.size, root: fromHex(before.root) }, { size: after.size, root: fromHex(after.root) }, path.map(fromHex));
}

function fromHex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

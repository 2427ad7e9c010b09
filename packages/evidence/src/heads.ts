// Heads: the root over all files and trace batches at one moment, signed, timestamped, published. Pure: statements in, verdicts out.
import { canonicalJson } from "@cercle/kernel";
import { hashLeaf, verifyConsistency, verifyInclusion } from "./merkle.ts";
import type { Signer } from "./ports.ts";
import { signStatement, verifyStatement } from "./signed.ts";

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

export function signHead(statement: HeadStatement, signer: Signer): string {
  return signStatement(statement, signer);
}

export type HeadCheck =
  | { readonly ok: true; readonly statement: HeadStatement; readonly signer: string; readonly trusted: boolean | undefined }
  | { readonly ok: false; readonly reason: string };

/** Verifies the text of a signed head; `trusted` is undefined without anchors. */
export function verifySignedHead(signed: string, anchors?: string): HeadCheck {
  const checked = verifyStatement(signed, anchors);
  if (!checked.ok) return checked;
  const statement = checked.statement as HeadStatement;
  return isStatement(statement) ? { ...checked, statement } : { ok: false, reason: "not a head" };
}

function isStatement(value: HeadStatement | null): boolean {
  return (
    value !== null &&
    typeof value === "object" &&
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

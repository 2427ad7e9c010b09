// The chain of a file. Pure: digests in, digests out.
// Chained part of an entry: sequence, type, both dates, actor's key and sha256(salt ‖ payload). Payload and salt lie beside it.
import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "@cercle/kernel";

export type ChainedPart = {
  readonly file: string;
  readonly seq: number;
  readonly type: string;
  readonly happened_at: string;
  readonly recorded_at: string;
  readonly real_at: string;
  readonly actor: string;
  /** Hex of sha256(salt ‖ canonical payload). */
  readonly content: string;
  /** Digest of the entry before, empty for the first. */
  readonly previous: string;
};

/** Hex digest of the salted content. */
export function digestContent(salt: Uint8Array, payload: Json): string {
  return createHash("sha256").update(salt).update(canonicalJson(payload)).digest("hex");
}

/** Hex digest of an entry's chained part. */
export function digestEntry(part: ChainedPart): string {
  return createHash("sha256").update(canonicalJson(part)).digest("hex");
}

/** Root of a Merkle tree over leaves (RFC 6962 §2.1, SHA-256: leaf prefix 0x00, node prefix 0x01). */
export function merkleRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return createHash("sha256").digest("hex");
  const digests = leaves.map((leaf) => createHash("sha256").update(Uint8Array.of(0)).update(leaf).digest());
  return rootOf(digests).toString("hex");
}

function rootOf(nodes: readonly Buffer[]): Buffer {
  const [only] = nodes;
  if (nodes.length === 1 && only) return only;
  let split = 1;
  while (split * 2 < nodes.length) split *= 2;
  return createHash("sha256")
    .update(Uint8Array.of(1))
    .update(rootOf(nodes.slice(0, split)))
    .update(rootOf(nodes.slice(split)))
    .digest();
}

// Offline verification of an exported file: intact, lawfully erased (by which entry), or altered (which entry is the first).
// Entries first, then the heads that attest them: a chain that somebody rebuilt whole still differs from what was published.
import type { Json } from "@cercle/kernel";
import { type ChainedPart, digestContent, digestEntry } from "./chain.ts";
import { type PublishedHead, verifyLeaf, verifySignedHead } from "./heads.ts";
import type { LeafProof } from "./published.ts";
import { verifyTimestamp } from "./timestamp.ts";

export type ExportedEntry = ChainedPart & {
  readonly digest: string;
  /** Absent when erased. Salt in base64. */
  readonly disclosed?: { readonly salt: string; readonly payload: Json };
};
export type ExportedFile = {
  readonly format: "cercle-evidence-1";
  readonly file: string;
  readonly entries: readonly ExportedEntry[];
  /** Absent while no head covers the file. */
  readonly proofs?: readonly LeafProof[];
};

/** What one head attests: the chain up to `entry`, signed, and seen by a timestamp authority at `timestamp.at`. */
export type AttestedHead = {
  readonly size: number;
  readonly entry: number;
  readonly at: string;
  /** Digest of the signing key; compare it with the one that was handed to you. */
  readonly signer: string;
  /** Undefined when no anchors were given. */
  readonly trusted?: boolean;
  readonly timestamp?: { readonly at: string; readonly authority: string; readonly trusted?: boolean };
};
type Attested = { readonly entries: number; readonly heads: readonly AttestedHead[] /** Entries after the last head. */; readonly unattested: number };

export type Verdict =
  | ({ readonly verdict: "intact" } & Attested)
  | ({ readonly verdict: "lawfully-erased"; readonly erased: readonly { seq: number; by: number }[] } & Attested)
  | { readonly verdict: "altered"; readonly first: number; readonly reason: string };

/** The type of the entry that records an erasure: its payload names the erased entry in `erased`, or all up to `erased_up_to`. */
export const erasureType = "content-erased";
/** The type of the entry that rectifies the one it names in `rectifies`; the law reads it under the same name. */
export const rectificationType = "rectified";

/** What the verifier brings: certificates it trusts (PEM) for heads and for timestamps, and a head it was handed earlier. */
export type Trust = { readonly anchors?: string; readonly handed?: PublishedHead };

type Altered = { readonly verdict: "altered"; readonly first: number; readonly reason: string };

/** Checks the chain, every disclosed content, and every head that covers the file. Needs no server. */
export function verifyFile(exported: ExportedFile, trust: Trust = {}): Verdict {
  const chain = checkChain(exported);
  if ("verdict" in chain) return chain;
  const heads: AttestedHead[] = [];
  for (const proof of exported.proofs ?? []) {
    const checked = checkProof(exported, proof, trust);
    if ("verdict" in checked) return checked;
    heads.push(checked);
  }
  const unknown = trust.handed && findUnpublished(exported, heads, trust.handed);
  if (unknown) return unknown;
  const entries = exported.entries.length;
  const unattested = entries - Math.max(0, ...heads.map((head) => head.entry));
  const { erased } = chain;
  return erased.length > 0 ? { verdict: "lawfully-erased", entries, erased, heads, unattested } : { verdict: "intact", entries, heads, unattested };
}

/** What was being written while a head was made is under the next one. */
const slackMillis = 10_000;

/**
 * A head covers every file as it stood. Somebody who rebuilt a chain whole and left its proofs out still shows: entries older than the
 * head that was handed over, under no head at all.
 */
function findUnpublished(exported: ExportedFile, heads: readonly AttestedHead[], handed: PublishedHead): Altered | undefined {
  const covered = Math.max(0, ...heads.map((head) => head.entry));
  const before = Date.parse(handed.at) - slackMillis;
  const first = exported.entries.find((entry) => entry.seq > covered && Date.parse(entry.real_at) < before);
  return first && { verdict: "altered", first: first.seq, reason: `it is older than head ${handed.size}, which was handed over, and under no published head` };
}

function checkChain(exported: ExportedFile): { erased: readonly { seq: number; by: number }[] } | Altered {
  const erasedBy = findErasures(exported.entries);
  let previous = "";
  const erased: { seq: number; by: number }[] = [];
  for (const [index, entry] of exported.entries.entries()) {
    const { digest, disclosed, ...part } = entry;
    const altered = (reason: string): Altered => ({ verdict: "altered", first: index + 1, reason });
    if (entry.seq !== index + 1) return altered("an entry is missing or out of order");
    if (entry.file !== exported.file) return altered("the entry belongs to another file");
    if (entry.previous !== previous) return altered("it does not follow the entry before");
    if (digestEntry(part) !== digest) return altered("the entry differs from its digest");
    if (disclosed) {
      if (digestContent(Buffer.from(disclosed.salt, "base64"), disclosed.payload) !== entry.content) return altered("the content differs from its digest");
    } else {
      const by = erasedBy(entry.seq);
      if (by === undefined) return altered("the content is missing and no entry says that it was erased");
      erased.push({ seq: entry.seq, by });
    }
    previous = digest;
  }
  return { erased };
}

/** Which entry records the erasure of entry `seq`. */
function findErasures(entries: readonly ExportedEntry[]): (seq: number) => number | undefined {
  const single = new Map<number, number>();
  const upTo: { last: number; by: number }[] = [];
  for (const { type, seq, disclosed } of entries) {
    if (type !== erasureType) continue;
    const payload = disclosed?.payload as { erased?: number; erased_up_to?: number } | undefined;
    if (typeof payload?.erased === "number") single.set(payload.erased, seq);
    if (typeof payload?.erased_up_to === "number") upTo.push({ last: payload.erased_up_to, by: seq });
  }
  const later = (seq: number, by: number | undefined): number | undefined => (by !== undefined && by > seq ? by : undefined);
  return (seq) => later(seq, single.get(seq)) ?? upTo.find(({ last, by }) => seq <= last && seq < by)?.by;
}

function checkProof(exported: ExportedFile, { leaf, position, path, head }: LeafProof, { anchors, handed }: Trust): AttestedHead | Altered {
  const entry = leaf.kind === "file" && leaf.file === exported.file ? leaf.seq : 0;
  const altered = (reason: string): Altered => ({ verdict: "altered", first: Math.max(entry, 1), reason });
  const signed = verifySignedHead(head.signed, anchors);
  if (!signed.ok) return altered(`head ${head.size}: ${signed.reason}`);
  if (signed.trusted === false) return altered(`head ${head.size} is signed by somebody else than the given anchors`);
  if (!verifyLeaf(leaf, position, path, signed.statement)) return altered(`head ${head.size} does not contain this file`);
  if (exported.entries[entry - 1]?.digest !== leaf.digest) return altered(`head ${head.size} was published over another entry`);
  if (handed && handed.log === signed.statement.log && handed.size === signed.statement.size && handed.root !== signed.statement.root) {
    return altered(`head ${head.size} is not the one that was handed over`);
  }
  const attested: AttestedHead = { size: signed.statement.size, entry, at: signed.statement.at, signer: signed.signer, ...known("trusted", signed.trusted) };
  if (!head.token) return attested;
  const stamp = verifyTimestamp({ reply: Buffer.from(head.token, "base64"), data: Buffer.from(head.signed), ...(anchors ? { anchors } : {}) });
  if (!stamp.ok) return altered(`the timestamp of head ${head.size}: ${stamp.reason}`);
  return { ...attested, timestamp: { at: stamp.at.toString(), authority: stamp.authority, ...known("trusted", stamp.trusted) } };
}

function known<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
}

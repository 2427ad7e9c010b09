// A whole file as it leaves a space: entries, contents, heads, papers, who the party is, all under one signature. Pure.
import { createHash } from "node:crypto";
import { checkPapers, type ExportedFile, type Paper, type PublishedHead, signStatement, verifyFile, verifySignedHead, verifyStatement } from "@cercle/evidence";
import { canonicalJson, type Json } from "@cercle/kernel";
import type { PartyIdentity } from "../parties/party-identity.ts";

export type WholeFile = {
  readonly format: "cercle-file-1";
  readonly space: { readonly id: string; readonly name: string };
  readonly reference: string;
  readonly instrument: string;
  readonly opened_at: string;
  readonly holder: string;
  readonly party: ({ readonly id: string } & PartyIdentity) | null;
  readonly evidence: ExportedFile;
  readonly papers: readonly Paper[];
  /** Statement of the space over the digest of all the rest. */
  readonly signed: string;
};

export type Examined =
  | {
      readonly ok: true;
      /** Whether what was signed over there chains to the anchors of this space: one operator holds both. */
      readonly shared: boolean;
      readonly verdict: "intact" | "lawfully-erased";
      readonly erased: readonly number[];
      readonly heads: number;
      /** Entries after the last head: the chain holds them, nothing published does. */
      readonly unattested: number;
    }
  /** `first` is the first altered entry; absent when no entry is, but what surrounds them. */
  | { readonly ok: false; readonly first?: number; readonly reason: string };

const digestOf = ({ signed: _, ...rest }: WholeFile): string =>
  createHash("sha256")
    .update(canonicalJson(rest as unknown as Json))
    .digest("hex");

export function signWhole(file: Omit<WholeFile, "signed">, signer: Parameters<typeof signStatement>[1]): WholeFile {
  const whole = { ...file, signed: "" };
  return { ...file, signed: signStatement({ format: file.format, digest: digestOf(whole) }, signer) };
}

/** Entries and their contents first, then heads, then papers, then what surrounds them. `anchors` are this space's. */
export function examineWhole(whole: WholeFile, anchors: string): Examined {
  const verdict = verifyFile(whole.evidence);
  if (verdict.verdict === "altered") return { ok: false, first: verdict.first, reason: verdict.reason };
  const papers = checkPapers(whole.evidence, whole.papers);
  if (papers) return { ok: false, ...papers };
  const envelope = verifyStatement(whole.signed, anchors);
  if (!envelope.ok) return { ok: false, reason: envelope.reason };
  const statement = envelope.statement as { format?: unknown; digest?: unknown };
  if (statement.format !== whole.format || statement.digest !== digestOf(whole))
    return { ok: false, reason: "reference, party or origin differ from what was signed" };
  const heads: readonly PublishedHead[] = (whole.evidence.proofs ?? []).map(({ head }) => head);
  const shared = envelope.trusted === true && heads.every((head) => trusts(head, anchors));
  const erased = verdict.verdict === "lawfully-erased" ? verdict.erased.map(({ seq }) => seq) : [];
  return { ok: true, shared, verdict: verdict.verdict, erased, heads: heads.length, unattested: verdict.unattested };
}

function trusts(head: PublishedHead, anchors: string): boolean {
  const signed = verifySignedHead(head.signed, anchors);
  return signed.ok && signed.trusted === true;
}

// What somebody outside checks: that each new head is signed by the same key and that its tree begins with the one seen before.
// A log that was rewritten, or that shows two people two histories, cannot answer for both.
import { type HeadStatement, type PublishedHead, verifyGrowth, verifySignedHead } from "./heads.ts";

/** What a watcher keeps between two looks; also the form in which a head is handed to a party. */
export type Watched = { readonly format: "cercle-watch-1"; readonly url: string; readonly signer: string; readonly head: HeadStatement };

export type Alarm = "unsigned" | "another-key" | "another-log" | "rolled-back" | "forked" | "rewritten";
export type Look =
  | { readonly ok: true; readonly watched: Watched; readonly grew: boolean; readonly since: number }
  | { readonly ok: false; readonly alarm: Alarm; readonly seen: number; readonly remembered?: number };

/** Compares the newest published head with what was remembered. `consistency` fetches the path between two sizes. */
export async function lookAtHead({
  url,
  newest,
  remembered,
  consistency,
}: {
  url: string;
  newest: PublishedHead;
  remembered: Watched | undefined;
  consistency(before: number, size: number): Promise<readonly string[]>;
}): Promise<Look> {
  const signed = verifySignedHead(newest.signed);
  if (!signed.ok) return { ok: false, alarm: "unsigned", seen: newest.size };
  const { statement, signer } = signed;
  const watched: Watched = { format: "cercle-watch-1", url, signer, head: statement };
  if (!remembered) return { ok: true, watched, grew: false, since: statement.size };
  const before = remembered.head;
  const alarm = (kind: Alarm): Look => ({ ok: false, alarm: kind, seen: statement.size, remembered: before.size });
  if (remembered.signer !== signer) return alarm("another-key");
  if (before.log !== statement.log) return alarm("another-log");
  if (statement.size < before.size) return alarm("rolled-back");
  if (statement.size === before.size) {
    return statement.root === before.root ? { ok: true, watched, grew: false, since: before.size } : alarm("forked");
  }
  const path = await consistency(before.size, statement.size);
  return verifyGrowth(before, statement, path) ? { ok: true, watched, grew: true, since: before.size } : alarm("rewritten");
}

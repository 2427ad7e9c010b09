// The messages that a command speaks of.
import { parseSet, selectSequence, selectUids } from "../numbers.ts";
import type { Selected } from "../session.ts";
import type { Arguments } from "../token.ts";

/** The UIDs that a command's first argument names. */
export function readUids(args: Arguments, selected: Selected, byUid: boolean): readonly number[] {
  const set = parseSet(args.atom());
  return byUid ? selectUids(set, selected.uids) : selectSequence(set, selected.uids);
}

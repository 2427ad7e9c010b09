// A wrong entry is rectified by another that names it and says what holds instead: the law then reads the file as if that had stood
// from its own date. Nothing is removed; who asks what was known before the rectification still reads the wrong one.
import { Temporal } from "@cercle/kernel";
import type { Entry } from "../entry.ts";

/** The entry that rectifies the one it names in `rectifies`; `instead` is the whole of what holds, `instead_at` its legal date. */
export const rectifiedType = "rectified";

/** Entries as they stand once rectified: each in its own place, with what holds instead. */
export function standingEntries(entries: readonly Entry[]): readonly Entry[] {
  if (!entries.some(({ type }) => type === rectifiedType)) return entries;
  const instead = new Map<number, Pick<Entry, "payload" | "happenedAt">>();
  for (const { type, payload } of entries) {
    if (type !== rectifiedType || typeof payload?.rectifies !== "number") continue;
    const wrong = entries.find(({ seq }) => seq === payload.rectifies);
    const holds = payload.instead;
    // A rectification that only tells why changes nothing that is computed.
    if (!wrong || typeof holds !== "object" || holds === null || Array.isArray(holds)) continue;
    const at = typeof payload.instead_at === "string" ? Temporal.Instant.from(payload.instead_at) : wrong.happenedAt;
    instead.set(wrong.seq, { payload: holds as Entry["payload"], happenedAt: at });
  }
  return entries.map((entry) => ({ ...entry, ...instead.get(entry.seq) }));
}

// What the kinds of these terms are written with.
import type { Check } from "../../../engine/definition.ts";
import type { Entry } from "../../../entry.ts";

export const connected = ["sandbox", "production"];

export const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;

export const joins = (of: string, closes = false) => ({ of, role: "joins", closes }) as const;

/** PSC 12.2: removed means the whole path again. What came after the last removal (before entry `before`), of anything. */
export function sinceRemoval(entries: readonly Entry[], before = Number.POSITIVE_INFINITY): readonly Entry[] {
  const until = entries.filter((entry) => entry.seq < before);
  const removal = until.findLast(({ type, payload }) => type === "removed" || (type === "cut-for-public-interest" && payload?.kind === "removal"));
  return until.filter((entry) => entry.seq > (removal?.seq ?? 0));
}

export const asked = (type: string, article: string, fr: string, en: string): Check => ({
  article,
  code: "law.not-yet",
  reason: { fr, en },
  ok: (_view, { matter }) => matter === undefined || matter.entries.some((entry) => entry.type === type),
});

// Dates, parties and states as people read them.
import { type Language, say, Temporal } from "@cercle/kernel";
import { type Html, html } from "@cercle/pages";
import { portalTexts } from "./texts.ts";

export type Words = {
  readonly language: Language;
  t(key: keyof typeof portalTexts, params?: Record<string, string | number>): string;
  /** `14 mars 2027`, from a day or an instant. */
  day(text: string): string;
  /** `14 mars 2027`, abbreviated where months are long. */
  shortDay(text: string): string;
  party(key: string): string;
  /** The word of a right or a hold, or its key when it has none. */
  named(kind: "right" | "file.hold", key: string): string;
};

export function createWords(language: Language, timeZone: string): Words {
  const t: Words["t"] = (key, params = {}) => say(portalTexts[key], language, params);
  const dateOf = (text: string): Temporal.PlainDate =>
    text.length === 10 ? Temporal.PlainDate.from(text) : Temporal.Instant.from(text).toZonedDateTimeISO(timeZone).toPlainDate();
  return {
    language,
    t,
    day: (text) => dateOf(text).toLocaleString(language, { dateStyle: "long" }),
    shortDay: (text) => dateOf(text).toLocaleString(language, { dateStyle: "medium" }),
    named(kind, key) {
      const name = `portal.${kind}.${key}` as keyof typeof portalTexts;
      return name in portalTexts ? t(name) : key;
    },
    party(key) {
      const named = `portal.party.${key}` as keyof typeof portalTexts;
      return named in portalTexts ? t(named) : key;
    },
  };
}

/** The four states of every door, right and deadline, each with its word and its shape. */
export function badge(kind: "open" | "soon" | "shut" | "still", text: string): Html {
  return html`<span class="state ${kind}">${text}</span>`;
}

/** How a deadline shows: late, soon, or still. */
export function deadlineBadge(words: Words, { state, days, day }: { state: string; days: number | null; day: string | null }): Html {
  if (state === "late" && days !== null) return badge("shut", words.t("portal.file.late", { days: -days }));
  if (days === null || day === null) return badge("still", "…");
  if (days === 0) return badge("soon", words.t("portal.file.today"));
  return badge(days <= 15 ? "soon" : "still", words.day(day));
}

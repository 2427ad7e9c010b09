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
  /** `14 mars 2027 à 09:30`. */
  moment(text: string): string;
  party(key: string): string;
  /** A word of a closed list (`right`, `channel`, `role`, `entry`…), or its key when it has none. */
  named(kind: string, key: string, otherwise?: string): string;
  count(kind: string, count: number): string;
};

export function createWords(language: Language, timeZone: string): Words {
  const t: Words["t"] = (key, params = {}) => say(portalTexts[key], language, params);
  const dateOf = (text: string): Temporal.PlainDate =>
    text.length === 10 ? Temporal.PlainDate.from(text) : Temporal.Instant.from(text).toZonedDateTimeISO(timeZone).toPlainDate();
  const named: Words["named"] = (kind, key, otherwise = key) => {
    const name = `portal.${kind}.${key}` as keyof typeof portalTexts;
    return name in portalTexts ? t(name) : otherwise;
  };
  return {
    language,
    t,
    day: (text) => writeDay(dateOf(text), language),
    shortDay: (text) => writeDay(dateOf(text), language, "medium"),
    moment: (text) =>
      Temporal.Instant.from(text).toZonedDateTimeISO(timeZone).toPlainDateTime().toLocaleString(localeOf(language), { dateStyle: "long", timeStyle: "short" }),
    named,
    party: (key) => named("party", key),
    count: (kind, count) => t(`portal.count.${kind}${count === 1 ? "" : "s"}` as keyof typeof portalTexts, { count }),
  };
}

/** European English: days before months, 24 hours. */
export const localeOf = (language: Language): string => (language === "en" ? "en-GB" : "fr-FR");

/** A day in full; in French the first of a month is an ordinal: `1er mars 2027`. */
export function writeDay(day: Temporal.PlainDate, language: Language, style: "long" | "medium" = "long"): string {
  const written = day.toLocaleString(localeOf(language), { dateStyle: style });
  return language === "fr" ? written.replace(/^1 /, "1er ") : written;
}

/** The first letter as a sentence begins. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The four states of every door, right and deadline, each with its word and its shape. */
export function badge(kind: "open" | "soon" | "shut" | "still", text: string): Html {
  return html`<span class="state ${kind}">${text}</span>`;
}

/** `hours` for what the text counts in hours; else `days`, to the last day. */
export type Due = { readonly state: string; readonly days: number | null; readonly day: string | null; readonly hours?: number | null };

/** How a deadline shows: late, soon, or still. */
export function deadlineBadge(words: Words, { state, days, day, hours = null }: Due): Html {
  if (state === "open") return badge("soon", words.t("portal.state.may-act"));
  if (hours !== null && (state === "late" || state === "running")) {
    return hours < 0
      ? badge("shut", words.t("portal.file.late", { days: words.count("hour", -hours) }))
      : badge("soon", words.t("portal.state.within", { hours: words.count("hour", hours) }));
  }
  if (state === "late" && days !== null) return badge("shut", words.t("portal.file.late", { days: words.count("day", -days) }));
  if (days === null || day === null) return badge("still", words.named("state", state, words.t("portal.state.running")));
  if (days === 0) return badge("soon", words.t("portal.file.today"));
  return badge(days <= soonDays ? "soon" : "still", words.day(day));
}

/** Whole hours to an instant, negative once it has passed. */
export function hoursTo(at: string | null, now: Temporal.Instant): number | null {
  return at === null ? null : Math.floor((Temporal.Instant.from(at).epochMilliseconds - now.epochMilliseconds) / 3_600_000);
}

/** From how near a deadline is soon. */
export const soonDays = 15;

/** A right by its name, with what it is about. */
export function rightName(words: Words, right: string, subject: string): Html {
  return html`${words.named("right", right)}${isParty(words, subject) ? "" : html` <code>${subject}</code>`}`;
}

/** A right of the party itself needs no name beside it. */
const isParty = (words: Words, subject: string): boolean => subject.startsWith("party:") || words.party(subject) !== subject;

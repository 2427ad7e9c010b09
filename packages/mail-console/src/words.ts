// Words and moments of the console in one language.
import { type Language, say } from "@cercle/kernel";
import { consoleTexts } from "./texts.ts";

export type Key = keyof typeof consoleTexts;
export type Words = ReturnType<typeof wordsOf>;

export function wordsOf(language: Language, timeZone: string) {
  const t = (key: Key, params: Readonly<Record<string, string | number>> = {}): string => say(consoleTexts[key], language, params);
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  const named =
    (prefix: string) =>
    (word: string): string => {
      const key = `mail-console.${prefix}.${word}`;
      return key in consoleTexts ? t(key as Key) : word;
    };
  return {
    t,
    moment: (at: string): string => (Number.isFinite(Date.parse(at)) ? moments.format(Date.parse(at)) : at),
    number: (value: number): string => numbers.format(value),
    act: named("act"),
    holder: named("holder"),
    incident: named("incident"),
    step: named("step"),
  };
}

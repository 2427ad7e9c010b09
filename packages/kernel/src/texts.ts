// Words shown to people, French first. A room declares its texts next to its code; `npm run generate` collects them.
// A text that lacks one language does not type-check.

export const languages = ["fr", "en"] as const;
export type Language = (typeof languages)[number];

/** One text in every language; `{name}` marks what a parameter replaces. */
export type Text = Readonly<Record<Language, string>>;
export type Texts = Readonly<Record<string, Text>>;
export type TextParams = Readonly<Record<string, string | number | undefined>>;

/** Declares a room's texts; keys are dotted and begin with the room's name. */
export function defineTexts<const T extends Texts>(texts: T): T {
  return texts;
}

/** Fills a text in one language. A parameter that is missing shows as its name, never as "undefined". */
export function say(text: Text, language: Language, params: TextParams = {}): string {
  return text[language].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? name));
}

/** The best language for an `Accept-Language` header or a `LANG` variable; French when nothing matches. */
export function chooseLanguage(wanted: string | undefined): Language {
  for (const part of (wanted ?? "").toLowerCase().split(",")) {
    const found = languages.find((language) => part.trim().startsWith(language));
    if (found) return found;
  }
  return "fr";
}

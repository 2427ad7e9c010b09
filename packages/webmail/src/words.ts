// Words and dates of a page in one language.

import type { Mailbox } from "@cercle/imap";
import { type Language, say } from "@cercle/kernel";
import { webmailTexts } from "./texts.ts";

export type Key = keyof typeof webmailTexts;
export type Words = ReturnType<typeof wordsOf>;

const uses: Readonly<Record<string, Key>> = {
  "\\Sent": "webmail.folder.sent",
  "\\Drafts": "webmail.folder.drafts",
  "\\Trash": "webmail.folder.trash",
  "\\Archive": "webmail.folder.archive",
  "\\Junk": "webmail.folder.junk",
};

export function wordsOf(language: Language, timeZone: string) {
  const t = (key: Key, params: Readonly<Record<string, string | number>> = {}): string => say(webmailTexts[key], language, params);
  const tag = language === "fr" ? "fr-FR" : "en-GB";
  const moments = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short", timeZone });
  return {
    language,
    t,
    moment: (at: number | string | undefined): string => {
      const time = typeof at === "number" ? at : Date.parse(at ?? "");
      return Number.isFinite(time) ? moments.format(time) : "";
    },
    folder: ({ name, specialUse }: Mailbox): string =>
      name === "INBOX" ? t("webmail.folder.inbox") : specialUse && uses[specialUse] ? t(uses[specialUse]) : name,
    /** `webmail.step.sent` when there is such a word, else the word itself. */
    named: (prefix: "step" | "act" | "holder", word: string): string => {
      const key = `webmail.${prefix}.${word}`;
      return key in webmailTexts ? t(key as Key) : word;
    },
  };
}

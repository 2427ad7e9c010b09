// SEARCH over what a message says of itself, and over its content when a key asks for it. Pure.
import type { SearchKey } from "@cercle/imap";
import { decodeWords, type SearchText } from "./search-text.ts";

/** What is known of a message without opening it. */
export type Listed = { readonly uid: number; readonly modseq: number; readonly flags: readonly string[]; readonly at: number; readonly size: number };

/** Whether a key of one of these kinds is anywhere in it. */
export function asksFor(key: SearchKey, test: (key: SearchKey) => boolean): boolean {
  if (key.kind === "and" || key.kind === "or") return key.parts.some((part) => asksFor(part, test));
  return key.kind === "not" ? asksFor(key.part, test) : test(key);
}

/** Whether a key looks inside messages. */
export function needsContent(key: SearchKey): boolean {
  return asksFor(key, ({ kind, ...rest }) => kind === "header" || kind === "body" || kind === "text" || ("sent" in rest && rest.sent));
}

const day = 86_400_000;

/** Whether a message matches; undefined when that cannot be said without its content. */
export function matchesSearch(key: SearchKey, message: Listed, content: SearchText | undefined): boolean | undefined {
  switch (key.kind) {
    case "all":
      return true;
    case "and":
    case "or": {
      const decided = key.kind === "or";
      const answers = key.parts.map((part) => matchesSearch(part, message, content));
      if (answers.includes(decided)) return decided;
      return answers.includes(undefined) ? undefined : !decided;
    }
    case "not": {
      const answer = matchesSearch(key.part, message, content);
      return answer === undefined ? undefined : !answer;
    }
    case "flag":
      return message.flags.some((flag) => flag.toLowerCase() === key.flag.toLowerCase());
    case "uids":
      return key.uids.includes(message.uid);
    case "larger":
      return message.size > key.size;
    case "smaller":
      return message.size < key.size;
    case "modseq":
      return message.modseq >= key.modseq;
    case "before":
    case "on":
    case "since": {
      if (key.sent && !content) return undefined;
      const at = key.sent ? sentDay(content) : message.at;
      if (at === undefined) return false;
      if (key.kind === "before") return at < key.day;
      return key.kind === "since" ? at >= key.day : at >= key.day && at < key.day + day;
    }
    case "header":
      return content?.headers.all(key.name).some((value) => decodeWords(value).toLowerCase().includes(key.text.toLowerCase()));
    case "body":
      return content?.body.includes(key.text.toLowerCase());
    case "text":
      return content && (content.body.includes(key.text.toLowerCase()) || content.head.includes(key.text.toLowerCase()));
  }
}

function sentDay(content: SearchText | undefined): number | undefined {
  const date = content?.headers.first("date");
  const at = date ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.floor(at / day) * day;
}

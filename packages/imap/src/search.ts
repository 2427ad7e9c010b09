// SEARCH keys (RFC 3501 §6.4.4) as data, with sequence sets already turned into UIDs.
import { parseDay } from "./format.ts";
import { type NumberSet, parseSet, selectSequence, selectUids } from "./numbers.ts";
import { type Arguments, SyntaxFault } from "./token.ts";

export type SearchKey =
  | { readonly kind: "all" }
  | { readonly kind: "and" | "or"; readonly parts: readonly SearchKey[] }
  | { readonly kind: "not"; readonly part: SearchKey }
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "uids"; readonly uids: readonly number[] }
  /** A header field holds the text (empty: the field is there). */
  | { readonly kind: "header"; readonly name: string; readonly text: string }
  | { readonly kind: "body" | "text"; readonly text: string }
  /** Internal date, or the Date field when `sent`; `before` excludes its day, `since` includes it. Milliseconds at midnight UTC. */
  | { readonly kind: "before" | "on" | "since"; readonly sent: boolean; readonly day: number }
  | { readonly kind: "larger" | "smaller"; readonly size: number }
  | { readonly kind: "modseq"; readonly modseq: number };

const flags: Readonly<Record<string, readonly [string, boolean]>> = {
  ANSWERED: ["\\Answered", true],
  DELETED: ["\\Deleted", true],
  DRAFT: ["\\Draft", true],
  FLAGGED: ["\\Flagged", true],
  SEEN: ["\\Seen", true],
  RECENT: ["\\Recent", true],
  UNANSWERED: ["\\Answered", false],
  UNDELETED: ["\\Deleted", false],
  UNDRAFT: ["\\Draft", false],
  UNFLAGGED: ["\\Flagged", false],
  UNSEEN: ["\\Seen", false],
  OLD: ["\\Recent", false],
};
const fields: Readonly<Record<string, string>> = { BCC: "bcc", CC: "cc", FROM: "from", SUBJECT: "subject", TO: "to" };
const dates: Readonly<Record<string, readonly ["before" | "on" | "since", boolean]>> = {
  BEFORE: ["before", false],
  ON: ["on", false],
  SINCE: ["since", false],
  SENTBEFORE: ["before", true],
  SENTON: ["on", true],
  SENTSINCE: ["since", true],
};
const maximumDepth = 12;

/** Reads all keys left; several are an AND. Throws `SyntaxFault`. */
export function readSearch(args: Arguments, uids: readonly number[], depth = 0): SearchKey {
  const parts: SearchKey[] = [];
  while (!args.done) parts.push(readKey(args, uids, depth));
  if (parts.length === 0) throw new SyntaxFault("a search key is expected");
  return parts.length === 1 && parts[0] ? parts[0] : { kind: "and", parts };
}

function readKey(args: Arguments, uids: readonly number[], depth: number): SearchKey {
  if (depth > maximumDepth) throw new SyntaxFault("too deep");
  if (args.peek()?.kind === "list") return readSearch(args.list(), uids, depth + 1);
  const word = args.atom().toUpperCase();
  const flag = flags[word];
  if (flag) return flag[1] ? { kind: "flag", flag: flag[0] } : { kind: "not", part: { kind: "flag", flag: flag[0] } };
  const field = fields[word];
  if (field) return { kind: "header", name: field, text: args.text() };
  const date = dates[word];
  if (date) return { kind: date[0], sent: date[1], day: day(args.text()) };
  switch (word) {
    case "ALL":
      return { kind: "all" };
    case "NEW":
      return {
        kind: "and",
        parts: [
          { kind: "flag", flag: "\\Recent" },
          { kind: "not", part: { kind: "flag", flag: "\\Seen" } },
        ],
      };
    case "NOT":
      return { kind: "not", part: readKey(args, uids, depth + 1) };
    case "OR":
      return { kind: "or", parts: [readKey(args, uids, depth + 1), readKey(args, uids, depth + 1)] };
    case "KEYWORD":
      return { kind: "flag", flag: args.atom() };
    case "UNKEYWORD":
      return { kind: "not", part: { kind: "flag", flag: args.atom() } };
    case "HEADER":
      return { kind: "header", name: args.text().toLowerCase(), text: args.text() };
    case "BODY":
    case "TEXT":
      return { kind: word === "BODY" ? "body" : "text", text: args.text() };
    case "LARGER":
    case "SMALLER":
      return { kind: word === "LARGER" ? "larger" : "smaller", size: args.number() };
    case "UID":
      return { kind: "uids", uids: selectUids(parseSet(args.atom()), uids) };
    case "MODSEQ": {
      // RFC 7162 §3.1.5: an entry name and type may stand before the number.
      if (args.peek()?.kind === "string") {
        args.next();
        args.atom();
      }
      return { kind: "modseq", modseq: args.number() };
    }
    default:
      return { kind: "uids", uids: sequence(word, uids) };
  }
}

function sequence(word: string, uids: readonly number[]): readonly number[] {
  let set: NumberSet;
  try {
    set = parseSet(word);
  } catch {
    throw new SyntaxFault(`unknown search key ${word.slice(0, 20)}`);
  }
  return selectSequence(set, uids);
}

function day(text: string): number {
  const found = parseDay(text);
  if (found === undefined) throw new SyntaxFault("a date such as 1-Feb-2026 is expected");
  return found;
}

// SEARCH over what a message says of itself, and over its content when a key asks for it. Pure.
import { parseHeaders, type SearchKey, type StoredMessage } from "@cercle/imap";

/** Whether a key looks inside messages. */
export function needsContent(key: SearchKey): boolean {
  switch (key.kind) {
    case "and":
    case "or":
      return key.parts.some(needsContent);
    case "not":
      return needsContent(key.part);
    case "header":
    case "body":
    case "text":
      return true;
    case "before":
    case "on":
    case "since":
      return key.sent;
    default:
      return false;
  }
}

const day = 86_400_000;

export function matchesSearch(key: SearchKey, message: StoredMessage, raw: Buffer | undefined): boolean {
  switch (key.kind) {
    case "all":
      return true;
    case "and":
      return key.parts.every((part) => matchesSearch(part, message, raw));
    case "or":
      return key.parts.some((part) => matchesSearch(part, message, raw));
    case "not":
      return !matchesSearch(key.part, message, raw);
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
      const at = key.sent ? sentDay(raw) : message.internalDate;
      if (at === undefined) return false;
      if (key.kind === "before") return at < key.day;
      return key.kind === "since" ? at >= key.day : at >= key.day && at < key.day + day;
    }
    case "header":
      return header(raw, key.name).some((value) => value.toLowerCase().includes(key.text.toLowerCase()));
    case "body":
    case "text": {
      const text = decode(raw).toLowerCase();
      const from = key.kind === "body" ? Math.max(0, text.search(/\r?\n\r?\n/)) : 0;
      return text.indexOf(key.text.toLowerCase(), from) >= 0;
    }
  }
}

function header(raw: Buffer | undefined, name: string): readonly string[] {
  if (!raw) return [];
  const end = raw.indexOf("\r\n\r\n");
  return parseHeaders(raw.subarray(0, end < 0 ? raw.length : end + 2))
    .all(name)
    .map(decodeWords);
}

function sentDay(raw: Buffer | undefined): number | undefined {
  const [date] = header(raw, "date");
  const at = date ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.floor(at / day) * day;
}

/** Encoded words (RFC 2047) of UTF-8 and Latin-1, which is what French mail has. */
export function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?(utf-8|iso-8859-1|iso-8859-15|us-ascii)\?([bq])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, content: string) => {
      const bytes =
        encoding.toLowerCase() === "b"
          ? Buffer.from(content, "base64")
          : Buffer.from(
              content.replace(/_/g, " ").replace(/=([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
              "latin1",
            );
      return bytes.toString(charset.toLowerCase() === "utf-8" ? "utf8" : "latin1");
    });
}

/** The text of a message for searching: quoted-printable and base64 bodies opened where they are text. */
function decode(raw: Buffer | undefined): string {
  if (!raw) return "";
  const text = raw.toString("utf8");
  const printable = text.replace(/=\r?\n/g, "").replace(/(?:=[0-9A-F]{2})+/g, (run) => Buffer.from(run.replaceAll("=", ""), "hex").toString("utf8"));
  const opened = [...text.matchAll(/(?:^[A-Za-z0-9+/]{40,}={0,2}\r?\n)+/gm)].map(([block]) => Buffer.from(block, "base64").toString("utf8"));
  return decodeWords([text, printable === text ? "" : printable, ...opened].join("\n"));
}

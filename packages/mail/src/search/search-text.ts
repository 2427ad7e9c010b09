// What a search looks at in a message: its header fields, unfolded and decoded; of its body the text of its parts, decoded, and the
// header fields of the parts (names of attachments). Pictures and the like are no text. All in lower case. Pure.
import { type Headers, type Part, parseHeaders, parseStructure, splitFields } from "@cercle/imap";

export type SearchText = { readonly headers: Headers; readonly head: string; readonly body: string };

const textLike = /^(text\/|message\/|application\/(xml|json|[\w.-]+\+xml)$)/;
const latin = /^(iso-8859-1|iso-8859-15|windows-1252)$/;

export function searchTextOf(raw: Buffer): SearchText {
  const { part } = parseStructure(raw);
  const head = raw.subarray(part.start, part.body);
  return { headers: parseHeaders(head), head: fieldsOf(head), body: bodyOf(raw, part, true).join("\n").toLowerCase() };
}

function fieldsOf(head: Buffer): string {
  return splitFields(head)
    .map((field) => decodeWords(textOf(field).replace(/\r?\n(?=[ \t])/g, "")))
    .join("")
    .toLowerCase();
}

function bodyOf(raw: Buffer, part: Part, top = false): string[] {
  const own = top ? [] : [fieldsOf(raw.subarray(part.start, part.body))];
  if (part.parts) return [...own, ...part.parts.flatMap((child) => bodyOf(raw, child))];
  if (part.message) {
    const inner = part.message.part;
    return [...own, fieldsOf(raw.subarray(inner.start, inner.body)), ...bodyOf(raw, inner, true)];
  }
  return textLike.test(`${part.type}/${part.subtype}`) ? [...own, partText(raw, part)] : own;
}

function partText(raw: Buffer, { body, end, encoding, parameters }: Part): string {
  const charset = (parameters.find(([name]) => name === "charset")?.[1] ?? "").toLowerCase();
  const bytes = raw.subarray(body, end);
  if (encoding === "base64") return textOf(Buffer.from(bytes.toString("latin1"), "base64"), charset);
  return textOf(encoding === "quoted-printable" ? unquote(bytes) : bytes, charset);
}

/** Quoted-printable (RFC 2045 §6.7). */
function unquote(bytes: Buffer): Buffer {
  if (!bytes.includes(61)) return bytes;
  const text = bytes.toString("latin1").replace(/=[ \t]*\r?\n/g, "");
  return Buffer.from(
    text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

function textOf(bytes: Buffer, charset = ""): string {
  if (latin.test(charset)) return bytes.toString("latin1");
  if (charset !== "" && charset !== "utf-8" && charset !== "us-ascii") {
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      // An unknown charset: its ASCII can still be found.
    }
  }
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

/** Encoded words (RFC 2047) of UTF-8 and Latin-1, which is what French mail has. */
export function decodeWords(text: string): string {
  if (!text.includes("=?")) return text;
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

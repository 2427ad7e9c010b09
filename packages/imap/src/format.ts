// What goes out: strings, envelopes and body structures in the grammar of RFC 3501 §9. Text outside ASCII goes as a literal.
import type { Address, Envelope } from "./envelope.ts";
import type { Part } from "./mime.ts";

/** `nil`, a quoted string, or a literal when a quoted string cannot carry it. */
export function nstring(text: string | undefined): string {
  return text === undefined ? "NIL" : quoted(text);
}

/** Bytes are held one a character (latin1), so that one string can carry them. */
export function quoted(text: string): string {
  if (text.length < 900 && /^[\x20-\x7e]*$/.test(text)) return text.includes('"') || text.includes("\\") ? `"${text.replace(/[\\"]/g, "\\$&")}"` : `"${text}"`;
  const bytes = Buffer.from(text.replaceAll("\0", ""), "utf8");
  return `{${bytes.length}}\r\n${bytes.toString("latin1")}`;
}

function address(one: Address): string {
  return `(${nstring(one.name)} NIL ${nstring(one.mailbox)} ${nstring(one.host)})`;
}

function addresses(list: readonly Address[]): string {
  return list.length === 0 ? "NIL" : `(${list.map(address).join("")})`;
}

export function formatEnvelope(e: Envelope): string {
  const lists = [e.from, e.sender, e.replyTo, e.to, e.cc, e.bcc].map(addresses).join(" ");
  return `(${nstring(e.date)} ${nstring(e.subject)} ${lists} ${nstring(e.inReplyTo)} ${nstring(e.messageId)})`;
}

function parameters(list: readonly (readonly [string, string])[]): string {
  return list.length === 0 ? "NIL" : `(${list.map(([name, value]) => `${quoted(name)} ${quoted(value)}`).join(" ")})`;
}

/** BODY, or BODYSTRUCTURE with its extension data. */
export function formatStructure(part: Part, extended: boolean): string {
  const disposition = part.disposition ? `(${quoted(part.disposition.type)} ${parameters(part.disposition.parameters)})` : "NIL";
  const tail = ` ${disposition} ${nstring(part.language)} ${nstring(part.location)}`;
  if (part.parts) {
    const head = `${part.parts.map((child) => formatStructure(child, extended)).join("")} ${quoted(part.subtype)}`;
    return extended ? `(${head} ${parameters(part.parameters)}${tail})` : `(${head})`;
  }
  const fields = [
    quoted(part.type),
    quoted(part.subtype),
    parameters(part.parameters),
    nstring(part.id),
    nstring(part.description),
    quoted(part.encoding),
    String(part.end - part.body),
  ];
  if (part.message) fields.push(formatEnvelope(part.message.envelope), formatStructure(part.message.part, extended), String(part.lines));
  else if (part.type === "text") fields.push(String(part.lines));
  return `(${fields.join(" ")}${extended ? ` ${nstring(part.md5)}${tail}` : ""})`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** `"21-Nov-2026 23:05:00 +0000"`. */
export function formatDate(epochMilliseconds: number): string {
  const iso = new Date(epochMilliseconds).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1] ?? "Jan";
  return `"${iso.slice(8, 10)}-${month}-${iso.slice(0, 4)} ${iso.slice(11, 19)} +0000"`;
}

/** The reverse; undefined when it is no date-time. */
export function parseDateTime(text: string): number | undefined {
  const found = /^[ ]?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(text);
  if (!found) return undefined;
  const [, day, month = "", year, hour, minute, second, sign, zoneHours, zoneMinutes] = found;
  const index = months.findIndex((name) => name.toLowerCase() === month.toLowerCase());
  if (index < 0) return undefined;
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === "-" ? -1 : 1);
  return Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute) - offset, Number(second));
}

/** `1-Feb-1994`, as days of searches, in milliseconds at midnight UTC. */
export function parseDay(text: string): number | undefined {
  return parseDateTime(`${text.padStart(11, "0")} 00:00:00 +0000`);
}

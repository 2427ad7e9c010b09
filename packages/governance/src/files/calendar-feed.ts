// What a file owes and expects as a calendar (RFC 5545), to be subscribed to: one whole-day event for each last day, one instant for a
// clock in hours. Pure.
import type { FileView } from "./file-view.ts";

const live = new Set(["running", "late", "due", "open", "waiting"]);

/** `now` stamps the events; a clock keeps its UID, so that a date that moves replaces the former one. */
export function writeCalendar({ reference, name, view, now }: { reference: string; name: string; view: FileView; now: string }): string {
  const events = view.obligations.flatMap((clock) => {
    const start = clock.due_at ? `DTSTART:${stamp(clock.due_at)}` : clock.last_day ? `DTSTART;VALUE=DATE:${clock.last_day.replaceAll("-", "")}` : undefined;
    if (!start || !live.has(clock.state)) return [];
    return [
      "BEGIN:VEVENT",
      `UID:${reference}-${escapeText(clock.id)}@cercle`,
      `DTSTAMP:${stamp(now)}`,
      start,
      `SUMMARY:${escapeText(`${reference} : ${clock.about} (${clock.article}, ${clock.by})`)}`,
      `DESCRIPTION:${escapeText(clock.why ?? "")}`,
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
    ];
  });
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Cercle//Cercle//FR",
    `X-WR-CALNAME:${escapeText(`${reference} ${name}`)}`,
    ...events,
    "END:VCALENDAR",
  ];
  return `${lines.map(fold).join("\r\n")}\r\n`;
}

const stamp = (instant: string): string => `${instant.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

/** RFC 5545 §3.3.11. */
const escapeText = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll(";", "\\;").replaceAll(",", "\\,").replaceAll(/\r?\n/g, "\\n");

/** RFC 5545 §3.1: at most 75 octets a line, never in the middle of a character. */
function fold(line: string): string {
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > (parts.length === 0 ? 75 : 74)) {
      parts.push(part);
      part = "";
      octets = 0;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join("\r\n ");
}

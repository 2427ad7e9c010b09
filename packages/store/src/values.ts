// The same JavaScript values from both engines: timestamptz ↔ Temporal.Instant, date ↔ text `YYYY-MM-DD`,
// bigint → number (all our counters are far below 2^53), jsonb → parsed, bytea → Uint8Array.
import { Temporal } from "@cercle/kernel";

export const oid = { bytea: 17, int8: 20, date: 1082, timestamp: 1114, timestamptz: 1184 } as const;

/** `2026-11-21 23:05:00.123+00` → instant. Infinity has no instant: it throws RangeError. */
export function parseTimestamptz(text: string): Temporal.Instant {
  return Temporal.Instant.from(text.replace(" ", "T"));
}

/** A parameter as the drivers take it. Plain objects become JSON text; an array stays a PostgreSQL array: use `json()` for a JSON one. */
export function toParameter(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Temporal.Instant || value instanceof Temporal.PlainDate) return value.toString();
  if (value !== null && typeof value === "object" && !Array.isArray(value) && !ArrayBuffer.isView(value)) return JSON.stringify(value);
  return value;
}

/** JSON text for a jsonb parameter; needed for arrays, strings and null, harmless for objects. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** One row in the text format of COPY. */
export function copyLine(row: readonly (string | number | boolean | null)[]): string {
  let line = "";
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (i > 0) line += "\t";
    line += value === null || value === undefined ? "\\N" : typeof value === "string" ? escapeCopy(value) : String(value);
  }
  return `${line}\n`;
}

function escapeCopy(text: string): string {
  return /[\\\t\n\r\0]/.test(text)
    ? text.replaceAll("\0", "").replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n").replaceAll("\r", "\\r")
    : text;
}

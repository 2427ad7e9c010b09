// The structure of a message, computed once at delivery and stored: parts with their byte offsets (RFC 2045–2049), so that a
// section is a slice of the raw message. Hostile input is bounded: past the limits the rest is opaque bytes, never an error.
import { buildEnvelope, type Envelope } from "./envelope.ts";
import { type Headers, parameterised, parseHeaders } from "./headers.ts";

export type Part = {
  /** Offsets in the raw message: headers begin, body begins, body ends. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly (readonly [string, string])[];
  readonly id?: string;
  readonly description?: string;
  readonly encoding: string;
  /** Lines of a text or of a message. */
  readonly lines: number;
  readonly md5?: string;
  readonly disposition?: { readonly type: string; readonly parameters: readonly (readonly [string, string])[] };
  readonly language?: string;
  readonly location?: string;
  /** Parts of a multipart. */
  readonly parts?: readonly Part[];
  /** The message inside a message/rfc822. */
  readonly message?: { readonly envelope: Envelope; readonly part: Part };
};

export type Structure = { readonly envelope: Envelope; readonly part: Part };

const limits = { parts: 1000, depth: 20, boundary: 200 };

/** Parses a raw message. Linear in its size; never throws. */
export function parseStructure(raw: Buffer): Structure {
  const budget = { parts: 0 };
  return parseMessage(raw, 0, raw.length, 0, budget);
}

type Budget = { parts: number };

function parseMessage(raw: Buffer, start: number, end: number, depth: number, budget: Budget): Structure {
  const { part, headers } = parsePart(raw, start, end, depth, budget, ["text", "plain"]);
  return { envelope: buildEnvelope(headers), part };
}

function parsePart(
  raw: Buffer,
  start: number,
  end: number,
  depth: number,
  budget: Budget,
  byDefault: readonly [string, string],
): { part: Part; headers: Headers } {
  budget.parts += 1;
  const body = findBody(raw, start, end);
  const headers = parseHeaders(raw.subarray(start, body));
  const contentType = parameterised(headers.first("content-type"));
  const [type = "", subtype = ""] = (contentType?.value ?? "").split("/");
  const known = /^[\w.+-]+\/[\w.+-]+$/.test(contentType?.value ?? "");
  const disposition = parameterised(headers.first("content-disposition"));
  const common = {
    start,
    body,
    end,
    type: known ? type : byDefault[0],
    subtype: known ? subtype : byDefault[1],
    parameters: known ? (contentType?.parameters ?? []) : [],
    encoding: headers.first("content-transfer-encoding")?.trim().toLowerCase() || "7bit",
    lines: 0,
    ...optional("id", headers.first("content-id")),
    ...optional("description", headers.first("content-description")),
    ...optional("md5", headers.first("content-md5")),
    ...optional("language", headers.first("content-language")),
    ...optional("location", headers.first("content-location")),
    ...(disposition ? { disposition: { type: disposition.value, parameters: disposition.parameters } } : {}),
  };
  const boundary = common.parameters.find(([name]) => name === "boundary")?.[1];
  const mayEnter = depth < limits.depth && budget.parts < limits.parts;
  if (common.type === "multipart") {
    const inside: readonly [string, string] = common.subtype === "digest" ? ["message", "rfc822"] : ["text", "plain"];
    const places = mayEnter && boundary && boundary.length <= limits.boundary ? splitMultipart(raw, body, end, boundary) : [];
    const parts: Part[] = [];
    for (const [from, to] of places) if (budget.parts < limits.parts) parts.push(parsePart(raw, from, to, depth + 1, budget, inside).part);
    if (parts.length > 0) return { headers, part: { ...common, parts } };
    // A multipart without parts has no form in BODYSTRUCTURE: it is bytes.
    return { headers, part: { ...common, type: "application", subtype: "octet-stream", parameters: [] } };
  }
  const lines = countLines(raw, body, end);
  if (common.type === "message" && common.subtype === "rfc822" && mayEnter) {
    return { headers, part: { ...common, lines, message: parseMessage(raw, body, end, depth + 1, budget) } };
  }
  return { headers, part: { ...common, lines } };
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value.trim() }) as { readonly [P in K]?: string };
}

/** Just behind the empty line that ends the headers; at the end when there is none. */
function findBody(whole: Buffer, start: number, end: number): number {
  const raw = whole.subarray(0, end);
  if (raw[start] === 10) return start + 1;
  if (raw[start] === 13 && raw[start + 1] === 10) return start + 2;
  for (let at = raw.indexOf(10, start); at >= 0 && at < end; at = raw.indexOf(10, at + 1)) {
    if (raw[at + 1] === 10) return Math.min(at + 2, end);
    if (raw[at + 1] === 13 && raw[at + 2] === 10) return Math.min(at + 3, end);
  }
  return end;
}

/** RFC 2046 §5.1.1: what lies between delimiter lines; the line end before a delimiter belongs to the delimiter. */
function splitMultipart(whole: Buffer, start: number, end: number, boundary: string): readonly (readonly [number, number])[] {
  // Never looks behind the part: a thousand parts that each scan to the end of fifty megabytes would take minutes.
  const raw = whole.subarray(0, end);
  const delimiter = Buffer.from(`--${boundary}`, "latin1");
  const places: (readonly [number, number])[] = [];
  let open: number | undefined;
  let at = raw.indexOf(delimiter, start);
  while (at >= 0 && at < end && places.length < limits.parts) {
    const after = at + delimiter.length;
    const close = raw[after] === 45 && raw[after + 1] === 45;
    const lineStart = at === start || raw[at - 1] === 10;
    const lineEnd = raw.indexOf(10, after);
    const next = lineEnd < 0 ? end : lineEnd + 1;
    const rest = raw.subarray(close ? after + 2 : after, Math.min(next, end)).toString("latin1");
    if (lineStart && /^[ \t]*\r?\n?$/.test(rest)) {
      if (open !== undefined) {
        const bodyEnd = raw[at - 2] === 13 ? at - 2 : at - 1;
        places.push([open, Math.max(open, bodyEnd)]);
      }
      open = close ? undefined : Math.min(next, end);
      if (close) return places;
    }
    at = raw.indexOf(delimiter, after);
  }
  if (open !== undefined) places.push([open, end]);
  return places;
}

function countLines(whole: Buffer, start: number, end: number): number {
  const raw = whole.subarray(0, end);
  let lines = 0;
  for (let at = raw.indexOf(10, start); at >= 0 && at < end; at = raw.indexOf(10, at + 1)) lines += 1;
  return lines;
}

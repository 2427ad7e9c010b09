// The structure of a message, computed once at delivery and stored: parts with their byte offsets (RFC 2045–2049), so that a
// section is a slice of the raw message. Read line by line as the message arrives: nothing but header fields is held. Hostile input is
// bounded: past the limits the rest is opaque bytes, never an error.
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

/** `headers`: bytes of header fields of all parts that are looked at. `delimiter`: bytes of a delimiter line with its blanks. */
const limits = { parts: 1000, depth: 20, boundary: 200, headers: 4 * 1024 * 1024, delimiter: 1200 };
/** Of a line that came in several chunks: longer than any delimiter line. */
const heldLine = 4096;
const lf = 10;
const cr = 13;
const dash = 45;

/** Parses a raw message. Linear in its size; never throws. */
export function parseStructure(raw: Buffer): Structure {
  const reader = new StructureReader();
  reader.push(raw);
  return reader.end();
}

/** A part whose end is not known yet. */
type Open = {
  start: number;
  body: number;
  end: number;
  lines: number;
  /** Lines of the message before the body. */
  linesBefore: number;
  readonly depth: number;
  readonly byDefault: readonly [string, string];
  /** Lines of header fields; undefined once the body has begun. */
  fields: Buffer[] | undefined;
  headers: Headers;
  about: Pick<Part, "type" | "subtype" | "parameters" | "encoding"> & Partial<Part>;
  /** `--boundary` of a multipart that is read into, until its last delimiter. */
  delimiter: Buffer | undefined;
  readonly parts: Open[];
  message: Open | undefined;
};

const plain = ["text", "plain"] as const;
const none = parseHeaders(Buffer.alloc(0));

/** Takes a message in any chunks; the structure is the same however it was cut. */
export class StructureReader {
  readonly #root: Open;
  /** From the message itself to the innermost part that has not ended. */
  readonly #open: Open[] = [];
  /** Bytes before the line being read, and line ends before it. */
  #at = 0;
  #lines = 0;
  #delimiters = 0;
  #afterCr = false;
  readonly #budget = { parts: 0, headers: 0 };
  /** The beginning of a line whose end has not come; `#heldBytes` may be more than is held of it. */
  #held: Buffer | undefined;
  #heldBytes = 0;
  #heldLast = 0;
  #heldCr = false;

  constructor() {
    this.#root = this.#begin(0, 0, plain);
  }

  push(chunk: Buffer): void {
    let at = 0;
    if (this.#heldBytes > 0) {
      const end = chunk.indexOf(lf);
      at = end < 0 ? chunk.length : end + 1;
      this.#hold(chunk.subarray(0, at));
      if (end >= 0) this.#endHeldLine();
    }
    while (at < chunk.length) {
      const end = chunk.indexOf(lf, at);
      if (end < 0) {
        this.#hold(chunk.subarray(at));
        return;
      }
      const top = this.#open.at(-1);
      if (top?.fields || (this.#delimiters > 0 && chunk[at] === dash && chunk[at + 1] === dash)) this.#line(chunk.subarray(at, end + 1), true);
      this.#pass(end + 1 - at, chunk[end - 1] === cr && end > at);
      at = end + 1;
    }
  }

  /** What was read, once the message is over. */
  end(): Structure {
    const rest = this.#heldBytes;
    if (rest > 0 && rest <= heldLine) this.#line((this.#held as Buffer).subarray(0, rest), false);
    this.#at += rest;
    this.#close(0, this.#at, this.#lines);
    return structureOf(this.#root);
  }

  /** One line is behind. */
  #pass(bytes: number, afterCr: boolean): void {
    this.#at += bytes;
    this.#lines += 1;
    this.#afterCr = afterCr;
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held ??= Buffer.alloc(heldLine);
    const room = heldLine - this.#heldBytes;
    if (room > 0) bytes.copy(this.#held, this.#heldBytes, 0, room);
    const before = this.#heldBytes;
    this.#heldBytes += bytes.length;
    this.#heldCr = bytes.length > 1 ? bytes.at(-2) === cr : before > 0 && this.#heldLast === cr;
    this.#heldLast = bytes.at(-1) ?? 0;
    // A line of that length is no delimiter and not the empty one: what it says can be taken as it comes.
    if (this.#heldBytes > heldLine) {
      if (before <= heldLine) this.#keepFields(this.#held.subarray(0, Math.min(before, heldLine)));
      this.#keepFields(bytes);
    }
  }

  #endHeldLine(): void {
    const bytes = this.#heldBytes;
    if (bytes <= heldLine) this.#line((this.#held as Buffer).subarray(0, bytes), true);
    this.#heldBytes = 0;
    this.#pass(bytes, this.#heldCr);
  }

  #keepFields(bytes: Buffer): void {
    const fields = this.#open.at(-1)?.fields;
    const room = limits.headers - this.#budget.headers;
    if (!fields || room <= 0) return;
    this.#budget.headers += bytes.length;
    fields.push(Buffer.from(bytes.subarray(0, room)));
  }

  /** A line of header fields, or one that begins as a delimiter does. */
  #line(line: Buffer, ended: boolean): void {
    if (line[0] === dash && line[1] === dash && this.#delimiter(line)) return;
    const top = this.#open.at(-1);
    if (!top?.fields) return;
    this.#keepFields(line);
    if (ended && (line.length === 1 || (line.length === 2 && line[0] === cr))) this.#enter(top, this.#at + line.length, this.#lines + 1);
  }

  /** RFC 2046 §5.1.1: an outer delimiter ends everything inside; the line end before a delimiter belongs to it. */
  #delimiter(line: Buffer): boolean {
    if (this.#delimiters === 0 || line.length > limits.delimiter) return false;
    for (const [depth, one] of this.#open.entries()) {
      if (!one.delimiter?.equals(line.subarray(0, one.delimiter.length))) continue;
      const after = one.delimiter.length;
      const last = line[after] === dash && line[after + 1] === dash;
      if (!/^[ \t]*\r?\n?$/.test(line.toString("latin1", last ? after + 2 : after))) continue;
      this.#close(depth + 1, this.#at - (this.#afterCr ? 2 : 1), this.#lines - 1);
      if (last) {
        one.delimiter = undefined;
        this.#delimiters -= 1;
      } else if (this.#budget.parts < limits.parts) {
        const inside = one.about.subtype === "digest" ? (["message", "rfc822"] as const) : plain;
        one.parts.push(this.#begin(this.#at + line.length, one.depth + 1, inside));
      }
      return true;
    }
    return false;
  }

  #begin(start: number, depth: number, byDefault: readonly [string, string]): Open {
    this.#budget.parts += 1;
    const about = { type: byDefault[0], subtype: byDefault[1], parameters: [], encoding: "7bit" };
    const made: Open = {
      ...{ start, body: start, end: start, lines: 0, linesBefore: 0, depth, byDefault, about },
      ...{ fields: [], headers: none, delimiter: undefined, parts: [], message: undefined },
    };
    this.#open.push(made);
    return made;
  }

  /** The header fields of a part are over. */
  #enter(part: Open, body: number, linesBefore: number): void {
    part.headers = parseHeaders(Buffer.concat(part.fields ?? []));
    part.fields = undefined;
    part.about = readFields(part.headers, part.byDefault);
    Object.assign(part, { body, linesBefore });
    const mayEnter = part.depth < limits.depth && this.#budget.parts < limits.parts;
    const { type, subtype, parameters } = part.about;
    if (type === "multipart") {
      const boundary = parameters.find(([name]) => name === "boundary")?.[1];
      if (!mayEnter || !boundary || boundary.length > limits.boundary) return;
      part.delimiter = Buffer.from(`--${boundary}`, "latin1");
      this.#delimiters += 1;
    } else if (type === "message" && subtype === "rfc822" && mayEnter) part.message = this.#begin(body, part.depth + 1, plain);
  }

  /** Ends the open parts from `depth` on at a place in the message. */
  #close(depth: number, place: number, lines: number): void {
    const first = this.#open[depth];
    if (!first) return;
    const end = Math.max(first.start, place);
    for (let i = depth; i < this.#open.length; i++) {
      const one = this.#open[i] as Open;
      // No empty line came: all of it is header fields.
      if (one.fields) this.#enter(one, end, lines);
      Object.assign(one, { start: Math.min(one.start, end), body: Math.min(one.body, end), end, lines: Math.max(0, lines - one.linesBefore) });
      if (one.delimiter) this.#delimiters -= 1;
    }
    this.#open.length = depth;
  }
}

function readFields(headers: Headers, byDefault: readonly [string, string]): Open["about"] {
  const contentType = parameterised(headers.first("content-type"));
  const known = /^[\w.+-]+\/[\w.+-]+$/.test(contentType?.value ?? "");
  const [type, subtype] = known ? (contentType?.value ?? "").split("/") : byDefault;
  const disposition = parameterised(headers.first("content-disposition"));
  return {
    type: type ?? "",
    subtype: subtype ?? "",
    parameters: known ? (contentType?.parameters ?? []) : [],
    encoding: headers.first("content-transfer-encoding")?.trim().toLowerCase() || "7bit",
    ...optional("id", headers.first("content-id")),
    ...optional("description", headers.first("content-description")),
    ...optional("md5", headers.first("content-md5")),
    ...optional("language", headers.first("content-language")),
    ...optional("location", headers.first("content-location")),
    ...(disposition ? { disposition: { type: disposition.value, parameters: disposition.parameters } } : {}),
  };
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value.trim() }) as { readonly [P in K]?: string };
}

function structureOf(message: Open): Structure {
  return { envelope: buildEnvelope(message.headers), part: partOf(message) };
}

function partOf({ start, body, end, lines, about, parts, message }: Open): Part {
  const common = { start, body, end, lines: 0, ...about };
  if (about.type !== "multipart") return { ...common, lines, ...(message ? { message: structureOf(message) } : {}) };
  if (parts.length > 0) return { ...common, parts: parts.map(partOf) };
  // A multipart without parts has no form in BODYSTRUCTURE: it is bytes.
  return { ...common, type: "application", subtype: "octet-stream", parameters: [] };
}

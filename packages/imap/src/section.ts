// Sections of a message: `BODY[1.2.HEADER.FIELDS (SUBJECT)]<0.100>` to the bytes it names (RFC 3501 §6.4.5).
import { splitFields } from "./headers.ts";
import type { Part } from "./mime.ts";
import { SyntaxFault } from "./token.ts";

export type Section = {
  readonly path: readonly number[];
  readonly what: "" | "HEADER" | "HEADER.FIELDS" | "HEADER.FIELDS.NOT" | "TEXT" | "MIME";
  readonly fields: readonly string[];
  readonly partial?: { readonly offset: number; readonly length: number };
  /** As it is named in the reply: without PEEK, the partial with its offset only. */
  readonly label: string;
};

const shape = /^(?:((?:[1-9]\d{0,4}\.)*[1-9]\d{0,4})(?:\.|$))?(HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME)?(?: \(([^()]*)\))?$/i;

/** From the text between brackets, and the `<offset.length>` behind it. Throws `SyntaxFault`. */
export function parseSection(inside: string, partial: string | undefined): Section {
  const found = shape.exec(inside);
  if (!found) throw new SyntaxFault("not a section");
  const [, path = "", what = "", fields] = found;
  const name = what.toUpperCase() as Section["what"];
  const wantsFields = name.startsWith("HEADER.FIELDS");
  if (wantsFields !== (fields !== undefined) || (name === "MIME" && path === "")) throw new SyntaxFault("not a section");
  const range = partial === undefined ? undefined : /^<(\d{1,10})\.(\d{1,10})>$/.exec(partial);
  if (range === null) throw new SyntaxFault("not a partial");
  const list = (fields ?? "").split(/\s+/).filter((field) => field !== "");
  return {
    path: path === "" ? [] : path.split(".").map(Number),
    what: name,
    fields: list.map((field) => field.replace(/^"|"$/g, "").toLowerCase()),
    ...(range ? { partial: { offset: Number(range[1]), length: Number(range[2]) } } : {}),
    label: `BODY[${inside.toUpperCase()}]${range ? `<${range[1]}>` : ""}`,
  };
}

/** Where the bytes of a section lie in the message. Of `HEADER.FIELDS` that is the whole header: `pickFields` takes from it. */
export type Span = { readonly from: number; readonly to: number };

/** The place of a section, without its partial; undefined when the message has no such part. */
export function locateSection(root: Part, section: Section): Span | undefined {
  const part = findPart(root, section.path);
  if (!part) return undefined;
  if (section.what === "MIME") return { from: part.start, to: part.body };
  if (section.what === "") return section.path.length === 0 ? { from: part.start, to: part.end } : { from: part.body, to: part.end };
  // HEADER and TEXT are those of a message: the whole one, or one inside a message/rfc822 part.
  const message = section.path.length === 0 ? part : part.message?.part;
  if (!message) return undefined;
  return section.what === "TEXT" ? { from: message.body, to: message.end } : { from: message.start, to: message.body };
}

/** The part of a span that `<offset.length>` asks for. */
export function cutSpan({ from, to }: Span, { partial }: Section): Span {
  if (!partial) return { from, to };
  const begin = Math.min(to, from + partial.offset);
  return { from: begin, to: Math.min(to, begin + partial.length) };
}

/** Whether a section is made of some of a header's fields. */
export function picksFields({ what }: Section): boolean {
  return what === "HEADER.FIELDS" || what === "HEADER.FIELDS.NOT";
}

/** The bytes that the section names; undefined when the message has no such part. */
export function extractSection(raw: Buffer, root: Part, section: Section): Buffer | undefined {
  const span = locateSection(root, section);
  if (!span) return undefined;
  if (picksFields(section)) return pickFields(raw.subarray(span.from, span.to), section);
  const { from, to } = cutSpan(span, section);
  return raw.subarray(from, to);
}

function findPart(root: Part, path: readonly number[]): Part | undefined {
  let part: Part | undefined = root;
  for (const [depth, number] of path.entries()) {
    const inside: Part | undefined = depth > 0 && part?.message ? part.message.part : part;
    if (inside?.parts) part = inside.parts[number - 1];
    else part = number === 1 ? inside : undefined;
    if (!part) return undefined;
  }
  return part;
}

/** The fields of a header that the section names, with its partial. */
export function pickFields(header: Buffer, section: Section): Buffer {
  const include = section.what === "HEADER.FIELDS";
  const kept = splitFields(header).filter((field) => {
    const name = field
      .subarray(0, Math.max(0, field.indexOf(58)))
      .toString("latin1")
      .trim()
      .toLowerCase();
    return section.fields.includes(name) === include && name !== "";
  });
  const all = Buffer.concat([...kept, Buffer.from("\r\n")]);
  const { from, to } = cutSpan({ from: 0, to: all.length }, section);
  return all.subarray(from, to);
}

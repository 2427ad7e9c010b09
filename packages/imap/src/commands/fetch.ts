// FETCH (RFC 3501 §6.4.5, §7.4.2): items read once, messages in batches, bodies only when asked for.
import { formatDate, formatEnvelope, formatStructure } from "../format.ts";
import { type Part, parseStructure } from "../mime.ts";
import { cutSpan, extractSection, locateSection, parseSection, pickFields, picksFields, type Section } from "../section.ts";
import type { Selected, Session } from "../session.ts";
import type { MailAccount, MessageBytes, StoredMessage } from "../store.ts";
import { type Arguments, SyntaxFault } from "../token.ts";
import { readUids } from "./read-uids.ts";

type Item =
  | { readonly kind: "flags" | "uid" | "date" | "size" | "envelope" | "modseq" }
  | { readonly kind: "structure"; readonly extended: boolean }
  | { readonly kind: "section"; readonly section: Section; readonly peek: boolean; readonly label: string };

const macros: Readonly<Record<string, readonly string[]>> = {
  ALL: ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
  FAST: ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
  FULL: ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
};
const simple: Readonly<Record<string, Item>> = {
  FLAGS: { kind: "flags" },
  UID: { kind: "uid" },
  INTERNALDATE: { kind: "date" },
  "RFC822.SIZE": { kind: "size" },
  ENVELOPE: { kind: "envelope" },
  MODSEQ: { kind: "modseq" },
  BODY: { kind: "structure", extended: false },
  BODYSTRUCTURE: { kind: "structure", extended: true },
};
/** RFC 3501 §6.4.5: older names of sections, and how they are named in the reply. */
const older: Readonly<Record<string, readonly [section: string, peek: boolean]>> = {
  RFC822: ["", false],
  "RFC822.HEADER": ["HEADER", true],
  "RFC822.TEXT": ["TEXT", false],
};
const sectionShape = /^BODY(\.PEEK)?\[(.*)\](<[\d.]+>)?$/is;
const maximumItems = 100;
/** Bytes that go out in one write. */
const together = 128 * 1024;

function readItem(word: string): Item {
  const upper = word.toUpperCase();
  const known = simple[upper];
  if (known) return known;
  const alias = older[upper];
  if (alias) return { kind: "section", section: parseSection(alias[0], undefined), peek: alias[1], label: upper };
  const found = sectionShape.exec(word);
  if (!found) throw new SyntaxFault(`unknown item ${word.slice(0, 30)}`);
  const section = parseSection(found[2] ?? "", found[3]);
  return { kind: "section", section, peek: found[1] !== undefined, label: section.label };
}

function readItems(args: Arguments): readonly Item[] {
  const source = args.peek()?.kind === "list" ? args.list() : undefined;
  const words: string[] = [];
  if (source) while (!source.done) words.push(source.atom());
  else words.push(args.atom());
  const [macro] = words.length === 1 && words[0] ? [macros[words[0].toUpperCase()]] : [];
  const items = (macro ?? words).map(readItem);
  if (items.length > maximumItems) throw new SyntaxFault("too many items");
  return items;
}

/** Answers FETCH and UID FETCH. */
export async function fetchMessages(
  session: Session,
  args: Arguments,
  { account, selected, byUid }: { account: MailAccount; selected: Selected; byUid: boolean },
): Promise<string> {
  const uids = readUids(args, selected, byUid);
  const items = [...readItems(args)];
  const changedSince = args.done ? undefined : readChangedSince(args);
  if (changedSince !== undefined) session.enabled.add("CONDSTORE");
  const add = (item: Item): void => {
    if (!items.some((known) => known.kind === item.kind)) items.push(item);
  };
  if (byUid) add({ kind: "uid" });
  if (items.some((item) => item.kind === "modseq")) session.enabled.add("CONDSTORE");
  if (changedSince !== undefined) add({ kind: "modseq" });
  const sections = items.filter((item) => item.kind === "section");
  const marks = !selected.readOnly && sections.some((item) => !item.peek);
  if (marks) {
    const { changed } = await account.setFlags(selected.mailbox.id, uids, { mode: "add", flags: ["\\Seen"] });
    // RFC 3501 §6.4.5: a flag set by reading is told with the message.
    if (changed.length > 0) add({ kind: "flags" });
    selected.modseq = Math.max(selected.modseq, ...changed.map(({ modseq }) => modseq));
  }
  const structure = items.some((item) => item.kind === "envelope" || item.kind === "structure" || (item.kind === "section" && !isWhole(item.section)));
  const want = { structure, date: items.some((item) => item.kind === "date"), ...(changedSince === undefined ? {} : { changedSince }) };
  const batch = session.options.limits.fetchBatch;
  for (let i = 0; i < uids.length; i += batch) {
    const lines: string[] = [];
    const withBody: StoredMessage[] = [];
    for await (const message of account.fetch(selected.mailbox.id, uids.slice(i, i + batch), want)) {
      const sequence = session.sequenceOf(message.uid);
      if (sequence === undefined) continue;
      if (sections.length > 0) withBody.push(message);
      else lines.push(`* ${sequence} FETCH (${items.map((item) => formatItem(item, message)).join(" ")})\r\n`);
    }
    if (lines.length > 0) session.io.write(lines.join(""));
    if (withBody.length > 0) await writeBodies(session, account, selected, withBody, items);
    await session.io.drained();
  }
  return "fetched";
}

function readChangedSince(args: Arguments): number {
  const modifiers = args.list();
  if (modifiers.atom().toUpperCase() !== "CHANGEDSINCE") throw new SyntaxFault("unknown modifier");
  const modseq = modifiers.number();
  args.end();
  return modseq;
}

async function writeBodies(
  session: Session,
  account: MailAccount,
  selected: Selected,
  messages: readonly StoredMessage[],
  items: readonly Item[],
): Promise<void> {
  const byUid = new Map(messages.map((message) => [message.uid, message]));
  let waiting: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    // One write for many small messages: each is a record of its own on the wire otherwise, and a call of the system.
    if (waiting.length > 0) session.io.write(waiting.length === 1 && waiting[0] ? waiting[0] : Buffer.concat(waiting));
    waiting = [];
    bytes = 0;
    await session.io.drained();
  };
  const put = async (piece: Buffer): Promise<void> => {
    if (piece.length > together) await flush();
    waiting.push(piece);
    bytes += piece.length;
    if (bytes > together) await flush();
  };
  for await (const { uid, raw } of account.raws(selected.mailbox.id, messages)) {
    const message = byUid.get(uid);
    const sequence = session.sequenceOf(uid);
    if (!message || sequence === undefined) continue;
    if (Buffer.isBuffer(raw)) for (const piece of replyOf(sequence, message, raw, items)) await put(piece);
    else {
      try {
        for await (const piece of replyInPieces(sequence, message, raw, items)) await put(piece);
      } catch (error) {
        // The length is told already: whatever came next would be taken for the message.
        session.io.close();
        throw error;
      }
    }
  }
  await flush();
}

/** The reply for one message, in pieces: what the store holds goes out without being copied when it is large. */
function replyOf(sequence: number, message: StoredMessage, raw: Buffer, items: readonly Item[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let text = `* ${sequence} FETCH (`;
  let root: Part | undefined = message.structure?.part;
  for (const [i, item] of items.entries()) {
    if (i > 0) text += " ";
    if (item.kind !== "section") {
      text += formatItem(item, message);
      continue;
    }
    const whole = isWhole(item.section) && !item.section.partial;
    if (!whole) root ??= parseStructure(raw).part;
    const bytes = whole || !root ? raw : extractSection(raw, root, item.section);
    if (!bytes) text += `${item.label} NIL`;
    else {
      pieces.push(Buffer.from(`${text}${item.label} {${bytes.length}}\r\n`, "latin1"), bytes);
      text = "";
    }
  }
  return [...pieces, Buffer.from(`${text})\r\n`, "latin1")];
}

/** The same for a large message: only what the sections need is read, and no more at a time than goes out. */
async function* replyInPieces(sequence: number, message: StoredMessage, raw: Exclude<MessageBytes, Buffer>, items: readonly Item[]): AsyncGenerator<Buffer> {
  const whole = { from: 0, to: raw.length };
  let text = `* ${sequence} FETCH (`;
  for (const [i, item] of items.entries()) {
    if (i > 0) text += " ";
    if (item.kind !== "section") {
      text += formatItem(item, message);
      continue;
    }
    const span = isWhole(item.section) ? whole : message.structure && locateSection(message.structure.part, item.section);
    if (!span) {
      text += `${item.label} NIL`;
      continue;
    }
    const fields = picksFields(item.section) ? pickFields(await gather(raw.read(span.from, span.to)), item.section) : undefined;
    const { from, to } = fields ? { from: 0, to: fields.length } : cutSpan(span, item.section);
    yield Buffer.from(`${text}${item.label} {${to - from}}\r\n`, "latin1");
    if (fields) yield fields;
    else yield* raw.read(from, to);
    text = "";
  }
  yield Buffer.from(`${text})\r\n`, "latin1");
}

async function gather(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** `BODY[]`: the bytes as they are; nothing of the structure is needed. */
function isWhole({ path, what }: Section): boolean {
  return path.length === 0 && what === "";
}

function formatItem(item: Item, message: StoredMessage): string {
  switch (item.kind) {
    case "flags":
      return `FLAGS (${message.flags.join(" ")})`;
    case "uid":
      return `UID ${message.uid}`;
    case "date":
      return `INTERNALDATE ${formatDate(message.internalDate)}`;
    case "size":
      return `RFC822.SIZE ${message.size}`;
    case "modseq":
      return `MODSEQ (${message.modseq})`;
    case "envelope":
      return `ENVELOPE ${message.structure ? formatEnvelope(message.structure.envelope) : "NIL"}`;
    case "structure":
      return `${item.extended ? "BODYSTRUCTURE" : "BODY"} ${message.structure ? formatStructure(message.structure.part, item.extended) : "NIL"}`;
    case "section":
      return "";
  }
}

// ENVELOPE (RFC 3501 §7.4.2): header fields of a message as clients list them, encoded words left as they are.
import type { Headers } from "./headers.ts";

export type Address = { readonly name?: string; readonly mailbox?: string; readonly host?: string };
export type Envelope = {
  readonly date?: string;
  readonly subject?: string;
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly inReplyTo?: string;
  readonly messageId?: string;
};

export function buildEnvelope(headers: Headers): Envelope {
  const addresses = (name: string): readonly Address[] => parseAddresses(headers.all(name).join(", "));
  const text = <K extends string>(key: K, name: string): { readonly [P in K]?: string } => {
    const value = headers.first(name);
    return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
  };
  const from = addresses("from");
  const sender = addresses("sender");
  const replyTo = addresses("reply-to");
  return {
    ...text("date", "date"),
    ...text("subject", "subject"),
    from,
    // RFC 3501 §7.4.2: the server fills in from From when these are absent.
    sender: sender.length > 0 ? sender : from,
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: addresses("to"),
    cc: addresses("cc"),
    bcc: addresses("bcc"),
    ...text("inReplyTo", "in-reply-to"),
    ...text("messageId", "message-id"),
  };
}

const maximumAddresses = 1000;

/** An address list (RFC 5322 §3.4), tolerant: comments become names where there is none, a group opens and closes with its own marks. */
export function parseAddresses(text: string): readonly Address[] {
  const found: Address[] = [];
  let phrase = "";
  let angle: string | undefined;
  let comment = "";
  let inGroup = false;
  const flush = (): void => {
    const spec = (angle ?? phrase).trim();
    const name = (angle === undefined ? comment : phrase || comment).trim().replace(/\s+/g, " ");
    if (spec !== "" || (angle !== undefined && name !== "")) {
      const at = spec.lastIndexOf("@");
      const mailbox = at < 0 ? spec : spec.slice(0, at);
      found.push({ ...(name === "" ? {} : { name }), mailbox: mailbox.trim(), host: at < 0 ? "" : spec.slice(at + 1).trim() });
    }
    phrase = "";
    angle = undefined;
    comment = "";
  };
  for (let i = 0; i < text.length && found.length < maximumAddresses; i++) {
    const c = text.charAt(i);
    if (c === '"') {
      const [value, end] = readUntil(text, i + 1, '"');
      phrase += value;
      i = end;
    } else if (c === "(") {
      const [value, end] = readUntil(text, i + 1, ")");
      comment = value;
      i = end;
    } else if (c === "<") {
      const [value, end] = readUntil(text, i + 1, ">");
      // A source route (`@a,@b:`) is obsolete and says nothing.
      angle = value.replace(/^@[^:]*:/, "");
      i = end;
    } else if (c === ":" && !inGroup && angle === undefined) {
      inGroup = true;
      found.push({ mailbox: phrase.trim() });
      phrase = "";
    } else if (c === ";" && inGroup) {
      flush();
      inGroup = false;
      found.push({});
    } else if (c === ",") flush();
    else phrase += c;
  }
  flush();
  return found;
}

function readUntil(text: string, start: number, end: string): readonly [string, number] {
  let value = "";
  for (let i = start; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === end) return [value, i];
    if (c === "\\") i += 1;
    value += text.charAt(i);
  }
  return [value, text.length];
}

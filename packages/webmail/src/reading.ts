// A message as it is read: parsed by postal-mime, nothing of it believed.
import { parseAddresses } from "@cercle/imap";
import PostalMime, { type Address, type Email } from "postal-mime";

import { type Attached, cleanName } from "./attachments.ts";

export type Person = { readonly name: string; readonly address: string };
export type Reading = {
  readonly subject: string;
  readonly from: Person | undefined;
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly replyTo: readonly Person[];
  readonly date: string | undefined;
  readonly messageId: string | undefined;
  readonly references: readonly string[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attached[];
  readonly inReplyTo: string | undefined;
  /** Whom it asks to be told that it was read; nobody when it names several (RFC 8098 §2.1). */
  readonly receiptTo: string | undefined;
};

const mostShown = 100;

export async function readMessage(raw: Buffer): Promise<Reading> {
  const email: Email = await PostalMime.parse(raw, { maxNestingDepth: 50, maxHeadersSize: 1_000_000, attachmentEncoding: "arraybuffer" });
  const header = (name: string): string | undefined => email.headers.find(({ key }) => key === name)?.value;
  return {
    subject: (email.subject ?? "").trim(),
    from: persons(email.from ? [email.from] : [])[0],
    to: persons(email.to ?? []),
    cc: persons(email.cc ?? []),
    replyTo: persons(email.replyTo ?? []),
    date: email.date,
    messageId: email.messageId,
    references: [...(email.references ?? "").matchAll(/<[^<>\s]{1,500}>/g)].map(([id]) => id).slice(-20),
    text: email.text,
    html: email.html,
    attachments: email.attachments.slice(0, mostShown).map((one, i) => ({
      name: cleanName(one.filename ?? undefined, i + 1),
      type: /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/.test(one.mimeType) ? one.mimeType : "application/octet-stream",
      bytes: new Uint8Array(typeof one.content === "string" ? Buffer.from(one.content) : (one.content as ArrayBuffer)),
    })),
    inReplyTo: email.inReplyTo,
    receiptTo: onlyAddress(header("disposition-notification-to")),
  };
}

function onlyAddress(value: string | undefined): string | undefined {
  const [first, ...more] = parseAddresses(value ?? "");
  return first?.mailbox && first.host && more.length === 0 ? `${first.mailbox}@${first.host}`.toLowerCase() : undefined;
}

function persons(list: readonly Address[]): readonly Person[] {
  return list.flatMap((one): readonly Person[] => (one.group ? persons(one.group) : one.address ? [{ name: one.name, address: one.address }] : []));
}

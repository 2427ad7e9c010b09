// A message as it is read: parsed by postal-mime, nothing of it believed.
import PostalMime, { type Address, type Email } from "postal-mime";

export type Person = { readonly name: string; readonly address: string };
export type Attached = { readonly name: string; readonly type: string; readonly bytes: Uint8Array };
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
  /** Whom it asks to be told that it was read. */
  readonly receiptTo: string | undefined;
};

const longestName = 200;

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
    attachments: email.attachments.map((one, i) => ({
      name: (one.filename || `piece-${i + 1}`).replace(/[\p{C}/\\]/gu, "_").slice(0, longestName),
      type: /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/.test(one.mimeType) ? one.mimeType : "application/octet-stream",
      bytes: new Uint8Array(typeof one.content === "string" ? Buffer.from(one.content) : (one.content as ArrayBuffer)),
    })),
    receiptTo: header("disposition-notification-to"),
  };
}

function persons(list: readonly Address[]): readonly Person[] {
  return list.flatMap((one): readonly Person[] => (one.group ? persons(one.group) : one.address ? [{ name: one.name, address: one.address }] : []));
}

// Read receipts (RFC 8098), with the integration codes that clinical software answers (CI-SIS): built for who asks, and recognised
// when they pass, so that the trail of a message says what became of it.
import { randomUUID } from "node:crypto";
import { parseAddresses, parseHeaders } from "@cercle/imap";
import type { Text } from "@cercle/kernel";
import { headOf } from "../mailboxes/mime-head.ts";

/** Codes of clinical software that could not take a document in. */
export const integrationErrors = {
  900: { fr: "version du document refusée", en: "version of the document refused" },
  901: { fr: "auteur non autorisé", en: "author not allowed" },
  902: { fr: "patient inconnu", en: "unknown patient" },
  903: { fr: "identité nationale absente", en: "national identity absent" },
  904: { fr: "identité nationale différente", en: "national identity differs" },
  905: { fr: "identité nationale incomplète", en: "national identity incomplete" },
  906: { fr: "autre erreur", en: "other error" },
} as const satisfies Readonly<Record<number, Text>>;

export type IntegrationError = keyof typeof integrationErrors;

/** Whom a message asks to be answered by a receipt; only when it is also who sent it (RFC 8098 §2.1). */
export function receiptAsked(raw: Buffer, sender: string): string | undefined {
  const [to, ...others] = parseHeaders(headOf(raw))
    .all("disposition-notification-to")
    .flatMap((value) => parseAddresses(value));
  if (!to || others.length > 0) return undefined;
  const address = `${to.mailbox}@${to.host}`.toLowerCase();
  return address === sender.toLowerCase() ? address : undefined;
}

/** A receipt for `original`: `processed`, or an integration error with the subject that software looks for. */
export function buildReceipt({
  original,
  from,
  to,
  error,
  by = "machine",
  at,
}: {
  original: Buffer;
  from: string;
  to: string;
  error?: IntegrationError;
  /** RFC 8098 §3.2.6.1: whether a person said so. */
  by?: "machine" | "person";
  at: Date;
}): Buffer {
  const headers = parseHeaders(headOf(original));
  const subject = headers.first("subject") ?? "";
  const id = headers.first("message-id") ?? "";
  const boundary = `receipt-${randomUUID()}`;
  const said = error === undefined ? undefined : integrationErrors[error];
  const mode = by === "person" ? "manual-action/MDN-sent-manually" : "automatic-action/MDN-sent-automatically";
  // What a person opened is displayed; documents that could not be taken in were processed, in error (CI-SIS).
  const disposition = `${mode}; ${said ? `processed/Error: ${error}^${said.fr}` : by === "person" ? "displayed" : "processed"}`;
  const lines = [
    `From: <${from}>`,
    `To: <${to}>`,
    // What software looks for (CI-SIS), as an encoded word (RFC 2047) before the subject as it was.
    `Subject: ${said ? `=?utf-8?B?${Buffer.from(`[KO Intégration système !][${error}]`).toString("base64")}?= ${subject}` : subject}`,
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${randomUUID()}@${from.slice(from.lastIndexOf("@") + 1)}>`,
    ...(id ? [`In-Reply-To: ${id}`, `References: ${id}`] : []),
    ...(by === "person" ? [] : ["Auto-Submitted: auto-replied"]),
    "MIME-Version: 1.0",
    `Content-Type: multipart/report; report-type=disposition-notification; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    said
      ? `Le message n’a pas été intégré : ${error} ${said.fr}. / The message was not taken in: ${said.en}.`
      : by === "person"
        ? "Le message a été affiché ; rien ne dit qu’il a été compris. / The message was displayed; this is no proof that it was understood."
        : "Le message a été traité. / The message was processed.",
    "",
    `--${boundary}`,
    "Content-Type: message/disposition-notification",
    "",
    "Reporting-UA: Cercle",
    `Original-Recipient: rfc822;${from}`,
    `Final-Recipient: rfc822;${from}`,
    ...(id ? [`Original-Message-ID: ${id}`] : []),
    `Disposition: ${disposition}`,
    ...(said ? [`Error: ${error}^${said.fr}`] : []),
    "",
    `--${boundary}`,
    "Content-Type: message/rfc822",
    "",
  ];
  return Buffer.concat([Buffer.from(lines.join("\r\n"), "utf8"), Buffer.from("\r\n"), original, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** What a receipt that passes says, or nothing when the message is none. */
export function readReceipt(raw: Buffer): { messageId: string; disposition: string; error?: string } | undefined {
  const type = parseHeaders(headOf(raw)).first("content-type") ?? "";
  if (!/^multipart\/report\b.*report-type="?disposition-notification/is.test(type)) return undefined;
  const text = raw.subarray(0, 100_000).toString("utf8");
  const messageId = /^Original-Message-ID:\s*(\S{1,500})/im.exec(text)?.[1];
  const disposition = /^Disposition:\s*([^\r\n]{1,300})/im.exec(text)?.[1];
  if (!messageId || !disposition) return undefined;
  const error = /^Error:\s*([^\r\n]{1,200})/im.exec(text)?.[1];
  return { messageId, disposition, ...(error ? { error } : {}) };
}

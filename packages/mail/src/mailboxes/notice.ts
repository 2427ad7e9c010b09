// What the operator itself writes to a mailbox of its own: plain words, French first, never answered by a machine (RFC 3834).
import { randomUUID } from "node:crypto";
import type { Text } from "@cercle/kernel";

export type NoticeHead = { readonly domain: string; readonly to: string; readonly subject: Text; readonly at: Date };

/** The header lines that every message of the operator itself begins with. Each language's subject is at most 45 bytes (RFC 2047 §2). */
export function noticeHead({ domain, to, subject, at }: NoticeHead): readonly string[] {
  const word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
  return [
    `From: <postmaster@${domain}>`,
    `To: <${to}>`,
    `Subject: ${word(subject.fr)} ${word(` / ${subject.en}`)}`,
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${randomUUID()}@${domain}>`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
  ];
}

export function buildNotice({ body, ...head }: NoticeHead & { readonly body: Text }): Buffer {
  const one = (text: string): string => text.replace(/[\r\n]+/g, " ");
  const content = Buffer.from(`${one(body.fr)}\r\n\r\n${one(body.en)}\r\n`).toString("base64");
  const lines = [...noticeHead(head), "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", ""];
  return Buffer.from(`${lines.join("\r\n")}\r\n${content.replace(/.{76}/g, "$&\r\n")}\r\n`);
}

// A delivery report (RFC 3464): what a person reads, what a program reads, and the headers of the message it is about.
import { randomUUID } from "node:crypto";
import { headOf } from "../mailboxes/mime-head.ts";
import { noticeHead } from "../mailboxes/notice.ts";

export type Report = {
  readonly domain: string;
  readonly sender: string;
  readonly recipient: string;
  readonly action: "failed" | "delayed";
  /** The partner's reply, or ours. */
  readonly reply: string;
  readonly original: Buffer;
  readonly at: Date;
};

const subjects = {
  failed: { fr: "Message non remis", en: "Undelivered" },
  delayed: { fr: "Message retardé", en: "Delayed" },
};

export function buildReport({ domain, sender, recipient, action, reply, original, at }: Report): Buffer {
  const boundary = `report-${randomUUID()}`;
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? (action === "failed" ? "5.0.0" : "4.0.0");
  const clean = reply.replace(/[\r\n]+/g, " ");
  const failed = action === "failed";
  const lines = [
    ...noticeHead({ domain, to: sender, subject: failed ? subjects.failed : subjects.delayed, at }),
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    failed
      ? `Votre message à ${recipient} n’a pas été remis. Cause : ${clean}`
      : `Votre message à ${recipient} n’est pas encore remis ; les essais continuent. Dernière réponse : ${clean}`,
    failed
      ? `Your message to ${recipient} was not delivered. Cause: ${clean}`
      : `Your message to ${recipient} is not delivered yet; tries go on. Last reply: ${clean}`,
    "",
    `--${boundary}`,
    "Content-Type: message/delivery-status",
    "",
    `Reporting-MTA: dns; ${domain}`,
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${clean}`,
    "",
    `--${boundary}`,
    "Content-Type: text/rfc822-headers",
    "",
    headOf(original).toString("utf8").trimEnd(),
    "",
    `--${boundary}--`,
    "",
  ];
  return Buffer.from(lines.join("\r\n"), "utf8");
}

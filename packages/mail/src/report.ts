// A delivery report (RFC 3464): what a person reads, what a program reads, and the headers of the message it is about.
import { randomUUID } from "node:crypto";
import { headOf } from "./mime-head.ts";

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

export function buildReport({ domain, sender, recipient, action, reply, original, at }: Report): Buffer {
  const boundary = `report-${randomUUID()}`;
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? (action === "failed" ? "5.0.0" : "4.0.0");
  const clean = reply.replace(/[\r\n]+/g, " ");
  const failed = action === "failed";
  const lines = [
    `From: <postmaster@${domain}>`,
    `To: <${sender}>`,
    `Subject: ${failed ? "=?utf-8?Q?Message_non_remis_/_Undelivered?=" : "=?utf-8?Q?Message_retard=C3=A9_/_Delayed?="}`,
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${randomUUID()}@${domain}>`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
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

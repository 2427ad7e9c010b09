// What is being written, from the form to bytes.

import { upload } from "@cercle/web";
import MailComposer from "nodemailer/lib/mail-composer";
import { z } from "zod";
import { type Attached, cleanName } from "./attachments.ts";
import type { Reading } from "./reading.ts";

const line = (longest: number) => z.string().trim().max(longest).default("");
export const letterForm = z.object({
  to: line(8000),
  cc: line(8000),
  subject: line(500),
  text: z.string().max(500_000).default(""),
  receipt: line(5),
  /** The exchange ends: a patient cannot answer any more. */
  end: line(5),
  patient_number: line(40),
  patient_system: line(60),
  patient_state: z.enum(["provisional", "retrieved", "validated", "qualified"]).default("provisional"),
  patient_birth_name: line(120),
  patient_given_name: line(120),
  patient_birth_date: line(10),
  patient_sex: z.enum(["M", "F", "I"]).default("I"),
  in_reply_to: line(500),
  references: line(8000),
  look: line(120),
  add: z.union([z.string(), z.array(z.string())]).optional(),
  /** The draft that holds the files, by its number among the drafts. */
  draft: z
    .string()
    .regex(/^\d{0,10}$/)
    .default(""),
  files: z
    .union([upload, z.array(upload)])
    .optional()
    .transform((files): readonly Attached[] => [files ?? []].flat().map((file, i) => ({ ...file, name: cleanName(file.name, i + 1) }))),
  act: z
    .string()
    .regex(/^(?:send|draft|look|add|attach|patient|remove-\d{1,2})$/)
    .default("send"),
});
/** What is being written; `files` are those of this request alone. */
export type Letter = z.output<typeof letterForm>;

const mostRecipients = 100;

/** Addresses of a field, separated by commas, semicolons, spaces or lines; undefined when one is none. */
export function readAddresses(field: string): readonly string[] | undefined {
  const all = field.split(/[\s,;]+/).filter(Boolean);
  const good = all.every((address) => /^[^\s@<>"]{1,64}@[a-z0-9.-]{3,250}$/i.test(address));
  return good && all.length <= mostRecipients ? [...new Set(all)] : undefined;
}

export const emptyLetter: Letter = letterForm.parse({});

/** A draft gone on with. */
export function letterOf(reading: Reading, uid: number): Letter {
  const list = (people: Reading["to"]): string => people.map(({ address }) => address).join(", ");
  return {
    ...emptyLetter,
    to: list(reading.to),
    cc: list(reading.cc),
    subject: reading.subject,
    text: reading.text ?? "",
    receipt: reading.receiptTo === undefined ? "" : "1",
    in_reply_to: reading.inReplyTo ?? "",
    references: reading.references.join(" "),
    draft: String(uid),
  };
}

/** An answer to a message, its text quoted. */
export function answerTo(reading: Reading, { all, own, wrote }: { all: boolean; own: string; wrote: string }): Letter {
  const first = reading.replyTo[0] ?? reading.from;
  const others = all ? [...reading.to, ...reading.cc].map(({ address }) => address).filter((address) => address.toLowerCase() !== own.toLowerCase()) : [];
  const quoted = (reading.text ?? "")
    .slice(0, 100_000)
    .replace(/\r/g, "")
    .trimEnd()
    .split("\n")
    .map((row) => `> ${row}`);
  return {
    ...emptyLetter,
    to: first?.address ?? "",
    cc: [...new Set(others)].filter((address) => address !== first?.address).join(", "),
    subject: /^re\s*:/i.test(reading.subject) ? reading.subject : `Re: ${reading.subject}`,
    text: `\n\n${wrote}\n${quoted.join("\n")}\n`,
    in_reply_to: reading.messageId ?? "",
    references: [...reading.references, reading.messageId ?? ""].join(" ").trim(),
  };
}

export function buildLetter(
  letter: Letter,
  from: { address: string; name: string },
  files: readonly Attached[] = [],
  documents: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  return new MailComposer({
    from,
    to: readAddresses(letter.to)?.join(", "),
    cc: readAddresses(letter.cc)?.join(", "),
    subject: letter.subject,
    text: letter.text,
    textEncoding: "quoted-printable",
    // Types are told by the end of the name, not by who wrote.
    attachments: files.map(({ name, bytes }) => ({ filename: name, content: Buffer.from(bytes), contentDisposition: "attachment" as const })),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(/^<[^<>\s]+>$/.test(letter.in_reply_to)
      ? { inReplyTo: letter.in_reply_to, references: letter.references.split(/\s+/).filter((id) => /^<[^<>\s]+>$/.test(id)) }
      : {}),
    headers: {
      ...(letter.receipt ? { "Disposition-Notification-To": `<${from.address}>` } : {}),
      ...(letter.end ? { "X-MSS-MES": "FIN" } : {}),
      ...documents,
    },
  })
    .compile()
    .build();
}

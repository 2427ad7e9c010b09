// What a submitted message must look like: the headers of the space, attachments. Ordered rules, pure; the first that fails refuses.
import { type Part, parseHeaders, type Structure } from "@cercle/imap";
import { gatewayReplies as no } from "../gateway/smtp-refusal.ts";
import { headOf } from "../mailboxes/mime-head.ts";

const archive = /^ihe_xdm\.zip$/i;
/** Programs and what starts one; a document is never one of these. */
const program = /\.(?:exe|com|scr|bat|cmd|pif|cpl|msi|msp|hta|jar|js|jse|vbs|vbe|wsf|wsh|ps1|lnk|reg|iso|img|vhdx?)$/i;
const headers = ["x-mss-codecda", "x-mss-ins", "x-mss-nil", "x-mss-mes"] as const;

export type MessageFacts = { readonly archives: number; readonly codes: readonly string[]; readonly qualified: boolean };

/** The headers that a message lacks, by how it begins. */
export function lackedHeaders(head: Buffer, product: string): Buffer {
  return Buffer.from(parseHeaders(headOf(head)).first("x-mss-nil") === undefined ? `X-MSS-NIL: ${product || "CERCLE"}\r\n` : "");
}

/** Checks a message as it was written, by its beginning and its structure; answers what indicators count. */
export function admitMessage(raw: Buffer, { part }: Structure, { patients }: { /** Recipients who are patients. */ patients: number }): MessageFacts {
  const fields = parseHeaders(headOf(raw));
  const names = leaves(part).map(fileName);
  const archives = names.filter((name) => archive.test(name)).length;
  const value = (name: (typeof headers)[number]): string | undefined => fields.first(name);
  const rules: readonly (readonly [boolean, () => Error])[] = [
    [headers.some((name) => fields.all(name).length > 1), () => no.badHeader("An X-MSS-* header stands twice")],
    // ECO.2.4.1, ECO.2.4.2: only with a document in an archive.
    [
      archives === 0 && (value("x-mss-codecda") !== undefined || value("x-mss-ins") !== undefined),
      () => no.badHeader("X-MSS-CODECDA and X-MSS-INS need an IHE_XDM.ZIP"),
    ],
    [!/^[\w.-]+(?:,\s*[\w.-]+)*$/.test(value("x-mss-codecda") ?? "x"), () => no.badHeader("X-MSS-CODECDA is a list of codes")],
    [!/^[ON]$/.test(value("x-mss-ins") ?? "O"), () => no.badHeader("X-MSS-INS is O or N")],
    [(value("x-mss-mes") ?? "FIN") !== "FIN", () => no.badHeader("X-MSS-MES is FIN")],
    // ECO.2.2.8: the end of an exchange is told to a patient.
    [value("x-mss-mes") !== undefined && patients === 0, () => no.badHeader("X-MSS-MES is for messages to a patient")],
    // ECO.2.2.6: a patient's address comes from a qualified identifier, and so do the documents sent to it.
    [patients > 0 && value("x-mss-ins") === "N", () => no.badHeader("Documents sent to a patient need a qualified identifier (X-MSS-INS: O)")],
    [names.some((name) => program.test(name)), () => no.badParts("A program is attached")],
  ];
  for (const [broken, refusal] of rules) if (broken) throw refusal();
  const codes = (value("x-mss-codecda") ?? "").split(/,\s*/).filter((code) => code !== "");
  return { archives, codes, qualified: value("x-mss-ins") === "O" };
}

function leaves(part: Part): readonly Part[] {
  return part.parts ? part.parts.flatMap(leaves) : [part];
}

function fileName(part: Part): string {
  const of = (parameters: Part["parameters"] | undefined, name: string): string | undefined =>
    parameters?.find(([key]) => key.replace(/\*.*$/, "") === name)?.[1];
  return of(part.disposition?.parameters, "filename") ?? of(part.parameters, "name") ?? "";
}

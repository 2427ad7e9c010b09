// A message as administrators read it: its heads and its text. Nothing of it is run, fetched or shown as a page.
import PostalMime from "postal-mime";
import type { Reading } from "./ports.ts";

const longestText = 200_000;

export async function readMail(raw: Uint8Array): Promise<Reading> {
  const mail = await PostalMime.parse(raw, { maxNestingDepth: 50 });
  const one = ({ name, address }: { readonly name?: string | undefined; readonly address?: string | undefined }): string =>
    name ? `${name} <${address ?? ""}>` : (address ?? "");
  const text = mail.text ?? (mail.html ?? "").replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "").replace(/<[^>]*>/g, " ");
  return {
    subject: mail.subject ?? "",
    from: mail.from ? one(mail.from) : "",
    to: (mail.to ?? []).slice(0, 50).map(one).join(", "),
    at: mail.date ?? "",
    text: text.slice(0, longestText),
    files: mail.attachments.map(({ filename, mimeType }) => filename ?? mimeType),
  };
}

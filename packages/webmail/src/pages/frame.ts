// What every page of a box has beside it: folders, writing, the other boxes.
import type { Mailbox } from "@cercle/imap";
import { type Html, html, type Place } from "@cercle/pages";
import type { Box } from "../ports.ts";
import type { Words } from "../words.ts";

export type BoxView = {
  readonly box: Box;
  /** What stands for the address in addresses of pages. */
  readonly key: string;
  readonly folders: readonly (Mailbox & { readonly unseen: number })[];
  readonly current?: string | undefined;
  readonly notice?: string | undefined;
};

const order = ["INBOX", "\\Drafts", "\\Sent", "\\Archive", "\\Junk", "\\Trash"];
const rank = ({ name, specialUse }: Mailbox): number => {
  const at = order.indexOf(name === "INBOX" ? name : (specialUse ?? ""));
  return at < 0 ? order.length : at;
};

export const sheet = html`<link rel="stylesheet" href="/webmail.css">`;

export function listPlaces(words: Words, { key, folders, current }: BoxView): readonly Place[] {
  const sorted = folders.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, words.language));
  return [
    ...sorted.map((folder) => ({
      href: `/b/${key}/${folder.id}`,
      label: words.folder(folder),
      current: folder.id === current,
      ...(folder.unseen > 0 ? { count: folder.unseen } : {}),
    })),
    { href: `/b/${key}/acts`, label: words.t("webmail.acts"), current: current === "acts" },
    { href: "/", label: words.t("webmail.other-boxes") },
  ];
}

export function headOfBox(words: Words, { box, key, notice }: BoxView, title: string): Html {
  const { t } = words;
  return html`${sheet}<div class="head"><div><p class="soft small">${box.address} · ${t(`webmail.kind.${box.kind}`)}</p><h1>${title}</h1></div>${box.maySend ? html`<p class="actions"><a class="btn main" href="/b/${key}/write">${t("webmail.write")}</a></p>` : ""}</div>${notice ? html`<p class="card notice" role="status">${notice}</p>` : ""}`;
}

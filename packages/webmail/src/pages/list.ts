// A folder: its conversations, newest first; the boxes of a person; who did what.
import { type Html, html, searchField } from "@cercle/pages";
import type { Conversation } from "../conversations.ts";
import type { Act, Box } from "../ports.ts";
import type { Words } from "../words.ts";
import { type BoxView, headOfBox, sheet } from "./frame.ts";

export type ListView = {
  readonly folder: { id: string; title: string; outgoing: boolean };
  readonly found: readonly Conversation[];
  readonly q: string;
  readonly count: number;
  readonly older?: number | undefined;
};

export function buildList(words: Words, view: BoxView, { folder, found, q, count, older }: ListView): Html {
  const { t } = words;
  const column = (key: "state" | "from" | "to" | "subject" | "date"): Html => html`<th scope="col">${t(`webmail.list.${key}`)}</th>`;
  const rows = found.map(({ last, messages, unseen }) => {
    const state =
      unseen > 0 ? html`<span class="state soon">${t("webmail.list.new")}</span>` : last.answered ? t("webmail.list.answered") : t("webmail.list.read");
    const subject = last.subject || t("webmail.no-subject");
    return html`<tr><td class="soft small">${state}${last.flagged ? html` <span class="state open">${t("webmail.list.flagged")}</span>` : ""}</td><td>${last.who || t("webmail.unknown-sender")}</td><th scope="row"><a href="/b/${view.key}/${folder.id}/${last.uid}">${unseen > 0 ? html`<strong>${subject}</strong>` : subject}</a>${messages.length > 1 ? html` <span class="soft small">${t("webmail.list.thread", { count: messages.length })}</span>` : ""}</th><td class="soft small">${words.moment(last.at)}</td></tr>`;
  });
  return html`${headOfBox(words, view, folder.title)}
<form class="filters" method="get" role="search">${searchField({ name: "q", label: t("webmail.search"), value: q })}<button class="btn">${t("webmail.search.go")}</button></form>
${q ? html`<p role="status" class="soft">${t("webmail.search.found", { count, text: q })}</p>` : ""}
${rows.length === 0 ? html`<p class="empty">${t("webmail.list.empty")}</p>` : html`<div class="board mail"><table aria-label="${folder.title}"><thead><tr>${column("state")}${column(folder.outgoing ? "to" : "from")}${column("subject")}${column("date")}</tr></thead><tbody>${rows}</tbody></table></div>`}
${older === undefined ? "" : html`<p class="actions"><a class="btn" href="?before=${older}">${t("webmail.list.older")}</a></p>`}`;
}

export function buildWelcome({ t }: Words): Html {
  return html`${sheet}<h1>${t("webmail.welcome")}</h1><p class="lead">${t("webmail.welcome.lead")}</p><p class="actions"><a class="btn main" href="/sign-in">${t("webmail.sign-in")}</a></p>`;
}

export function buildBoxes({ t }: Words, boxes: readonly { box: Box; key: string; unseen: number | undefined }[]): Html {
  const rows = boxes.map(
    ({ box, key, unseen }) =>
      html`<li><span><a href="/b/${key}">${box.address}</a> <span class="soft small">${t(`webmail.kind.${box.kind}`)}</span></span>${unseen ? html`<span class="state soon">${t("webmail.unread", { count: unseen })}</span>` : ""}</li>`,
  );
  return html`${sheet}<h1>${t("webmail.boxes")}</h1>${rows.length === 0 ? html`<p class="empty">${t("webmail.boxes.none")}</p>` : html`<section class="card"><ul class="rows">${rows}</ul></section>`}
<form method="post" action="/sign-out"><button class="btn">${t("webmail.sign-out")}</button></form>`;
}

export function buildAgreement({ t }: Words, key: string, { version, place }: { version: string; place: string }): Html {
  return html`${sheet}<h1>${t("webmail.agreement")}</h1><p>${t("webmail.agreement.lead", { version })}</p><p><a href="${place}" target="_blank" rel="noopener">${t("webmail.agreement.read")}</a></p><form method="post" action="/b/${key}/agreement"><button class="btn main">${t("webmail.agreement.accept")}</button></form>`;
}

export function buildActs(words: Words, view: BoxView, acts: readonly (Act & { name: string })[], nameOf: (holder: string) => string): Html {
  const { t } = words;
  const rows = acts.map(
    ({ name, what, at, access }) =>
      html`<tr><th scope="row">${words.named("holder", name)}</th><td>${words.named("act", what)}${access ? html`<br><span class="soft small">${t("webmail.acts.access", { asked: nameOf(access.asked), opened: nameOf(access.opened), reason: access.reason })}</span>` : ""}</td><td class="soft small">${words.moment(at)}</td></tr>`,
  );
  return html`${headOfBox(words, view, t("webmail.acts"))}<p class="soft">${t("webmail.acts.lead")}</p>
<div class="board"><table aria-label="${t("webmail.acts")}"><thead><tr><th scope="col">${t("webmail.acts.who")}</th><th scope="col">${t("webmail.acts.what")}</th><th scope="col">${t("webmail.acts.when")}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

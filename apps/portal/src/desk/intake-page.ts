// What came in: untied items first, by time of receipt. Clocks count from receipt, never from sorting.
import { say } from "@cercle/kernel";
import { choice, field, type Html, html, textArea } from "@cercle/pages";
import type { Kind } from "../file/kinds.ts";
import { badge, capital, type Words } from "../words.ts";

export type IntakeView = {
  readonly reference: string;
  readonly channel: string;
  readonly received_at: string;
  readonly recorded_at: string;
  readonly digest: string | null;
  readonly state: "untied" | "tied" | "set-aside";
  readonly file: string | null;
  readonly entry: number | null;
  readonly reason: string | null;
  readonly from?: string;
  readonly subject?: string;
  readonly note?: string;
};

const channels = ["letter", "registered", "registered-receipt", "email", "telephone", "other"] as const;

export function buildIntakePage(words: Words, items: readonly IntakeView[], which: "untied" | "all", mayRecord: boolean, now: string): Html {
  const { t } = words;
  const chip = (id: "untied" | "all"): Html =>
    html`<li><a href="/intake?which=${id}"${id === which ? html` aria-current="page"` : ""}>${t(`portal.intake.${id}`)}</a></li>`;
  const column = (key: "received" | "channel" | "state"): Html => html`<th scope="col">${t(`portal.intake.${key}`)}</th>`;
  const rows = items.map(
    (item) =>
      html`<tr><th scope="row"><a href="/intake/${item.reference}">${item.reference}</a></th><td>${words.moment(item.received_at)}</td><td>${capital(words.named("channel", item.channel))}</td><td>${stateOf(words, item)}</td></tr>`,
  );
  const list =
    rows.length === 0
      ? html`<p class="empty">${t("portal.intake.empty")}</p>`
      : html`<div class="board"><table aria-label="${t("portal.intake.title")}"><thead><tr><th scope="col">${t("portal.files.reference")}</th>${column("received")}${column("channel")}${column("state")}</tr></thead><tbody>${rows}</tbody></table></div>`;
  const form = html`<details class="card"><summary class="why">${t("portal.intake.record")}</summary><form method="post" action="/intake" class="stack">${choice({ name: "channel", label: t("portal.intake.channel"), options: channels.map((channel) => [channel, capital(words.named("channel", channel))]), value: "letter" })}${field({ name: "received_at", label: t("portal.intake.received"), type: "datetime-local", required: true, value: now.slice(0, 16) })}${field({ name: "from", label: t("portal.intake.from"), required: true })}${field({ name: "subject", label: t("portal.intake.subject"), required: true })}${textArea({ name: "note", label: t("portal.intake.note"), maximum: 20_000 })}<button class="btn main">${t("portal.intake.save")}</button></form></details>`;
  return html`<h1>${t("portal.intake.title")}</h1><p class="soft">${t("portal.intake.lead")}</p><ul class="chips">${chip("untied")}${chip("all")}</ul>${list}${mayRecord ? form : ""}`;
}

function stateOf(words: Words, item: IntakeView): Html {
  const kinds = { untied: "soon", tied: "open", "set-aside": "still" } as const;
  return html`${badge(kinds[item.state], words.t(`portal.intake.state.${item.state}`))}${item.file ? html` <a href="/files/${item.file}">${item.file}</a>` : ""}`;
}

export function buildIntakeItemPage(
  words: Words,
  item: IntakeView,
  { files, file, acts, mayTie }: { files: readonly string[]; file: string; acts: readonly Kind[]; mayTie: boolean },
): Html {
  const { t, language } = words;
  const row = (label: string, value: string | undefined | null): Html | "" => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : "");
  const options = acts.filter((kind) => kind.by.some((by) => by !== "agency")).map((kind) => [kind.type, capital(say(kind.about, language))] as const);
  const choose = html`<form method="get" class="filters">${field({ name: "file", label: t("portal.intake.file"), value: file, list: "files", required: true })}<datalist id="files">${files.map((one) => html`<option value="${one}"></option>`)}</datalist><button class="btn">${t("portal.intake.choose")}</button></form>`;
  const tie = file
    ? html`<form method="post" action="/intake/${item.reference}/tie" class="stack"><input type="hidden" name="file" value="${file}">${choice({ name: "act", label: t("portal.intake.act"), options: [["", t("portal.intake.no-act")], ...options], value: "" })}<button class="btn main">${t("portal.intake.tie", { file })}</button></form>`
    : "";
  const aside = html`<form method="post" action="/intake/${item.reference}/set-aside" class="card stack">${textArea({ name: "reason", label: t("portal.intake.aside-reason"), required: true, maximum: 2000 })}<button class="btn">${t("portal.intake.set-aside")}</button></form>`;
  return html`<p class="soft small"><a href="/intake">${t("portal.intake.title")}</a></p><h1>${item.subject ?? item.reference}</h1><p>${stateOf(words, item)}</p>
<section class="card"><dl>${row(t("portal.intake.from"), item.from)}${row(t("portal.intake.received"), words.moment(item.received_at))}${row(t("portal.intake.channel"), capital(words.named("channel", item.channel)))}${row(t("portal.files.reference"), item.reference)}${row(t("portal.intake.why"), item.reason)}</dl>${item.note ? html`<blockquote class="quote">${item.note}</blockquote>` : ""}${item.digest ? html`<p><a href="/api/intake/${item.reference}/document">${t("portal.intake.document")}</a></p>` : ""}</section>
${mayTie && item.state === "untied" ? html`<section class="card stack"><h2>${t("portal.intake.which-file")}</h2>${choose}${tie}</section>${aside}` : ""}`;
}

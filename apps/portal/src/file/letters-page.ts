// Registered letters: where each stands, with its proofs; the addressee of an electronic one accepts it before seeing it.
import { choice, field, type Html, html, textArea } from "@cercle/pages";
import { badge, capital, type Words } from "../words.ts";

export type LetterView = {
  readonly reference: string;
  readonly channel: string;
  readonly carrier: "electronic" | "paper";
  readonly state: string;
  readonly recipient: string;
  readonly prepared_at: string;
  readonly presented_at: string | null;
  readonly expires_at: string | null;
  /** Absent while the addressee has not accepted it. */
  readonly file?: string;
  readonly sender?: string;
  readonly clause?: string | null;
  readonly tracking?: string | null;
  readonly entry?: number | null;
  readonly facts?: {
    readonly title: string;
    readonly paragraphs: readonly string[];
    readonly sender: string;
    readonly recipient: { readonly name: string; readonly address: readonly string[] };
  };
  readonly events?: readonly {
    readonly seq: number;
    readonly event: string;
    readonly at: string;
    readonly confirmed_at: string | null;
    readonly rejected_at: string | null;
  }[];
};

const kinds: Readonly<Record<string, "open" | "soon" | "shut" | "still">> = {
  prepared: "still",
  deposited: "soon",
  notified: "soon",
  accepted: "open",
  refused: "shut",
  unclaimed: "shut",
  undeliverable: "shut",
};

export const letterState = (words: Words, letter: LetterView): Html => badge(kinds[letter.state] ?? "still", capital(words.named("letter", letter.state)));

/** `incoming`: the reader's side receives it. */
export function buildLetterList(words: Words, letters: readonly LetterView[], own: readonly string[]): Html {
  const { t } = words;
  if (letters.length === 0) return html`<p class="empty">${t("portal.letters.empty")}</p>`;
  const column = (key: "state" | "letter" | "way" | "file" | "date"): Html => html`<th scope="col">${t(`portal.letters.${key}`)}</th>`;
  return html`<div class="board"><table aria-label="${t("portal.letters.title")}"><thead><tr>${column("state")}${column("letter")}${column("way")}${column("file")}${column("date")}</tr></thead><tbody>${letters.map(
    (letter) =>
      html`<tr><td>${letterState(words, letter)}</td><th scope="row"><a href="/letters/${letter.reference}">${letter.reference}</a></th><td>${t(own.includes(letter.recipient) ? "portal.letters.in" : "portal.letters.out")} · ${words.named("channel", letter.channel)}</td><td>${letter.file ? html`<a href="/files/${letter.file}">${letter.file}</a>` : ""}</td><td>${words.day(letter.prepared_at)}</td></tr>`,
  )}</tbody></table></div>`;
}

export function buildLetterPage(words: Words, letter: LetterView, incoming: boolean): Html {
  const { t } = words;
  const row = (label: string, value: Html | string | null | undefined): Html | "" => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : "");
  const waits = incoming && letter.carrier === "electronic" && letter.state === "notified";
  const events = (letter.events ?? []).map(
    (event) =>
      html`<li><span class="small soft">${words.shortDay(event.at)}</span><div>${capital(words.named("letter", event.event))}<div class="small soft">${words.moment(event.at)}${event.confirmed_at ? "" : html` · ${t(event.rejected_at ? "portal.letters.rejected" : "portal.letters.unconfirmed")}`}</div></div></li>`,
  );
  const text = letter.facts
    ? html`<section class="card"><h2>${letter.facts.title}</h2><blockquote class="quote">${letter.facts.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}</blockquote><p class="actions"><a class="btn" href="/api/letters/${letter.reference}/document">${t("portal.letters.pdf")}</a></p></section>`
    : "";
  return html`<p class="soft small"><a href="/letters">${t("portal.letters.title")}</a> · ${letter.reference}</p><h1>${letter.facts?.title ?? t("portal.letters.closed")}</h1><p>${letterState(words, letter)} <span class="soft">${capital(words.named("channel", letter.channel))}</span></p>
${waits ? html`<section class="card stack"><h2>${t("portal.letters.waiting")}</h2><p>${t("portal.letters.accept-lead", { until: letter.expires_at ? words.day(letter.expires_at) : "" })}</p><div class="actions"><form method="post" action="/letters/${letter.reference}/accept"><button class="btn main">${t("portal.letters.accept")}</button></form><form method="post" action="/letters/${letter.reference}/refuse"><button class="btn bad">${t("portal.letters.refuse")}</button></form></div></section>` : ""}
${text}<section class="card"><dl>${row(t("portal.letters.from"), letter.facts?.sender)}${row(t("portal.letters.to"), letter.facts?.recipient.name)}${row(t("portal.work.file"), letter.file ? html`<a href="/files/${letter.file}">${letter.file}</a>` : undefined)}${row(t("portal.work.article"), letter.clause)}${row(t("portal.letters.tracking"), letter.tracking)}${row(t("portal.letters.date"), words.moment(letter.prepared_at))}</dl>${events.length === 0 ? "" : html`<ol class="time">${events}</ol>`}</section>`;
}

export function buildLetterForm(
  words: Words,
  { reference, party, acts }: { reference: string; party: string; acts: readonly (readonly [string, string])[] },
): Html {
  const { t } = words;
  const channels = (["electronic-registered", "registered-receipt", "registered"] as const).map(
    (channel) => [channel, capital(words.named("channel", channel))] as const,
  );
  return html`<p class="soft small"><a href="/files/${reference}/letters">${reference}</a></p><h1>${t("portal.letters.write")}</h1><p class="soft">${t("portal.letters.to-whom", { party })}</p>
<form method="post" class="card stack">${choice({ name: "channel", label: t("portal.act.channel"), options: channels, value: "electronic-registered", hint: t("portal.letters.channel-hint") })}${acts.length === 0 ? "" : choice({ name: "act", label: t("portal.letters.act"), options: [["", t("portal.letters.no-act")], ...acts], hint: t("portal.letters.act-hint") })}${field({ name: "title", label: t("portal.letters.subject"), required: true })}${textArea({ name: "text", label: t("portal.letters.text"), hint: t("portal.letters.text-hint"), required: true, maximum: 20_000 })}${textArea({ name: "address", label: t("portal.letters.address"), hint: t("portal.letters.address-hint"), required: true, maximum: 800 })}<div class="actions"><button class="btn main">${t("portal.letters.send")}</button><a class="btn" href="/files/${reference}/letters">${t("portal.act.cancel")}</a></div></form>`;
}

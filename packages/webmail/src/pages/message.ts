// One message: who, what, its attachments, its conversation, what became of it.
import type { Mailbox } from "@cercle/imap";
import { say, type Text } from "@cercle/kernel";
import { choice, type Html, html } from "@cercle/pages";
import type { XdmSummary } from "@cercle/xdm";
import { type Attached, kindOf } from "../attachments.ts";
import type { Listed } from "../conversations.ts";
import type { Step, Story } from "../ports.ts";
import type { Person, Reading } from "../reading.ts";
import { showHtml } from "../safe-html.ts";
import type { Words } from "../words.ts";
import { type BoxView, headOfBox } from "./frame.ts";

export type MessageView = {
  readonly folder: string;
  readonly uid: number;
  readonly draft: boolean;
  /** Written from this box: its author sees where it went, a recipient only what concerns this box. */
  readonly mine: boolean;
  readonly flagged: boolean;
  /** The receipt asked for was sent or refused. */
  readonly receiptSettled: boolean;
  readonly integrationErrors: Readonly<Record<number, Text>>;
  readonly reading: Reading;
  /** What the archive of documents holds, when there is one. */
  readonly archive: XdmSummary | undefined;
  readonly thread: readonly Listed[];
  readonly story: Story | undefined;
  readonly names: ReadonlyMap<string, string>;
  readonly targets: readonly Mailbox[];
};

export function buildMessage(words: Words, view: BoxView, message: MessageView): Html {
  const { t } = words;
  const { reading, uid, folder } = message;
  const at = `/b/${view.key}/${folder}/${uid}`;
  const row = (label: string, value: Html | string | undefined): Html | "" => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : "");
  return html`${headOfBox(words, view, reading.subject || t("webmail.no-subject"))}
<article class="card stack letter"><dl>${row(t("webmail.list.from"), reading.from ? nameAndAddress(reading.from) : t("webmail.unknown-sender"))}${row(t("webmail.list.to"), join(reading.to))}${row(t("webmail.message.cc"), join(reading.cc))}${row(t("webmail.list.date"), words.moment(reading.date))}</dl>
${buildBody(words, reading)}${buildAttachments(words, reading, at)}${buildDocuments(words, message.archive)}</article>
${buildReceipt(words, view, message, at)}${buildActions(words, view, message, at)}
${message.thread.length < 2 ? "" : html`<section class="card"><h2>${t("webmail.message.thread")}</h2><ul class="rows">${message.thread.map((one) => html`<li><span>${one.uid === uid ? html`<span aria-current="true">${one.subject || t("webmail.no-subject")}</span>` : html`<a href="/b/${view.key}/${folder}/${one.uid}">${one.subject || t("webmail.no-subject")}</a>`} <span class="soft small">${one.who}</span></span><span class="soft small">${words.moment(one.at)}</span></li>`)}</ul></section>`}
${buildStory(words, message, view.box.address)}`;
}

const nameAndAddress = ({ name, address }: Person): Html => html`${name ? html`${name} ` : ""}<code>${address}</code>`;
const join = (persons: readonly Person[]): Html | undefined =>
  persons.length === 0 ? undefined : html`${persons.slice(0, 200).map((person, i) => html`${i > 0 ? ", " : ""}${nameAndAddress(person)}`)}`;

function buildBody({ t }: Words, reading: Reading): Html {
  if (reading.html !== undefined && reading.html.trim() !== "") {
    const { body, leftOut, cut } = showHtml(reading.html, { picture: (alt) => t("webmail.message.picture", { alt }) });
    return html`${leftOut ? html`<p class="because small screen">${t("webmail.message.left-out")}</p>` : ""}<div class="body">${body}</div>${cut ? html`<p class="because small">${t("webmail.message.cut")}</p>` : ""}`;
  }
  const text = reading.text?.trimEnd();
  return text ? html`<div class="body text">${text}</div>` : html`<p class="empty">${t("webmail.message.empty")}</p>`;
}

function buildAttachments({ t }: Words, { attachments }: Reading, at: string): Html | "" {
  if (attachments.length === 0) return "";
  const rows = attachments.map((file, i) => {
    const kind = kindOf(file);
    // What could run is named, and stays where it is.
    const name = kind === "program" ? html`<span>${file.name}</span>` : html`<a href="${at}/attachments/${i}" download="${file.name}">${file.name}</a>`;
    return html`<li><span>${name} <span class="small">${t(`webmail.file.kind.${kind}`)}</span></span><span class="soft small">${size(t, file)}</span></li>`;
  });
  return html`<section><h2>${t("webmail.message.attachments")}</h2><ul class="rows">${rows}</ul></section>`;
}

function buildDocuments({ t }: Words, archive: XdmSummary | undefined): Html | "" {
  if (!archive) return "";
  if (archive.kind === "unreadable")
    return html`<section><h2>${t("webmail.xdm.documents")}</h2><p class="because small">${t(`webmail.xdm.${archive.reason}`)}</p></section>`;
  const { patient, documents } = archive;
  const who = patient && [[patient.familyName, patient.givenName].filter(Boolean).join(" "), dayOf(patient.birthDate), patient.id].filter(Boolean).join(", ");
  const rows = documents.map(({ title, type, authors, created, file, there }) => {
    const facts = [type && `${type.label} (${type.code})`, authors.join(", "), dayOf(created)].filter(Boolean).join(" · ");
    return html`<li><span>${title || file} <span class="soft small">${facts}</span></span>${there ? "" : html`<span class="state shut">${t("webmail.xdm.missing")}</span>`}</li>`;
  });
  return html`<section><h2>${t("webmail.xdm.documents")}</h2><p class="soft small">${t("webmail.xdm.lead")}</p>${who ? html`<p>${t("webmail.xdm.patient")} <strong>${who}</strong></p>` : ""}<ul class="rows">${rows}</ul></section>`;
}

/** `20260131…` as `2026-01-31`. */
const dayOf = (written: string): string => written.replace(/^(\d{4})(\d{2})(\d{2}).*$/, "$1-$2-$3");

export const size = (t: Words["t"], { bytes }: Attached): string => t("webmail.message.bytes", { count: Math.ceil(bytes.length / 1024) });

/** RFC 8098 §2.1: sent only when its reader says so, refused without a word to who asked. */
function buildReceipt(
  { t, language }: Words,
  { box }: BoxView,
  { reading, mine, draft, receiptSettled, integrationErrors }: MessageView,
  at: string,
): Html | "" {
  if (!reading.receiptTo || mine || draft || !box.maySend) return "";
  if (receiptSettled) return html`<p class="soft small">${t("webmail.receipt.settled")}</p>`;
  const strange =
    reading.from?.address.toLowerCase() === reading.receiptTo ? "" : html` <strong>${t("webmail.receipt.strange", { to: reading.receiptTo })}</strong>`;
  const codes = Object.entries(integrationErrors).map(([code, words]) => [code, `${code} ${say(words, language)}`] as const);
  const integration = reading.attachments.some((file) => kindOf(file) === "xdm")
    ? choice({ name: "code", label: t("webmail.receipt.outcome"), options: [["", t("webmail.receipt.read")], ...codes] })
    : "";
  return html`<form method="post" action="${at}" class="card stack receipt"><p>${t("webmail.message.receipt-asked")}${strange}</p>${integration}<div class="actions"><button class="btn main" name="act" value="receipt">${t("webmail.receipt.send")}</button><button class="btn" name="act" value="receipt-no">${t("webmail.receipt.refuse")}</button></div></form>`;
}

function buildActions({ t, folder: nameOf }: Words, { key, box }: BoxView, { draft, flagged, uid, folder, targets }: MessageView, at: string): Html {
  const button = (act: string, label: string): Html => html`<button class="btn" name="act" value="${act}">${label}</button>`;
  const answer = (all: boolean): string => `/b/${key}/write?folder=${folder}&uid=${uid}${all ? "&all=1" : ""}`;
  const write = draft
    ? html`<a class="btn main" href="/b/${key}/write?folder=${folder}&uid=${uid}&draft=1">${t("webmail.do.edit")}</a>`
    : html`<a class="btn main" href="${answer(false)}">${t("webmail.do.reply")}</a><a class="btn" href="${answer(true)}">${t("webmail.do.reply-all")}</a>`;
  const move = choice({ name: "target", label: t("webmail.do.move"), options: targets.map((one) => [one.id, nameOf(one)] as const) });
  return html`<div class="actions">${box.maySend ? write : ""}</div><form method="post" action="${at}"><div class="actions">${button("unread", t("webmail.do.unread"))}${button(flagged ? "unflag" : "flag", t(flagged ? "webmail.do.unflag" : "webmail.do.flag"))}${button("archive", t("webmail.do.archive"))}${button("trash", t("webmail.do.trash"))}</div><div class="filters">${move}${button("move", t("webmail.do.move-go"))}</div></form>`;
}

const text = (value: unknown): string =>
  Array.isArray(value) ? value.join(", ") : typeof value === "string" || typeof value === "number" ? String(value) : "";
const factsOfAll = ["reply", "certificate", "tls", "error", "reason"];
const factsOfAuthor = ["recipient", "recipients", "disposition", "by", ...factsOfAll];

/** A recipient learns of no other one (blind copies): only the steps towards this box, without whom else. */
function concerns({ facts }: Step, address: string): boolean {
  const whom = [facts.recipient, facts.recipients, facts.by].flat().filter((one) => one !== undefined);
  return whom.length > 0 && whom.includes(address);
}

function buildStory(words: Words, { story, names, mine }: MessageView, address: string): Html | "" {
  const trail = story?.trail.filter((step) => mine || concerns(step, address)) ?? [];
  if (!story || trail.length + story.acts.length === 0) return "";
  const shown = mine ? factsOfAuthor : factsOfAll;
  const steps = [
    ...trail.map(({ at, what, facts }) => ({
      at,
      title: words.named("step", what === "receipt" && facts.by === address ? "receipt-sent" : what),
      facts: shown.flatMap((key) => (text(facts[key]) ? [text(facts[key]).slice(0, 300)] : [])),
    })),
    ...story.acts.map(({ at, holder, what }) => ({ at, title: `${names.get(holder) ?? holder} ${words.named("act", what)}`, facts: [] })),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return html`<section class="card"><h2>${words.t("webmail.message.story")}</h2><ol class="story">${steps.map(({ at, title, facts }) => html`<li><strong>${title}</strong> <span class="soft small">${words.moment(at)}</span>${facts.map((fact) => html`<div class="soft small">${fact}</div>`)}</li>`)}</ol></section>`;
}

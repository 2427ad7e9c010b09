// Before an act is recorded: what it will change, computed by the law on the file as it stands. Nothing is written to know it.
import { buildFileView, type FileView } from "@cercle/governance";
import type { Json, Language, Temporal, Text } from "@cercle/kernel";
import { say } from "@cercle/kernel";
import type { CountingPolicy, Entry, FullInstrument } from "@cercle/law";
import { type Html, html, textArea } from "@cercle/pages";
import { badge, capital, rightName, type Words } from "../words.ts";
import { type ActForm, actHead, kept } from "./act-page.ts";
import { tell } from "./file-life.ts";

export type Draft = { readonly type: string; readonly payload: { readonly [key: string]: Json }; readonly at: Temporal.Instant };
export type Outcome =
  | { readonly refused: { readonly reason: Text; readonly clause: string } }
  | { readonly refused?: undefined; readonly before: FileView; readonly after: FileView };

type Reading = {
  readonly now: Temporal.Instant;
  readonly language: Language;
  readonly party: string | undefined;
  readonly timeZone: string;
  readonly policy: CountingPolicy;
};

/** What would be if this act were recorded now. Judged on legal entries only, as when it is recorded. */
export function foreseeAct(instrument: FullInstrument, entries: readonly Entry[], draft: Draft, reading: Reading): Outcome {
  const legal = entries.filter((entry) => instrument.entries.includes(entry.type));
  const forbidden = instrument.forbids(instrument.fold(legal, reading.policy), draft.type, draft.payload, reading.now, draft.at);
  if (forbidden) return { refused: { reason: forbidden.reason, clause: forbidden.clause } };
  const seq = (entries.at(-1)?.seq ?? 0) + 1;
  const added: Entry = { seq, type: draft.type, happenedAt: draft.at, recordedAt: reading.now, actor: "draft", payload: draft.payload };
  return { before: buildFileView(instrument, entries, reading), after: buildFileView(instrument, [...entries, added], reading) };
}

export function buildCheckPage(words: Words, form: ActForm, draft: Draft, { before, after }: { before: FileView; after: FileView }): Html {
  const { t } = words;
  const { kind, values, reference } = form;
  const facts = Object.entries(kind.fields).flatMap(([name, described]) => {
    const value = draft.payload[name];
    return value === undefined || String(value).startsWith("party:")
      ? []
      : [html`<dt>${capital(say(described.about, words.language))}</dt><dd>${tell(words, value)}</dd>`];
  });
  const channel = draft.payload.channel;
  const changes = listChanges(words, before, after);
  return html`${actHead(words, form)}<section class="card"><h2>${t("portal.check.said")}</h2><dl>${typeof channel === "string" ? html`<dt>${t("portal.act.channel")}</dt><dd>${capital(words.named("channel", channel))}</dd>` : ""}${facts}<dt>${t("portal.check.date")}</dt><dd>${words.day(draft.at.toString())}</dd></dl></section>
<section class="card"><h2>${t("portal.check.changes")}</h2>${changes.length === 0 ? html`<p class="soft">${t("portal.check.nothing")}</p>` : html`<ul class="change">${changes}</ul>`}</section>
<p class="small soft">${t("portal.act.irrevocable")}</p>
${form.byTwo ? proposal(words, form, form.byTwo) : html`<form method="post" class="actions">${kept(values)}<button class="btn main" name="step" value="record">${t("portal.act.record")}</button>${ways(words, reference)}</form>`}`;
}

const ways = ({ t }: Words, reference: string): Html =>
  html`<button class="btn" name="step" value="edit" formnovalidate>${t("portal.check.edit")}</button><a class="btn" href="/files/${reference}">${t("portal.act.cancel")}</a>`;

/** An irreversible act is never one click: it is proposed with its reason, and another officer confirms it. */
function proposal(words: Words, { values, reference }: ActForm, byTwo: "proposed" | "urgent"): Html {
  const { t } = words;
  const { reason = "", ...others } = values;
  const urgent = byTwo === "urgent" ? html`<button class="btn bad" name="step" value="urgent">${t("portal.check.urgent")}</button>` : "";
  return html`<p class="notice">${t(byTwo === "urgent" ? "portal.check.by-two-urgent" : "portal.check.by-two")}</p>
<form method="post" class="stack">${kept(others)}${textArea({ name: "reason", label: t("portal.check.reason"), value: reason, required: true, maximum: 2000 })}<div class="actions"><button class="btn main" name="step" value="record">${t("portal.check.propose")}</button>${urgent}${ways(words, reference)}</div></form>`;
}

/** Phase, rights and delays that differ. */
export function listChanges(words: Words, before: FileView, after: FileView): readonly Html[] {
  const { t } = words;
  const lines: Html[] = [];
  if (before.phase.id !== after.phase.id)
    lines.push(
      html`<li>${badge("soon", t("portal.check.phase"))}<span>${capital(before.phase.name)} → <strong>${capital(after.phase.name)}</strong></span></li>`,
    );
  for (const hold of after.holds)
    if (!before.holds.includes(hold)) lines.push(html`<li>${badge("soon", t("portal.check.phase"))}<span>${words.named("file.hold", hold)}</span></li>`);
  for (const right of after.rights) {
    const was = before.rights.find((one) => one.right === right.right && one.subject === right.subject);
    if (was?.state === right.state && JSON.stringify(was.limits) === JSON.stringify(right.limits)) continue;
    const open = right.state === "open";
    lines.push(
      html`<li>${badge(open ? "open" : "shut", t(open ? "portal.check.opens" : "portal.check.closes"))}<span>${rightName(words, right.right, right.subject)} <span class="soft small">${right.clause}</span></span></li>`,
    );
  }
  const known = new Map(before.obligations.map((clock) => [clock.id, clock]));
  for (const clock of after.obligations) {
    const was = known.get(clock.id);
    if (was?.state === clock.state && was.last_day === clock.last_day) continue;
    const settled = ["met", "met-late", "cured", "used", "waived", "stopped", "over"].includes(clock.state);
    if (!was && settled) continue;
    const date = clock.last_day && !settled ? t("portal.check.until", { day: words.day(clock.last_day) }) : "";
    const word = settled ? t("portal.check.settled") : was ? t("portal.check.moved") : t("portal.check.starts");
    lines.push(
      html`<li>${badge(settled ? "still" : "soon", word)}<span>${capital(clock.about)} <span class="soft small">${[words.party(clock.by), clock.article, date].filter((part) => part !== "").join(" · ")}</span></span></li>`,
    );
  }
  return lines;
}

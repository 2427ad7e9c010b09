// "What if?": a file described by hand, or a real one carried on, put to the law. The question is in the address; nothing is written.
import { say, Temporal } from "@cercle/kernel";
import { type FullInstrument, listFullInstruments, territories } from "@cercle/law";
import { choice, field, type Html, html } from "@cercle/pages";
import { fieldInput } from "../file/act-page.ts";
import { type Kind, kindsOf, plainReason } from "../file/kinds.ts";
import { badge, capital, deadlineBadge, rightName, type Words } from "../words.ts";

type Said = { readonly fr: string; readonly en: string };
export type Line = { readonly type: string; readonly at: string; readonly [key: string]: unknown };
/** What the law answers, as over HTTP (docs/law.md). */
export type Answer = {
  readonly counting: Said;
  readonly policy: string;
  readonly entries: readonly {
    readonly seq: number;
    readonly type: string;
    readonly at: string;
    readonly accepted: boolean;
    readonly refusal?: { readonly clause: string; readonly reason: Said };
  }[];
  readonly answers: readonly [
    { readonly phase_text: Said; readonly since: string | null; readonly clause: string | null; readonly holds: readonly string[]; readonly on: string },
    { readonly deadlines: readonly Deadline[] },
    { readonly rights: readonly { readonly right: string; readonly subject: string; readonly state: string; readonly clause: string }[] },
    { readonly forecast: readonly { readonly on: string; readonly article: string; readonly what: Said; readonly by: string }[] },
  ];
};
type Deadline = {
  readonly about: Said;
  readonly article: string;
  readonly by: string;
  readonly kind: string;
  readonly state: string;
  readonly state_text: Said;
  readonly last_day: string | null;
  readonly explanation: Said;
};

export type WhatIf = {
  /** Where the forms lead: the page itself. */
  readonly address: string;
  readonly instrument: FullInstrument;
  readonly territory: string;
  readonly on: string;
  readonly lines: readonly Line[];
  /** Entries of the real file before them, which are not asked again. */
  readonly known: number;
  /** The type being added, with its fields. */
  readonly adding: Kind | undefined;
  readonly answer: Answer | undefined;
  readonly refused: string | undefined;
  readonly question: unknown;
};

const ways = ["npx --no-install cercle law ask FILE", "POST /api/law/ask"];

/** The address of the same question with other lines. */
export function addressOf(page: Pick<WhatIf, "address" | "instrument" | "territory" | "on" | "known">, lines: readonly Line[]): string {
  const query = new URLSearchParams(page.known > 0 ? {} : { instrument: page.instrument.id, territory: page.territory });
  if (page.on) query.set("on", page.on);
  for (const line of lines) query.append("e", JSON.stringify(line));
  return `${page.address}?${query}`;
}

export function buildWhatIfPage(words: Words, page: WhatIf): Html {
  const { t } = words;
  const refused = page.refused ? html`<p class="notice bad" role="alert">${page.refused}</p>` : "";
  return html`<h1>${t("portal.what-if.title")}</h1><p class="lead">${t("portal.what-if.lead")}</p>${refused}<div class="grid"><div class="stack">${page.known > 0 ? html`<p class="notice">${t("portal.what-if.real", { count: page.known })}</p>` : frameForm(words, page)}${linesOf(words, page)}${page.adding ? detailForm(words, page, page.adding) : addForm(words, page)}</div>
<div class="stack">${page.answer ? answers(words, page.answer) : ""}</div></div>
<details class="card"><summary class="why">${t("portal.what-if.json")}</summary><p class="small">${t("portal.what-if.json-lead")} ${ways.map((way) => html`<code>${way}</code> · `)} · <a href="/api/law/vocabulary">${t("portal.what-if.vocabulary")}</a></p><pre class="because"><code>${JSON.stringify(page.question, null, 2)}</code></pre></details>`;
}

function carried(page: WhatIf, without: readonly string[] = []): Html {
  const fixed = page.known > 0 ? [] : [["instrument", page.instrument.id] as const, ["territory", page.territory] as const];
  const all = [...fixed, ["on", page.on] as const, ...page.lines.map((line) => ["e", JSON.stringify(line)] as const)];
  return html`${all.filter(([name, value]) => value !== "" && !without.includes(name)).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}

function frameForm(words: Words, page: WhatIf): Html {
  const { t, language } = words;
  const instruments = listFullInstruments().map(({ id, definition }) => [id, capital(say(definition.name, language))] as const);
  const places = Object.entries(territories).map(([id, { name }]) => [id, name] as const);
  return html`<form method="get" action="${page.address}" class="card filters">${choice({ name: "instrument", label: t("portal.files.instrument"), options: instruments, value: page.instrument.id })}${choice({ name: "territory", label: t("portal.what-if.territory"), options: places, value: page.territory })}<button class="btn">${t("portal.what-if.begin")}</button></form>`;
}

function linesOf(words: Words, page: WhatIf): Html {
  const { t } = words;
  if (page.lines.length === 0)
    return html`<section class="card"><h2>${t("portal.what-if.happened")}</h2><p class="soft">${t("portal.what-if.nothing-yet")}</p></section>`;
  const kinds = kindsOf(page.instrument);
  const reports = page.answer?.entries.slice(page.known) ?? [];
  const rows = page.lines.map((line, i) => {
    const report = reports[i];
    const kind = kinds.get(line.type);
    const refusal = report?.refusal
      ? html`<br><span class="small">${plainReason(words, kinds, report.refusal.reason[words.language])} <span class="soft">${report.refusal.clause}</span></span>`
      : "";
    const state = report ? badge(report.accepted ? "open" : "shut", t(report.accepted ? "portal.what-if.accepted" : "portal.what-if.refused")) : "";
    const rest = page.lines.filter((_, other) => other !== i);
    const by = typeof line.by === "string" ? ` · ${words.party(line.by)}` : "";
    return html`<li><span>${words.shortDay(line.at)} — ${capital(kind ? say(kind.about, words.language) : line.type)}<span class="soft small">${by}</span>${refusal}<br><a class="small" href="${addressOf(page, rest)}" aria-label="${t("portal.what-if.remove", { number: i + 1 })}">${t("portal.what-if.remove-short")}</a></span>${state}</li>`;
  });
  return html`<section class="card"><h2>${t("portal.what-if.happened")}</h2><ol class="rows">${rows}</ol></section>`;
}

function addForm(words: Words, page: WhatIf): Html {
  const { t, language } = words;
  const types = [...kindsOf(page.instrument).values()].map((kind) => [kind.type, capital(say(kind.about, language))] as const);
  return html`<form method="get" action="${page.address}" class="card filters">${carried(page)}${choice({ name: "add", label: t("portal.what-if.add"), options: types, ...(types[0] ? { value: types[0][0] } : {}) })}<button class="btn main">${t("portal.what-if.choose")}</button></form>
<form method="get" action="${page.address}" class="card filters">${carried(page, ["on"])}${field({ name: "on", label: t("portal.what-if.on"), type: "date", value: page.on })}<button class="btn">${t("portal.what-if.look")}</button></form>`;
}

function detailForm(words: Words, page: WhatIf, kind: Kind): Html {
  const { t, language } = words;
  const by =
    kind.by.length > 1
      ? choice({
          name: "by",
          label: t("portal.act.by"),
          options: kind.by.map((party) => [party, capital(words.party(party))]),
          ...(kind.by[0] ? { value: kind.by[0] } : {}),
        })
      : "";
  const channel = kind.channel
    ? choice({
        name: "channel",
        label: t("portal.act.channel"),
        options: channels.map((one) => [one, capital(words.named("channel", one))]),
        ...(kind.channel.accepts[0] ? { value: kind.channel.accepts[0] } : {}),
      })
    : "";
  const last = page.lines.at(-1)?.at ?? "";
  return html`<form method="get" action="${page.address}" class="card stack">${carried(page)}<input type="hidden" name="new" value="${kind.type}"><h2>${capital(say(kind.about, language))}</h2>${field({ name: "at", label: t("portal.what-if.at"), type: "date", required: true, value: last })}${by}${channel}${Object.entries(kind.fields).map(([name, described]) => fieldInput(words, name, described, {}))}<div class="actions"><button class="btn main">${t("portal.what-if.put")}</button><a class="btn" href="${addressOf(page, page.lines)}">${t("portal.what-if.give-up")}</a></div></form>`;
}

/** Every channel: what happens on a wrong one is a question too. */
const channels = ["registered", "registered-receipt", "electronic-registered", "letter", "email", "telephone", "application", "portal", "other"];

function answers(words: Words, answer: Answer): Html {
  const { t, language } = words;
  const [state, { deadlines }, { rights }, { forecast }] = answer.answers;
  const shown = deadlines.filter((clock) => !["lasting", "renewal"].includes(clock.kind) && !["stopped", "over", "waived"].includes(clock.state));
  const settled = shown.filter((clock) => done.has(clock.state));
  const live = shown.filter((clock) => !done.has(clock.state));
  const day = state.on.slice(0, 10);
  return html`<section class="card" aria-labelledby="state"><h2 id="state">${t("portal.what-if.state", { day: words.day(day) })}</h2><p>${badge("soon", capital(state.phase_text[language]))} ${state.holds.map((hold) => badge("shut", words.named("file.hold", hold)))} ${state.clause ? html`<span class="soft small">${state.clause}</span>` : ""}</p></section>
<section class="card" aria-labelledby="deadlines"><h2 id="deadlines">${t("portal.what-if.deadlines")}</h2>${
    live.length === 0
      ? html`<p class="soft">${t("portal.file.nothing-owed")}</p>`
      : html`<ul class="rows">${live.map((clock) => deadline(words, clock, day))}</ul>`
  }${settled.length === 0 ? "" : html`<details><summary class="why">${t("portal.what-if.settled", { count: settled.length })}</summary><ul class="rows">${settled.map((clock) => deadline(words, clock, day))}</ul></details>`}</section>
<section class="card" aria-labelledby="what-rights"><h2 id="what-rights">${t("portal.file.rights")}</h2>${rights.length === 0 ? html`<p class="soft">${t("portal.file.no-rights")}</p>` : html`<ul class="rows">${rights.map((right) => html`<li><span>${rightName(words, right.right, right.subject)} <span class="small soft">${right.clause}</span></span>${right.state === "open" ? badge("open", t("portal.file.open")) : badge("still", t("portal.file.closed"))}</li>`)}</ul>`}</section>
<section class="card" aria-labelledby="ahead"><h2 id="ahead">${t("portal.forecast.title")}</h2>${forecast.length === 0 ? html`<p class="soft">${t("portal.forecast.empty")}</p>` : html`<ol class="rows">${forecast.map((line) => html`<li><span>${capital(line.what[language])}<br><span class="small soft">${line.article} · ${words.party(line.by)}</span></span><span class="soft">${words.day(line.on)}</span></li>`)}</ol>`}</section><p class="small soft">${answer.counting[language]} <code>${answer.policy}</code></p>`;
}

const done = new Set(["met", "met-late", "used", "cured", "fired"]);

function deadline(words: Words, clock: Deadline, day: string): Html {
  const { t, language } = words;
  const days = clock.last_day ? Temporal.PlainDate.from(day).until(Temporal.PlainDate.from(clock.last_day)).days : null;
  const state = done.has(clock.state)
    ? badge("open", capital(clock.state_text[language]))
    : deadlineBadge(words, { state: clock.state, days, day: clock.last_day });
  return html`<li><span>${capital(clock.about[language])}<br><span class="small soft">${t("portal.file.by", { by: words.party(clock.by) })} · ${clock.article} · ${clock.state_text[language]}</span><details><summary class="why">${t("portal.file.why")}</summary><div class="because">${clock.explanation[language]}</div></details></span>${state}</li>`;
}

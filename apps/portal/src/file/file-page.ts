// The page at the heart: the next thing to do first, then the life of the file with what is to come, what is owed, rights and doors.
import type { FileView, ObligationView } from "@cercle/governance";
import { field, type Html, html } from "@cercle/pages";
import { badge, capital, deadlineBadge, hoursTo, type Words } from "../words.ts";
import { phaseKind } from "../work/files-page.ts";
import type { FilePage } from "./file-facts.ts";
import { buildForecast, buildLife } from "./file-life.ts";
import { buildRights } from "./file-rights.ts";

const pending = new Set(["late", "running", "open", "waiting", "due"]);

export function buildFilePage(words: Words, page: FilePage): Html {
  const { view, reference } = page;
  const owed = view.obligations.filter((clock) => pending.has(clock.state) && clock.kind !== "lasting" && clock.kind !== "renewal").toSorted(byUrgency);
  const dated = owed.filter((clock) => clock.days_left !== null || clock.due_at !== null);
  const next = dated.find((clock) => clock.state !== "open") ?? dated[0];
  return html`${fileHead(words, page)}${page.past ? pastBanner(words, reference, page.past) : ""}${page.waiting}${next ? nextDeadline(words, page, next) : ""}
<div class="grid"><section aria-labelledby="life"><h2 id="life">${words.t("portal.file.life")}</h2>${buildLife(words, page)}</section>
<div class="stack">${obligations(words, page, owed)}
<section class="card" aria-labelledby="rights"><h2 id="rights">${words.t("portal.file.rights")}</h2>${buildRights(words, view, page.doors)}${getClient(words, page)}</section>
${page.binding}
<section class="card screen" id="acts" aria-labelledby="acts-title"><h2 id="acts-title">${words.t("portal.file.acts")}</h2>${acts(words, page)}</section></div></div>
${buildForecast(words, view)}${changesSince(words, view)}<section class="card" aria-labelledby="more"><h2 id="more">${words.t("portal.file.more")}</h2><p class="small">${words.t("portal.file.remedy", { article: view.remedy.article, text: view.remedy.text })}</p><p class="small">${words.t("portal.file.counting", { policy: view.counting.policy, about: view.counting.about })}</p>${assumptions(words, view)}${asOf(words, page)}</section>`;
}

/** MSS 5.1: what has changed since the last commitment to a reference. */
function changesSince(words: Words, { commitment, entries }: FileView): Html | "" {
  if (!commitment) return "";
  const changed = entries.filter(({ seq }) => commitment.changes.includes(seq));
  const lead = words.t("portal.file.commitment-lead", { day: words.day(commitment.since), entry: commitment.entry, article: commitment.article });
  const list =
    changed.length === 0
      ? html`<p class="soft">${words.t("portal.file.commitment-none")}</p>`
      : html`<ul class="rows">${changed.map((entry) => html`<li><a href="#entry-${entry.seq}">${capital(entry.about)}</a><span class="small soft">${words.day(entry.happened_at)}</span></li>`)}</ul>`;
  return html`<section class="card" aria-labelledby="commitment"><h2 id="commitment">${words.t("portal.file.commitment")}</h2><p class="small soft">${lead}</p>${list}</section>`;
}

/** Who, what, where it stands: the head of every page of a file. */
export function fileHead(words: Words, { view, reference, instrumentName, party, tabs, past }: Omit<FilePage, "now" | "doors" | "waiting" | "binding">): Html {
  const since = view.phase.since ? html` <span class="soft">${words.t("portal.file.since", { date: words.day(view.phase.since) })}</span>` : "";
  const holds = view.holds.map((hold) => html` ${badge(hold === "extension" || hold === "named" ? "open" : "shut", words.named("file.hold", hold))}`);
  return html`<div class="head"><div><p class="soft small">${capital(instrumentName)} · n° ${reference}</p><h1>${party}</h1><p>${badge(phaseKind(view.phase.id), capital(view.phase.name))}${holds}${since}</p></div>
<div class="actions"><a class="btn" href="/files/${reference}/proof">${words.t("portal.file.proof")}</a><a class="btn" href="/files/${reference}/what-if">${words.t("portal.nav.what-if")}</a>${view.allowed.length > 0 && !past ? html`<a class="btn main" href="/files/${reference}#acts">${words.t("portal.file.act")}</a>` : ""}</div></div>${tabs}`;
}

function byUrgency(a: ObligationView, b: ObligationView): number {
  return (a.last_day ?? a.due_at ?? "9999").localeCompare(b.last_day ?? b.due_at ?? "9999");
}

/** The largest thing on the page: how much time is left. */
function timeLeft(words: Words, { now }: FilePage, clock: ObligationView): string {
  const hours = hoursTo(clock.due_at, now);
  const left = hours === null ? words.count("day", Math.abs(clock.days_left ?? 0)) : words.count("hour", Math.abs(hours));
  if (clock.state === "late") return words.t("portal.file.late", { days: left });
  if (clock.state === "open") return words.t("portal.state.may-act");
  return hours === null && clock.days_left === 0 ? words.t("portal.file.today") : left;
}

function nextDeadline(words: Words, page: FilePage, clock: ObligationView): Html {
  const late = clock.state === "late";
  const sentence = words.t(late ? "portal.file.was-due" : clock.kind === "faculty" ? "portal.file.may" : "portal.file.is-due", {
    what: capital(clock.about),
    who: words.party(clock.by),
    day: clock.due_at ? words.moment(clock.due_at) : words.day(clock.last_day ?? ""),
  });
  return html`<section class="card next${late ? " late" : ""}" aria-label="${words.t("portal.file.next")}"><b>${timeLeft(words, page, clock)}</b><div>${sentence}${because(words, clock)}</div>${answers(words, page, clock, true) || remind(words, page, clock)}</section>`;
}

/** "Why?": clause, counting, entries, and the choice made where the text is silent, in the law's own words. */
function because(words: Words, clock: ObligationView): Html {
  return html`<details><summary class="why">${words.t("portal.file.why")}</summary><div class="because">${capital(clock.why ?? "")} <a href="#entry-${clock.entry}">${words.t("portal.file.entry", { seq: clock.entry })}</a></div></details>`;
}

/** The acts that would settle an obligation, for the reader who may do them now: the ready-to-send answers. */
function answers(words: Words, { instrument, view, reference, past }: FilePage, clock: ObligationView, main: boolean): Html | "" {
  const effect = instrument.definition.clauses.find((clause) => clause.id === clock.id.split("#")[0])?.effect;
  const settles = !effect || past ? [] : effect.kind === "faculty" ? effect.acts : "met" in effect ? effect.met : [];
  const found = view.allowed.filter((act) => settles.includes(act.type)).slice(0, 2);
  if (found.length === 0) return "";
  return html`<div class="actions">${found.map((act) => html`<a class="btn${main ? " main" : ""}" href="${actAddress(reference, act)}" aria-label="${words.t("portal.file.answer-with", { act: act.about })}">${main ? words.t("portal.file.answer") : capital(act.about)}</a>`)}</div>`;
}

/** A provider let in without a client yet: the way to one. */
function getClient(words: Words, { view, reference, reader }: FilePage): Html | "" {
  const may =
    reader !== "agency" && view.allowed.some((act) => act.type === "client-registered") && !view.rights.some((right) => right.right === "client.sign-in");
  return may ? html`<p class="actions"><a class="btn main" href="/files/${reference}/service">${words.t("portal.service.new")}</a></p>` : "";
}

/** The agency reminds the side that owes. */
function remind(words: Words, { reference, reader, past }: FilePage, clock: ObligationView): Html | "" {
  if (reader !== "agency" || clock.by === "agency" || past) return "";
  return html`<div class="actions"><a class="btn" href="/files/${reference}/letters/new">${words.t("portal.file.remind", { who: words.party(clock.by) })}</a></div>`;
}

export const actAddress = (reference: string, act: { readonly type: string; readonly by: string; readonly matter: number | null }): string =>
  `/files/${reference}/acts/${act.type}?${new URLSearchParams({ by: act.by, ...(act.matter === null ? {} : { about: String(act.matter) }) })}`;

function obligations(words: Words, page: FilePage, owed: readonly ObligationView[]): Html {
  const ours = owed.filter((clock) => clock.by === page.reader || clock.by === "both" || clock.by === "anyone");
  const theirs = owed.filter((clock) => !ours.includes(clock));
  const list = (title: string, clocks: readonly ObligationView[]): Html | "" =>
    clocks.length === 0 ? "" : html`<h3 class="small soft">${title}</h3><ul class="rows">${clocks.map((clock) => obligation(words, page, clock))}</ul>`;
  const empty = html`<p class="soft">${words.t("portal.file.nothing-owed")}</p>`;
  const both = page.reader
    ? html`${list(words.t("portal.file.yours"), ours)}${list(words.t("portal.file.theirs"), theirs)}`
    : html`<ul class="rows">${owed.map((clock) => obligation(words, page, clock))}</ul>`;
  return html`<section class="card" aria-labelledby="owed"><h2 id="owed">${words.t("portal.file.owed")}</h2>${owed.length === 0 ? empty : both}</section>`;
}

function obligation(words: Words, page: FilePage, clock: ObligationView): Html {
  return html`<li><span>${capital(clock.about)}<br><span class="small soft">${words.t("portal.file.by", { by: words.party(clock.by) })} · ${clock.article}</span>${because(words, clock)}${clock.by === page.reader ? answers(words, page, clock, false) : ""}</span>${deadlineBadge(words, { state: clock.state, days: clock.days_left, day: clock.last_day, hours: hoursTo(clock.due_at, page.now) })}</li>`;
}

function pastBanner(words: Words, reference: string, { on, knownOn }: NonNullable<FilePage["past"]>): Html {
  const text = knownOn
    ? words.t("portal.file.past-known", { on: words.day(on), known: words.day(knownOn) })
    : words.t("portal.file.past", { on: words.day(on) });
  return html`<p class="notice" role="status">${text} <a href="/files/${reference}">${words.t("portal.file.back")}</a></p>`;
}

function assumptions(words: Words, { assumptions: all }: FileView): Html | "" {
  if (all.length === 0) return "";
  return html`<details><summary class="why">${words.t("portal.file.assumptions")}</summary><ul class="plain small">${all.map(({ article, text }) => html`<li>${article} : ${text}</li>`)}</ul></details>`;
}

function asOf(words: Words, { reference, past }: FilePage): Html {
  return html`<details class="screen"${past ? html` open` : ""}><summary class="why">${words.t("portal.file.then")}</summary><form method="get" action="/files/${reference}" class="filters">${field({ name: "on", label: words.t("portal.file.on"), type: "date", required: true, ...(past ? { value: past.on } : {}) })}${field({ name: "known_on", label: words.t("portal.file.known-on"), type: "date", ...(past?.knownOn ? { value: past.knownOn } : {}) })}<button class="btn">${words.t("portal.file.see")}</button></form></details>`;
}

function acts(words: Words, { view, reference }: FilePage): Html {
  if (view.allowed.length === 0) return html`<p class="soft">${words.t("portal.file.no-acts")}</p>`;
  const row = (act: FileView["allowed"][number]): Html =>
    html`<li><a href="${actAddress(reference, act)}">${capital(act.about)}</a><span class="small soft">${act.article ?? ""}</span></li>`;
  const [first, more] = [view.allowed.slice(0, shownActs), view.allowed.slice(shownActs)];
  return html`<ul class="rows acts">${first.map(row)}</ul>${more.length === 0 ? "" : html`<details><summary class="why">${words.count("act", more.length)}</summary><ul class="rows acts">${more.map(row)}</ul></details>`}`;
}

const shownActs = 8;

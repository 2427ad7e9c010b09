// The page at the heart: the next thing to do first, then the life of the file with what is to come, what is owed, rights and doors.
import type { EntryView, FileView, ForecastView, ObligationView } from "@cercle/governance";
import { field, type Html, html } from "@cercle/pages";
import { badge, deadlineBadge, type Words } from "./words.ts";

export type FilePage = {
  readonly reference: string;
  readonly instrument: string;
  readonly party: string;
  readonly lastSeq: number;
  readonly view: FileView;
  /** The file seen as of another day: nothing can be recorded. */
  readonly past?: { readonly on: string; readonly knownOn: string | undefined };
};

/** What governance records once every door has applied a change: shown beside the right, not in the life of the file. */
const doorsApplied = "doors-applied";
const pending = new Set(["late", "running", "open", "waiting", "due"]);
/** Phases that read well or badly at a glance; anything else is on its way. */
const phaseKind: Readonly<Record<string, "open" | "shut" | "soon" | "still">> = {
  validated: "open",
  production: "open",
  ended: "shut",
  removed: "shut",
  deactivated: "shut",
  refused: "shut",
  draft: "still",
  none: "still",
};

export function buildFilePage(words: Words, page: FilePage): Html {
  const { view } = page;
  const owed = view.obligations.filter((clock) => pending.has(clock.state) && clock.kind !== "lasting" && clock.kind !== "renewal").toSorted(byUrgency);
  const next = owed.find((clock) => clock.days_left !== null);
  return html`<div class="head"><div><p class="soft small">${page.instrument} · n° ${page.reference}</p><h1>${page.party}</h1>
<p>${badge(phaseKind[view.phase.id] ?? "soon", view.phase.name)} ${view.holds.map((hold) => badge(hold === "extension" ? "open" : "shut", words.named("file.hold", hold)))} ${view.phase.since ? html`<span class="soft">${words.t("portal.file.since", { date: words.day(view.phase.since) })}</span>` : ""}</p></div>
<div class="actions"><a class="btn" href="/files/${page.reference}/proof">${words.t("portal.file.proof")}</a>${view.allowed.length > 0 ? html` <a class="btn main" href="#acts">${words.t("portal.file.act")}</a>` : ""}</div></div>
${page.past ? pastBanner(words, page.reference, page.past) : ""}${next ? nextDeadline(words, next) : ""}
<div class="grid"><section aria-labelledby="life"><h2 id="life">${words.t("portal.file.life")}</h2><ol class="time">${view.forecast
    .slice(0, 6)
    .toReversed()
    .map((line) =>
      future(words, line),
    )}${view.entries.toReversed().flatMap((entry) => (entry.type === doorsApplied ? [] : [past(words, entry)]))}</ol></section>
<div class="stack"><section class="card" aria-labelledby="owed"><h2 id="owed">${words.t("portal.file.owed")}</h2>${owed.length === 0 ? html`<p class="soft">${words.t("portal.file.nothing-owed")}</p>` : html`<ul class="rows">${owed.map((clock) => obligation(words, clock))}</ul>`}</section>
<section class="card" aria-labelledby="rights"><h2 id="rights">${words.t("portal.file.rights")}</h2>${rights(words, view)}</section>
<section class="card" id="acts" aria-labelledby="acts-title"><h2 id="acts-title">${words.t("portal.file.acts")}</h2>${acts(words, page)}</section>
<p class="small soft">${words.t("portal.file.remedy", { article: view.remedy.article, text: view.remedy.text })}</p>${asOf(words, page)}</div></div>`;
}

function byUrgency(a: ObligationView, b: ObligationView): number {
  return (a.last_day ?? "9999").localeCompare(b.last_day ?? "9999");
}

function nextDeadline(words: Words, clock: ObligationView): Html {
  const days = clock.days_left ?? 0;
  const big =
    days < 0
      ? words.t("portal.file.late", { days: -days })
      : days === 0
        ? words.t("portal.file.today")
        : words.t(days === 1 ? "portal.file.day" : "portal.file.days", { days });
  return html`<section class="card next${days < 0 ? " late" : ""}" aria-label="${words.t("portal.file.next")}"><b>${big}</b><div>${capital(clock.about)}, ${words.t("portal.file.by-the")} <strong>${words.day(clock.last_day ?? "")}</strong> <span class="soft">(${words.t("portal.file.by", { by: words.party(clock.by) })})</span>${because(words, clock)}</div></section>`;
}

/** "Why?": clause, counting, entries, and the choice made where the text is silent, in the law's own words. */
function because(words: Words, clock: ObligationView): Html {
  return html`<details><summary class="why">${words.t("portal.file.why")}</summary><div class="because">${clock.why ?? ""} <a href="#entry-${clock.entry}">${words.t("portal.file.entry", { seq: clock.entry })}</a></div></details>`;
}

function obligation(words: Words, clock: ObligationView): Html {
  return html`<li><span>${capital(clock.about)}<br><span class="small soft">${words.t("portal.file.by", { by: words.party(clock.by) })} · ${clock.article}</span>${because(words, clock)}</span>${deadlineBadge(words, { state: clock.state, days: clock.days_left, day: clock.last_day })}</li>`;
}

function rights(words: Words, view: FileView): Html {
  if (view.rights.length === 0) return html`<p class="soft">${words.t("portal.file.no-rights")}</p>`;
  return html`<ul class="rows">${view.rights.map((right) => {
    const notes = [testOnly(words, view, right), applied(words, view, right), `${right.clause} · ${words.shortDay(right.since)}`].filter((note) => note !== "");
    return html`<li><span>${words.named("right", right.right)} ${right.subject.startsWith("party:") ? "" : html`<code>${right.subject}</code>`}<br><span class="small soft">${notes.join(" · ")} · <a href="#entry-${right.entry}">${words.t("portal.file.entry", { seq: right.entry })}</a></span></span>${right.state === "open" ? badge("open", words.t("portal.file.open")) : badge("still", words.t("portal.file.closed"))}</li>`;
  })}</ul>`;
}

type RightView = FileView["rights"][number];

/** MSS 4.1: before validation a domain exchanges test messages only. */
function testOnly(words: Words, view: FileView, { limits }: RightView): string {
  const most = (limits as { test_mailboxes?: unknown }).test_mailboxes;
  if (typeof most !== "number") return "";
  const count = (type: string): number => view.entries.filter((entry) => entry.type === type).length;
  return words.t("portal.file.test-only", { used: count("test-mailbox-created") - count("test-mailbox-removed"), most });
}

function applied(words: Words, view: FileView, right: RightView): string {
  const last = view.entries.findLast((entry) => {
    const said = entry.payload as { right?: unknown; subject?: unknown; state?: unknown } | null;
    return entry.type === doorsApplied && said?.right === right.right && said.subject === right.subject && said.state === right.state;
  });
  const said = last?.payload as { doors?: unknown; slowest_ms?: unknown } | undefined;
  return said && Number(said.doors) > 0 ? words.t("portal.file.applied", { doors: Number(said.doors), ms: Number(said.slowest_ms) }) : "";
}

function pastBanner(words: Words, reference: string, { on, knownOn }: NonNullable<FilePage["past"]>): Html {
  const text = knownOn
    ? words.t("portal.file.past-known", { on: words.day(on), known: words.day(knownOn) })
    : words.t("portal.file.past", { on: words.day(on) });
  return html`<p class="card" role="status">${text} <a href="/files/${reference}">${words.t("portal.file.back")}</a></p>`;
}

function asOf(words: Words, { reference, past }: FilePage): Html {
  return html`<details class="card"${past ? html` open` : ""}><summary class="why">${words.t("portal.file.then")}</summary><form method="get" action="/files/${reference}" class="stack">${field({ name: "on", label: words.t("portal.file.on"), type: "date", required: true, ...(past ? { value: past.on } : {}) })}${field({ name: "known_on", label: words.t("portal.file.known-on"), type: "date", ...(past?.knownOn ? { value: past.knownOn } : {}) })}<button class="btn">${words.t("portal.file.see")}</button></form></details>`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function acts(words: Words, { view, reference }: FilePage): Html {
  if (view.allowed.length === 0) return html`<p class="soft">${words.t("portal.file.no-acts")}</p>`;
  return html`<ul class="rows">${view.allowed.map(
    (act) =>
      html`<li><a href="/files/${reference}/acts/${act.type}?by=${act.by}${act.matter === null ? "" : html`&amp;about=${act.matter}`}">${capital(act.about)}</a><span class="small soft">${act.article ?? ""}</span></li>`,
  )}</ul>`;
}

function past(words: Words, entry: EntryView): Html {
  return html`<li id="entry-${entry.seq}"><span class="small soft">${words.shortDay(entry.happened_at)}</span><div>${capital(entry.about)}<div class="small soft">${[
    entry.by ? words.t("portal.file.by", { by: words.party(entry.by) }) : "",
    entry.article ?? "",
    words.t("portal.file.entry", { seq: entry.seq }),
    entry.late ? words.t("portal.file.recorded-late", { date: words.day(entry.recorded_at) }) : "",
  ]
    .filter((part) => part !== "")
    .join(" · ")}</div></div></li>`;
}

function future(words: Words, line: ForecastView): Html {
  return html`<li class="future"><span class="small soft">${words.shortDay(line.on)}</span><div>${capital(line.what)}<div class="small soft">${words.t("portal.file.if-nothing")} · ${line.article} · ${words.t("portal.file.by", { by: words.party(line.by) })}</div></div></li>`;
}

// The life of a file: what was recorded, with what it opened and closed and how fast; and what comes if nothing is done.
import type { EntryView, FileView, ForecastView } from "@cercle/governance";
import { say } from "@cercle/kernel";
import { type Html, html } from "@cercle/pages";
import { badge, capital, rightName, type Words } from "../words.ts";
import type { FilePage } from "./file-facts.ts";
import { type Kind, kindsOf } from "./kinds.ts";

/** What governance records once every door has applied a change: shown under the entry that brought it. */
const doorsApplied = "doors-applied";
/** What governance records when a proof that came late has moved a date. */
const recomputed = "dates-recomputed";
/** What says that an earlier entry is wrong, and what holds instead. */
const rectified = "rectified";
/** Lines of the future on the timeline; all of them are in the table below. */
const shownAhead = 3;
const shownPast = 40;
const severalAlike = 3;
/** Said elsewhere on the line, or of no use to people. */
const hidden = new Set(["by", "about", "channel", "relies_on"]);

export function buildLife(words: Words, page: FilePage): Html {
  const { view, past: seenThen } = page;
  const ahead = seenThen ? [] : view.forecast.slice(0, shownAhead).toReversed();
  const lines = group(view.entries.filter((entry) => entry.type !== doorsApplied).toReversed()).map((entries) => groupLine(words, page, entries));
  if (ahead.length + lines.length === 0) return html`<p class="empty">${words.t("portal.file.empty")}</p>`;
  const older = lines.slice(shownPast);
  return html`<ol class="time">${ahead.map((line) => futureLine(words, line))}${lines.slice(0, shownPast)}</ol>${
    older.length === 0
      ? ""
      : html`<details><summary class="why">${words.t("portal.file.older", { count: older.length })}</summary><ol class="time">${older}</ol></details>`
  }`;
}

/** Entries of one kind that follow each other on one day: shown as one line when there are several. */
function group(entries: readonly EntryView[]): readonly (readonly EntryView[])[] {
  const groups: EntryView[][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    const same = first && first.type === entry.type && first.by === entry.by && first.happened_at.slice(0, 10) === entry.happened_at.slice(0, 10);
    if (last && same) last.push(entry);
    else groups.push([entry]);
  }
  return groups.flatMap((one) => (one.length >= severalAlike ? [one] : one.map((entry) => [entry])));
}

function groupLine(words: Words, page: FilePage, entries: readonly EntryView[]): Html {
  const [latest, ...others] = entries;
  if (!latest) return html``;
  if (others.length === 0) return entryLine(words, page, latest);
  const kind = kindsOf(page.instrument).get(latest.type);
  const name = kind ? say(kind.about, words.language) : latest.about;
  return html`<li><span class="small soft">${words.shortDay(latest.happened_at)}</span><div>${words.t("portal.file.several", { count: entries.length, what: name })}<details><summary class="why">${words.t("portal.file.each")}</summary><ol class="time">${entries.map((entry) => entryLine(words, page, entry))}</ol></details></div></li>`;
}

function entryLine(words: Words, page: FilePage, entry: EntryView): Html {
  const { t } = words;
  const kind = kindsOf(page.instrument).get(entry.type);
  const channel = channelOf(entry);
  const facts = [
    entry.by ? t("portal.file.by", { by: words.party(entry.by) }) : "",
    channel ? words.named("channel", channel) : "",
    entry.article ?? "",
    t("portal.file.entry", { seq: entry.seq }),
    entry.rectified_by !== null ? t("portal.file.rectified-by", { seq: entry.rectified_by }) : "",
    entry.late ? t("portal.file.recorded-late", { date: words.day(entry.recorded_at) }) : "",
  ].filter((part) => part !== "");
  const name = kind ? say(kind.about, words.language) : words.named("entry", entry.type, entry.about);
  return html`<li id="entry-${entry.seq}"><span class="small soft">${words.shortDay(entry.happened_at)}</span><div>${capital(name)}<div class="small soft">${facts.join(" · ")}${proofLink(words, page, entry)}</div>${said(words, page, entry, kind)}${applied(words, page.view, entry)}</div></li>`;
}

function channelOf({ payload }: EntryView): string | undefined {
  const channel = (payload as { channel?: unknown } | null)?.channel;
  return typeof channel === "string" ? channel : undefined;
}

/** A delay that waits for the proof of this letter's reception: the agency records it. */
function proofLink(words: Words, { view, reference, reader, past }: FilePage, entry: EntryView): Html | "" {
  const waits = view.obligations.some((clock) => clock.state === "waiting" && clock.entry === entry.seq);
  if (!waits || reader !== "agency" || past) return "";
  return html` · <a href="/files/${reference}/acts/letter-received?by=agency&amp;about=${entry.seq}">${words.t("portal.file.prove-received")}</a>`;
}

/** What the entry says, under the law's own names of its fields. */
function said(words: Words, page: FilePage, entry: EntryView, kind: Kind | undefined): Html | "" {
  if (entry.type === recomputed) return moved(words, entry);
  if (entry.type === rectified) return insteadOf(words, page, entry);
  const facts = Object.entries((entry.payload ?? {}) as Record<string, unknown>).filter(
    ([name, value]) => !hidden.has(name) && kind?.fields[name] && value !== null && value !== "" && !String(value).startsWith("party:"),
  );
  if (facts.length === 0) return "";
  return html`<dl class="facts small">${facts.map(([name, value]) => html`<dt>${capital(say(kind?.fields[name]?.about ?? { fr: name, en: name }, words.language))}</dt><dd>${tell(words, value)}</dd>`)}</dl>`;
}

type Instead = {
  readonly rectifies?: number;
  readonly reason?: string;
  readonly instead?: Readonly<Record<string, unknown>>;
  readonly instead_at?: string;
  readonly review?: readonly number[];
};

/** A rectification: the entry it names, why, what holds instead where it differs, what is to be looked at again. */
function insteadOf(words: Words, { instrument, view }: FilePage, entry: EntryView): Html {
  const { t } = words;
  const { rectifies = 0, reason = "", instead = {}, instead_at, review = [] } = (entry.payload ?? {}) as Instead;
  const wrong = view.entries.find(({ seq }) => seq === rectifies);
  const before = (wrong?.payload ?? {}) as Readonly<Record<string, unknown>>;
  const fields = wrong ? (kindsOf(instrument).get(wrong.type)?.fields ?? {}) : {};
  const changes = Object.entries(instead)
    .filter(([name, value]) => !hidden.has(name) && JSON.stringify(before[name]) !== JSON.stringify(value))
    .map(([name, value]) => [
      capital(say(fields[name]?.about ?? { fr: name, en: name }, words.language)),
      tell(words, before[name] ?? "—"),
      tell(words, value),
    ]);
  const moved =
    instead_at && wrong && words.day(instead_at) !== words.day(wrong.happened_at)
      ? [[t("portal.file.its-date"), words.day(wrong.happened_at), words.day(instead_at)]]
      : [];
  const rows = [...moved, ...changes].map(([name, old, now]) => html`<dt>${name}</dt><dd><del>${old}</del> → <strong>${now}</strong></dd>`);
  const again = review.length === 0 ? "" : html`<p class="small">${t("portal.file.review", { list: review.join(", ") })}</p>`;
  return html`<p class="small">${t("portal.file.rectifies")} <a href="#entry-${rectifies}">${t("portal.file.entry", { seq: rectifies })}</a> : ${reason}</p>${rows.length === 0 ? "" : html`<dl class="facts small">${rows}</dl>`}${again}`;
}

type Moved = {
  readonly article: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: { readonly fr: string; readonly en: string };
};

/** Dates that a late proof has moved, with the reason. */
function moved(words: Words, entry: EntryView): Html {
  const { changes = [] } = (entry.payload ?? {}) as { changes?: readonly Moved[] };
  const day = (text: string | null): string => (text ? words.day(text) : "—");
  return html`<ul class="change small">${changes.map((change) => html`<li>${badge("soon", change.article)}<span>${day(change.before)} → <strong>${day(change.after)}</strong> <span class="soft">${change.reason[words.language]}</span></span></li>`)}</ul>`;
}

/** A value of a payload, for people. */
export function tell(words: Words, value: unknown): string {
  if (typeof value === "boolean") return words.t(value ? "portal.yes" : "portal.no");
  if (Array.isArray(value)) return value.map((one) => tell(words, one)).join(", ");
  if (typeof value === "object" && value !== null) {
    const { length, unit } = value as { length?: unknown; unit?: unknown };
    return typeof length === "number" && typeof unit === "string" ? `${length} ${words.named("unit", unit)}` : JSON.stringify(value);
  }
  const text = String(value);
  return /^\d{4}-\d\d-\d\d$/.test(text) ? words.day(text) : words.named("value", text);
}

type Change = { readonly right?: string; readonly subject?: string; readonly state?: string; readonly doors?: number; readonly slowest_ms?: number };

/** The entry that brought a change: the one the right names, else the last before the doors had applied it. */
function causeOf(view: FileView, change: EntryView): number | undefined {
  const said = (change.payload ?? {}) as Change;
  const right = view.rights.find((one) => one.right === said.right && one.subject === said.subject && one.state === said.state);
  if (right && right.entry < change.seq) return right.entry;
  return view.entries.findLast((entry) => entry.seq < change.seq && entry.type !== doorsApplied)?.seq;
}

/** What this entry opened and closed, and how fast every door applied it. */
function applied(words: Words, view: FileView, entry: EntryView): Html | "" {
  const changes = view.entries.filter((other) => other.type === doorsApplied && causeOf(view, other) === entry.seq);
  if (changes.length === 0) return "";
  return html`<ul class="change small">${changes.map(({ payload }) => {
    const { right = "", subject = "", state = "", doors = 0, slowest_ms = 0 } = (payload ?? {}) as Change;
    const open = state === "open";
    const speed = words.t("portal.file.applied", { doors: words.count("door", doors), ms: slowest_ms });
    return html`<li>${badge(open ? "open" : "still", words.t(open ? "portal.file.open" : "portal.file.closed"))}<span>${rightName(words, right, subject)} <span class="soft">${speed}</span></span></li>`;
  })}</ul>`;
}

function futureLine(words: Words, line: ForecastView): Html {
  return html`<li class="future"><span class="small soft">${words.shortDay(line.on)}</span><div>${capital(line.what)}<div class="small soft">${words.t("portal.file.if-nothing")} · ${line.article} · ${words.party(line.by)}</div></div></li>`;
}

/** The forecast: each line a date, a clause, who may act, the state if nobody does. */
export function buildForecast(words: Words, view: FileView): Html {
  const { t } = words;
  const column = (key: "date" | "what" | "who" | "state"): Html => html`<th scope="col">${t(`portal.forecast.${key}`)}</th>`;
  const rows = view.forecast.slice(0, 40).map((line) => {
    const changes = line.changes.map(
      ({ right, subject, state }) =>
        html`<br>${badge(state === "open" ? "open" : "shut", t(state === "open" ? "portal.file.open" : "portal.file.closed"))} ${rightName(words, right, subject)}`,
    );
    return html`<tr><td>${words.day(line.on)}</td><th scope="row">${capital(line.what)} <span class="soft small">${line.article}</span></th><td data-label="${t("portal.forecast.who")}">${words.party(line.by)}</td><td data-label="${t("portal.forecast.state")}">${capital(line.phase)}${changes}</td></tr>`;
  });
  const table = html`<div class="board"><table aria-labelledby="forecast"><thead><tr>${column("date")}${column("what")}${column("who")}${column("state")}</tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<section aria-labelledby="forecast"><h2 id="forecast">${t("portal.forecast.title")}</h2><p class="soft">${t("portal.forecast.lead")}</p>${rows.length === 0 ? html`<p class="soft">${t("portal.forecast.empty")}</p>` : table}</section>`;
}

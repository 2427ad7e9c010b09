// Views over all files: the calendar of what is due, figures, controls.
import type { Figures, WorkRow } from "@cercle/governance";
import { say, Temporal } from "@cercle/kernel";
import { findFullInstrument } from "@cercle/law";
import { type Html, html } from "@cercle/pages";
import { badge, capital, localeOf, soonDays, type Words } from "../words.ts";
import { phaseKind } from "./files-page.ts";
import { type Bar, buildBars } from "./plots.ts";

type Month = Temporal.PlainYearMonth;

export function buildCalendarPage(words: Words, month: Month, today: Temporal.PlainDate, rows: readonly WorkRow[], feed: Html | ""): Html {
  const { t } = words;
  const first = month.toPlainDate({ day: 1 });
  const start = first.subtract({ days: first.dayOfWeek - 1 });
  const weeks = Math.ceil((first.dayOfWeek - 1 + month.daysInMonth) / 7);
  const days = Array.from({ length: weeks * 7 }, (_, i) => start.add({ days: i }));
  const name = (of: Month): string => capital(of.toPlainDate({ day: 1 }).toLocaleString(localeOf(words.language), { month: "long", year: "numeric" }));
  const heads = days
    .slice(0, 7)
    .map((day) => html`<li class="weekday" aria-hidden="true">${day.toLocaleString(localeOf(words.language), { weekday: "short" })}</li>`);
  const cells = days.map((day) => {
    const due = rows.filter((row) => dueDay(row) === day.toString());
    const kinds = [day.month === month.month ? "" : "out", day.equals(today) ? "today" : "", due.length === 0 ? "quiet" : ""].filter((kind) => kind !== "");
    const list =
      due.length === 0
        ? ""
        : html`<ul>${due.map((row) => html`<li><a class="${kindOf(row, today)}" href="/files/${row.reference}">${capital(words.language === "fr" ? row.about_fr : row.about_en)} <span class="small">— ${row.party ?? row.reference}</span></a></li>`)}</ul>`;
    return html`<li class="${kinds.join(" ")}"><span>${day.day}</span><span class="unseen"> ${words.day(day.toString())}</span>${list}</li>`;
  });
  const count = rows.filter((row) => dueDay(row)?.startsWith(month.toString())).length;
  return html`<h1>${t("portal.calendar.title")}</h1><p class="soft">${t("portal.calendar.lead")}</p><nav class="line" aria-label="${t("portal.calendar.months")}"><a class="btn" href="?m=${month.subtract({ months: 1 }).toString()}">← ${name(month.subtract({ months: 1 }))}</a><h2>${name(month)}</h2><a class="btn" href="?m=${month.add({ months: 1 }).toString()}">${name(month.add({ months: 1 }))} →</a></nav><p role="status" class="soft small">${words.count("obligation", count)}</p><ul class="month">${heads}${cells}</ul>${feed}`;
}

/** The last day, or the day of the hour. */
const dueDay = (row: WorkRow): string | undefined => row.last_day ?? row.due_at?.toString().slice(0, 10);

function kindOf(row: WorkRow, today: Temporal.PlainDate): string {
  if (row.state === "late") return "shut";
  const day = dueDay(row);
  const days = day ? today.until(Temporal.PlainDate.from(day)).days : 99;
  return days >= 0 && days <= soonDays ? "soon" : "still";
}

export type StatisticsPage = { readonly figures: Figures; readonly doors: readonly { readonly answers: boolean }[] };

export function buildStatisticsPage(words: Words, { figures, doors }: StatisticsPage): Html {
  const { t, language } = words;
  const { obligations, doors: speed } = figures;
  const definitionOf = (instrument: string) => findFullInstrument(instrument)?.definition;
  const phaseName = (instrument: string, phase: string): string => {
    const definition = definitionOf(instrument);
    const name = definition?.phases[phase];
    return `${capital(definition ? say(definition.name, language) : instrument)} — ${name ? say(name, language) : phase}`;
  };
  const phases: Bar[] = figures.by_phase.map(({ instrument, phase, files }) => ({
    label: phaseName(instrument, phase),
    value: files,
    kind: phaseKind(phase),
    // Files of one person each are in no list.
    ...(definitionOf(instrument)?.personal ? {} : { href: `/files?instrument=${instrument}` }),
  }));
  const lasting: Bar[] = figures.by_phase.map(({ instrument, phase, median_days }) => ({
    label: phaseName(instrument, phase),
    value: median_days,
    kind: "still",
  }));
  const ahead: Bar[] = [
    { label: t("portal.statistics.late"), value: obligations.late, kind: "shut", href: "/work#late" },
    { label: t("portal.statistics.week"), value: obligations.within_7_days, kind: "soon", href: "/work#soon" },
    { label: t("portal.statistics.month"), value: obligations.within_31_days, kind: "still" },
    { label: t("portal.statistics.quarter"), value: obligations.within_92_days, kind: "still" },
    { label: t("portal.statistics.beyond"), value: obligations.beyond, kind: "still" },
  ];
  const months: Bar[] = figures.opened.map(({ month, files }) => ({
    label: capital(Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 }).toLocaleString(localeOf(language), { month: "short", year: "numeric" })),
    value: files,
  }));
  const tile = (value: string, label: string, kind: string): Html =>
    html`<li class="card"><p class="figure ${kind}">${value}</p><p class="soft">${label}</p></li>`;
  const number = (value: number): string => value.toLocaleString(language);
  const silent = doors.filter((door) => !door.answers).length;
  const files = t("portal.statistics.files");
  return html`<h1>${t("portal.statistics.title")}</h1><ul class="tiles figures">${tile(number(figures.files), files, "")}${tile(number(obligations.late), t("portal.statistics.late"), obligations.late > 0 ? "bad" : "")}${tile(number(doors.length), t("portal.statistics.doors"), "")}${tile(number(silent), t("portal.statistics.silent"), silent > 0 ? "bad" : "")}${speed.p99_ms === null ? "" : tile(`${number(speed.p99_ms)} ms`, t("portal.statistics.speed"), "")}</ul>
<div class="grid"><div class="stack">${buildBars(words, { id: "phases", title: t("portal.statistics.by-phase"), of: files, bars: phases })}${buildBars(words, { id: "opened", title: t("portal.statistics.opened"), of: files, bars: months, none: t("portal.statistics.none-opened") })}</div><div class="stack">${buildBars(words, { id: "ahead", title: t("portal.statistics.ahead"), of: t("portal.statistics.obligations"), bars: ahead, none: t("portal.statistics.none-ahead") })}${buildBars(words, { id: "lasting", title: t("portal.statistics.lasting"), of: t("portal.statistics.days"), bars: lasting })}</div></div><p class="small"><a href="/api/statistics">${t("portal.statistics.json")}</a></p>`;
}

export type ControlLine = {
  readonly reference: string;
  readonly party: string;
  readonly what: string;
  readonly announced: string;
  readonly on: string | null;
  readonly outcome: "planned" | "held" | "compliant" | "not-compliant";
  readonly article: string | null;
};

export function buildControlsPage(words: Words, lines: readonly ControlLine[], controller: boolean): Html {
  const { t } = words;
  const kinds = { planned: "soon", held: "soon", compliant: "open", "not-compliant": "shut" } as const;
  const rows = lines.map(
    (line) =>
      html`<tr><td>${badge(kinds[line.outcome], t(`portal.controls.${line.outcome}`))}</td><th scope="row"><a href="/files/${line.reference}">${line.party}</a></th><td>${capital(line.what)} <span class="soft small">${line.article ?? ""}</span></td><td data-label="${t("portal.controls.announced")}">${words.day(line.announced)}</td><td data-label="${t("portal.controls.on")}">${line.on ? words.day(line.on) : ""}</td></tr>`,
  );
  const list =
    rows.length === 0
      ? html`<p class="empty">${t("portal.controls.empty")}</p>`
      : html`<div class="board"><table aria-label="${t("portal.controls.title")}"><thead><tr><th scope="col">${t("portal.files.state")}</th><th scope="col">${t("portal.files.party")}</th><th scope="col">${t("portal.controls.what")}</th><th scope="col">${t("portal.controls.announced")}</th><th scope="col">${t("portal.controls.on")}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<h1>${t("portal.controls.title")}</h1><p class="soft">${t(controller ? "portal.controls.lead-controller" : "portal.controls.lead")}</p>${list}`;
}

// The list of work by legal urgency: late first, then by last day. A filter and a sort are part of the address, so that they can be kept.
import type { WorkRow } from "@cercle/governance";
import { Temporal } from "@cercle/kernel";
import { choice, type Html, html, searchField } from "@cercle/pages";
import { capital, deadlineBadge, hoursTo, soonDays, type Words } from "../words.ts";

export const workSorts = ["due", "party", "who"] as const;
export type WorkFilter = {
  readonly q: string;
  readonly side: "all" | "ours" | "theirs";
  readonly sort: (typeof workSorts)[number];
  readonly instrument: string;
};
export type WorkPage = {
  readonly rows: readonly WorkRow[];
  readonly today: Temporal.PlainDate;
  readonly now: Temporal.Instant;
  readonly filter: WorkFilter;
  readonly agency: boolean;
  /** What waits elsewhere: decisions for a second person, mail to sort, letters to open. */
  readonly waiting: readonly { readonly href: string; readonly label: string; readonly count: number }[];
  readonly instruments: readonly (readonly [string, string])[];
};

const groups = ["late", "soon", "later", "undated"] as const;

export function buildWorkPage(words: Words, page: WorkPage): Html {
  const { t } = words;
  const { filter, waiting } = page;
  const rows = page.rows.filter((row) => matches(words, page, row)).toSorted(orders[filter.sort]);
  const head = html`<h1>${t("portal.work.title")}</h1><p class="soft">${t("portal.work.lead")}</p>
${waiting.length === 0 ? "" : html`<ul class="chips">${waiting.map(({ href, label, count }) => html`<li><a href="${href}">${label} <span class="state ${count > 0 ? "soon" : "still"}">${count}</span></a></li>`)}</ul>`}`;
  if (page.rows.length === 0) {
    const next = html`<a class="btn main" href="/files">${t("portal.nav.files")}</a>`;
    return html`${head}<div class="empty"><p>${t(page.agency ? "portal.work.empty" : "portal.work.empty-party")}</p>${next}</div>`;
  }
  const found = groups.map((group) => ({ group, rows: rows.filter((row) => groupOf(row, page.today) === group) })).filter((one) => one.rows.length > 0);
  return html`${head}${filters(words, page)}<p role="status" class="soft small">${words.count("obligation", rows.length)}</p>${
    found.length === 0 ? html`<p class="empty">${t("portal.work.none-found")}</p>` : found.map((one) => board(words, page, one.group, one.rows))
  }`;
}

function filters(words: Words, { filter, instruments }: WorkPage): Html {
  const { t } = words;
  const sides = (["all", "ours", "theirs"] as const).map((side) => [side, t(`portal.work.side.${side}`)] as const);
  const used = filter.side !== "all" || filter.instrument !== "" || filter.sort !== "due";
  return html`<form class="filters" method="get" role="search">${searchField({ name: "q", label: t("portal.work.search"), value: filter.q })}<button class="btn">${t("portal.work.filter")}</button><details class="criteria"${used ? html` open` : ""}><summary class="why">${t("portal.work.criteria")}</summary><div>${choice({ name: "side", label: t("portal.work.side"), options: sides, value: filter.side })}${choice({ name: "instrument", label: t("portal.files.instrument"), options: [["", t("portal.files.any")], ...instruments], value: filter.instrument })}${choice({ name: "sort", label: t("portal.work.sort"), options: workSorts.map((sort) => [sort, t(`portal.work.sort.${sort}`)]), value: filter.sort })}</div></details></form>`;
}

function board(words: Words, { today, now }: WorkPage, group: (typeof groups)[number], rows: readonly WorkRow[]): Html {
  const { t } = words;
  const column = (key: "when" | "what" | "who" | "file" | "article"): Html => html`<th scope="col">${t(`portal.work.${key}`)}</th>`;
  return html`<h2 id="${group}">${t(`portal.work.group.${group}`)} <span class="soft">${rows.length}</span></h2><div class="board"><table aria-labelledby="${group}"><thead><tr>${column("when")}${column("what")}${column("file")}${column("who")}${column("article")}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr><td>${deadlineBadge(words, { state: row.state, days: daysLeft(row, today), day: row.last_day, hours: hoursTo(row.due_at?.toString() ?? null, now) })}</td><th scope="row"><a href="/files/${row.reference}">${capital(words.language === "fr" ? row.about_fr : row.about_en)}</a></th><td>${row.party ?? ""} <span class="soft small">${row.reference}</span></td><td data-label="${t("portal.work.who")}">${words.party(row.owed_by)}</td><td class="soft" data-label="${t("portal.work.article")}">${row.article}</td></tr>`,
  )}</tbody></table></div>`;
}

const daysLeft = (row: WorkRow, today: Temporal.PlainDate): number | null => (row.last_day ? today.until(Temporal.PlainDate.from(row.last_day)).days : null);

function groupOf(row: WorkRow, today: Temporal.PlainDate): (typeof groups)[number] {
  const days = daysLeft(row, today);
  if (row.state === "late") return "late";
  if (row.state === "open" || row.due_at !== null) return "soon";
  if (days === null) return "undated";
  return days <= soonDays ? "soon" : "later";
}

/** Who may act now: the side of the reader, or the other. */
function isOurs({ agency }: WorkPage, row: WorkRow): boolean {
  return row.owed_by === "both" || row.owed_by === "anyone" || (row.owed_by === "agency") === agency;
}

function matches(words: Words, page: WorkPage, row: WorkRow): boolean {
  const { q, side, instrument } = page.filter;
  const text = `${row.reference} ${row.party ?? ""} ${row.about_fr} ${row.about_en} ${row.article} ${words.party(row.owed_by)}`;
  return contains(text, q) && (instrument === "" || row.instrument === instrument) && (side === "all" || (side === "ours") === isOurs(page, row));
}

/** Whether a text holds every word asked, whatever the accents and the case. */
export function contains(text: string, asked: string): boolean {
  const fold = (given: string): string => given.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const folded = fold(text);
  return fold(asked)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

const byText = (a: string, b: string): number => a.localeCompare(b, "fr");
/** What is counted in hours comes before the days. */
const dueOf = (row: WorkRow): string => row.last_day ?? row.due_at?.toString() ?? "9999";
const byDue = (a: WorkRow, b: WorkRow): number => byText(dueOf(a), dueOf(b));
const orders: Readonly<Record<WorkFilter["sort"], (a: WorkRow, b: WorkRow) => number>> = {
  due: byDue,
  party: (a, b) => byText(a.party ?? "", b.party ?? "") || byDue(a, b),
  who: (a, b) => byText(a.owed_by, b.owed_by) || byDue(a, b),
};

// Files: where each stands, and the next thing due in it.
import type { FileRow, PartyRow, WorkRow } from "@cercle/governance";
import { say, Temporal } from "@cercle/kernel";
import { findFullInstrument, listFullInstruments } from "@cercle/law";
import { choice, type Html, html, searchField } from "@cercle/pages";
import { badge, capital, deadlineBadge, type Words } from "../words.ts";
import { buildOpenForm, type OpenForm } from "./open-form.ts";
import { contains } from "./work-page.ts";

export type FilesPage = {
  readonly files: readonly FileRow[];
  readonly parties: ReadonlyMap<string, PartyRow>;
  readonly work: readonly WorkRow[];
  readonly today: Temporal.PlainDate;
  readonly mayOpen: boolean;
  readonly filter: { readonly q: string; readonly instrument: string };
  readonly schemes: OpenForm["schemes"];
  /** What was typed in the form and refused just now. */
  readonly opening?: Pick<OpenForm, "values" | "refused">;
};

/** Phases that read well or badly at a glance; anything else is on its way. */
const phaseKinds: Readonly<Record<string, "open" | "shut" | "soon" | "still">> = {
  validated: "open",
  production: "open",
  active: "open",
  labelled: "open",
  ended: "shut",
  removed: "shut",
  deactivated: "shut",
  refused: "shut",
  draft: "still",
  none: "still",
};
export const phaseKind = (phase: string): "open" | "shut" | "soon" | "still" => phaseKinds[phase] ?? "soon";

export function buildFilesPage(words: Words, page: FilesPage): Html {
  const { t, language } = words;
  const { filter, files, parties } = page;
  const instruments = listFullInstruments().map(({ id, definition }) => [id, say(definition.name, language)] as const);
  const nameOf = (file: FileRow): string => (file.party_id ? (parties.get(file.party_id)?.name ?? "") : "");
  const shown = files.filter(
    (file) =>
      findFullInstrument(file.instrument) &&
      (filter.instrument === "" || file.instrument === filter.instrument) &&
      contains(`${file.reference} ${nameOf(file)}`, filter.q),
  );
  const showsForm = files.length === 0 || page.opening?.refused !== undefined;
  const open = page.mayOpen
    ? buildOpenForm(words, { parties: [...parties.values()], instruments, schemes: page.schemes, shown: showsForm, ...page.opening })
    : "";
  if (files.length === 0)
    return html`<h1>${t("portal.files.title")}</h1><p class="empty">${t(page.mayOpen ? "portal.files.empty" : "portal.files.empty-party")}</p>${open}`;
  const column = (key: "reference" | "party" | "instrument" | "state" | "next"): Html => html`<th scope="col">${t(`portal.files.${key}`)}</th>`;
  return html`<h1>${t("portal.files.title")}</h1><form class="filters" method="get" role="search">${searchField({ name: "q", label: t("portal.files.search"), value: filter.q })}${choice({ name: "instrument", label: t("portal.files.instrument"), options: [["", t("portal.files.any")], ...instruments], value: filter.instrument })}<button class="btn">${t("portal.work.filter")}</button></form>
<p role="status" class="soft small">${words.count("file", shown.length)}</p>
${shown.length === 0 ? html`<p class="empty">${t("portal.files.none-found")}</p>` : html`<div class="board"><table aria-label="${t("portal.files.title")}"><thead><tr>${column("party")}${column("instrument")}${column("state")}${column("next")}${column("reference")}</tr></thead><tbody>${shown.map((file) => row(words, page, file, nameOf(file)))}</tbody></table></div>`}${open}`;
}

function row(words: Words, { work, today }: FilesPage, file: FileRow, name: string): Html {
  const definition = findFullInstrument(file.instrument)?.definition;
  const phase = definition?.phases[file.phase];
  const next = work.find((one) => one.reference === file.reference && one.last_day !== null);
  const days = next?.last_day ? today.until(Temporal.PlainDate.from(next.last_day)).days : null;
  return html`<tr><th scope="row"><a href="/files/${file.reference}">${name || file.reference}</a></th><td>${definition ? capital(say(definition.name, words.language)) : file.instrument}</td><td>${phase ? badge(phaseKind(file.phase), say(phase, words.language)) : ""}</td><td>${next ? html`${deadlineBadge(words, { state: next.state, days, day: next.last_day })} <span class="small soft">${words.language === "fr" ? next.about_fr : next.about_en}</span>` : ""}</td><td class="soft">${file.reference} · ${words.shortDay(file.opened_at.toString())}</td></tr>`;
}

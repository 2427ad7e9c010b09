// Lists: work by legal urgency, files, the public register, the clock, the ways into a sandbox.
import type { FileRow, PartyRow, WorkRow } from "@cercle/governance";
import { say, Temporal } from "@cercle/kernel";
import { findFullInstrument, listFullInstruments } from "@cercle/law";
import { field, type Html, html } from "@cercle/pages";
import { badge, deadlineBadge, type Words } from "./words.ts";

export function buildWorkPage(words: Words, rows: readonly WorkRow[], today: Temporal.PlainDate): Html {
  const { t } = words;
  const head = html`<h1>${t("portal.work.title")}</h1><p class="soft">${t("portal.work.lead")}</p>`;
  if (rows.length === 0) return html`${head}<p class="card">${t("portal.work.empty")} <a href="/files">${t("portal.nav.files")}</a></p>`;
  return html`${head}<div class="scroll" tabindex="0" role="region" aria-label="${t("portal.work.title")}"><table><thead><tr><th scope="col">${t("portal.work.when")}</th><th scope="col">${t("portal.work.what")}</th><th scope="col">${t("portal.work.who")}</th><th scope="col">${t("portal.work.file")}</th><th scope="col">${t("portal.work.article")}</th></tr></thead><tbody>${rows.map(
    (row) => {
      const days = row.last_day ? today.until(Temporal.PlainDate.from(row.last_day)).days : null;
      return html`<tr><td>${deadlineBadge(words, { state: row.state, days, day: row.last_day })}</td><td>${words.language === "fr" ? row.about_fr : row.about_en}</td><td>${words.party(row.owed_by)}</td><td><a href="/files/${row.reference}">${row.party ?? row.reference}</a></td><td>${row.article}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

export function buildFilesPage(words: Words, files: readonly FileRow[], parties: ReadonlyMap<string, PartyRow>, mayOpen: boolean): Html {
  const { t, language } = words;
  const rows = files.map((file) => {
    const instrument = findFullInstrument(file.instrument);
    const phase = instrument?.definition.phases[file.phase];
    const party = file.party_id ? parties.get(file.party_id)?.name : undefined;
    return html`<tr><td><a href="/files/${file.reference}">${file.reference}</a></td><td>${party ?? ""}</td><td>${instrument ? say(instrument.definition.name, language) : file.instrument}</td><td>${phase ? badge("still", say(phase, language)) : ""}</td><td>${words.day(file.opened_at.toString())}</td></tr>`;
  });
  const list =
    rows.length === 0
      ? html`<p class="card">${t("portal.files.empty")}</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="${t("portal.files.title")}"><table><thead><tr><th scope="col">${t("portal.files.reference")}</th><th scope="col">${t("portal.files.party")}</th><th scope="col">${t("portal.files.instrument")}</th><th scope="col">${t("portal.files.state")}</th><th scope="col">${t("portal.files.opened")}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const known = [...parties.values()];
  const choice =
    known.length === 0
      ? ""
      : html`<div class="field"><label for="party">${t("portal.files.known")}</label><select id="party" name="party"><option value="">${t("portal.files.new")}</option>${known.map((party) => html`<option value="${party.id}">${party.name}</option>`)}</select></div>`;
  const form = html`<section class="card"><h2>${t("portal.files.open")}</h2><form method="post" action="/files" class="stack">${choice}${field({ name: "name", label: t("portal.files.name") })}<div class="field"><label for="instrument">${t("portal.files.instrument")}</label><select id="instrument" name="instrument">${listFullInstruments().map((instrument) => html`<option value="${instrument.id}">${say(instrument.definition.name, language)}</option>`)}</select></div><button class="btn main">${t("portal.files.open")}</button></form></section>`;
  return html`<h1>${t("portal.files.title")}</h1><div class="stack">${list}${mayOpen ? form : ""}</div>`;
}

export function buildRegisterPage(words: Words, rows: readonly { name: string; since: Temporal.Instant }[]): Html {
  const { t } = words;
  const list =
    rows.length === 0
      ? html`<p class="card">${t("portal.registers.empty")}</p>`
      : html`<table><thead><tr><th scope="col">${t("portal.files.party")}</th><th scope="col">${t("portal.registers.since")}</th></tr></thead><tbody>${rows.map((row) => html`<tr><td>${row.name}</td><td>${words.day(row.since.toString())}</td></tr>`)}</tbody></table>`;
  return html`<h1>${t("portal.registers.title")}</h1><p class="soft">${t("portal.registers.lead")} · <a href="/public/registers/operators.json">JSON</a> · <a href="/public/registers/operators.csv">CSV</a> · <a href="/public/registers/operators.atom">Atom</a></p>${list}`;
}

export const steps = ["P1D", "P7D", "P1M", "P6M"] as const;

export function buildClockPage(words: Words, now: string): Html {
  const { t } = words;
  return html`<h1>${t("portal.clock.title")}</h1><p>${t("portal.clock.lead")}</p><section class="card stack"><p><strong>${t("portal.clock.now", { date: words.day(now) })}</strong></p>${steps.map(
    (step) =>
      html`<form method="post" action="/clock"><input type="hidden" name="by" value="${step}"><button class="btn">${t("portal.clock.move", { amount: t(`portal.clock.${step}`) })}</button></form>`,
  )}</section>`;
}

export type Persona = { readonly account: string; readonly name: string; readonly role: string };

export function buildEnterPage(words: Words, personas: readonly Persona[]): Html {
  const { t } = words;
  return html`<h1>${t("portal.enter.title")}</h1><p>${t("portal.enter.lead")}</p><section class="card stack">${personas.map(
    (persona) =>
      html`<form method="post" action="/sandbox/enter"><input type="hidden" name="account" value="${persona.account}"><button class="btn">${t("portal.enter.as", { name: persona.name })}</button> <span class="small soft">${persona.role}</span></form>`,
  )}</section>`;
}

// Writing: one form, in which the directory is looked up without losing a word.

import { say } from "@cercle/kernel";
import { choice, field, type Html, html, textArea } from "@cercle/pages";
import { type Attached, kindOf, limits } from "../attachments.ts";
import type { Letter } from "../letter.ts";
import type { Found, WebmailPorts } from "../ports.ts";
import type { Words } from "../words.ts";
import { type BoxView, headOfBox } from "./frame.ts";
import { size } from "./message.ts";

export function buildLetterPage(
  words: Words,
  view: BoxView,
  {
    letter,
    files,
    patients,
    found,
    problem,
    from,
  }: {
    letter: Letter;
    files: readonly Attached[];
    patients: WebmailPorts["patients"];
    found?: readonly Found[] | undefined;
    problem?: string | undefined;
    from: string;
  },
): Html {
  const { t } = words;
  const hidden = (name: "in_reply_to" | "references" | "draft"): Html => html`<input type="hidden" name="${name}" value="${letter[name]}">`;
  const results =
    found === undefined
      ? ""
      : found.length === 0
        ? html`<p class="empty" role="status">${t("webmail.letter.none")}</p>`
        : html`<fieldset><legend>${t("webmail.letter.found")}</legend>${found.map((one, i) => html`<p><label class="tick"><input type="checkbox" name="add" value="${one.address}" id="add-${i}"> <span>${one.name} <code>${one.address}</code> <span class="soft small">${one.about}</span></span></label></p>`)}<button class="btn" name="act" value="add">${t("webmail.letter.add")}</button></fieldset>`;
  return html`${headOfBox(words, { ...view, box: { ...view.box, maySend: false } }, t("webmail.letter.title"))}
${problem ? html`<p class="card problem" role="alert">${t("webmail.letter.refused", { reason: problem })}</p>` : ""}
<form method="post" action="/b/${view.key}/write" enctype="multipart/form-data" class="card stack"><button class="first" name="act" value="look" tabindex="-1" aria-hidden="true">${t("webmail.letter.look-go")}</button>${hidden("in_reply_to")}${hidden("references")}${hidden("draft")}
<p class="soft small">${t("webmail.letter.from")} <code>${from}</code></p>
${field({ name: "to", label: t("webmail.letter.to"), hint: t("webmail.letter.to-hint"), value: letter.to, autocomplete: "off", inputmode: "email" })}
<div class="look"><div class="filters">${field({ name: "look", label: t("webmail.letter.look"), hint: t("webmail.letter.look-hint"), value: letter.look, autocomplete: "off" })}<button class="btn" name="act" value="look">${t("webmail.letter.look-go")}</button></div>${results}</div>
${buildPatient(words, letter, patients)}
${field({ name: "cc", label: t("webmail.letter.cc"), value: letter.cc, autocomplete: "off", inputmode: "email" })}
${field({ name: "subject", label: t("webmail.letter.subject"), value: letter.subject, autocomplete: "off" })}
${textArea({ name: "text", label: t("webmail.letter.text"), value: letter.text, maximum: 500_000 })}
${buildFiles(words, files)}
<p><label class="tick"><input type="checkbox" name="receipt" value="1"${letter.receipt ? html` checked` : ""}> <span>${t("webmail.letter.receipt")}</span></label></p>${patients && `${letter.to} ${letter.cc}`.includes(`@${patients.domain}`) ? html`<p><label class="tick"><input type="checkbox" name="end" value="1"${letter.end ? html` checked` : ""}> <span>${t("webmail.patient.end")}</span></label></p>` : ""}
<div class="actions"><button class="btn main" name="act" value="send">${t("webmail.letter.send")}</button><button class="btn" name="act" value="draft">${t("webmail.letter.draft")}</button></div></form>`;
}

function buildFiles({ t }: Words, files: readonly Attached[]): Html {
  const hint = t("webmail.file.hint", { count: limits.count, megabytes: limits.bytes / 1024 / 1024 });
  const held = files.map(
    (file, i) =>
      html`<li><span>${file.name} <span class="soft small">${t(`webmail.file.kind.${kindOf(file)}`)}, ${size(t, file)}</span></span><button class="btn" name="act" value="remove-${i}" aria-label="${t("webmail.file.remove", { name: file.name })}">${t("webmail.file.remove-go")}</button></li>`,
  );
  return html`<fieldset><legend>${t("webmail.message.attachments")}</legend>${held.length === 0 ? "" : html`<ul class="rows">${held}</ul>`}<div class="filters"><div class="field wide"><label for="files">${t("webmail.file.add")}</label><p class="soft small" id="files-hint">${hint}</p><input id="files" name="files" type="file" multiple aria-describedby="files-hint"></div><button class="btn" name="act" value="attach">${t("webmail.file.attach")}</button></div></fieldset>`;
}

/** A patient's address is formed here, from a qualified identity; nothing of the identity is kept or sent. */
function buildPatient({ t, language }: Words, letter: Letter, patients: WebmailPorts["patients"]): Html | "" {
  if (!patients) return "";
  const state = (["provisional", "retrieved", "validated", "qualified"] as const).map((one) => [one, t(`webmail.patient.state.${one}`)] as const);
  const sex = (["I", "F", "M"] as const).map((one) => [one, t(`webmail.patient.sex.${one}`)] as const);
  return html`<details class="look"${letter.patient_number ? html` open` : ""}><summary>${t("webmail.patient")}</summary><div class="stack"><p class="soft small">${t("webmail.patient.lead")}</p>
${field({ name: "patient_number", label: say(patients.label, language), value: letter.patient_number, autocomplete: "off" })}
${choice({ name: "patient_system", label: t("webmail.patient.system"), value: letter.patient_system || patients.systems[0], options: patients.systems.map((oid) => [oid, oid] as const) })}
${choice({ name: "patient_state", label: t("webmail.patient.state"), value: letter.patient_state, options: state })}
${field({ name: "patient_birth_name", label: t("webmail.patient.birth-name"), value: letter.patient_birth_name, autocomplete: "off" })}
${field({ name: "patient_given_name", label: t("webmail.patient.given-name"), value: letter.patient_given_name, autocomplete: "off" })}
${field({ name: "patient_birth_date", label: t("webmail.patient.birth-date"), value: letter.patient_birth_date, type: "date", autocomplete: "off" })}
${choice({ name: "patient_sex", label: t("webmail.patient.sex"), value: letter.patient_sex, options: sex })}
<button class="btn" name="act" value="patient">${t("webmail.letter.add")}</button></div></details>`;
}

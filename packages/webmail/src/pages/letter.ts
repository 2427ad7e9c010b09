// Writing: one form, in which the directory is looked up without losing a word.
import { field, type Html, html, textArea } from "@cercle/pages";
import type { Letter } from "../letter.ts";
import type { Found } from "../ports.ts";
import type { Words } from "../words.ts";
import { type BoxView, headOfBox } from "./frame.ts";

export function buildLetterPage(
  words: Words,
  view: BoxView,
  { letter, found, problem, from }: { letter: Letter; found?: readonly Found[] | undefined; problem?: string | undefined; from: string },
): Html {
  const { t } = words;
  const hidden = (name: "in_reply_to" | "references"): Html => html`<input type="hidden" name="${name}" value="${letter[name]}">`;
  const results =
    found === undefined
      ? ""
      : found.length === 0
        ? html`<p class="empty" role="status">${t("webmail.letter.none")}</p>`
        : html`<fieldset><legend>${t("webmail.letter.found")}</legend>${found.map((one, i) => html`<p><label class="check"><input type="checkbox" name="add" value="${one.address}" id="add-${i}"> <span>${one.name} <code>${one.address}</code> <span class="soft small">${one.about}</span></span></label></p>`)}<button class="btn" name="act" value="add">${t("webmail.letter.add")}</button></fieldset>`;
  return html`${headOfBox(words, { ...view, box: { ...view.box, maySend: false } }, t("webmail.letter.title"))}
${problem ? html`<p class="card problem" role="alert">${t("webmail.letter.refused", { reason: problem })}</p>` : ""}
<form method="post" action="/b/${view.key}/write" class="card stack"><button class="first" name="act" value="look" tabindex="-1" aria-hidden="true">${t("webmail.letter.look-go")}</button>${hidden("in_reply_to")}${hidden("references")}
<p class="soft small">${t("webmail.letter.from")} <code>${from}</code></p>
${field({ name: "to", label: t("webmail.letter.to"), hint: t("webmail.letter.to-hint"), value: letter.to, autocomplete: "off", inputmode: "email" })}
<div class="look"><div class="filters">${field({ name: "look", label: t("webmail.letter.look"), hint: t("webmail.letter.look-hint"), value: letter.look, autocomplete: "off" })}<button class="btn" name="act" value="look">${t("webmail.letter.look-go")}</button></div>${results}</div>
${field({ name: "cc", label: t("webmail.letter.cc"), value: letter.cc, autocomplete: "off", inputmode: "email" })}
${field({ name: "subject", label: t("webmail.letter.subject"), value: letter.subject, autocomplete: "off" })}
${textArea({ name: "text", label: t("webmail.letter.text"), value: letter.text, maximum: 500_000 })}
<p><label class="check"><input type="checkbox" name="receipt" value="1"${letter.receipt ? html` checked` : ""}> <span>${t("webmail.letter.receipt")}</span></label></p>
<div class="actions"><button class="btn main" name="act" value="send">${t("webmail.letter.send")}</button><button class="btn" name="act" value="draft">${t("webmail.letter.draft")}</button></div></form>`;
}

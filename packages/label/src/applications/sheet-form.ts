// The product sheet as a form, one field for each of article 3.1; works without script.
import { type Language, say } from "@cercle/kernel";
import { choice, field, type Html, html, textArea } from "@cercle/pages";
import { professions, type Sheet } from "./sheet.ts";
import { deployments, type SheetField, sheetGroups, valueIn } from "./sheet-fields.ts";

const oneALine = { fr: "Un par ligne.", en: "One a line." };

export const buildSheetForm = (sheet: Sheet, language: Language): Html =>
  html`${sheetGroups.map(
    ({ title, fields }) =>
      html`<fieldset class="stack"><legend>${say(title, language)}</legend>${fields.map((one) => buildField(one, sheet, language))}</fieldset>`,
  )}`;

function buildField({ name, label: text, kind }: SheetField, sheet: Sheet, language: Language): Html {
  const label = say(text, language);
  const value = valueIn(sheet, name);
  const list = Array.isArray(value) ? value.map(String) : [];
  switch (kind) {
    case "flag":
      return tick({ name, label, value: "yes", checked: value === true });
    case "boxes":
      return html`<div class="ticks">${Object.entries(professions).map(([code, words]) => tick({ name, label: say(words, language), value: code, checked: list.includes(code) }))}</div>`;
    case "lines":
      return textArea({ name, label, hint: say(oneALine, language), value: list.join("\n"), maximum: 4000 });
    case "deployment":
      return choice({
        name,
        label,
        options: Object.entries(deployments).map(([code, words]) => [code, say(words, language)]),
        value: String(value ?? "single-site"),
      });
    default:
      return field({
        name,
        label,
        value: value === undefined || value === null ? "" : String(value),
        ...(kind === "day" ? { type: "date" } : kind === "number" ? { inputmode: "numeric" } : {}),
        autocomplete: "off",
      });
  }
}

export function tick({ name, label, value, checked }: { name: string; label: string; value: string; checked: boolean }): Html {
  return html`<label class="tick"><input type="checkbox" name="${name}" value="${value}"${checked ? html` checked` : ""}> ${label}</label>`;
}

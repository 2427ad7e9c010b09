// The form of one act: its fields as the law describes them, the channels its clause accepts, its date; the clause at hand beside it;
// and back from a form to a payload.
import type { Json } from "@cercle/kernel";
import { say } from "@cercle/kernel";
import { dayUnits, type FullInstrument } from "@cercle/law";
import { choice, field, type Html, html, textArea } from "@cercle/pages";
import { capital, type Words } from "../words.ts";
import { type FieldKind, type Kind, kindsOf, plainReason } from "./kinds.ts";

export type Values = Readonly<Record<string, string>>;
export type ActForm = {
  readonly reference: string;
  readonly party: string;
  readonly instrument: FullInstrument;
  readonly kind: Kind;
  /** What was typed before, and `by`, `about`, `if_seq`. */
  readonly values: Values;
  /** Two officers decide it; `urgent`: one may act at once, reviewed afterwards. */
  readonly byTwo?: "proposed" | "urgent" | undefined;
  /** Why it was refused just now. */
  readonly refused?: { readonly text: string; readonly clause: string | undefined };
};

export function buildActPage(words: Words, form: ActForm): Html {
  const { kind, values } = form;
  const { t } = words;
  const refused = form.refused
    ? html`<div class="notice bad" role="alert" tabindex="-1" id="refused"><p><strong>${t("portal.act.refused")}</strong> ${plainReason(words, kindsOf(form.instrument), form.refused.text)}${form.refused.clause ? html` <span class="soft">(${form.refused.clause})</span>` : ""}</p><p class="small">${t("portal.act.kept")}</p></div>`
    : "";
  const channels = kind.channel?.accepts.map((channel) => [channel, capital(words.named("channel", channel))] as const);
  return html`${actHead(words, form)}${refused}
<div class="grid"><form method="post" class="card stack">
${channels ? choice({ name: "channel", label: t("portal.act.channel"), options: channels, value: values.channel ?? channels[0]?.[0], hint: t("portal.act.channel-hint", { article: kind.channel?.article ?? "" }) }) : ""}
${Object.entries(kind.fields).map(([name, described]) => fieldInput(words, name, described, values))}
${field({ name: "happened_at", label: t("portal.act.when"), hint: t("portal.act.when-hint"), type: "date", value: values.happened_at ?? "" })}
<div class="actions">${kept({ step: "check", by: values.by, about: values.about, if_seq: values.if_seq })}<button class="btn main">${t("portal.act.check")}</button><a class="btn" href="/files/${form.reference}">${t("portal.act.cancel")}</a></div></form>
${clauseAtHand(words, form)}</div>`;
}

export function actHead(words: Words, { reference, party, kind, values }: Pick<ActForm, "reference" | "party" | "kind" | "values">): Html {
  const about = values.about ? html` · <a href="/files/${reference}#entry-${values.about}">${words.t("portal.file.entry", { seq: values.about })}</a>` : "";
  const by = values.by ? html` · ${words.t("portal.file.by", { by: words.party(values.by) })}` : "";
  return html`<p class="soft small"><a href="/files/${reference}">${party}</a> · ${reference}${about}</p><h1>${capital(say(kind.about, words.language))}</h1><p class="soft">${kind.article ?? ""}${by}</p>`;
}

/** Values that travel unseen. */
export function kept(values: Readonly<Record<string, string | undefined>>): Html {
  return html`${Object.entries(values).map(([name, value]) => (value === undefined ? "" : html`<input type="hidden" name="${name}" value="${value}">`))}`;
}

/** What the texts attach to this act: the delays it starts, the duties it meets, the faculty it uses. */
function clauseAtHand(words: Words, { instrument, kind }: ActForm): Html {
  const { t, language } = words;
  const starts = instrument.definition.clauses.filter((clause) => clause.trigger === kind.type);
  const answers = instrument.definition.clauses.filter(
    ({ effect }) => ("met" in effect && effect.met.includes(kind.type)) || (effect.kind === "faculty" && effect.acts.includes(kind.type)),
  );
  const list = (title: string, clauses: typeof starts): Html | "" =>
    clauses.length === 0
      ? ""
      : html`<h3>${title}</h3><ul class="plain">${clauses.map((clause) => html`<li>${capital(say(clause.about, language))} <span class="soft small">${clause.article} · ${words.party(clause.by)}</span></li>`)}</ul>`;
  const none = starts.length + answers.length === 0 ? html`<p class="soft">${t("portal.act.no-clause")}</p>` : "";
  return html`<aside class="card" aria-labelledby="clause"><h2 id="clause">${t("portal.act.clause")}</h2>${none}${list(t("portal.act.answers"), answers)}${list(t("portal.act.starts"), starts)}<p class="small soft">${t("portal.act.irrevocable")}</p></aside>`;
}

/** One field of an entry, as the law describes it. */
export function fieldInput(words: Words, name: string, described: Kind["fields"][string], values: Values): Html {
  const { t } = words;
  const required = described.required === true;
  const label = `${capital(say(described.about, words.language))}${required ? "" : ` (${t("portal.act.optional")})`}`;
  const key = `f.${name}`;
  const value = values[key] ?? "";
  // Nothing is chosen beforehand: an answer that matters is given, never left standing.
  const choose = (options: readonly (readonly [string, string])[]): Html => choice({ name: key, label, options: [["", "—"], ...options], value, required });
  if (typeof described.kind !== "string") return choose(described.kind.map((one) => [one, capital(words.named("value", one))] as const));
  switch (described.kind) {
    case "flag":
      return choose([
        ["true", t("portal.yes")],
        ["false", t("portal.no")],
      ]);
    case "date":
      return field({ name: key, label, type: "date", required, value });
    case "number":
      return field({ name: key, label, inputmode: "decimal", required, value });
    case "list":
      return field({ name: key, label, hint: t("portal.act.list-hint"), required, value });
    case "length": {
      const units = [...dayUnits, "hours"].map((unit) => [unit, capital(words.named("unit", unit))] as const);
      return html`<fieldset><legend>${label}</legend><div class="filters">${field({ name: key, label: t("portal.act.length"), inputmode: "numeric", required, value })}${choice({ name: `${key}.unit`, label: t("portal.act.unit"), options: units, value: values[`${key}.unit`] ?? "months" })}</div></fieldset>`;
    }
    default:
      return isLong(name) ? textArea({ name: key, label, required, value, maximum: 4000 }) : field({ name: key, label, required, value });
  }
}

const isLong = (name: string): boolean => /reason|measures|complaint|text|plan$/.test(name);

/** The payload that a form says; an empty field says nothing. The law judges what is missing or wrong. */
export function readActForm(kind: Kind, form: Values): Record<string, Json> {
  const payload: Record<string, Json> = {};
  if (form.by) payload.by = form.by;
  if (form.about && /^\d{1,9}$/.test(form.about)) payload.about = Number(form.about);
  if (form.channel) payload.channel = form.channel;
  for (const [name, described] of Object.entries(kind.fields)) {
    const text = form[`f.${name}`]?.trim();
    if (text) payload[name] = readField(described.kind, text, form[`f.${name}.unit`] ?? "");
  }
  return payload;
}

function readField(kind: FieldKind, text: string, unit: string): Json {
  switch (kind) {
    case "number":
      return Number(text.replace(",", "."));
    case "flag":
      return text === "true";
    case "list":
      return text.split(/[,;\n]/).map((item) => item.trim());
    case "length":
      return { length: Number(text), unit };
    default:
      return text;
  }
}

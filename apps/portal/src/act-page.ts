// The form of one act: its fields as the law describes them, the channel its clause accepts, its date; and back from a form to a payload.
import type { Json } from "@cercle/kernel";
import { say } from "@cercle/kernel";
import type { FullInstrument } from "@cercle/law";
import { field, type Html, html } from "@cercle/pages";
import type { Words } from "./words.ts";

type Kind = FullInstrument["definition"]["kinds"][string];

export type ActForm = {
  readonly reference: string;
  readonly party: string;
  readonly type: string;
  readonly kind: Kind;
  readonly by: string;
  readonly about: string | undefined;
  readonly lastSeq: number;
};

export function buildActPage(words: Words, form: ActForm): Html {
  const { kind } = form;
  const fields = Object.entries(kind.fields ?? {});
  return html`<p class="soft small"><a href="/files/${form.reference}">${form.reference}</a> · ${form.party}</p><h1>${say(kind.about, words.language)}</h1>
${kind.article ? html`<p class="soft">${kind.article}</p>` : ""}
<form method="post" class="card stack"><input type="hidden" name="if_seq" value="${form.lastSeq}"><input type="hidden" name="by" value="${form.by}">${form.about ? html`<input type="hidden" name="about" value="${form.about}">` : ""}
${kind.channel ? choice(words.t("portal.act.channel"), "channel", kind.channel.accepts, true) : ""}
${fields.map(([name, described]) => input(words, name, described))}
${field({ name: "happened_at", label: words.t("portal.act.when"), type: "date" })}
<p class="small soft">${words.t("portal.act.irrevocable")}</p><button class="btn main">${words.t("portal.act.record")}</button></form>
<p><a href="/files/${form.reference}">${words.t("portal.act.cancel")}</a></p>`;
}

function input(words: Words, name: string, described: NonNullable<Kind["fields"]>[string]): Html {
  const label = `${say(described.about, words.language)}${described.required ? "" : ` (${words.t("portal.act.optional")})`}`;
  const required = described.required === true;
  if (typeof described.kind !== "string") return choice(label, `f.${name}`, described.kind, required);
  switch (described.kind) {
    case "flag":
      return choice(label, `f.${name}`, ["true", "false"], required);
    case "date":
      return field({ name: `f.${name}`, label, type: "date", required });
    case "number":
      return field({ name: `f.${name}`, label, inputmode: "numeric", required });
    case "list":
      return field({ name: `f.${name}`, label, hint: "a, b, c", required });
    case "length":
      return field({ name: `f.${name}`, label, hint: "2 months, 15 days", required });
    default:
      return field({ name: `f.${name}`, label, required });
  }
}

function choice(label: string, name: string, values: readonly string[], required: boolean): Html {
  return html`<div class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}"${required ? html` required` : ""}>${required ? "" : html`<option value=""></option>`}${values.map((value) => html`<option value="${value}">${value}</option>`)}</select></div>`;
}

/** The payload that a form says; an empty field says nothing. The law judges what is missing or wrong. */
export function readActForm(kind: Kind, form: Readonly<Record<string, string>>): Record<string, Json> {
  const payload: Record<string, Json> = {};
  if (form.by) payload.by = form.by;
  if (form.about && /^\d{1,9}$/.test(form.about)) payload.about = Number(form.about);
  if (form.channel) payload.channel = form.channel;
  for (const [name, described] of Object.entries(kind.fields ?? {})) {
    const text = form[`f.${name}`]?.trim();
    if (text) payload[name] = readField(described.kind, text);
  }
  return payload;
}

function readField(kind: NonNullable<Kind["fields"]>[string]["kind"], text: string): Json {
  switch (kind) {
    case "number":
      return Number(text.replace(",", "."));
    case "flag":
      return text === "true";
    case "list":
      return text.split(",").map((item) => item.trim());
    case "length": {
      const found = /^(\d{1,5})\s+([\w-]+(?:\s[\w-]+)?)$/.exec(text);
      return found ? { length: Number(found[1]), unit: found[2] ?? "" } : text;
    }
    default:
      return text;
  }
}

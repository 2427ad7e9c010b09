// Mandates of outside controllers in one file: who reads it, until when, what they asked.
import { choice, field, type Html, html } from "@cercle/pages";
import { badge, type Words } from "../words.ts";

export type MandateView = {
  readonly id: string;
  readonly name: string | null;
  readonly state: "running" | "to-come" | "ended" | "revoked";
  readonly control: string | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly traces: readonly { readonly at: string; readonly route: string; readonly status: number }[];
};
export type MandatesPage = {
  readonly reference: string;
  readonly mandates: readonly MandateView[];
  /** Accounts to choose from; undefined for a reader who may not give one. */
  readonly controllers: readonly (readonly [string, string])[] | undefined;
  readonly typed: Readonly<Record<string, string>>;
  readonly refused?: string;
};

const kinds = { running: "open", "to-come": "soon", ended: "still", revoked: "shut" } as const;

export function buildMandates(words: Words, page: MandatesPage): Html {
  const { t } = words;
  const list =
    page.mandates.length === 0 ? html`<p class="empty">${t("portal.mandates.empty")}</p>` : html`${page.mandates.map((mandate) => card(words, page, mandate))}`;
  return html`<h2>${t("portal.mandates.title")}</h2><p class="soft">${t("portal.mandates.lead")}</p><div class="stack">${list}${page.controllers ? giveForm(words, page, page.controllers) : ""}</div>`;
}

function card(words: Words, { reference, controllers }: MandatesPage, mandate: MandateView): Html {
  const { t } = words;
  const id = `m-${mandate.id}`;
  const days = mandate.from && mandate.until ? t("portal.mandates.days", { from: words.day(mandate.from), until: words.day(mandate.until) }) : "";
  const asked =
    mandate.traces.length === 0
      ? ""
      : html`<details><summary class="why">${t("portal.mandates.traces", { count: mandate.traces.length })}</summary><ul class="rows small">${mandate.traces.map(({ at, route, status }) => html`<li><code>${route}</code><span class="soft">${words.moment(at)} · ${status}</span></li>`)}</ul></details>`;
  const live = mandate.state === "running" || mandate.state === "to-come";
  const revoke =
    controllers && live
      ? html`<details><summary class="why">${t("portal.mandates.revoke")}</summary><form method="post" action="/files/${reference}/mandates/${mandate.id}/revocation" class="filters"><div class="field"><label for="${id}-reason">${t("portal.mandates.reason")}</label><input id="${id}-reason" name="reason" required minlength="3" maxlength="2000"></div><button class="btn">${t("portal.mandates.revoke")}</button></form></details>`
      : "";
  return html`<section class="card" aria-labelledby="${id}"><div class="line"><h3 id="${id}">${mandate.name ?? ""}</h3>${badge(kinds[mandate.state], t(`portal.mandates.${mandate.state}`))}</div><p>${mandate.control ?? ""}<br><span class="small soft">${days}</span></p>${asked}${revoke}</section>`;
}

function giveForm(words: Words, { reference, typed, refused }: MandatesPage, controllers: readonly (readonly [string, string])[]): Html {
  const { t } = words;
  if (controllers.length === 0) return html`<p class="notice">${t("portal.mandates.nobody")}</p>`;
  const value = (name: string): { value: string } => ({ value: typed[name] ?? "" });
  return html`<section class="card" aria-labelledby="give"><h3 id="give">${t("portal.mandates.give")}</h3>${refused ? html`<p class="notice bad" role="alert">${refused}</p>` : ""}<form method="post" action="/files/${reference}/mandates" class="stack">${choice({ name: "account", label: t("portal.mandates.who"), options: controllers, required: true, ...value("account") })}${field({ name: "from", label: t("portal.mandates.from"), type: "date", required: true, ...value("from") })}${field({ name: "until", label: t("portal.mandates.until"), type: "date", required: true, ...value("until") })}${field({ name: "control", label: t("portal.mandates.control"), hint: t("portal.mandates.control-hint"), required: true, ...value("control") })}<button class="btn main">${t("portal.mandates.give")}</button></form></section>`;
}

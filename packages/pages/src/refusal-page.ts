// A refusal as a page: what happened, which right is missing, since when, under which clause, and the way out.
import { type Language, type Refusal, say } from "@cercle/kernel";
import { html } from "./html.ts";
import { buildPage, type Frame } from "./layout.ts";
import { pagesTexts } from "./texts.ts";

type Facts = { readonly language: Language; readonly requestId: string; readonly back: string | undefined };

export function buildRefusalPage(frame: Frame, refusal: Refusal, { language, requestId, back }: Facts): string {
  const t = (key: keyof typeof pagesTexts): string => say(pagesTexts[key], language);
  const row = (label: string, value: string | undefined) => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : "");
  return buildPage(
    { ...frame, language },
    {
      title: t("pages.refused"),
      main: html`<h1>${t("pages.refused")}</h1><p>${say(refusal.text, language, refusal.params)}</p>
<section class="card"><dl>${row(t("pages.refusal-code"), refusal.code)}${row(t("pages.refusal-clause"), refusal.clause)}${row(t("pages.refusal-right"), refusal.right)}${row(t("pages.refusal-since"), refusal.since)}${row(t("pages.refusal-request"), requestId)}</dl></section>
<p class="actions">${back ? html`<a class="btn main" href="${back}">${t("pages.back")}</a> ` : ""}<a href="/">${t("pages.home")}</a></p>`,
    },
  );
}

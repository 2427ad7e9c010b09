// The frame of every page without script: head, top bar, the mark of the sandbox, the language switch, the foot.
import { type Language, say } from "@cercle/kernel";
import { sheetAddress } from "./assets.ts";
import { type Html, html, type Part, renderHtml } from "./html.ts";
import { pagesTexts } from "./texts.ts";

export type Place = { readonly href: string; readonly label: string; readonly current?: boolean; readonly count?: number };

export type Frame = {
  /** Name of the trust space, from its folder. */
  readonly space: string;
  readonly language: Language;
  readonly sandbox: boolean;
  /** Shown beside the mark of the sandbox when governance's clock was moved, already written for people. */
  readonly clock?: string | undefined;
  /** Where the clock of the sandbox is moved, for those who may. */
  readonly clockHref?: string | undefined;
  /** `count` is what waits there. */
  readonly nav?: readonly Place[];
  /** What anybody may look for, at the foot of the page. */
  readonly foot?: { readonly links: readonly Place[]; readonly text: string } | undefined;
  readonly person?: { name: string; href: string } | undefined;
  /** The same page in the other language. */
  readonly otherLanguage?: string;
};

export type Page = {
  readonly title: string;
  readonly main: Html;
  readonly wide?: boolean;
  /** Seconds after which the page asks again by itself (waiting pages, WCAG 2.2.1 allows it where nothing is being typed). */
  readonly refresh?: number;
  readonly scripts?: readonly string[];
};

/** A whole document. */
export function buildPage(frame: Frame, page: Page): string {
  const t = (key: keyof typeof pagesTexts, params: Record<string, string> = {}): string => say(pagesTexts[key], frame.language, params);
  return `<!doctype html>${renderHtml(html`<html lang="${frame.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} — ${frame.space}</title>
${page.refresh === undefined ? "" : html`<meta http-equiv="refresh" content="${page.refresh}">`}
<link rel="stylesheet" href="${sheetAddress}"><link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
${["/assets/keys.js", ...(page.scripts ?? [])].map((src) => html`<script type="module" src="${src}"></script>`)}</head>
<body><a class="skip" href="#main">${t("pages.skip")}</a>${buildHead(frame, t)}
<main id="main"${page.wide ? "" : html` class="narrow stack"`}>${page.main}</main>${frame.foot && frame.nav?.length ? html`<footer class="foot"><nav aria-label="${t("pages.foot")}">${frame.foot.links.map(link)}</nav><p>${frame.foot.text}</p></footer>` : ""}</body></html>`)}`;
}

const link = (place: Place): Html =>
  html`<a href="${place.href}"${place.current ? html` aria-current="page"` : ""}>${place.label}${place.count ? html` <span class="state soon">${place.count}</span>` : ""}</a>`;

function buildHead(frame: Frame, t: (key: keyof typeof pagesTexts, params?: Record<string, string>) => string): Html {
  const other = frame.language === "fr" ? "en" : "fr";
  const stands = frame.clock ? t("pages.sandbox-clock", { date: frame.clock }) : t("pages.sandbox");
  const kind = frame.clock ? "sandbox long" : "sandbox";
  const badge = frame.clockHref ? html`<a class="${kind}" href="${frame.clockHref}">${stands}</a>` : html`<span class="${kind}">${stands}</span>`;
  const language = html`<a href="${frame.otherLanguage ?? `?lang=${other}`}" lang="${other}" hreflang="${other}">${t("pages.other-language")}</a>`;
  const end = html`<div class="end">${language}${frame.person ? html`<a href="${frame.person.href}">${frame.person.name}</a>` : ""}</div>`;
  const places = frame.nav?.length
    ? html`<button class="btn fold" type="button" popovertarget="places">${t("pages.menu")}</button><div id="places" popover><nav aria-label="${t("pages.places")}">${frame.nav.map(link)}</nav>${end}</div>`
    : end;
  return html`<header class="top"><a class="mark" href="/"><img src="/assets/mark.svg" alt="" width="26" height="26"><span>${frame.space}</span></a>${frame.sandbox ? badge : ""}${places}</header>`;
}

/** A labelled text field. */
export function field(facts: {
  name: string;
  label: string;
  hint?: string;
  value?: string;
  type?: string;
  autocomplete?: string;
  inputmode?: string;
  required?: boolean;
  list?: string;
}): Html {
  const described: Part = facts.hint ? html` aria-describedby="${facts.name}-hint"` : "";
  return html`<div class="field"><label for="${facts.name}">${facts.label}</label>${facts.hint ? html`<p class="soft small" id="${facts.name}-hint">${facts.hint}</p>` : ""}<input id="${facts.name}" name="${facts.name}" type="${facts.type ?? "text"}" value="${facts.value ?? ""}"${facts.autocomplete ? html` autocomplete="${facts.autocomplete}"` : ""}${facts.inputmode ? html` inputmode="${facts.inputmode}"` : ""}${facts.list ? html` list="${facts.list}"` : ""}${facts.required ? html` required` : ""}${described}></div>`;
}

/** A labelled choice; `options` are value and words. */
export function choice(facts: {
  name: string;
  label: string;
  options: readonly (readonly [string, string])[];
  value?: string | undefined;
  hint?: string;
  required?: boolean;
  /** The name, unless the page has two of it. */
  id?: string;
}): Html {
  const id = facts.id ?? facts.name;
  const described: Part = facts.hint ? html` aria-describedby="${id}-hint"` : "";
  return html`<div class="field"><label for="${id}">${facts.label}</label>${facts.hint ? html`<p class="soft small" id="${id}-hint">${facts.hint}</p>` : ""}<select id="${id}" name="${facts.name}"${facts.required ? html` required` : ""}${described}>${facts.options.map(([value, words]) => html`<option value="${value}"${value === (facts.value ?? "") ? html` selected` : ""}>${words}</option>`)}</select></div>`;
}

/** A labelled text of several lines. */
export function textArea(facts: { name: string; label: string; hint?: string; value?: string; required?: boolean; code?: boolean; maximum?: number }): Html {
  const described: Part = facts.hint ? html` aria-describedby="${facts.name}-hint"` : "";
  return html`<div class="field"><label for="${facts.name}">${facts.label}</label>${facts.hint ? html`<p class="soft small" id="${facts.name}-hint">${facts.hint}</p>` : ""}<textarea id="${facts.name}" name="${facts.name}"${facts.code ? html` class="code" spellcheck="false"` : ""}${facts.maximum ? html` maxlength="${facts.maximum}"` : ""}${facts.required ? html` required` : ""}${described}>${facts.value ?? ""}</textarea></div>`;
}

/** The field to which `/` leads. */
export function searchField({ name, label, value }: { name: string; label: string; value: string }): Html {
  return html`<div class="field wide"><label for="${name}">${label} <kbd aria-hidden="true">/</kbd></label><input id="${name}" name="${name}" type="search" value="${value}" autocomplete="off" spellcheck="false" maxlength="80"></div>`;
}

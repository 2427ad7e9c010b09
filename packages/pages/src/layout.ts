// The frame of every page without script: head, top bar, the mark of the sandbox, the language switch.
import { type Language, say } from "@cercle/kernel";
import { type Html, html, type Part, renderHtml } from "./html.ts";
import { pagesTexts } from "./texts.ts";

export type Frame = {
  /** Name of the trust space, from its folder. */
  readonly space: string;
  readonly language: Language;
  readonly sandbox: boolean;
  /** Shown beside the mark of the sandbox when governance's clock was moved, already written for people. */
  readonly clock?: string | undefined;
  readonly nav?: readonly { href: string; label: string; current?: boolean }[];
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

/** The open ring with its point: the mark of Cercle. */
export const mark: Html = html`<svg viewBox="0 0 32 32" aria-hidden="true" width="26" height="26"><circle cx="16" cy="16" r="12.5" fill="none" stroke="currentColor" stroke-width="3.4" stroke-dasharray="66 13" transform="rotate(-58 16 16)"/><circle cx="16" cy="16" r="4.2" fill="currentColor"/></svg>`;

/** A whole document. */
export function buildPage(frame: Frame, page: Page): string {
  const t = (key: keyof typeof pagesTexts, params = {}): string => say(pagesTexts[key], frame.language, params);
  const other = frame.language === "fr" ? "en" : "fr";
  return `<!doctype html>${renderHtml(html`<html lang="${frame.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} — ${frame.space}</title>
${page.refresh === undefined ? "" : html`<meta http-equiv="refresh" content="${page.refresh}">`}
<link rel="stylesheet" href="/assets/pages.css"><link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
${(page.scripts ?? []).map((src) => html`<script type="module" src="${src}"></script>`)}</head>
<body><a class="skip" href="#main">${t("pages.skip")}</a>
<header class="top"><a class="mark" href="/">${mark}<span>${frame.space}</span></a>
${frame.nav ? html`<nav>${frame.nav.map((item) => html`<a href="${item.href}"${item.current ? html` aria-current="page"` : ""}>${item.label}</a>`)}</nav>` : html`<span class="fill"></span>`}
${frame.sandbox ? html`<span class="sandbox">${frame.clock ? t("pages.sandbox-clock", { date: frame.clock }) : t("pages.sandbox")}</span>` : ""}
<a href="${frame.otherLanguage ?? `?lang=${other}`}" lang="${other}" hreflang="${other}">${t("pages.other-language")}</a>
${frame.person ? html`<a href="${frame.person.href}">${frame.person.name}</a>` : ""}</header>
<main id="main"${page.wide ? "" : html` class="narrow stack"`}>${page.main}</main></body></html>`)}`;
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
}): Html {
  const described: Part = facts.hint ? html` aria-describedby="${facts.name}-hint"` : "";
  return html`<div class="field"><label for="${facts.name}">${facts.label}</label>${facts.hint ? html`<p class="soft small" id="${facts.name}-hint">${facts.hint}</p>` : ""}<input id="${facts.name}" name="${facts.name}" type="${facts.type ?? "text"}" value="${facts.value ?? ""}"${facts.autocomplete ? html` autocomplete="${facts.autocomplete}"` : ""}${facts.inputmode ? html` inputmode="${facts.inputmode}"` : ""}${facts.required ? html` required` : ""}${described}></div>`;
}

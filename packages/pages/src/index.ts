// Pages that must work without script.
export { type Asset, listAssets } from "./assets.ts";
export { type Html, html, type Part, renderHtml } from "./html.ts";
export { buildPage, choice, type Frame, field, type Page, type Place, searchField, textArea } from "./layout.ts";
export type { Look } from "./look.ts";
export { buildRefusalPage } from "./refusal-page.ts";
export { pagesTexts } from "./texts.ts";

// Pages that must work without script.
export { type Asset, listAssets } from "./assets.ts";
export { type Html, html, type Part, renderHtml } from "./html.ts";
export { buildPage, type Frame, field, mark, type Page } from "./layout.ts";
export { buildRefusalPage } from "./refusal-page.ts";
export { pagesTexts } from "./texts.ts";

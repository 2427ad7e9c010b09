// The portal's first pages and its files: home, style sheets and fonts, OpenAPI.
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, html, listAssets } from "@cercle/pages";
import { type Actor, buildOpenApi, defineRoute, Reply, type Route } from "@cercle/web";
import type { TableRow } from "./table.ts";
import { programTexts } from "./texts.ts";

export function portalRoutes({
  frame,
  rows,
  routes,
}: {
  frame(language: Language, actor: Actor): Frame;
  rows: readonly TableRow[];
  routes: readonly Route[];
}): readonly Route[] {
  const t = (language: Language, key: keyof typeof programTexts): string => say(programTexts[key], language);
  return [
    defineRoute({
      method: "GET",
      path: "/",
      about: "Home.",
      who: "anyone",
      page: true,
      handle: async ({ language, actor }) =>
        Reply.html(
          buildPage(frame(language, actor), {
            title: t(language, "program.home.title"),
            wide: true,
            main: html`<h1>${t(language, "program.home.title")}</h1><p>${t(language, "program.home.lead")}</p>
<section class="card"><h2>${t(language, "program.home.services")}</h2><dl>${rows.filter((row) => row.value.startsWith("http")).map((row) => html`<dt>${row.label[language]}</dt><dd><a href="${row.value}">${row.value}</a></dd>`)}</dl></section>
<p class="soft small">${t(language, "program.home.disclaimer")}</p>`,
          }),
        ),
    }),
    ...assetRoutes(),
    defineRoute({
      method: "GET",
      path: "/openapi.json",
      about: "This API, described.",
      who: "anyone",
      page: true,
      handle: async () => buildOpenApi(routes, { title: "Cercle", version: "0.1.0" }),
    }),
  ];
}

/** Style sheets, fonts and scripts of pages; every listener that serves pages adds them. */
export function assetRoutes(): readonly Route[] {
  return listAssets().map((asset) =>
    defineRoute({
      method: "GET",
      path: asset.path,
      about: "A file of the look.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: asset.body, type: asset.type, headers: { "cache-control": "public, max-age=3600" } }),
    }),
  );
}

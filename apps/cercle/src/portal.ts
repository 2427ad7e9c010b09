// The portal for a visitor who knows nothing: what this space is, what runs, how it is doing, where to go; and its help page.
import { type Language, say, type Text } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html, type Look, listAssets, searchField } from "@cercle/pages";
import { type Actor, buildOpenApi, defineRoute, Reply, type Route } from "@cercle/web";
import { homeTexts } from "./home-texts.ts";
import type { TableRow } from "./table.ts";

export type Health = { readonly doors: number; readonly silent: number; readonly unsettled: number; readonly engine: string };
type Words = (key: keyof typeof homeTexts, params?: Record<string, string | number>) => string;

export type PortalSurface = {
  frame(language: Language, actor: Actor): Frame;
  readonly rows: readonly TableRow[];
  readonly routes: readonly Route[];
  readonly look: Look;
  readonly about: { readonly agency: Text; readonly sandbox: boolean };
  health(): Promise<Health>;
};

/** What a visitor may come for; a way shows only where its page is served. */
const ways = [
  { id: "directory", paths: ["/directory"] },
  { id: "public", paths: ["/registers"] },
  { id: "label", paths: ["/label"] },
  { id: "vendors", paths: ["/vendors"] },
  { id: "verify", paths: ["/verify"] },
  { id: "complaint", paths: ["/complaint"] },
  { id: "account", paths: ["/sandbox/enter", "/sign-in"] },
  { id: "build", paths: ["/help"] },
  { id: "what-if", paths: ["/what-if"] },
  { id: "cards", paths: ["/cards"] },
] as const;

export function portalRoutes(surface: PortalSurface): readonly Route[] {
  const words =
    (language: Language): Words =>
    (key, params = {}) =>
      say(homeTexts[key], language, params);
  const page = (path: string, about: string, build: (t: Words, language: Language) => Promise<{ title: string; main: Html; wide?: boolean }>): Route =>
    defineRoute({
      method: "GET",
      path,
      about,
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const frame = surface.frame(language, actor);
        const nav = (frame.nav ?? []).map((item) => ({ ...item, current: item.href === path }));
        return Reply.html(buildPage({ ...frame, nav }, await build(words(language), language)));
      },
    });
  return [
    page("/", "Home.", async (t, language) => ({ title: t("program.home.title"), wide: true, main: buildHome(surface, t, language, await surface.health()) })),
    page("/help", "Help.", async (t, language) => ({ title: t("program.help.title"), main: buildHelp(surface, t, language) })),
    ...describedRoutes(surface),
  ];
}

function buildHome({ rows, routes, about }: PortalSurface, t: Words, language: Language, health: Health): Html {
  const served = (path: string): boolean => routes.some((route) => route.method === "GET" && route.path === path);
  const open = ways.flatMap(({ id, paths }) => {
    const href = paths.find(served);
    return href ? [{ id, href }] : [];
  });
  const services = rows.filter((row) => /^https?:/.test(row.value));
  const well = health.silent === 0 && health.unsettled === 0;
  return html`<section class="hero"><h1>${t("program.home.title")}</h1><p class="lead">${t("program.home.lead")}</p>
<p class="actions"><a class="btn main" href="/help">${t("program.home.start")}</a> <a class="btn" href="${open.find(({ id }) => id === "account")?.href ?? "/sign-in"}">${t("program.nav.sign-in")}</a></p></section>
${served("/directory") ? html`<form class="card filters" method="get" action="/directory" role="search">${searchField({ name: "q", label: t("program.home.find"), value: "" })}<button class="btn main">${t("program.home.search")}</button></form>` : ""}
<section aria-labelledby="ways"><h2 id="ways">${t("program.home.ways")}</h2>
<ul class="tiles">${open.map(({ id, href }) => html`<li class="card"><h3><a href="${href}">${t(`program.way.${id}`)}</a></h3><p class="soft">${t(`program.way.${id}.about`)}</p></li>`)}</ul></section>
<section aria-labelledby="three"><h2 id="three">${t("program.home.three")}</h2>
<ol class="tiles steps">${(["file", "right", "door"] as const).map((noun) => html`<li class="card"><h3>${t(`program.noun.${noun}`)}</h3><p class="soft">${t(`program.noun.${noun}.about`)}</p></li>`)}</ol></section>
<section class="card" aria-labelledby="health"><div class="line"><h2 id="health">${t("program.home.health")}</h2><span class="state ${well ? "open" : "soon"}">${well ? t("program.home.well") : t("program.home.busy")}</span></div>
<p class="soft">${t("program.home.doors", { doors: health.doors, silent: health.silent, unsettled: health.unsettled })}</p>
<h3>${t("program.home.services")}</h3>
<ul class="rows">${services.map((row) => html`<li><span>${row.label[language]}</span><a href="${row.value}"><code>${row.value}</code></a></li>`)}</ul></section>
<p class="soft small">${about.sandbox ? t("program.home.sandbox") : ""} ${t("program.home.disclaimer")}</p>`;
}

function buildHelp({ about }: PortalSurface, t: Words, language: Language): Html {
  const questions = ["what", "sign-in", "refused", "try", "build", "keyboard", "data"] as const;
  const commands = [
    "people",
    "client add --id demo --redirect-uri https://app.example/cb",
    "login --client demo --id … --with e-cps",
    "clock set +P6M",
    "reset",
  ];
  return html`<h1>${t("program.help.title")}</h1>
${questions.map(
  (id) =>
    html`<section class="card" id="${id}"><h2>${t(`program.help.${id}`)}</h2><p>${t(`program.help.${id}.answer`, { agency: about.agency[language] })}</p>${
      id === "try" ? html`<ul class="plain">${commands.map((command) => html`<li><code>${`npx --no-install cercle ${command}`}</code></li>`)}</ul>` : ""
    }${id === "build" ? html`<p><a href="/openapi.json">${t("program.help.openapi")}</a></p>` : ""}</section>`,
)}`;
}

/** The look's files, and the API described. */
export function describedRoutes({ routes, look }: Pick<PortalSurface, "routes" | "look">): readonly Route[] {
  return [
    ...assetRoutes(look),
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
export function assetRoutes(look: Look): readonly Route[] {
  return listAssets(look).map((asset) =>
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

// Pages of the label, for anyone: the list by profession and level, the logo's page, the report of a misuse. They work without script.
import { readFileSync } from "node:fs";
import { type Language, say } from "@cercle/kernel";
import { field, type Html, html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { getProduct } from "../applications/products.ts";
import { professions } from "../applications/sheet.ts";
import { labelErrors } from "../errors.ts";
import { findLogo, pageOf } from "../logo/kit.ts";
import { lookUp, markShape } from "../logo/look-up.ts";
import { type FrameOf, pageIn, type Words, wordsIn } from "../page.ts";
import type { Room } from "../room.ts";
import { type Asked, filterPublic, levelName, type PublicRow, professionName } from "./public-list.ts";

const script = readFileSync(new URL("../../assets/logo-check.js", import.meta.url), "utf8");
const forms = ["json", "csv", "atom"] as const;

export function pageRoutes(room: Room, frame: FrameOf): readonly Route[] {
  const page = pageIn(frame);
  return [
    defineRoute({
      method: "GET",
      path: "/label/logo-check.js",
      about: "Checks a file without leaving the page.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: script, type: "text/javascript; charset=utf-8", headers: { "cache-control": "public, max-age=3600" } }),
    }),
    defineRoute({
      method: "GET",
      path: "/label",
      about: "Labelled products, by profession and level.",
      who: "anyone",
      page: true,
      query: z.object({ profession: z.string().max(60).default(""), level: z.enum(["", "standard", "advanced"]).default("") }),
      async handle({ query, language, actor }) {
        const t = wordsIn(language);
        const all = await room.readList();
        return page({ language, actor }, t("label.list.title"), buildList(t, language, all, query));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/label/logo",
      about: "Is this logo genuine and valid today?",
      who: "anyone",
      page: true,
      query: z.object({ mark: z.string().trim().max(40).default("") }),
      async handle({ query, language, actor }) {
        const t = wordsIn(language);
        if (markShape.safeParse(query.mark).success) return Reply.see(`/label/logo/${query.mark.toUpperCase()}`);
        const unknown = query.mark ? html`<p class="notice" role="status">${t("label.logo.unknown")}</p>` : "";
        return page({ language, actor }, t("label.logo.title"), html`${buildCheck(t)}${unknown}`, { scripts: ["/label/logo-check.js"] });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/label/logo/:mark",
      about: "The public page of one logo.",
      who: "anyone",
      page: true,
      params: z.object({ mark: markShape }),
      query: z.object({ reported: z.string().max(5).optional() }),
      async handle({ params, query, language, actor }) {
        const t = wordsIn(language);
        const logo = await findLogo(room.store, params.mark);
        if (!logo) throw labelErrors.refuse("label.no-mark");
        const looked = await lookUp(room, logo);
        const answer = looked.valid
          ? html`<p class="state open" role="status">${t("label.logo.valid")}</p>${buildRow(t, language, looked.product, "h2")}
<p>${t("label.logo.compare")}</p><p><img src="${`${pageOf("", logo.mark)}/logo.png`}" width="320" height="130" alt="${t("label.logo.alt", { level: say(levelName[logo.level], language) })}"></p>`
          : html`<p class="state shut" role="status">${t("label.logo.invalid")}</p><p>${t("label.logo.what-to-do")} <a href="/label">${t("label.list.title")}</a></p>`;
        return page(
          { language, actor },
          t("label.logo.title"),
          html`<h1>${t("label.logo.title")}</h1><p><code>${logo.mark}</code></p>${answer}
${query.reported ? html`<p class="notice" role="status">${t("label.report.thanks")}</p>` : ""}
<form class="card stack" method="post" action="/label/logo/${logo.mark}/report"><h2>${t("label.report.title")}</h2>
${field({ name: "facts", label: t("label.report.facts"), hint: t("label.report.hint"), required: true })}<button class="btn">${t("label.report.send")}</button></form>`,
        );
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/logo/:mark/report",
      about: "A report of misuse, by anyone: an entry of the product's file.",
      who: "anyone",
      page: true,
      perMinute: 6,
      params: z.object({ mark: markShape }),
      body: z.object({ facts: z.string().trim().min(3).max(2000) }),
      async handle({ params, body, actor }) {
        const logo = await findLogo(room.store, params.mark);
        if (!logo) throw labelErrors.refuse("label.no-mark");
        const product = await getProduct(room.store, logo.product_id);
        await room.store.transaction((tx) =>
          room.ports.files.record(tx, product.reference, { type: "logo-misuse-reported", actor, payload: { by: "anyone", facts: body.facts } }),
        );
        return Reply.see(`/label/logo/${logo.mark}?reported=1`);
      },
    }),
  ];
}

function buildList(t: Words, language: Language, all: readonly PublicRow[], asked: Asked): Html {
  const rows = filterPublic(all, asked);
  const others = [...new Set(all.flatMap((row) => row.professions))].filter((code) => !Object.hasOwn(professions, code)).sort();
  const option = (value: string, label: string, chosen: string) => html`<option value="${value}"${value === chosen ? html` selected` : ""}>${label}</option>`;
  return html`<h1>${t("label.list.title")}</h1><p>${t("label.list.lead")}</p>
<form class="card stack" method="get" action="/label" role="search">
<div class="field"><label for="profession">${t("label.list.profession")}</label><select id="profession" name="profession">${option("", t("label.list.any-profession"), asked.profession)}${[...Object.keys(professions), ...others].map((code) => option(code, professionName(code, language), asked.profession))}</select></div>
<div class="field"><label for="level">${t("label.list.level")}</label><select id="level" name="level">${option("", t("label.list.any-level"), asked.level)}${(["standard", "advanced"] as const).map((level) => option(level, say(levelName[level], language), asked.level))}</select></div>
<button class="btn main">${t("label.list.search")}</button></form>
<section aria-labelledby="found"><h2 id="found">${t("label.list.result")}</h2><p role="status">${t("label.list.found", { count: rows.length })}</p>
${rows.length === 0 ? html`<p class="soft">${t("label.list.none")}</p>` : html`<ul class="tiles">${rows.map((row) => html`<li class="card">${buildRow(t, language, row, "h3")}</li>`)}</ul>`}</section>
<section class="soft small"><p>${t("label.list.not-inferior")} ${t("label.list.not-quality")}</p>
<p>${t("label.list.forms")} ${forms.map((form) => html`<a href="/public/label.${form}">${form.toUpperCase()}</a> · `)}<a href="/label/logo">${t("label.logo.title")}</a></p></section>`;
}

/** Six fields, and no more. */
function buildRow(t: Words, language: Language, row: PublicRow, heading: "h2" | "h3"): Html {
  const title = heading === "h2" ? html`<h2>${row.product}</h2>` : html`<h3>${row.product}</h3>`;
  return html`${title}<p><b>${say(levelName[row.level], language)}</b> · ${row.holder}</p>
<dl><dt>${t("label.list.version")}</dt><dd>${row.version}</dd><dt>${t("label.list.structures")}</dt><dd>${row.structures.join(", ")}</dd>
<dt>${t("label.list.professions")}</dt><dd>${row.professions.map((code) => professionName(code, language)).join(", ")}</dd></dl>`;
}

function buildCheck(t: Words): Html {
  return html`<h1>${t("label.logo.title")}</h1><p>${t("label.logo.lead")}</p>
<form class="card stack" method="get" action="/label/logo">${field({ name: "mark", label: t("label.logo.mark"), autocomplete: "off", required: true })}<button class="btn main">${t("label.logo.check")}</button></form>
<div class="card stack" data-logo-check hidden data-genuine="${t("label.logo.genuine")}" data-ended="${t("label.logo.genuine-ended")}" data-altered="${t("label.logo.altered")}" data-unknown="${t("label.logo.unknown")}"><label for="file">${t("label.logo.file")}</label><input id="file" type="file" accept="image/svg+xml,image/png"><p role="status"></p></div>`;
}

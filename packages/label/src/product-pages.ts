// Pages of a product for the agency and its holder: sheet, builds, examination and what it gives, documents, logo. Without script.
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, field, type Html, html } from "@cercle/pages";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { useIn } from "./documents.ts";
import { getProduct, levelOf, listAssessments, listBuilds, listEvidence, listProducts, type ProductRow, recordBuild } from "./products.ts";
import { levelName } from "./public-list.ts";
import { listReferentials, listRequirements } from "./referentials.ts";
import type { Room } from "./room.ts";
import { labelTexts } from "./texts.ts";
import { one, party, readers } from "./who.ts";

type Words = (key: keyof typeof labelTexts, params?: Record<string, string | number>) => string;
const pageOf = (product: { readonly id: string }): string => `/label/products/${product.id}`;
const nameOf = ({ sheet }: ProductRow): string => String(sheet.commercial_name ?? "");

export function productPages(room: Room, frame: (language: Language, actor: Actor) => Frame): readonly Route[] {
  const { store, ports } = room;
  const words =
    (language: Language): Words =>
    (key, params = {}) =>
      say(labelTexts[key], language, params);
  const page = (language: Language, actor: Actor, title: string, main: Html): Reply =>
    Reply.html(buildPage(frame(language, actor), { title, main }), { headers: { "cache-control": "no-store" } });
  return [
    defineRoute({
      method: "GET",
      path: "/label/products",
      about: "Products of the actor's files.",
      who: readers,
      page: true,
      async handle({ language, actor }) {
        const t = words(language);
        const own: ProductRow[] = [];
        for (const product of await listProducts(store)) if (await ports.files.actsFor(actor, product.reference)) own.push(product);
        const row = (product: ProductRow): Html =>
          html`<li class="card"><h2><a href="${pageOf(product)}">${nameOf(product)}</a></h2><p>${levelWord(t, language, room.levelInForce("list", product.id))} · <a href="/files/${product.reference}">${product.reference}</a></p></li>`;
        const list = own.length === 0 ? html`<p class="soft">${t("label.product.none")}</p>` : html`<ul class="tiles">${own.map(row)}</ul>`;
        return page(language, actor, t("label.product.list"), html`<h1>${t("label.product.list")}</h1>${list}`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/label/products/:product",
      about: "A product as the agency and its holder see it.",
      who: readers,
      page: true,
      params: one,
      async handle({ params, language, actor }) {
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
        const t = words(language);
        const inForce = room.levelInForce("list", product.id);
        const main = html`<h1>${nameOf(product)}</h1><p>${levelWord(t, language, inForce)} · <a href="/files/${product.reference}">${t("label.product.file", { file: product.reference })}</a></p>
${buildSheet(t, product)}${await buildBuilds(room, t, product)}${await buildExamination(room, t, language, product)}${await buildUse(room, t, product)}`;
        return page(language, actor, nameOf(product), main);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/products/:product/builds",
      about: "Declares a build from the page.",
      who: readers,
      page: true,
      params: one,
      body: z.object({
        number: z.string().trim().max(40),
        fingerprint: z
          .string()
          .trim()
          .toLowerCase()
          .regex(/^[0-9a-f]{64}$/),
      }),
      async handle({ params, body, actor }) {
        const product = await getProduct(store, params.product);
        await party(room, actor, product);
        await store.transaction((tx) => recordBuild(tx, product.id, body, ports.now()));
        return Reply.see(pageOf(product));
      },
    }),
  ];
}

const levelWord = (t: Words, language: Language, level: keyof typeof levelName | undefined): Html =>
  level ? html`<span class="state open">${say(levelName[level], language)}</span>` : html`<span class="state still">${t("label.product.no-level")}</span>`;

/** Every field that is filled, by the name under which the API takes it: what a holder would change. */
function buildSheet(t: Words, { sheet, signed_sheet }: ProductRow): Html {
  const show = (value: unknown): string =>
    Array.isArray(value)
      ? value.map(show).join(", ")
      : typeof value === "object" && value !== null
        ? Object.entries(value)
            .map(([key, inner]) => `${key}: ${show(inner)}`)
            .join(" ; ")
        : String(value);
  const changed = signed_sheet !== null && JSON.stringify(signed_sheet) !== JSON.stringify(sheet);
  return html`<section class="card" aria-labelledby="sheet"><h2 id="sheet">${t("label.product.sheet")}</h2>${changed ? html`<p class="notice">${t("label.product.changed")}</p>` : ""}
<dl>${Object.entries(sheet).map(([key, value]) => html`<dt><code>${key}</code></dt><dd>${show(value)}</dd>`)}</dl></section>`;
}

async function buildBuilds({ store }: Room, t: Words, product: ProductRow): Promise<Html> {
  const builds = await listBuilds(store, product.id);
  const table =
    builds.length === 0
      ? html`<p class="soft">${t("label.product.no-build")}</p>`
      : html`<ul>${builds.map(({ number, fingerprint }) => html`<li><b>${number}</b> <code class="small">${fingerprint}</code></li>`)}</ul>`;
  return html`<section class="card stack" aria-labelledby="builds"><h2 id="builds">${t("label.product.builds")}</h2>${table}
<form class="stack" method="post" action="${pageOf(product)}/builds">${field({ name: "number", label: t("label.product.number"), required: true, autocomplete: "off" })}
${field({ name: "fingerprint", label: t("label.product.fingerprint"), hint: t("label.product.fingerprint-hint"), required: true, autocomplete: "off" })}<button class="btn">${t("label.product.declare")}</button></form></section>`;
}

/** The referential in which something was said of the product, else the newest. */
async function buildExamination({ store }: Room, t: Words, language: Language, product: ProductRow): Promise<Html> {
  const referentials = await listReferentials(store);
  let chosen = referentials.at(-1);
  for (const referential of referentials) if ((await listAssessments(store, product.id, referential.id)).length > 0) chosen = referential;
  if (!chosen) return html``;
  const [requirements, assessments, evidence] = [
    await listRequirements(store, chosen.id),
    await listAssessments(store, product.id, chosen.id),
    await listEvidence(store, product.id),
  ];
  const { level, missing } = await levelOf(store, product.id, chosen.id);
  const said = new Map(assessments.map((row) => [row.requirement, row]));
  const rows = requirements.map((requirement) => {
    const row = said.get(requirement.id);
    const pieces = evidence.filter((piece) => piece.requirement === requirement.id);
    const result = row?.result ? t(`label.product.result.${row.result}`) : t("label.product.result.none");
    return html`<li><b>${requirement.id}</b> (${requirement.level}) ${requirement.requirement}<br><span class="state ${row?.result === "met" ? "open" : row?.result === "not-met" ? "shut" : "still"}">${result}</span>
${pieces.map((piece) => html` <a href="/api/label/products/${product.id}/evidence/${piece.id}">${piece.name}</a>`)}${row?.note ? html` <span class="soft">${row.note}</span>` : ""}</li>`;
  });
  const lacks = level === "advanced" ? [] : level === "standard" ? missing.advanced : missing.standard;
  return html`<section class="card" aria-labelledby="examination"><h2 id="examination">${t("label.product.examination", { referential: `${chosen.name} ${chosen.version}` })}</h2>
<p>${t("label.product.gives")} ${levelWord(t, language, level)}${lacks.length > 0 ? html` — ${t("label.product.lacks", { list: lacks.join(", ") })}` : ""}</p><ul class="stack">${rows}</ul></section>`;
}

async function buildUse({ ports, levelInForce }: Room, t: Words, product: ProductRow): Promise<Html> {
  const { allowed } = useIn(await ports.files.phaseOf(product.reference));
  const logo = levelInForce("logo", product.id) !== undefined;
  return html`<section class="card" aria-labelledby="use"><h2 id="use">${t("label.product.use")}</h2><p>${allowed ? t("label.product.use-open") : t("label.product.use-ended")}</p>
<p>${logo ? t("label.product.logo-open") : t("label.product.logo-closed")}</p></section>`;
}

// Pages of a product for the agency and its holder: sheet, builds, examination and what it gives, signature, documents, logo.
// What is done from them is in product-acts.ts.
import type { Language } from "@cercle/kernel";
import { choice, field, type Html, html } from "@cercle/pages";
import { defineRoute, type Route } from "@cercle/web";
import type { Computed, Result } from "../examination/level.ts";
import type { Requirement } from "../examination/referential.ts";
import { listReferentials, listRequirements, type ReferentialRow } from "../examination/referentials.ts";
import { pageOf } from "../logo/kit.ts";
import { type FrameOf, levelMark, pageIn, type Words, wordsIn } from "../page.ts";
import type { Room } from "../room.ts";
import { useIn } from "./documents.ts";
import { type AssessmentRow, type EvidenceRow, findProductsOf, levelOf, listAssessments, listBuilds, listEvidence, type ProductRow } from "./products.ts";
import { describeSheet } from "./sheet-fields.ts";
import { one, readers, readProduct } from "./who.ts";

export const productPage = (product: { readonly id: string }): string => `/label/products/${product.id}`;
const nameOf = ({ sheet }: ProductRow): string => String(sheet.commercial_name ?? "");

/** A product and everything of its examination, as one page shows it. */
type Seen = {
  readonly product: ProductRow;
  /** A reader sees everything and is offered nothing to do. */
  readonly as: "agency" | "holder" | "reader";
  readonly phase: string;
  readonly examined: Examined | undefined;
};
type Examined = {
  readonly referential: ReferentialRow;
  readonly requirements: readonly Requirement[];
  readonly said: ReadonlyMap<string, AssessmentRow>;
  readonly evidence: readonly EvidenceRow[];
  readonly computed: Computed;
};

export function productPages(room: Room, frame: FrameOf): readonly Route[] {
  const { store, ports } = room;
  const page = pageIn(frame);
  return [
    defineRoute({
      method: "GET",
      path: "/label/products",
      about: "Products of the actor's files, and the files that wait for a sheet.",
      who: readers,
      page: true,
      async handle({ language, actor }) {
        const t = wordsIn(language);
        const references = await ports.files.listOwn(actor);
        const products = new Map((await findProductsOf(store, references)).map((product) => [product.reference, product]));
        const row = (reference: string): Html => {
          const product = products.get(reference);
          const file = html`<a href="/files/${reference}">${t("label.product.file", { file: reference })}</a>`;
          return product
            ? html`<li class="card"><h2><a href="${productPage(product)}">${nameOf(product)}</a></h2><p>${levelMark(t, language, room.levelInForce("list", product.id))} · ${file}</p></li>`
            : html`<li class="card"><h2>${t("label.product.unfiled")}</h2><p>${file}</p><p><a class="btn" href="/label/applications/${reference}">${t("label.apply.title")}</a></p></li>`;
        };
        const list = references.length === 0 ? html`<p class="soft">${t("label.product.none")}</p>` : html`<ul class="tiles">${references.map(row)}</ul>`;
        return page({ language, actor }, t("label.product.list"), html`<h1>${t("label.product.list")}</h1>${list}`);
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
        const { product, as } = await readProduct(room, actor, params.product);
        const t = wordsIn(language);
        const seen: Seen = { product, as, phase: await ports.files.phaseOf(product.reference), examined: await readExamination(room, product) };
        const main = html`<h1>${nameOf(product)}</h1><p>${levelMark(t, language, room.levelInForce("list", product.id))} · <a href="/files/${product.reference}">${t("label.product.file", { file: product.reference })}</a></p>
${buildSheet(t, language, seen)}${await buildBuilds(room, t, seen)}${buildExamination(t, language, seen)}${buildSignature(t, language, seen)}${await buildUse(room, t, seen)}`;
        return page({ language, actor }, nameOf(product), main);
      },
    }),
  ];
}

/** On the referential in which something was said of the product, else the newest. */
async function readExamination({ store }: Room, product: ProductRow): Promise<Examined | undefined> {
  const referentials = await listReferentials(store);
  let referential = referentials.at(-1);
  let rows: readonly AssessmentRow[] = [];
  for (const one of referentials) {
    const found = await listAssessments(store, product.id, one.id);
    if (found.length > 0) [referential, rows] = [one, found];
  }
  return (
    referential && {
      referential,
      requirements: await listRequirements(store, referential.id),
      said: new Map(rows.map((row) => [row.requirement, row])),
      evidence: await listEvidence(store, product.id),
      computed: await levelOf(store, product.id, referential.id),
    }
  );
}

function buildSheet(t: Words, language: Language, { product: { id, sheet, signed_sheet }, as }: Seen): Html {
  const changed = signed_sheet !== null && JSON.stringify(signed_sheet) !== JSON.stringify(sheet);
  const groups = describeSheet(sheet, language).map(
    ({ title, rows }) => html`<h3>${title}</h3><dl>${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`,
  );
  return html`<section class="card stack" aria-labelledby="sheet"><h2 id="sheet">${t("label.product.sheet")}</h2>${changed ? html`<p class="notice">${t("label.product.changed")}</p>` : ""}
${groups}${as === "reader" ? "" : html`<p><a class="btn" href="${productPage({ id })}/sheet">${t("label.product.change")}</a></p>`}</section>`;
}

async function buildBuilds({ store }: Room, t: Words, { product, as }: Seen): Promise<Html> {
  const builds = await listBuilds(store, product.id);
  const table =
    builds.length === 0
      ? html`<p class="soft">${t("label.product.no-build")}</p>`
      : html`<ul>${builds.map(({ number, fingerprint }) => html`<li><b>${number}</b> <code class="small">${fingerprint}</code></li>`)}</ul>`;
  const declare =
    as === "reader"
      ? ""
      : html`<form class="stack" method="post" action="${productPage(product)}/builds">${field({ name: "number", label: t("label.product.number"), required: true, autocomplete: "off" })}
${field({ name: "fingerprint", label: t("label.product.fingerprint"), hint: t("label.product.fingerprint-hint"), required: true, autocomplete: "off" })}<button class="btn">${t("label.product.declare")}</button></form>`;
  return html`<section class="card stack" aria-labelledby="builds"><h2 id="builds">${t("label.product.builds")}</h2>${table}${declare}</section>`;
}

const results: readonly Result[] = ["met", "not-met", "not-tested"];
const stateOf = (result: Result | null | undefined): string => (result === "met" ? "open" : result === "not-met" ? "shut" : "still");

/** The holder says what is covered and adds evidence; the agency says what it found. The whole list is one form. */
function buildExamination(t: Words, language: Language, { product, as, examined, phase }: Seen): Html {
  if (!examined) return html``;
  const { referential, requirements, said, evidence, computed } = examined;
  const open = as !== "reader" && (phase === "examination" || phase === "labelled");
  const rows = requirements.map((requirement) => {
    const row = said.get(requirement.id);
    const found = row?.result ? t(`label.product.result.${row.result}`) : t("label.product.result.none");
    const pieces = evidence.filter((piece) => piece.requirement === requirement.id);
    const asked =
      as === "agency"
        ? choice({
            name: `result:${requirement.id}`,
            id: `result-${requirement.id}`,
            label: t("label.product.found", { requirement: requirement.id }),
            options: [["", t("label.product.result.none")], ...results.map((one) => [one, t(`label.product.result.${one}`)] as const)],
            value: row?.result ?? "",
          })
        : html`<label class="tick"><input type="checkbox" name="covered" value="${requirement.id}"${row?.claimed ? html` checked` : ""}> ${t("label.product.covered", { requirement: requirement.id })}</label>`;
    return html`<li class="stack"><p><b>${requirement.id}</b> (${requirement.level}) ${requirement.requirement}</p><p><span class="state ${stateOf(row?.result)}">${found}</span>
${pieces.map((piece) => html` <a href="/api/label/products/${product.id}/evidence/${piece.id}">${piece.name}</a>`)}${row?.note ? html` <span class="soft">${row.note}</span>` : ""}</p>${open ? asked : ""}</li>`;
  });
  const { level, missing } = computed;
  const lacks = level === "advanced" ? [] : level === "standard" ? missing.advanced : missing.standard;
  const act = as === "agency" ? "results" : "self-assessment";
  return html`<section class="card stack" aria-labelledby="examination"><h2 id="examination">${t("label.product.examination", { referential: `${referential.name} ${referential.version}` })}</h2>
<p>${t("label.product.gives")} ${levelMark(t, language, level)}${lacks.length > 0 ? html` — ${t("label.product.lacks", { list: lacks.join(", ") })}` : ""}</p>
${open ? html`<form class="stack" method="post" action="${productPage(product)}/${act}"><input type="hidden" name="referential" value="${referential.id}"><ul class="stack plain">${rows}</ul><button class="btn">${t(`label.product.${act}`)}</button></form>` : html`<ul class="stack plain">${rows}</ul>`}
${open ? buildEvidenceForm(t, product, examined) : ""}</section>`;
}

const buildEvidenceForm = (t: Words, product: ProductRow, { referential, requirements }: Examined): Html =>
  html`<form class="stack" method="post" action="${productPage(product)}/evidence" enctype="multipart/form-data"><h3>${t("label.product.add-evidence")}</h3><input type="hidden" name="referential" value="${referential.id}">
${choice({ name: "requirement", label: t("label.product.requirement"), options: requirements.map(({ id }) => [id, id] as const), required: true })}
<div class="field"><label for="piece">${t("label.product.piece")}</label><p class="soft small" id="piece-hint">${t("label.product.piece-hint")}</p><input id="piece" name="piece" type="file" required aria-describedby="piece-hint"></div>
<button class="btn">${t("label.product.send-piece")}</button></form>`;

function buildSignature(t: Words, language: Language, { product, as, examined, phase }: Seen): Html {
  if (phase !== "examination" || !examined || as === "reader") return html``;
  const { computed, referential } = examined;
  const ready = computed.level
    ? html`<p>${t("label.product.sign-lead")} ${levelMark(t, language, computed.level)}</p><form method="post" action="${productPage(product)}/signature"><input type="hidden" name="referential" value="${referential.id}"><button class="btn main">${t(`label.product.sign-${as}`)}</button></form>`
    : html`<p class="soft">${t("label.product.sign-later")}</p>`;
  return html`<section class="card stack" aria-labelledby="signature"><h2 id="signature">${t("label.product.signature")}</h2>${ready}</section>`;
}

async function buildUse({ levelInForce, ports, store }: Room, t: Words, { product, phase, as }: Seen): Promise<Html> {
  const { allowed } = useIn(phase);
  const level = levelInForce("logo", product.id);
  const made = level
    ? await store.query<{ mark: string }>("select mark from label.logo where product_id = $1 and level = $2 order by made_at desc limit 1", [product.id, level])
    : [];
  const kit = made.map(({ mark }) => {
    const page = pageOf(ports.origin, mark);
    return html`<p><img src="${pageOf("", mark)}/logo.png" width="320" height="130" alt=""></p><p class="actions">${["svg", "png"].map((form) => html` <a class="btn" href="${pageOf("", mark)}/logo.${form}" download>${form.toUpperCase()}</a>`)}</p><p>${t("label.product.must-link")} <a href="${page}">${page}</a></p>`;
  });
  const ask = html`<form method="post" action="${productPage(product)}/kit"><button class="btn main">${t("label.product.kit")}</button></form>`;
  return html`<section class="card stack" aria-labelledby="use"><h2 id="use">${t("label.product.use")}</h2><p>${allowed ? t("label.product.use-open") : t("label.product.use-ended")}</p>
<p>${level ? t("label.product.logo-open") : t("label.product.logo-closed")}</p>${kit}${level && kit.length === 0 && as !== "reader" ? ask : ""}</section>`;
}

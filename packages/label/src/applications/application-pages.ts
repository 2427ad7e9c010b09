// An application as a page: who asks and the product sheet of article 3.1; the same sheet to change it later. What is wrong is told field
// by field above the form, and nothing that was typed is lost.
import { type Language, Refusal, say } from "@cercle/kernel";
import { choice, field, type Html, html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { labelErrors } from "../errors.ts";
import { type FrameOf, pageIn, type Words, wordsIn } from "../page.ts";
import type { Room } from "../room.ts";
import { type Company, company, companyFields, fileApplication, replaceSheet } from "./applications.ts";
import { findSheetProblems, type Sheet } from "./sheet.ts";
import { type FormValues, fieldName, readSheetForm } from "./sheet-fields.ts";
import { buildSheetForm, tick } from "./sheet-form.ts";
import { one, readers, theirProduct } from "./who.ts";

const form = z.record(z.string().max(60), z.union([z.string().max(4000), z.array(z.string().max(300)).max(60)]));
const fileOnly = z.object({ file: z.string().max(40) });
const textFields = ["company", "seat", "phone", "email", "registration_place", "registration_number"] as const;
type TextField = (typeof textFields)[number];
const kinds: Partial<Record<TextField, { readonly type: string }>> = { email: { type: "email" }, phone: { type: "tel" } };
const completions: Record<TextField, string> = {
  company: "organization",
  seat: "street-address",
  phone: "tel",
  email: "email",
  registration_place: "off",
  registration_number: "off",
};

export function applicationPages(room: Room, frame: FrameOf): readonly Route[] {
  const page = pageIn(frame);
  const theirFile = async (actor: Parameters<typeof room.ports.files.actsFor>[0], file: string): Promise<void> => {
    if (!(await room.ports.files.actsFor(actor, file))) throw labelErrors.refuse("label.not-yours");
  };
  return [
    defineRoute({
      method: "GET",
      path: "/label/applications/:file",
      about: "The form of an application, for a file without a product.",
      who: readers,
      page: true,
      params: fileOnly,
      async handle({ params, language, actor }) {
        await theirFile(actor, params.file);
        const t = wordsIn(language);
        return page({ language, actor }, t("label.apply.title"), buildApplication(t, language, params.file, {}, []));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/applications/:file",
      about: "Files the application from the page.",
      who: readers,
      page: true,
      params: fileOnly,
      body: form,
      async handle({ params, body, language, actor }) {
        await theirFile(actor, params.file);
        const t = wordsIn(language);
        const read = readCompany(body);
        const problems = [...(read.success ? [] : companyProblems(t, read.error)), ...sheetProblems(readSheetForm(body), language)];
        const again = (told: readonly string[]): Reply =>
          page({ language, actor }, t("label.apply.title"), buildApplication(t, language, params.file, body, told), { status: 422 });
        if (!read.success || problems.length > 0) return again(problems);
        try {
          return Reply.see(`/label/products/${await fileApplication(room, params.file, read.data, readSheetForm(body), { actor, language })}`);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return again([say(error.text, language, error.params)]);
        }
      },
    }),
    defineRoute({
      method: "GET",
      path: "/label/products/:product/sheet",
      about: "The sheet as a form.",
      who: readers,
      page: true,
      params: one,
      async handle({ params, language, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        const t = wordsIn(language);
        return page({ language, actor }, t("label.product.sheet"), buildChange(t, language, product.id, product.sheet, []));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/label/products/:product/sheet",
      about: "Changes the sheet from the page.",
      who: readers,
      page: true,
      params: one,
      body: form,
      async handle({ params, body, language, actor }) {
        const { product } = await theirProduct(room, actor, params.product);
        const t = wordsIn(language);
        const sheet = readSheetForm(body);
        const problems = sheetProblems(sheet, language);
        if (problems.length > 0)
          return page({ language, actor }, t("label.product.sheet"), buildChange(t, language, product.id, sheet, problems), { status: 422 });
        await replaceSheet(room, product, sheet, { actor, language });
        return Reply.see(`/label/products/${product.id}`);
      },
    }),
  ];
}

const sheetProblems = (sheet: Sheet, language: Language): readonly string[] =>
  findSheetProblems(sheet).map(({ field: name, problem }) => `${fieldName(name, language)} : ${say(problem, language)}`);

const readCompany = (body: FormValues): z.ZodSafeParseResult<Company> =>
  company.safeParse({
    ...Object.fromEntries(Object.keys(companyFields).map((name) => [name, body[name]])),
    owner: body.owner === "yes",
    sincere: body.sincere === "yes",
  });

const companyProblems = (t: Words, error: z.ZodError): readonly string[] =>
  textFields.filter((name) => error.issues.some(({ path }) => path[0] === name)).map((name) => t("label.apply.missing", { field: t(`label.apply.${name}`) }));

const problemList = (t: Words, problems: readonly string[]): Html =>
  problems.length === 0
    ? html``
    : html`<div class="notice bad" role="alert"><p>${t("label.apply.problems")}</p><ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`;

function buildApplication(t: Words, language: Language, file: string, given: FormValues, problems: readonly string[]): Html {
  const text = (name: string): string => (typeof given[name] === "string" ? given[name] : "");
  const motives = [
    ["first", t("label.apply.first")],
    ["v1-to-v2", t("label.apply.v1-to-v2")],
  ] as const;
  return html`<h1>${t("label.apply.title")}</h1><p><a href="/files/${file}">${t("label.product.file", { file })}</a></p>${problemList(t, problems)}
<form class="card stack" method="post" action="/label/applications/${file}"><fieldset class="stack"><legend>${t("label.apply.who")}</legend>
${choice({ name: "motive", label: t("label.apply.motive"), options: motives, value: text("motive") || "first" })}
${textFields.map((name) => field({ name, label: t(`label.apply.${name}`), value: text(name), autocomplete: completions[name], required: true, ...kinds[name] }))}
${tick({ name: "owner", label: t("label.apply.owner"), value: "yes", checked: given.owner === "yes" })}
${tick({ name: "sincere", label: t("label.apply.sincere"), value: "yes", checked: given.sincere === "yes" })}</fieldset>
${buildSheetForm(readSheetForm(given), language)}<button class="btn main">${t("label.apply.send")}</button></form>`;
}

const buildChange = (t: Words, language: Language, product: string, sheet: Sheet, problems: readonly string[]): Html =>
  html`<h1>${t("label.product.sheet")}</h1>${problemList(t, problems)}<p class="soft">${t("label.product.changed")}</p>
<form class="card stack" method="post" action="/label/products/${product}/sheet">${buildSheetForm(sheet, language)}<button class="btn main">${t("label.product.change")}</button></form>`;

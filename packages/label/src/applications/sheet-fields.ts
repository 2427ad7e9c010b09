// The fields of the product sheet in the words of article 3.1, in its order: how each is shown, asked for on a page, and read from a form.
// What makes a sheet whole is in sheet.ts.
import { type Language, say, type Text } from "@cercle/kernel";
import { professionName } from "../public/public-list.ts";
import type { Sheet } from "./sheet.ts";

/** `lines` is one thing a line; `boxes` are the professions that the convention lists. */
type Kind = "text" | "lines" | "flag" | "number" | "day" | "deployment" | "boxes";
export type SheetField = { readonly name: string; readonly label: Text; readonly kind: Kind };
export type SheetGroup = { readonly title: Text; readonly fields: readonly SheetField[] };

const field = (name: string, kind: Kind, fr: string, en: string): SheetField => ({ name, kind, label: { fr, en } });

export const deployments = {
  "single-site": { fr: "Monosite", en: "Single site" },
  "multi-site": { fr: "Multisite", en: "Multi-site" },
} as const satisfies Readonly<Record<string, Text>>;

export const sheetGroups: readonly SheetGroup[] = [
  {
    title: { fr: "La solution", en: "The product" },
    fields: [
      field("commercial_name", "text", "Nom commercial", "Commercial name"),
      field("components", "lines", "Composants", "Components"),
      field("version", "text", "Version présentée", "Version presented"),
      field("health_centres_only", "flag", "Destinée aux seuls centres de santé", "Meant for health centres only"),
      field("deployment.kind", "deployment", "Déploiement", "Deployment"),
      field("deployment.max_sites", "number", "Nombre maximum de sites (multisite)", "Maximum number of sites (multi-site)"),
    ],
  },
  {
    title: { fr: "Professions", en: "Professions" },
    fields: [
      field("professions", "boxes", "Professions de la convention", "Professions of the convention"),
      field("other_professions", "lines", "Autres professions", "Other professions"),
      field("specialities", "lines", "Spécialités", "Specialities"),
    ],
  },
  {
    title: { fr: "Hébergement", en: "Hosting" },
    fields: [
      field("hosting.hosted", "flag", "Solution hébergée", "Hosted product"),
      field("hosting.host", "text", "Hébergeur agréé ou certifié", "Approved or certified host"),
      field("hosting.perimeter", "text", "Périmètre de la décision", "Perimeter of the decision"),
      field("hosting.valid_until", "day", "Décision valable jusqu’au", "Decision valid until"),
    ],
  },
  {
    title: { fr: "Logiciel d’aide à la prescription (LAP)", en: "Prescription software (LAP)" },
    fields: [
      field("lap.name", "text", "Module certifié", "Certified module"),
      field("lap.number", "text", "Numéro du certificat LAP", "Number of the LAP certificate"),
      field("lap.valid_until", "day", "Certificat LAP valable jusqu’au", "LAP certificate valid until"),
      field(
        "lap.embedded",
        "flag",
        "Le candidat certifie que le module certifié est celui qui est embarqué",
        "The candidate certifies that the certified module is the embedded one",
      ),
    ],
  },
  {
    title: { fr: "DMP et SESAM-Vitale", en: "DMP and SESAM-Vitale" },
    fields: [
      field("dmp.number", "text", "Numéro d’homologation DMP", "DMP approval number"),
      field("dmp.external", "flag", "Module DMP externe", "External DMP module"),
      field("dmp.module", "text", "Nom du module externe", "Name of the external module"),
      field("sesam_vitale.number", "text", "Numéro d’agrément SESAM-Vitale", "SESAM-Vitale approval number"),
      field("sesam_vitale.third_parties", "lines", "Logiciels tiers", "Third-party products"),
      field("sesam_vitale.covers_third_parties", "flag", "L’agrément couvre les logiciels tiers", "The approval covers the third-party products"),
    ],
  },
];

const allFields = sheetGroups.flatMap(({ fields }) => fields);

/** A field by its name in the API, in the reader's words; the name itself when it is none of ours. */
export const fieldName = (name: string, language: Language): string => {
  const known = allFields.find((one) => one.name === name);
  return known ? say(known.label, language) : name === "hosting" ? fieldName("hosting.hosted", language) : name;
};

export function valueIn(sheet: Sheet, name: string): unknown {
  const [first = "", second] = name.split(".");
  const value = sheet[first];
  if (second === undefined) return value;
  return typeof value === "object" && value !== null ? (value as Sheet)[second] : undefined;
}

/** What is filled, group by group, in words. */
export function describeSheet(sheet: Sheet, language: Language): readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[] {
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const show = (kind: Kind, value: unknown): string => {
    if (typeof value === "boolean") return say(value ? { fr: "oui", en: "yes" } : { fr: "non", en: "no" }, language);
    if (Array.isArray(value)) return value.map((one) => (kind === "boxes" ? professionName(String(one), language) : String(one))).join(", ");
    if (kind === "day" && !Number.isNaN(Date.parse(String(value)))) return day.format(new Date(String(value)));
    if (kind === "deployment" && Object.hasOwn(deployments, String(value))) return say(deployments[value as keyof typeof deployments], language);
    return String(value);
  };
  return sheetGroups
    .map(({ title, fields }) => ({
      title: say(title, language),
      rows: fields
        .map(({ name, label, kind }) => ({ words: say(label, language), kind, value: valueIn(sheet, name) }))
        .filter(({ value }) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
        .map(({ words, kind, value }) => [words, show(kind, value)] as const),
    }))
    .filter(({ rows }) => rows.length > 0);
}

export type FormValues = Readonly<Record<string, string | readonly string[]>>;

/** A sheet from a form: what is left empty is left out, a box not ticked says no; judged by sheet.ts like any other. */
export function readSheetForm(form: FormValues): Sheet {
  const sheet: Record<string, unknown> = {};
  for (const { name, kind } of allFields) {
    const value = readField(kind, form[name]);
    if (value === undefined) continue;
    const [first = "", second] = name.split(".");
    if (second === undefined) sheet[first] = value;
    else sheet[first] = { ...(sheet[first] as Sheet | undefined), [second]: value };
  }
  return sheet;
}

function readField(kind: Kind, given: string | readonly string[] | undefined): unknown {
  const texts = (typeof given === "string" ? [given] : (given ?? [])).map((one) => one.trim()).filter((one) => one !== "");
  if (kind === "flag") return texts.length > 0;
  if (kind === "boxes") return texts;
  if (kind === "lines") {
    return texts
      .flatMap((text) => text.split(/\r?\n/))
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }
  const [text] = texts;
  return kind === "number" && text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : text;
}

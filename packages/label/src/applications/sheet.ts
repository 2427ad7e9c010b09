// The product sheet of article 3.1: an ordered table of rules, so that each missing or inconsistent field is told one by one. Pure.
import { type Language, say, type Text } from "@cercle/kernel";

/** The twelve professions the convention lists. */
export const professions = {
  "medecin-generaliste": { fr: "Médecin généraliste", en: "General practitioner" },
  "medecin-specialiste": { fr: "Médecin spécialiste", en: "Specialist doctor" },
  infirmier: { fr: "Infirmier", en: "Nurse" },
  "masseur-kinesitherapeute": { fr: "Masseur-kinésithérapeute", en: "Physiotherapist" },
  "pedicure-podologue": { fr: "Pédicure-podologue", en: "Podiatrist" },
  orthophoniste: { fr: "Orthophoniste", en: "Speech therapist" },
  orthoptiste: { fr: "Orthoptiste", en: "Orthoptist" },
  dieteticien: { fr: "Diététicien", en: "Dietician" },
  "sage-femme": { fr: "Sage-femme", en: "Midwife" },
  psychologue: { fr: "Psychologue", en: "Psychologist" },
  pharmacien: { fr: "Pharmacien", en: "Pharmacist" },
  "chirurgien-dentiste": { fr: "Chirurgien-dentiste", en: "Dental surgeon" },
} as const satisfies Readonly<Record<string, Text>>;
export type Profession = keyof typeof professions;

/** As the candidate fills it in; nothing is trusted before the rules below. */
export type Sheet = { readonly [field: string]: unknown };

/** `onPage` is the problem for who sees boxes and not names. */
type Rule = { readonly field: string; readonly problem: Text; readonly onPage: Text; ok(sheet: Sheet): boolean };

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "" && value.length <= 300;
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length <= 60;
const textsOf = (value: unknown): boolean => isList(value) && value.every(isText);
const part = (sheet: Sheet, field: string): Sheet => {
  const value = sheet[field];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Sheet) : {};
};
const isDay = (value: unknown): boolean => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
const missing: Text = { fr: "manque", en: "is missing" };
const needs = (field: string, ok: (sheet: Sheet) => boolean, problem: Text = missing, onPage: Text = problem): Rule => ({ field, problem, onPage, ok });

/** In the order of the table of article 3.1. */
const rules: readonly Rule[] = [
  needs("commercial_name", (sheet) => isText(sheet.commercial_name)),
  needs("components", (sheet) => sheet.components === undefined || textsOf(sheet.components), {
    fr: "est une liste de composants",
    en: "is a list of components",
  }),
  needs("version", (sheet) => isText(sheet.version)),
  needs("health_centres_only", (sheet) => sheet.health_centres_only === true, {
    fr: "« non » : signez la convention « Maisons et Centres de santé »",
    en: "“no”: sign the convention “Maisons et Centres de santé”",
  }),
  needs("deployment.kind", (sheet) => ["single-site", "multi-site"].includes(String(part(sheet, "deployment").kind))),
  needs(
    "deployment.max_sites",
    (sheet) => {
      const { kind, max_sites: most } = part(sheet, "deployment");
      return kind === "multi-site" ? typeof most === "number" && Number.isInteger(most) && most >= 2 && most <= 100_000 : most === undefined || most === 1;
    },
    { fr: "en multisites, le nombre maximum de sites (au moins 2) ; sinon rien", en: "for multi-site, the maximum number of sites (2 at least); else nothing" },
  ),
  needs(
    "professions",
    (sheet) => {
      const listed = isList(sheet.professions) ? sheet.professions : [];
      const others = isList(sheet.other_professions) ? sheet.other_professions : [];
      return (
        listed.length + others.length > 0 &&
        new Set(listed).size === listed.length &&
        listed.every((one) => typeof one === "string" && Object.hasOwn(professions, one))
      );
    },
    {
      fr: `au moins une, parmi : ${Object.keys(professions).join(", ")} ; les autres dans other_professions`,
      en: `one at least, of: ${Object.keys(professions).join(", ")}; others in other_professions`,
    },
    { fr: "cochez-en une au moins, ou nommez-en une autre", en: "tick one at least, or name another" },
  ),
  needs("other_professions", (sheet) => sheet.other_professions === undefined || textsOf(sheet.other_professions), {
    fr: "est une liste de textes",
    en: "is a list of texts",
  }),
  needs("hosting.hosted", (sheet) => typeof part(sheet, "hosting").hosted === "boolean"),
  ...(["host", "perimeter"] as const).map((name) =>
    needs(`hosting.${name}`, (sheet) => part(sheet, "hosting").hosted !== true || isText(part(sheet, "hosting")[name]), {
      fr: "en mode hébergé, dites l’hébergeur agréé ou certifié et le périmètre de sa décision",
      en: "when hosted, name the approved or certified host and the perimeter of its decision",
    }),
  ),
  needs(
    "hosting",
    (sheet) => part(sheet, "hosting").hosted !== false || (part(sheet, "hosting").host === undefined && part(sheet, "hosting").perimeter === undefined),
    {
      fr: "un hébergeur est nommé alors que la solution n’est pas hébergée",
      en: "a host is named although the product is not hosted",
    },
  ),
  needs("hosting.valid_until", (sheet) => part(sheet, "hosting").hosted !== true || isDay(part(sheet, "hosting").valid_until), {
    fr: "la date de fin de l’agrément ou du certificat",
    en: "the day on which the approval or certificate ends",
  }),
  needs("lap.name", (sheet) => isText(part(sheet, "lap").name)),
  needs("lap.number", (sheet) => isText(part(sheet, "lap").number)),
  needs("lap.embedded", (sheet) => part(sheet, "lap").embedded === true, {
    fr: "certifiez que le module certifié est bien celui qui est embarqué",
    en: "certify that the certified module is the embedded one",
  }),
  needs("lap.valid_until", (sheet) => isDay(part(sheet, "lap").valid_until)),
  needs("dmp.number", (sheet) => isText(part(sheet, "dmp").number)),
  needs("dmp.module", (sheet) => part(sheet, "dmp").external !== true || isText(part(sheet, "dmp").module), {
    fr: "nommez le module externe",
    en: "name the external module",
  }),
  needs("sesam_vitale.number", (sheet) => isText(part(sheet, "sesam_vitale").number)),
  needs(
    "sesam_vitale.covers_third_parties",
    (sheet) => {
      const { third_parties: others, covers_third_parties: covers } = part(sheet, "sesam_vitale");
      return isList(others) && others.length > 0 ? covers === true : covers === undefined || typeof covers === "boolean";
    },
    { fr: "l’agrément doit couvrir les logiciels tiers nommés", en: "the approval must cover the third-party products named" },
  ),
  needs("specialities", (sheet) => isList(sheet.specialities) && sheet.specialities.every(isText), {
    fr: "est une liste (vide s’il n’y en a pas)",
    en: "is a list (empty when there is none)",
  }),
];

const broken = (sheet: Sheet): readonly Rule[] => rules.filter((rule) => !rule.ok(sheet));

/** Every problem, in the order of the article, by the API's names; empty when the sheet is whole. */
export const listSheetProblems = (sheet: Sheet, language: Language): readonly string[] =>
  broken(sheet).map((rule) => `${rule.field} — ${say(rule.problem, language)}`);

/** The same for a page, which knows the words of each field. */
export const findSheetProblems = (sheet: Sheet): readonly { readonly field: string; readonly problem: Text }[] =>
  broken(sheet).map(({ field, onPage }) => ({ field, problem: onPage }));

/** Dependent certificates that no longer hold on a day (LAB 3.1): each opens a case, none lowers a level by itself. */
export function listExpired(sheet: Sheet, today: string): readonly string[] {
  return ["hosting", "lap"].filter((name) => {
    const until = part(sheet, name).valid_until;
    return typeof until === "string" && until < today;
  });
}

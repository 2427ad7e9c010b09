// A licence of use given to a professional: the ordered list of what it must carry, each with its article. Pure.
import type { Language, Text } from "@cercle/kernel";
import { dayUnits } from "@cercle/law";

/** The seven limits of article 11.2. */
export const limits = {
  "card-use-only": {
    fr: "usage réservé à la carte CPS (R. 161-52, ou applications de promoteurs agréés)",
    en: "use for the CPS card only (R. 161-52, or approved promoters)",
  },
  "no-copy-but-backup": { fr: "aucune copie, sauf une de sauvegarde", en: "no copy but one backup" },
  "no-disclosure": { fr: "aucune divulgation à un tiers", en: "no disclosure" },
  "no-transfer": { fr: "aucune cession ni concession", en: "no transfer, no licence of it" },
  "agency-property": { fr: "respect de la propriété de l’agence", en: "the agency’s property respected" },
  "no-change-but-update": { fr: "aucune modification, sauf une version qualifiée", en: "no change but a qualified version" },
  "agency-not-liable": { fr: "absence de responsabilité de l’agence", en: "the agency not liable" },
} as const satisfies Readonly<Record<string, Text>>;

/** ISO 3166: metropolitan France, departments and regions overseas, overseas communities, New Caledonia (CPS 5). */
export const territories = ["FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"] as const;

export type Delay = { readonly length: number; readonly unit: (typeof dayUnits)[number] };
export type Offered = {
  readonly limits: readonly string[];
  readonly territory: string;
  /** Any holder of a card of the family is entitled, beside the regulated professions (CPS 2). */
  readonly holder: "professional" | "card-holder";
  readonly signed_on: string | undefined;
  readonly delay: { readonly length: number; readonly unit: string } | undefined;
};
type Rule = { readonly clause: string; readonly problem: (offered: Offered) => Text | undefined };

const rules: readonly Rule[] = [
  ...Object.entries(limits).map(
    ([id, about]): Rule => ({
      clause: "CPS 11.2",
      problem: (offered) =>
        offered.limits.includes(id) ? undefined : { fr: `il manque la limite « ${about.fr} » (${id})`, en: `the limit “${about.en}” (${id}) is missing` },
    }),
  ),
  {
    clause: "CPS 5",
    problem: ({ territory }) =>
      territories.some((known) => known === territory)
        ? undefined
        : { fr: `« ${territory} » n’est pas en territoire français`, en: `“${territory}” is not French territory` },
  },
  {
    clause: "CPS 11.2",
    problem: ({ signed_on }) =>
      signed_on ? undefined : { fr: "le professionnel n’a pas signé (signed_on)", en: "the professional has not signed (signed_on)" },
  },
  {
    clause: "CPS 13.1",
    problem: ({ delay }) =>
      delay && dayUnits.some((unit) => unit === delay.unit) && Number.isInteger(delay.length) && delay.length > 0 && delay.length <= 1000
        ? undefined
        : { fr: "le délai de mise à jour convenu manque (delay)", en: "the agreed update delay is missing (delay)" },
  },
];

/** Every problem with its clause, in order. */
export const listLicenceProblems = (offered: Offered, language: Language): readonly string[] =>
  rules.flatMap(({ clause, problem }) => {
    const found = problem(offered);
    return found ? [`${found[language]} [${clause}]`] : [];
  });

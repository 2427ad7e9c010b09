// Codes and labels of the national nomenclatures (NOS) that the room needs to label what it writes itself. What an extraction
// says keeps its own label. Copied from public sources dated 2020–2023 (docs/directory.md says which).

import { at } from "./layouts.ts";

type List = Readonly<Record<string, string>>;

/** TRE_G15 professions, with those of later lists that directories still show. */
const profession: List = {
  "10": "Médecin",
  "21": "Pharmacien",
  "26": "Audioprothésiste",
  "28": "Opticien-Lunetier",
  "31": "Assistant dentaire",
  "32": "Physicien médical",
  "35": "Aide-soignant",
  "36": "Ambulancier",
  "37": "Auxiliaire de puériculture",
  "38": "Préparateur en pharmacie hospitalière",
  "39": "Préparateur en pharmacie",
  "40": "Chirurgien-Dentiste",
  "50": "Sage-Femme",
  "60": "Infirmier",
  "69": "Infirmier psychiatrique",
  "70": "Masseur-Kinésithérapeute",
  "80": "Pédicure-Podologue",
  "81": "Orthoprothésiste",
  "82": "Podo-Orthésiste",
  "83": "Orthopédiste-Orthésiste",
  "84": "Oculariste",
  "85": "Epithésiste",
  "86": "Technicien de laboratoire médical",
  "91": "Orthophoniste",
  "92": "Orthoptiste",
  "93": "Psychologue",
  "94": "Ergothérapeute",
  "95": "Diététicien",
  "96": "Psychomotricien",
  "98": "Manipulateur ERM",
};
const category: List = { C: "Civil", E: "Etudiant", F: "Fonctionnaire", M: "Militaire" };
const knowHowType: List = {
  C: "Compétence",
  CAPA: "Capacité",
  CEX: "Compétence exclusive",
  DEC: "Droit d'exercice complémentaire",
  DNQ: "DESC non qualifiant",
  FQ: "Fonction qualifiée",
  OP: "Orientation particulière",
  PAC: "Qualification PAC",
  S: "Spécialité ordinale",
  SH: "Spécialité de concours hospitalier",
};
const knowHow: List = {
  SM02: "Anesthésie-réanimation",
  SM04: "Cardiologie et maladies vasculaires",
  SM15: "Dermatologie et vénéréologie",
  SM20: "Gynécologie-obstétrique",
  SM24: "Gastro-entérologie et hépatologie",
  SM26: "Qualifié en médecine générale",
  SM32: "Neurologie",
  SM38: "Ophtalmologie",
  SM39: "Oto-rhino-laryngologie",
  SM40: "Pédiatrie",
  SM41: "Pneumologie",
  SM42: "Psychiatrie",
  SM44: "Radio-diagnostic",
  SM48: "Rhumatologie",
  SM53: "Spécialiste en médecine générale",
  SM54: "Médecine générale",
  SM59: "Médecine d'urgence",
  SCD01: "Orthopédie dento-faciale",
};
const mode: List = { S: "Salarié", L: "Libéral, indépendant, artisan, commerçant", B: "Bénévole" };
const kind: List = {
  GENR01: "Activité standard de soin ou de pharmacien",
  GENR02: "Remplaçant",
  GENR03: "Remplacement",
  GENR04: "Activité non soignante",
  GENR06: "Délégation",
  GENR08: "Coordination",
};
const role: List = {
  "FON-01": "Titulaire de cabinet",
  "FON-03": "Titulaire d'officine",
  "FON-05": "Adjoint",
  "FON-22": "Remplaçant",
  "FON-35": "Chef de service",
  "FON-41": "Biologiste médical",
  "FON-43": "Cadre de santé",
  "FON-48": "Interne",
  "FON-57": "Docteur junior",
  "FON-AU": "Autre fonction",
};
const sector: List = {
  SA01: "Etablissement public de santé",
  SA04: "Etablissement privé non PSPH",
  SA05: "Centre de santé",
  SA07: "Cabinet individuel",
  SA08: "Cabinet de groupe",
  SA09: "Exercice en société",
  SA16: "Etablissement pour handicapés",
  SA17: "Etablissement pour personnes âgées",
  SA25: "Laboratoire de biologie médicale",
  SA33: "Pharmacie d'officine",
  SA42: "Appareillage médical",
  SA52: "Maison de santé",
  SA63: "Communauté professionnelle territoriale de santé",
};
const civility: List = { M: "Monsieur", MME: "Madame" };
const exerciseCivility: List = { DR: "Docteur", PR: "Professeur", M: "Monsieur", MME: "Madame" };
/** Sections of the pharmacists' order (TRE_R06). */
const section: List = {
  A: "Titulaires d'officine",
  B: "Industrie",
  C: "Distribution en gros",
  D: "Adjoints d'officine",
  E: "Outre-mer",
  G: "Biologistes",
  H: "Etablissements de santé",
};

const lists = { profession, category, knowHowType, knowHow, mode, kind, role, sector, civility, exerciseCivility, section } as const;
export type NomenclatureName = keyof typeof lists;

/** The label of a code, or nothing when the list does not know it. */
export function labelOf(list: NomenclatureName, code: string): string {
  return lists[list][code] ?? "";
}

/** A whole list, for pages and generators. */
export function listCodes(list: NomenclatureName): readonly (readonly [string, string])[] {
  return Object.entries(lists[list]);
}

/** Columns of an activity that hold a code, the column of its label, and the list both come from. */
export const labelledColumns: readonly (readonly [number, number, NomenclatureName])[] = [
  [at.exerciseCivility, at.exerciseCivilityLabel, "exerciseCivility"],
  [at.civility, at.civilityLabel, "civility"],
  [at.profession, at.professionLabel, "profession"],
  [at.category, at.categoryLabel, "category"],
  [at.knowHowType, at.knowHowTypeLabel, "knowHowType"],
  [at.knowHow, at.knowHowLabel, "knowHow"],
  [at.mode, at.modeLabel, "mode"],
  [at.sector, at.sectorLabel, "sector"],
  [at.section, at.sectionLabel, "section"],
  [at.role, at.roleLabel, "role"],
  [at.kind, at.kindLabel, "kind"],
];

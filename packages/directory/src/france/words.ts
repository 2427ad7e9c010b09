// What this country's registers and identifiers are called, wherever the room has to name one.
export const names = {
  person: "RPPS",
  formerPerson: "ADELI",
  nationalPerson: "IDNPS",
  establishment: "FINESS",
  company: "SIREN",
  site: "SIRET",
} as const;

/** The first letter of the technical identifier of a structure, by the kind of identifier that a mailbox line gives (names, and codes of TRE_G07). */
export const structurePrefixes: Readonly<Record<string, string>> = { [names.establishment]: "F", "1": "F", [names.site]: "C", "3": "C", "4": "R" };

export const identifierForms = {
  fr: `${names.person} à 11 chiffres, structure/numéro, ou ANS suivi de chiffres`,
  en: `11-digit ${names.person}, structure/number, or ANS followed by figures`,
} as const;

// Canonical addresses of the Annuaire Santé profiles (IG 1.1.0) and of the terminologies they use.

const root = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition";
const core = "https://hl7.fr/ig/fhir/core";
const nos = (list: string, name: string): string => `https://mos.esante.gouv.fr/NOS/TRE_${list}-${name}/FHIR/TRE-${list}-${name}`;

export const fhirSource = "https://annuaire.esante.gouv.fr";
export const profiles = {
  Practitioner: [`${root}/as-dp-practitioner`, `${core}/StructureDefinition/fr-core-practitioner`],
  PractitionerRole: [`${root}/as-dp-practitionerrole`, `${core}/StructureDefinition/fr-core-practitioner-role`],
  Organization: [`${root}/as-dp-organization`, `${core}/StructureDefinition/fr-core-organization`],
} as const;

export const extensions = {
  mailbox: `${root}/as-ext-mailbox-mss-metadata`,
  emailType: `${core}/StructureDefinition/fr-core-contact-point-email-type`,
  organizationTypes: `${root}/as-ext-organization-types`,
  dataTrace: `${root}/as-ext-data-trace`,
} as const;

export const systems = {
  identifierType: `${core}/CodeSystem/fr-core-cs-v2-0203`,
  idnps: "urn:oid:1.2.250.1.71.4.2.1",
  rpps: "https://rpps.esante.gouv.fr",
  idnst: "urn:oid:1.2.250.1.71.4.2.2",
  finess: "https://finess.esante.gouv.fr",
  siren: "https://sirene.fr",
  siret: "https://sirene.fr/siret",
  organizationType: `${core}/CodeSystem/fr-core-cs-v2-3307`,
  profession: nos("G15", "ProfessionSante"),
  category: nos("R09", "CategorieProfessionnelle"),
  knowHowType: nos("R04", "TypeSavoirFaire"),
  knowHow: nos("R38", "SpecialiteOrdinale"),
  kind: nos("R22", "GenreActivite"),
  mode: nos("R23", "ModeExercice"),
  role: nos("R21", "Fonction"),
  sector: nos("R02", "SecteurActivite"),
  diplomaType: nos("R48", "DiplomeEtatFrancais"),
  messaging: nos("R256", "TypeMessagerie"),
  mailboxKind: nos("R257", "TypeBAL"),
} as const;

/** The code that marks an e-mail address as one of the trust space (R256). */
export const messagingCode = "MSSANTE";

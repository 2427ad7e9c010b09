// Label convention: what can happen from the application to the signature.
import type { EntryKind } from "../../engine/definition.ts";
import { declaredSincere, everyPieceIsThere, fileIsWhole, forHealthCentresOnly, ownsTheProduct, pieces, signedOnce, signsTheSame } from "./checks.ts";

const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const flag = (fr: string, en: string, required = false) => ({ kind: "flag", required, about: { fr, en } }) as const;
const examination = ["examination"];

export const examinationKinds: Readonly<Record<string, EntryKind>> = {
  "application-filed": {
    about: { fr: "dossier de candidature déposé, déclaré sincère", en: "application filed, declared sincere" },
    by: ["holder"],
    article: "LAB préambule, 4.2.1",
    phases: examination,
    fields: {
      motive: {
        kind: ["first", "v1-to-v2"],
        required: true,
        about: { fr: "première demande, ou renouvellement V1 en V2", en: "first request, or renewal from V1 to V2" },
      },
      company: text("raison sociale", "name of the company", true),
      seat: text("siège social", "seat", true),
      phone: text("téléphone", "telephone", true),
      email: text("adresse e-mail", "e-mail address", true),
      registration_place: text("lieu d’immatriculation", "place of registration", true),
      registration_number: text("numéro d’immatriculation", "registration number", true),
      product: text("la solution", "the product"),
      owner: flag("propriétaire de la solution", "owner of the product", true),
      health_centres_only: flag("destinée aux seuls centres de santé", "meant for health centres only", true),
      sincere: flag("informations sincères et fidèles", "information sincere and faithful", true),
    },
    checks: [ownsTheProduct, forHealthCentresOnly, declaredSincere],
  },
  "piece-filed": {
    about: { fr: "pièce versée au dossier", en: "piece put in the file" },
    by: ["holder"],
    article: "LAB 2, 3.2",
    fields: {
      piece: { kind: pieces, required: true, about: { fr: "la pièce", en: "the piece" } },
      signed_on: { kind: "date", about: { fr: "datée et signée le", en: "dated and signed on" } },
      document: text("le document", "the document"),
    },
  },
  "file-found-complete": {
    about: { fr: "dossier constaté complet", en: "file found complete" },
    by: ["agency"],
    article: "LAB 2",
    phases: examination,
    checks: [everyPieceIsThere],
  },
  "conformity-visit-held": {
    about: { fr: "visite de conformité dans les locaux du candidat", en: "conformity visit at the candidate’s premises" },
    by: ["agency"],
    article: "LAB 5",
    phases: examination,
    fields: { results: { kind: "list", required: true, about: { fr: "scénarios et résultats", en: "scenarios and results" } } },
  },
  "convention-signed": {
    about: { fr: "signature de la convention par une partie", en: "signature of the convention by one party" },
    by: ["agency", "holder"],
    article: "LAB 8",
    phases: examination,
    fields: {
      product: text("la solution et sa version", "the product and its version"),
      level: { kind: ["standard", "advanced"], about: { fr: "niveau signé", en: "level signed" } },
    },
    checks: [signedOnce, signsTheSame, fileIsWhole],
  },
};

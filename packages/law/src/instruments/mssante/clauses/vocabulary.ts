// What the clauses of this contract are written with.
import type { Consequence } from "../../../engine/definition.ts";

export const openProcedure = (fr: string, en: string): Consequence => ({
  by: "agency",
  act: "formal-notice-sent",
  article: "MSS 12.2",
  about: {
    fr: `${fr} : l’agence doit ouvrir la procédure de résiliation par une mise en demeure`,
    en: `${en}: the agency owes the opening of the termination procedure by a formal notice`,
  },
});

export const fromSending = {
  fr: "le texte ne dit pas si le préavis court de l’envoi ou de la réception ; ici de l’envoi.",
  en: "the text does not say whether the notice runs from sending or reception; here from sending.",
};

export const soft = { none: true } as const;

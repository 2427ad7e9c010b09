import { defineErrors } from "@cercle/kernel";

export const conformityErrors = defineErrors({
  "conformity.failed": { status: 409, text: { fr: "{failed} test(s) sur {all} ont échoué : {which}", en: "{failed} of {all} tests failed: {which}" } },
  "conformity.bad-result": {
    status: 422,
    text: { fr: "Ce fichier de résultats n’est pas valable : {reason}.", en: "This result file is not valid: {reason}." },
  },
  "conformity.bad-kit": {
    status: 422,
    text: { fr: "Ce qui décrit l’opérateur ne suffit pas : {reason}.", en: "What describes the operator is not enough: {reason}." },
  },
  "conformity.no-file": { status: 404, text: { fr: "Le dossier {reference} n’existe pas.", en: "File {reference} does not exist." } },
  "conformity.card-software": { status: 503, text: { fr: "{reason}", en: "{reason}" } },
});

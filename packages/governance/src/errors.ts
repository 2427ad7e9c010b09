import { defineErrors } from "@cercle/kernel";

export const governanceErrors = defineErrors({
  "governance.no-file": { status: 404, text: { fr: "Aucun dossier ne porte la référence {reference}.", en: "No file has the reference {reference}." } },
  "governance.unknown-entry": {
    status: 422,
    text: { fr: "Ce dossier ne connaît pas d’entrée « {type} ».", en: "This file knows no entry “{type}”." },
  },
  "governance.forbidden-entry": {
    status: 409,
    text: { fr: "Cette entrée ne peut pas être inscrite maintenant ({reason}).", en: "This entry cannot be recorded now ({reason})." },
  },
  "governance.held-elsewhere": {
    status: 409,
    text: {
      fr: "Le droit {right} sur {subject} est déjà donné par le dossier {reference}.",
      en: "The right {right} on {subject} is already given by file {reference}.",
    },
  },
  "governance.right-missing": {
    status: 403,
    text: {
      fr: "Le droit {right} n’est pas ouvert pour {subject}. Le dossier {reference} dit pourquoi.",
      en: "The right {right} is not open for {subject}. File {reference} says why.",
    },
  },
  "governance.never-granted": {
    status: 403,
    text: { fr: "Le droit {right} n’a jamais été donné à {subject}.", en: "The right {right} was never given to {subject}." },
  },
  "governance.clock-backwards": {
    status: 409,
    text: {
      fr: "L’horloge ne recule pas : elle est au {now}. Pour repartir du début, utilisez « cercle reset ».",
      en: "The clock does not go back: it stands at {now}. To start afresh, use “cercle reset”.",
    },
  },
  "governance.clock-used": {
    status: 409,
    text: {
      fr: "Des entrées ont été inscrites sous l’horloge déplacée : elle ne peut plus être remise à l’heure. Utilisez « cercle reset ».",
      en: "Entries were recorded under the moved clock: it can no longer be put back. Use “cercle reset”.",
    },
  },
  "governance.sandbox-only": {
    status: 403,
    text: { fr: "Cet acte n’existe que dans un bac à sable.", en: "This act exists in a sandbox only." },
  },
});

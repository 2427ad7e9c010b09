import { defineErrors } from "@cercle/kernel";

export const lawErrors = defineErrors({
  "law.incomplete": {
    status: 422,
    text: { fr: "Il manque à cette entrée ce qu’elle doit dire. Complétez-la.", en: "This entry lacks what it must say. Complete it." },
  },
  "law.nothing-to-withdraw": {
    status: 409,
    text: { fr: "Ce droit n’est pas ouvert : il n’y a rien à retirer.", en: "This right is not open: there is nothing to withdraw." },
  },
  "law.bad-file": {
    status: 422,
    text: { fr: "Le dossier décrit n’est pas lisible : {problem}.", en: "The described file cannot be read: {problem}." },
  },
  "law.bad-question": {
    status: 422,
    text: { fr: "Question inconnue : {about}. Connues : {known}.", en: "Unknown question: {about}. Known: {known}." },
  },
});

import { defineErrors } from "@cercle/kernel";

export const webmailErrors = defineErrors({
  "webmail.sign-in": {
    status: 401,
    text: {
      fr: "L’identification n’a pas abouti ({reason}). Recommencez depuis la page d’accueil.",
      en: "The sign-in did not succeed ({reason}). Start again from the first page.",
    },
  },
  "webmail.not-here": {
    status: 404,
    text: { fr: "Cette page de messagerie n’existe pas, ou n’est pas à vous.", en: "This page of the mail does not exist, or is not yours." },
  },
  "webmail.refused": { status: 409, text: { fr: "L’opération est refusée : {reason}", en: "This is refused: {reason}" } },
});

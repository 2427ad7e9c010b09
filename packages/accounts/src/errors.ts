import { defineErrors } from "@cercle/kernel";

export const accountsErrors = defineErrors({
  "accounts.bad-invitation": {
    status: 410,
    text: {
      fr: "Ce lien d’invitation a déjà servi ou n’est plus valable. Demandez-en un autre à qui vous a invité.",
      en: "This invitation link has been used or has expired. Ask whoever invited you for another.",
    },
  },
  "accounts.bad-passkey": {
    status: 401,
    text: {
      fr: "Cette clé d’accès n’a pas été reconnue. Recommencez, ou utilisez une autre clé.",
      en: "This passkey was not recognised. Try again, or use another one.",
    },
  },
  "accounts.bad-api-key": {
    status: 401,
    text: { fr: "Cette clé d’API n’existe pas, a expiré ou a été retirée.", en: "This API key does not exist, has expired or was withdrawn." },
  },
  "accounts.no-account": { status: 404, text: { fr: "Ce compte n’existe pas.", en: "This account does not exist." } },
  "accounts.role-not-held": {
    status: 403,
    text: {
      fr: "Une clé d’API ne peut porter qu’un rôle de son compte ({role} n’en est pas).",
      en: "An API key carries only a role of its account ({role} is not one).",
    },
  },
  "accounts.too-long": {
    status: 422,
    text: { fr: "Une clé d’API vit au plus {days} jours.", en: "An API key lives at most {days} days." },
  },
});

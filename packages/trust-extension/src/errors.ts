import { defineErrors } from "@cercle/kernel";

export const trustExtensionErrors = defineErrors({
  "trust-extension.sandbox-only": {
    status: 403,
    text: {
      fr: "Ici les clients sont raccordés par leur dossier : donnez un client existant avec --id, --certificate et --key.",
      en: "Here clients are connected by their file: give an existing client with --id, --certificate and --key.",
    },
  },
  "trust-extension.exists": {
    status: 409,
    text: { fr: "{name} existe déjà. Choisissez un autre nom.", en: "{name} already exists. Choose another name." },
  },
  "trust-extension.no-api": {
    status: 404,
    text: {
      fr: "Aucune API connectée ne s’appelle {name}. « cercle api list » les donne toutes.",
      en: "No connected API is called {name}. “cercle api list” gives them all.",
    },
  },
  "trust-extension.no-software": {
    status: 404,
    text: {
      fr: "Le proxy ne sert aucun logiciel {id}. « cercle proxy list » les donne tous.",
      en: "The proxy serves no software {id}. “cercle proxy list” gives them all.",
    },
  },
  "trust-extension.no-chain": {
    status: 404,
    text: {
      fr: "Aucune chaîne {id}. « cercle chain list » donne les dernières.",
      en: "There is no chain {id}. “cercle chain list” gives the latest.",
    },
  },
  "trust-extension.bad-credentials": {
    status: 422,
    text: {
      fr: "Ce certificat et cette clé ne vont pas ensemble, ou ne se lisent pas : {problem}. Donnez un certificat PEM et sa clé privée, ou un secret.",
      en: "This certificate and key do not belong together, or cannot be read: {problem}. Give a PEM certificate and its private key, or a secret.",
    },
  },
  "trust-extension.bad-upstream": {
    status: 422,
    text: {
      fr: "{url} ne peut pas être l’adresse d’un serveur à protéger : http ou https, sans paramètre ni fragment.",
      en: "{url} cannot be the address of a server to guard: http or https, without query or fragment.",
    },
  },
  "trust-extension.no-outside-issuer": {
    status: 422,
    text: {
      fr: "Aucun fournisseur extérieur n’est réglé : donnez trust-extension.outside_issuer.",
      en: "No outside provider is set: give trust-extension.outside_issuer.",
    },
  },
  "trust-extension.pass-refused": {
    status: 403,
    text: {
      fr: "{id} ne peut pas être servi ici : {why} ({clause}).",
      en: "{id} cannot be served here: {why} ({clause}).",
    },
  },
});

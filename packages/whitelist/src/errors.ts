import { defineErrors } from "@cercle/kernel";

export const whitelistErrors = defineErrors({
  "whitelist.not-xml": {
    status: 422,
    text: { fr: "Le fichier n’est pas une liste blanche lisible : {problem}.", en: "The file is not a readable whitelist: {problem}." },
  },
  "whitelist.too-large": {
    status: 413,
    text: { fr: "Le fichier dépasse {limit} Mo : une liste blanche est bien plus petite.", en: "The file exceeds {limit} MB: a whitelist is far smaller." },
  },
  "whitelist.unsigned": { status: 422, text: { fr: "La liste ne porte aucune signature.", en: "The list carries no signature." } },
  "whitelist.weak-signature": {
    status: 422,
    text: { fr: "La signature n’a pas la forme attendue : {problem}.", en: "The signature does not have the expected form: {problem}." },
  },
  "whitelist.bad-signature": {
    status: 422,
    text: { fr: "La signature ne correspond pas au contenu : la liste a été modifiée.", en: "The signature does not match the content: the list was altered." },
  },
  "whitelist.untrusted": {
    status: 422,
    text: {
      fr: "Le signataire ({signer}) n’est rattaché à aucune ancre de confiance. Donnez la chaîne avec --trust FICHIER.pem.",
      en: "The signer ({signer}) leads to no trust anchor. Give the chain with --trust FILE.pem.",
    },
  },
  "whitelist.signer-expired": {
    status: 422,
    text: {
      fr: "Le certificat du signataire n’est pas valable le {date} (valable du {from} au {to}).",
      en: "The signer’s certificate is not valid on {date} (valid from {from} to {to}).",
    },
  },
  "whitelist.signer-purpose": {
    status: 422,
    text: { fr: "Le certificat du signataire n’est pas fait pour signer une liste.", en: "The signer’s certificate is not made to sign a list." },
  },
  "whitelist.rollback": {
    status: 409,
    text: {
      fr: "La liste est plus ancienne ({given}) que la dernière acceptée ({last}) : elle est refusée.",
      en: "The list is older ({given}) than the last one accepted ({last}): it is refused.",
    },
  },
  "whitelist.empty": { status: 422, text: { fr: "La liste ne contient aucun domaine : elle est refusée.", en: "The list contains no domain: it is refused." } },
  "whitelist.outdated": {
    status: 422,
    text: { fr: "La liste annonçait la suivante pour le {date} : elle est périmée.", en: "The list announced the next one for {date}: it is out of date." },
  },
});

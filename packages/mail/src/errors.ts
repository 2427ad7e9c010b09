import { defineErrors } from "@cercle/kernel";

export const mailErrors = defineErrors({
  "mail.no-operator": { status: 404, text: { fr: "Aucun opérateur ne porte le nom {operator}.", en: "No operator has the name {operator}." } },
  "mail.no-mailbox": { status: 404, text: { fr: "La boîte {address} n’existe pas.", en: "Mailbox {address} does not exist." } },
  "mail.taken": { status: 409, text: { fr: "La boîte {address} existe déjà.", en: "Mailbox {address} exists already." } },
  "mail.bad-address": {
    status: 422,
    text: { fr: "L’adresse {address} n’est pas une adresse du domaine {domain}.", en: "Address {address} is not an address of domain {domain}." },
  },
  "mail.not-a-test-mailbox": {
    status: 409,
    text: {
      fr: "En intégration provisoire, seules des boîtes de test sont permises : le nom doit le montrer (test1@{domain}).",
      en: "During provisional integration only test mailboxes are allowed: the name must show it (test1@{domain}).",
    },
  },
  "mail.too-many-test-mailboxes": {
    status: 409,
    text: { fr: "Vingt-cinq boîtes de test au plus en intégration provisoire.", en: "Twenty-five test mailboxes at most during provisional integration." },
  },
});

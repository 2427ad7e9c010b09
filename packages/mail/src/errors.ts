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
  "mail.one-user": {
    status: 409,
    text: { fr: "La boîte {address} est personnelle : une seule personne s’en sert.", en: "Mailbox {address} is personal: one person uses it." },
  },
  "mail.wrong-user": {
    status: 422,
    text: {
      fr: "La boîte {address} : une personne se sert d’une boîte personnelle ou organisationnelle, un composant technique d’une boîte applicative.",
      en: "Mailbox {address}: persons use personal and organisational mailboxes, a technical component uses an applicative one.",
    },
  },
  "mail.responsible-needed": {
    status: 422,
    text: {
      fr: "La boîte {address} est placée sous la responsabilité d’un professionnel : donnez son identifiant national (--responsible).",
      en: "Mailbox {address} is under the responsibility of a professional: give the national identifier (--responsible).",
    },
  },
  "mail.unknown-person": {
    status: 422,
    text: { fr: "{person} n’est pas une personne en exercice de l’annuaire.", en: "{person} is not an active person of the directory." },
  },
  "mail.directory-away": {
    status: 503,
    text: {
      fr: "L’annuaire n’a pas répondu comme il le doit ({reason}) : réessayez plus tard.",
      en: "The directory did not answer as it should ({reason}): try again later.",
    },
  },
  "mail.not-published": {
    status: 409,
    text: { fr: "L’annuaire refuse cette publication : {reason}", en: "The directory refuses this publication: {reason}" },
  },
  "mail.not-sent": {
    status: 503,
    text: { fr: "L’agence n’a pas pris les indicateurs : {reason}", en: "The agency did not take the indicators: {reason}" },
  },
  "mail.alone-settings": {
    status: 400,
    text: {
      fr: "Un opérateur seul a besoin de ces réglages (docs/mail-alone.md) : {settings}.",
      en: "An operator alone needs these settings (docs/mail-alone.md): {settings}.",
    },
  },
  "mail.alone-file": {
    status: 400,
    text: { fr: "Le fichier du réglage {setting} ne peut pas être lu : {problem}.", en: "The file of setting {setting} cannot be read: {problem}." },
  },
  "mail.bad-certificate": {
    status: 422,
    text: {
      fr: "Ce certificat ne peut pas ouvrir une boîte ({reason}) : donnez celui du composant, en PEM, dont l’usage est l’authentification de client.",
      en: "This certificate cannot open a mailbox ({reason}): give that of the component, in PEM, whose purpose is client authentication.",
    },
  },
  "mail.agreement": {
    status: 409,
    text: {
      fr: "La convention de preuve (version {version}) doit être acceptée par {person} avant le premier usage : --accept-agreement.",
      en: "The evidence agreement (version {version}) must be accepted by {person} before first use: --accept-agreement.",
    },
  },
  "mail.not-a-user": {
    status: 403,
    text: { fr: "{person} ne se sert pas de la boîte {address}.", en: "{person} does not use mailbox {address}." },
  },
  "mail.not-waiting": {
    status: 409,
    text: {
      fr: "Ce message n’attend pas, ou il est à l’essai en ce moment : regardez la file de nouveau.",
      en: "This message does not wait, or is being tried now: look at the queue again.",
    },
  },
  "mail.no-patients": { status: 404, text: { fr: "Cet espace n’a pas d’adresses de patients.", en: "This space has no addresses of patients." } },
  "mail.patient": {
    status: 422,
    text: {
      fr: "Aucune adresse n’est formée de cette identité : {reason}.",
      en: "No address is formed from this identity: {reason}.",
    },
  },
  "mail.no-message": { status: 404, text: { fr: "Aucun message de cette empreinte n’est passé ici.", en: "No message with this fingerprint passed here." } },
  "mail.bad-proof": { status: 422, text: { fr: "Ce fichier de preuve n’est pas valable : {reason}.", en: "This proof file is not valid: {reason}." } },
  "mail.too-many-test-mailboxes": {
    status: 409,
    text: { fr: "Vingt-cinq boîtes de test au plus en intégration provisoire.", en: "Twenty-five test mailboxes at most during provisional integration." },
  },
});

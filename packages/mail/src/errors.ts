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
  "mail.named-administrator": {
    status: 403,
    text: {
      fr: "Cet acte demande un administrateur nommé : agissez dans la console, connecté avec votre clé d’accès, ou donnez votre clé d’API (--key-file).",
      en: "This act needs a named administrator: act in the console, signed in with your passkey, or give your API key (--key-file).",
    },
  },
  "mail.not-administrator": {
    status: 403,
    text: {
      fr: "La seconde personne n’administre pas cet opérateur : un autre de ses administrateurs confirme.",
      en: "The second person does not administer this operator: another of its administrators confirms.",
    },
  },
  "mail.no-hold": {
    status: 404,
    text: {
      fr: "Aucune garde en cours ne correspond, ou une autre demande de levée l’a remplacée : voyez « mail hold DOMAINE ».",
      en: "No hold in force matches, or another request to lift it took its place: see “mail hold DOMAIN”.",
    },
  },
  "mail.no-access": {
    status: 404,
    text: { fr: "Aucun accès en cours ne correspond : voyez « mail open DOMAINE ».", en: "No access matches: see “mail open DOMAIN”." },
  },
  "mail.access-waits": {
    status: 409,
    text: {
      fr: "Cet accès attend une seconde personne : un autre administrateur confirme {decision}.",
      en: "This access waits for a second person: another administrator confirms {decision}.",
    },
  },
  "mail.access-ended": {
    status: 409,
    text: { fr: "Cet accès ({decision}) est terminé : demandez-en un nouveau.", en: "This access ({decision}) has ended: ask for another." },
  },
  "mail.access-of-others": {
    status: 403,
    text: {
      fr: "Seules les deux personnes qui ont ouvert cet accès lisent : demandez le vôtre.",
      en: "Only the two persons who opened this access read: ask for one of your own.",
    },
  },
  "mail.access-end": {
    status: 422,
    text: {
      fr: "La fin d’un accès est à venir, dans {days} jours au plus.",
      en: "The end of an access lies ahead, {days} days at most.",
    },
  },
  "mail.bad-term": {
    status: 422,
    text: {
      fr: "La durée « {term} » est de 0 (sans fin) ou de {least} à {most} jours.",
      en: "The term “{term}” is 0 (without end) or {least} to {most} days.",
    },
  },
  "mail.no-message": { status: 404, text: { fr: "Aucun message de cette empreinte n’est passé ici.", en: "No message with this fingerprint passed here." } },
  "mail.bad-proof": { status: 422, text: { fr: "Ce fichier de preuve n’est pas valable : {reason}.", en: "This proof file is not valid: {reason}." } },
  "mail.moving": {
    status: 503,
    text: {
      fr: "Le domaine {domain} passe chez un autre opérateur : rien n’y est changé ici. Voyez où en est la cession : cercle mail transfer show {domain}.",
      en: "Domain {domain} is moving to another operator: nothing of it is changed here. See how far the transfer is: cercle mail transfer show {domain}.",
    },
  },
  "mail.no-transfer": {
    status: 404,
    text: { fr: "Aucune cession du domaine {domain} n’est en cours ni passée ici.", en: "No transfer of domain {domain} is under way or past here." },
  },
  "mail.transfer-under-way": {
    status: 409,
    text: {
      fr: "Une cession de ce domaine est déjà en cours : menez-la à son terme ou annulez-la.",
      en: "A transfer of this domain is under way already: bring it to its end or cancel it.",
    },
  },
  "mail.transfer-held": {
    status: 409,
    text: {
      fr: "Une conservation légale est en vigueur dans le domaine {domain} : ce qu’elle garde ne se transfère pas. Faites-la lever par deux personnes d’abord (cercle mail hold {domain}).",
      en: "A legal hold is in force in domain {domain}: what it keeps is not transferred. Have it lifted by two persons first (cercle mail hold {domain}).",
    },
  },
  "mail.no-app-passwords": {
    status: 409,
    text: {
      fr: "Les mots de passe d’application sont fermés ici (mail.app_passwords) : ouvrez la boîte avec Pro Santé Connect (XOAUTH2) ou un certificat.",
      en: "Application passwords are switched off here (mail.app_passwords): open the mailbox with Pro Santé Connect (XOAUTH2) or a certificate.",
    },
  },
  "mail.transfer-step": {
    status: 409,
    text: {
      fr: "La cession en est à « {state} » : cette étape ne mène nulle part depuis là.",
      en: "The transfer is at “{state}”: this step leads nowhere from there.",
    },
  },
  "mail.transfer-code": {
    status: 403,
    text: {
      fr: "Ce code n’est pas celui de cette cession. Comparez-le de vive voix avec l’autre opérateur ; s’il diffère, annulez : quelqu’un d’autre a pris l’invitation.",
      en: "This is not the code of this transfer. Compare it by word of mouth with the other operator; if it differs, cancel: somebody else took the invitation.",
    },
  },
  "mail.transfer-not-empty": {
    status: 409,
    text: {
      fr: "Des boîtes ou des traces du domaine {domain} sont déjà ici : une cession n’arrive que chez un opérateur qui n’en a rien.",
      en: "Mailboxes or traces of domain {domain} are here already: a transfer arrives only at an operator that has nothing of it.",
    },
  },
  "mail.transfer-no-agency": {
    status: 409,
    text: {
      fr: "La liste blanche qui porte {domain} n’est pas publiée par cet espace : l’agence qui la publie doit inscrire le nouvel opérateur.",
      en: "The whitelist with {domain} is not published by this space: the agency that publishes it must list the new operator.",
    },
  },
  "mail.bad-invitation": {
    status: 422,
    text: {
      fr: "Ce fichier n’est pas une invitation à recevoir le domaine {domain}.",
      en: "This file is no invitation to receive domain {domain}.",
    },
  },
  "mail.too-many-test-mailboxes": {
    status: 409,
    text: { fr: "Vingt-cinq boîtes de test au plus en intégration provisoire.", en: "Twenty-five test mailboxes at most during provisional integration." },
  },
});

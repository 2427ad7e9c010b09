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
  "governance.handed-over": {
    status: 409,
    text: {
      fr: "Le dossier {reference} a été remis à un autre espace : c’est là qu’il se poursuit, et plus rien ne s’y inscrit ici.",
      en: "File {reference} was handed over to another space: it goes on there, and nothing more is recorded here.",
    },
  },
  "governance.no-terms": { status: 404, text: { fr: "Aucune version {version} de ces conditions.", en: "No version {version} of these terms." } },
  "governance.first-terms": {
    status: 404,
    text: { fr: "La version {version} est la première : rien à comparer.", en: "Version {version} is the first one: nothing to compare." },
  },
  "governance.terms-known": {
    status: 409,
    text: {
      fr: "La version {version} est déjà annoncée : une version ne change pas, donnez-en une autre.",
      en: "Version {version} is announced already: a version never changes, give another.",
    },
  },
  "governance.terms-date": {
    status: 422,
    text: {
      fr: "La date d’effet doit être à venir, et après le {last} : chaque version remplace les précédentes.",
      en: "The day of effect must lie ahead, and after {last}: each version replaces the earlier ones.",
    },
  },
  "governance.stale": {
    status: 409,
    text: {
      fr: "Le dossier a changé entre-temps (entrée {last}). Rechargez-le, relisez, puis recommencez : rien n’a été inscrit.",
      en: "The file has changed meanwhile (entry {last}). Reload it, read it again, then try again: nothing was recorded.",
    },
  },
  "governance.two-officers": {
    status: 409,
    text: {
      fr: "« {type} » se décide à deux : proposez-le (POST /api/decisions, kind governance.{type}) ; un autre agent le confirme.",
      en: "“{type}” is decided by two: propose it (POST /api/decisions, kind governance.{type}); another officer confirms it.",
    },
  },
  "governance.not-your-file": {
    status: 403,
    text: { fr: "Ce dossier est celui d’une autre partie.", en: "This file belongs to another party." },
  },
  "governance.beyond-mandate": {
    status: 403,
    text: {
      fr: "Votre mandat permet de lire ce dossier et d’y inscrire les faits du contrôle ; « {type} » revient à un agent.",
      en: "Your mandate lets you read this file and record the facts of the control; “{type}” is for an officer.",
    },
  },
  "governance.mandate-dates": {
    status: 422,
    text: {
      fr: "Un mandat va d’un jour à un autre, deux ans au plus, et ne finit pas dans le passé.",
      en: "A mandate goes from one day to another, two years at most, and does not end in the past.",
    },
  },
  "governance.not-a-controller": {
    status: 422,
    text: { fr: "Ce compte n’est pas celui d’un contrôleur en service.", en: "This account is not that of a controller in service." },
  },
  "governance.controls-themself": {
    status: 409,
    text: {
      fr: "Cette personne agit pour la partie contrôlée : elle ne peut pas la contrôler.",
      en: "This person acts for the party under control and cannot control it.",
    },
  },
  "governance.no-such-entry": { status: 422, text: { fr: "Ce dossier n’a pas d’entrée {entry}.", en: "This file has no entry {entry}." } },
  "governance.no-mandate": {
    status: 409,
    text: { fr: "Ce mandat a déjà pris fin, ou n’existe pas.", en: "This mandate has ended already, or does not exist." },
  },
  "governance.altered-import": {
    status: 409,
    text: {
      fr: "Rien n’a été reçu : le dossier est altéré à l’entrée {seq} ({reason}).",
      en: "Nothing was taken in: the file is altered at entry {seq} ({reason}).",
    },
  },
  "governance.altered-envelope": {
    status: 409,
    text: {
      fr: "Rien n’a été reçu : ce n’est pas ce qui a été signé ({reason}). Aucune entrée n’est altérée.",
      en: "Nothing was taken in: this is not what was signed ({reason}). No entry is altered.",
    },
  },
  "governance.already-here": { status: 409, text: { fr: "Ce dossier est déjà dans cet espace.", en: "This file is in this space already." } },
  "governance.no-paper": { status: 404, text: { fr: "Cette pièce n’existe pas, ou a été effacée.", en: "This paper does not exist, or was erased." } },
  "governance.no-hook": { status: 404, text: { fr: "Cet appel n’existe pas.", en: "This webhook does not exist." } },
  "governance.no-delivery": { status: 404, text: { fr: "Cette transmission n’existe pas.", en: "This delivery does not exist." } },
  "governance.too-many-hooks": {
    status: 409,
    text: { fr: "{most} appels au plus : mettez fin à l’un d’eux.", en: "At most {most} webhooks: end one of them." },
  },
  "governance.which-party": {
    status: 422,
    text: { fr: "Dites pour quelle partie, parmi celles que vous représentez.", en: "Say for which party, among those that you stand for." },
  },
  "governance.plain-hook": { status: 422, text: { fr: "L’adresse doit commencer par https://.", en: "The address must begin with https://." } },
  "governance.hook-with-password": {
    status: 422,
    text: {
      fr: "L’adresse ne doit pas contenir de mot de passe : la signature authentifie l’appel.",
      en: "The address must not hold a password: the signature authenticates the call.",
    },
  },
  "governance.inside-hook": {
    status: 422,
    text: { fr: "Cette adresse est à l’intérieur d’un réseau privé.", en: "This address lies inside a private network." },
  },
  "governance.not-your-act": {
    status: 403,
    text: { fr: "Vous ne pouvez agir qu’au nom de votre partie ({party}).", en: "You can act only for your own party ({party})." },
  },
  "governance.no-instrument": {
    status: 404,
    text: { fr: "Aucun instrument ne porte le nom {instrument}.", en: "No instrument has the name {instrument}." },
  },
  "governance.no-party": { status: 404, text: { fr: "Cette partie n’existe pas.", en: "This party does not exist." } },
  "governance.unknown-identifier": {
    status: 422,
    text: {
      fr: "{scheme} n’est pas un identifiant de structure de cet espace. Connus : {known}.",
      en: "{scheme} is no identifier of a structure here. Known: {known}.",
    },
  },
  "governance.identifier-malformed": {
    status: 422,
    text: { fr: "{scheme} : « {value} » n’en a pas la forme.", en: "{scheme}: “{value}” does not have its form." },
  },
  "governance.identifier-bad-key": {
    status: 422,
    text: {
      fr: "{scheme} : la clé de « {value} » est fausse. Relisez le numéro sur un document officiel.",
      en: "{scheme}: the check digit of “{value}” is wrong. Read the number again on an official document.",
    },
  },
  "governance.identity-incomplete": {
    status: 422,
    text: {
      fr: "Il manque à cette partie ce que l’instrument demande avant d’ouvrir un dossier : {missing}.",
      en: "This party lacks what the instrument asks before a file is opened: {missing}.",
    },
  },
  "governance.no-name": { status: 422, text: { fr: "Choisissez une partie, ou donnez le nom d’une nouvelle.", en: "Choose a party, or name a new one." } },
  "governance.bad-date": {
    status: 422,
    text: { fr: "Cette date n’existe pas ou est à venir : {date}.", en: "This date does not exist, or lies in the future: {date}." },
  },
  "governance.taken": {
    status: 409,
    text: {
      fr: "{subject} est déjà déclaré dans le dossier {reference} : premier arrivé, premier servi.",
      en: "{subject} is already declared in file {reference}: first come, first served.",
    },
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
  "governance.no-logo": { status: 404, text: { fr: "Aucun logo n’a été ouvert pour ce dossier.", en: "No logo was opened for this file." } },
  "governance.logo-gone": {
    status: 410,
    text: {
      fr: "Ce logo a été retiré le {since} : le droit de l’utiliser s’est fermé avec le contrat (MSS 5.2, 12.3).",
      en: "This logo was withdrawn on {since}: the right to use it closed with the contract (MSS 5.2, 12.3).",
    },
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

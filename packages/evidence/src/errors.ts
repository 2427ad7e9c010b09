import { defineErrors } from "@cercle/kernel";

export const evidenceErrors = defineErrors({
  "evidence.no-entry": { status: 404, text: { fr: "Ce dossier n’a pas d’entrée {seq}.", en: "This file has no entry {seq}." } },
  "evidence.no-head": { status: 404, text: { fr: "Aucune tête n’a été publiée à la taille {size}.", en: "No head was published at size {size}." } },
  "evidence.no-timestamp": {
    status: 404,
    text: {
      fr: "La tête {size} attend encore son horodatage : réessayez dans quelques minutes.",
      en: "Head {size} still waits for its timestamp: try again in a few minutes.",
    },
  },
  "evidence.altered": {
    status: 409,
    text: { fr: "La preuve est altérée à l’entrée {seq} : {reason}.", en: "The evidence is altered at entry {seq}: {reason}." },
  },
  "evidence.alarm": {
    status: 409,
    text: {
      fr: "ALERTE ({alarm}) : l’historique publié par {url} ne prolonge pas celui que vous aviez vu (taille {remembered}, maintenant {seen}). Gardez le fichier d’état : il le prouve.",
      en: "ALARM ({alarm}): the history published by {url} does not continue the one you had seen (size {remembered}, now {seen}). Keep the state file: it proves it.",
    },
  },
  "evidence.unreachable": {
    status: 502,
    text: { fr: "{url} ne répond pas comme un registre de preuves ({detail}).", en: "{url} does not answer as a register of evidence ({detail})." },
  },
  "evidence.bad-sizes": {
    status: 422,
    text: { fr: "Les tailles doivent croître et avoir été publiées.", en: "Sizes must grow and have been published." },
  },
  "evidence.read-only": {
    status: 409,
    text: {
      fr: "Ce dossier vient d’un autre opérateur : il se lit ici, il continue là-bas.",
      en: "This file comes from another operator: it is read here and goes on there.",
    },
  },
  "evidence.no-file": { status: 404, text: { fr: "Ce dossier n’existe pas.", en: "This file does not exist." } },
  "evidence.nothing-to-erase": {
    status: 409,
    text: { fr: "Le contenu de l’entrée {seq} n’existe plus ou n’a jamais existé.", en: "The content of entry {seq} no longer exists, or never did." },
  },
  "evidence.no-letter": { status: 404, text: { fr: "Aucune lettre ne porte la référence {reference}.", en: "No letter has the reference {reference}." } },
  "evidence.no-intake": {
    status: 404,
    text: { fr: "Aucun courrier reçu ne porte la référence {reference}.", en: "Nothing received has the reference {reference}." },
  },
  "evidence.no-decision": { status: 404, text: { fr: "Aucune décision ne porte la référence {reference}.", en: "No decision has the reference {reference}." } },
  "evidence.no-document": {
    status: 410,
    text: { fr: "Ce document n’existe pas, ou son contenu a été effacé.", en: "This document does not exist, or its content was erased." },
  },
  "evidence.wrong-channel": {
    status: 409,
    text: {
      fr: "Cette notification n’aurait pas d’effet par ce moyen ({channel}). L’article accepte : {accepted}.",
      en: "This notice would have no effect by this channel ({channel}). The clause accepts: {accepted}.",
    },
  },
  "evidence.wrong-address": {
    status: 409,
    text: { fr: "L’article n’admet qu’une adresse : {address}.", en: "The clause admits one address only: {address}." },
  },
  "evidence.wrong-state": {
    status: 409,
    text: { fr: "La lettre est à l’état « {state} » : « {event} » n’est pas possible.", en: "The letter is “{state}”: “{event}” is not possible." },
  },
  "evidence.not-provable": {
    status: 422,
    text: {
      fr: "Une lettre « {channel} » ne prouve pas « {event} ». Envoyez-la avec avis de réception.",
      en: "A “{channel}” letter does not prove “{event}”. Send it with acknowledgement of receipt.",
    },
  },
  "evidence.no-tracking": { status: 422, text: { fr: "Donnez le numéro de suivi du dépôt.", en: "Give the tracking number of the deposit." } },
  "evidence.not-a-scan": { status: 422, text: { fr: "Envoyez un PDF, un PNG ou un JPEG.", en: "Send a PDF, a PNG or a JPEG." } },
  "evidence.impossible-date": {
    status: 422,
    text: {
      fr: "Cette date est impossible : dans l’avenir, ou avant ce qui précède.",
      en: "This date is impossible: in the future, or before what came first.",
    },
  },
  "evidence.same-person": {
    status: 403,
    text: {
      fr: "Une autre personne doit confirmer : vous avez vous-même inscrit ou proposé.",
      en: "Another person must confirm: you recorded or proposed this yourself.",
    },
  },
  "evidence.already-settled": { status: 409, text: { fr: "C’est déjà réglé, ou le délai est passé.", en: "This is settled already, or its time has passed." } },
  "evidence.named-person": {
    status: 403,
    text: {
      fr: "Cet acte demande une personne nommée, connectée avec sa clé d’accès.",
      en: "This act needs a named person, signed in with a passkey.",
    },
  },
  "evidence.unknown-decision": {
    status: 422,
    text: { fr: "Aucune décision de ce genre n’existe : {kind}.", en: "There is no decision of this kind: {kind}." },
  },
  "evidence.not-urgent": {
    status: 403,
    text: { fr: "« {kind} » demande deux personnes, même en urgence.", en: "“{kind}” needs two persons, even in an emergency." },
  },
  "evidence.not-yours": {
    status: 403,
    text: { fr: "Cette lettre n’est pas adressée à une partie que vous représentez.", en: "This letter is not addressed to a party that you stand for." },
  },
  "evidence.not-opened": { status: 409, text: { fr: "Acceptez la lettre pour la lire.", en: "Accept the letter to read it." } },
  "evidence.unknown-document": {
    status: 404,
    text: { fr: "Aucun document ne porte la référence {reference}.", en: "No document has the reference {reference}." },
  },
  "evidence.bad-signature": {
    status: 422,
    text: { fr: "Cette signature n’est pas celle de ce document par cette personne.", en: "This signature is not this person’s over this document." },
  },
  "evidence.bad-card": {
    status: 422,
    text: {
      fr: "Ce certificat ne peut pas signer ({reason}). Prenez le certificat de signature de la carte.",
      en: "This certificate cannot sign ({reason}). Use the card’s signature certificate.",
    },
  },
  "evidence.signed-already": { status: 409, text: { fr: "La partie {party} a déjà signé.", en: "The party {party} has signed already." } },
  "evidence.other-text": {
    status: 409,
    text: { fr: "Le papier rendu ne porte pas le texte envoyé.", en: "The paper that came back does not bear the text that was sent." },
  },
});

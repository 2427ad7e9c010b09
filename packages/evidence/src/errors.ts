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
  "evidence.no-file": { status: 404, text: { fr: "Ce dossier n’existe pas.", en: "This file does not exist." } },
  "evidence.nothing-to-erase": {
    status: 409,
    text: { fr: "Le contenu de l’entrée {seq} n’existe plus ou n’a jamais existé.", en: "The content of entry {seq} no longer exists, or never did." },
  },
});

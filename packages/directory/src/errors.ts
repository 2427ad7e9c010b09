import { defineErrors } from "@cercle/kernel";

export const directoryErrors = defineErrors({
  "directory.no-person": {
    status: 404,
    text: { fr: "L’annuaire ne connaît personne sous l’identifiant {id}.", en: "The directory knows nobody by the identifier {id}." },
  },
  "directory.person-exists": {
    status: 409,
    text: {
      fr: "L’identifiant {id} est déjà dans l’annuaire. Modifiez la personne avec « cercle people edit ».",
      en: "The identifier {id} is already in the directory. Change the person with “cercle people edit”.",
    },
  },
  "directory.register-owns": {
    status: 409,
    text: {
      fr: "Cette personne vient du registre national : signalez l’erreur au registre qui tient la donnée, l’annuaire ne la corrige pas.",
      en: "This person comes from the national register: report the error to the register that owns the datum; the directory does not correct it.",
    },
  },
  "directory.sandbox-only": {
    status: 403,
    text: {
      fr: "Les identités viennent des registres nationaux : aucune ne se saisit hors d’un bac à sable.",
      en: "Identities come from the national registers: none is typed in outside a sandbox.",
    },
  },
  "directory.bad-identifier": {
    status: 422,
    text: {
      fr: "« {id} » n’a pas la forme d’un identifiant national (RPPS à 11 chiffres, structure/numéro, ou ANS suivi de chiffres).",
      en: "“{id}” does not have the shape of a national identifier (11-digit RPPS, structure/number, or ANS followed by figures).",
    },
  },
  "directory.no-file": {
    status: 404,
    text: { fr: "Le fichier {file} ne s’ouvre pas. Vérifiez son chemin et ses droits.", en: "The file {file} does not open. Check its path and permissions." },
  },
  "directory.bad-archive": {
    status: 422,
    text: { fr: "L’archive {file} est abîmée. Téléchargez-la à nouveau.", en: "The archive {file} is damaged. Download it again." },
  },
  "directory.unknown-layout": {
    status: 422,
    text: {
      fr: "L’en-tête n’est celui d’aucune extraction connue ({header}). Rien n’a changé.",
      en: "The header is not that of any known extraction ({header}). Nothing was changed.",
    },
  },
  "directory.too-few": {
    status: 409,
    text: {
      fr: "Le fichier n’a que {lines} lignes ; le dernier en avait {last}. Rien n’a changé ; s’il est complet, recommencez avec --force.",
      en: "The file has only {lines} lines; the last one had {last}. Nothing was changed; if it is complete, try again with --force.",
    },
  },
  "directory.load-running": {
    status: 409,
    text: { fr: "Un import est en cours : attendez sa fin.", en: "An import is under way: wait for its end." },
  },
  "directory.load-lost": {
    status: 409,
    text: {
      fr: "Un autre processus a repris l’import. Rien n’a changé ; recommencez.",
      en: "Another process took the import over. Nothing was changed; try again.",
    },
  },
  "directory.no-load": { status: 404, text: { fr: "Aucun import ne porte ce numéro.", en: "No import has this number." } },
  "directory.bad-number": {
    status: 422,
    text: { fr: "--{option} attend un nombre entre {least} et {most}.", en: "--{option} expects a number between {least} and {most}." },
  },
  "directory.bad-userinfo": {
    status: 422,
    text: {
      fr: "« {file} » n’est pas une réponse userinfo de Pro Santé Connect (SubjectNameID, family_name et given_name sont attendus).",
      en: "“{file}” is not a Pro Santé Connect userinfo reply (SubjectNameID, family_name and given_name are expected).",
    },
  },
  "directory.bad-situation": {
    status: 422,
    text: {
      fr: "La situation d’exercice « {situation} » n’est pas lisible : écrivez « mode=S,sector=SA01,name=Hôpital ». Champs connus : {known}.",
      en: "The practice situation “{situation}” cannot be read: write “mode=S,sector=SA01,name=Hospital”. Known fields: {known}.",
    },
  },
});

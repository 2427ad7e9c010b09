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

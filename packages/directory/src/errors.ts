import { defineErrors } from "@cercle/kernel";
import { identifierForms } from "./france/words.ts";

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
      fr: `« {id} » n’a pas la forme d’un identifiant national (${identifierForms.fr}).`,
      en: `“{id}” does not have the shape of a national identifier (${identifierForms.en}).`,
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
  "directory.source-failed": {
    status: 502,
    text: {
      fr: "La source {url} n’a pas donné de fichier entier ({problem}). Rien n’a changé ; elle sera demandée à nouveau dans l’heure.",
      en: "The source {url} gave no whole file ({problem}). Nothing was changed; it will be asked again within the hour.",
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
  "directory.bad-search": {
    status: 400,
    text: { fr: "La recherche n’est pas lisible : {problem}.", en: "The search cannot be read: {problem}." },
  },
  "directory.purpose-refused": {
    status: 403,
    text: {
      fr: "La finalité « {purpose} » est celle des opérateurs. Présentez une clé d’API de ce rôle, ou consultez (look-up).",
      en: "The purpose “{purpose}” is for operators. Present an API key of that role, or look up (look-up).",
    },
  },
  "directory.harvest": {
    status: 429,
    text: {
      fr: "L’annuaire se consulte, il ne se moissonne pas : ces recherches ressemblent à une extraction. Réessayez plus tard, ou demandez l’extraction en tant qu’opérateur.",
      en: "The directory is looked up, not harvested: these searches look like an extraction. Try later, or ask for the extraction as an operator.",
    },
  },
  "directory.page-expired": {
    status: 410,
    text: { fr: "Cette page de résultats a expiré : recommencez la recherche.", en: "This page of results has expired: search again." },
  },
  "directory.no-entry": {
    status: 404,
    text: { fr: "L’annuaire n’a rien sous {id}.", en: "The directory has nothing at {id}." },
  },
  "directory.gone": {
    status: 410,
    text: { fr: "{id} a été dans l’annuaire et n’y est plus.", en: "{id} was in the directory and no longer is." },
  },
  "directory.method": {
    status: 405,
    text: {
      fr: "La méthode {method} n’est pas servie ici : l’annuaire se lit ; seul PATCH sur telecom écrit.",
      en: "The method {method} is not served here: the directory is read; only PATCH on telecom writes.",
    },
  },
  "directory.media-type": {
    status: 415,
    text: { fr: "Ce type de contenu n’est pas accepté ici.", en: "This content type is not accepted here." },
  },
  "directory.too-large": {
    status: 413,
    text: { fr: "La demande est trop grande ou trop lente (limite : {limit} octets).", en: "The request is too large or too slow (limit: {limit} bytes)." },
  },
  "directory.too-fast": {
    status: 429,
    text: { fr: "Trop de demandes. Réessayez dans {seconds} s.", en: "Too many requests. Try again in {seconds} s." },
  },
  "directory.key-needed": {
    status: 401,
    text: { fr: "Présentez une clé d’API dans l’en-tête ESANTE-API-KEY.", en: "Present an API key in the header ESANTE-API-KEY." },
  },
  "directory.not-your-domain": {
    status: 403,
    text: {
      fr: "Le domaine de {address} n’est pas le vôtre, ou son droit n’est pas ouvert.",
      en: "The domain of {address} is not yours, or its right is not open.",
    },
  },
  "directory.identifier-needed": {
    status: 422,
    text: {
      fr: "Une boîte personnelle ({address}) demande l’identifiant national de son titulaire.",
      en: "A personal mailbox ({address}) needs its holder’s national identifier.",
    },
  },
  "directory.unknown-holder": {
    status: 422,
    text: {
      fr: "Le titulaire de {address} n’est pas, ou n’est plus, dans les registres : son identité n’est pas certifiée.",
      en: "The holder of {address} is not, or no longer, in the registers: the identity is not certified.",
    },
  },
  "directory.structure-needed": {
    status: 422,
    text: { fr: "La boîte {address} demande l’identifiant de sa structure.", en: "The mailbox {address} needs the identifier of its structure." },
  },
  "directory.unknown-structure": {
    status: 422,
    text: { fr: "La structure de {address} n’est pas dans les registres.", en: "The structure of {address} is not in the registers." },
  },
  "directory.unknown-responsible": {
    status: 422,
    text: {
      fr: "Le professionnel responsable de {address} n’est pas dans les registres.",
      en: "The professional responsible for {address} is not in the registers.",
    },
  },
  "directory.mailbox-exists": {
    status: 409,
    text: { fr: "{address} est déjà publiée. Modifiez-la, ou retirez-la d’abord.", en: "{address} is already published. Change it, or remove it first." },
  },
  "directory.no-mailbox": {
    status: 404,
    text: { fr: "{address} n’est pas publiée ici.", en: "{address} is not published here." },
  },
  "directory.not-changeable": {
    status: 422,
    text: { fr: "Le champ {field} d’une boîte {kind} ne se modifie pas.", en: "The field {field} of a mailbox of kind {kind} does not change." },
  },
  "directory.immutable": {
    status: 422,
    text: {
      fr: "L’adresse et le type d’une boîte ne changent pas : retirez-la et publiez-en une autre.",
      en: "The address and kind of a mailbox do not change: remove it and publish another.",
    },
  },
  "directory.several": {
    status: 412,
    text: { fr: "La condition désigne plusieurs ressources : précisez-la.", en: "The condition selects several resources: make it more precise." },
  },
  "directory.authority-exists": {
    status: 422,
    text: {
      fr: "La profession {profession} dépend d’une autorité d’enregistrement : son identifiant national est nécessaire.",
      en: "Profession {profession} depends on a registration authority: its national identifier is needed.",
    },
  },
  "directory.not-head": {
    status: 403,
    text: {
      fr: "L’autorité d’enregistrement locale est le responsable de la structure : cette personne n’y exerce pas.",
      en: "The local registration authority is the head of the structure: this person does not practise there.",
    },
  },
  "directory.bad-line": {
    status: 422,
    text: { fr: "La ligne n’est pas lisible ({problem}).", en: "The line cannot be read ({problem})." },
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

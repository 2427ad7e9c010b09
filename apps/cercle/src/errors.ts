import { defineErrors } from "@cercle/kernel";

export const programErrors = defineErrors({
  "program.bad-configuration": {
    status: 400,
    text: { fr: "La configuration n’est pas valable :\n{problems}", en: "The configuration is not valid:\n{problems}" },
  },
  "program.no-space": {
    status: 400,
    text: {
      fr: "Aucun espace n’est décrit dans {folder} (un fichier manque ou n’est pas valable : {problem}).",
      en: "No space is described in {folder} (a file is missing or not valid: {problem}).",
    },
  },
  "program.unknown-command": {
    status: 400,
    text: { fr: "Commande inconnue : {command}. « cercle --help » les liste toutes.", en: "Unknown command: {command}. “cercle --help” lists them all." },
  },
  "program.bad-option": {
    status: 400,
    text: { fr: "{problem} « cercle {command} --help » dit ce qui est attendu.", en: "{problem} “cercle {command} --help” says what is expected." },
  },
  "program.missing-option": {
    status: 400,
    text: {
      fr: "Il manque --{option}. « cercle {command} --help » dit ce qui est attendu.",
      en: "--{option} is missing. “cercle {command} --help” says what is expected.",
    },
  },
  "program.running": {
    status: 409,
    text: { fr: "Cercle tourne sur ce dossier de données : arrêtez-le d’abord.", en: "Cercle is running on this data folder: stop it first." },
  },
  "program.live-refused": {
    status: 409,
    text: { fr: "Le mode live refuse de démarrer :\n{problems}", en: "Live mode refuses to start:\n{problems}" },
  },
});

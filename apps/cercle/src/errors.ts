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
  "program.other-rooms": {
    status: 409,
    text: {
      fr: "Le dossier {folder} est celui d’un espace entier : donnez-en un autre à l’opérateur seul (CERCLE_DATA).",
      en: "Folder {folder} holds a whole space: give the operator alone another one (CERCLE_DATA).",
    },
  },
  "program.no-counting-policy": {
    status: 400,
    text: {
      fr: "Aucune façon de compter les jours ne s’appelle {policy}. Réglage governance.counting_policy ; connues : {known}.",
      en: "No counting policy is called {policy}. Setting governance.counting_policy; known: {known}.",
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
  "program.tls-file": {
    status: 400,
    text: {
      fr: "HTTPS avec votre certificat demande le réglage {setting} : un fichier PEM lisible ({problem}).",
      en: "HTTPS with your certificate needs the setting {setting}: a PEM file that can be read ({problem}).",
    },
  },
  "program.no-reset": {
    status: 409,
    text: {
      fr: "L’état initial ne peut pas être remis ici : l’espace est en mode live, ou n’a pas été démarré par « cercle up ».",
      en: "The starting state cannot be brought back here: the space is live, or was not started by “cercle up”.",
    },
  },
  "program.bad-space-file": {
    status: 400,
    text: { fr: "Le fichier de l’espace n’est pas valable : {problem}", en: "The space file is not valid: {problem}" },
  },
  "program.unknown-section": {
    status: 400,
    text: {
      fr: "Le fichier de l’espace a une rubrique inconnue : {section}. Rubriques possibles : {known}.",
      en: "The space file has an unknown section: {section}. Possible sections: {known}.",
    },
  },
  "program.absent-section": {
    status: 400,
    text: {
      fr: "La rubrique {section} demande la pièce {room}, qui ne tourne pas ici.",
      en: "Section {section} needs the room {room}, which does not run here.",
    },
  },
  "program.section-refused": {
    status: 400,
    text: { fr: "Rubrique {section}, élément {index} : {reason}", en: "Section {section}, item {index}: {reason}" },
  },
  "program.exists": {
    status: 409,
    text: { fr: "{path} existe déjà : il n’est pas remplacé.", en: "{path} exists already: it is not replaced." },
  },
  "program.no-lan": {
    status: 400,
    text: { fr: "Cette machine n’a pas d’adresse sur un réseau local.", en: "This machine has no address on a local network." },
  },
  "program.disk-full": {
    status: 500,
    text: {
      fr: "Le disque qui porte {folder} est plein. Libérez de la place, puis recommencez : rien de ce qui était enregistré n’est perdu.",
      en: "The disk that holds {folder} is full. Make room, then try again: nothing that was recorded is lost.",
    },
  },
  "program.not-writable": {
    status: 500,
    text: {
      fr: "{path} ne peut pas être écrit ({reason}). Vérifiez à qui appartient ce dossier, ou nommez-en un autre avec CERCLE_DATA.",
      en: "{path} cannot be written ({reason}). Check who owns this folder, or name another one with CERCLE_DATA.",
    },
  },
  "program.unexpected": {
    status: 500,
    text: {
      fr: "Cercle s’arrête sur une erreur imprévue : {problem}. CERCLE_PROGRAM_LOG_LEVEL=debug en donne le détail.",
      en: "Cercle stops at an unexpected error: {problem}. CERCLE_PROGRAM_LOG_LEVEL=debug tells more.",
    },
  },
  "program.live-refused": {
    status: 409,
    text: { fr: "Le mode live refuse de démarrer :\n{problems}", en: "Live mode refuses to start:\n{problems}" },
  },
});

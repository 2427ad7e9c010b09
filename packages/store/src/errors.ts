import { defineErrors } from "@cercle/kernel";

export const storeErrors = defineErrors({
  "store.nested": {
    status: 500,
    text: {
      fr: "Une erreur interne est survenue. Rien n’a été enregistré.",
      en: "An internal error occurred. Nothing was recorded.",
    },
  },
  "store.finished": {
    status: 500,
    text: {
      fr: "Une erreur interne est survenue. Rien n’a été enregistré.",
      en: "An internal error occurred. Nothing was recorded.",
    },
  },
  "store.locked": {
    status: 409,
    text: {
      fr: "Le dossier de données {folder} est déjà utilisé par le processus {pid}. Arrêtez-le, ou choisissez un autre dossier avec CERCLE_DATA.",
      en: "The data folder {folder} is already in use by process {pid}. Stop it, or choose another folder with CERCLE_DATA.",
    },
  },
  "store.damaged": {
    status: 500,
    text: {
      fr: "Les données de {folder} ne s’ouvrent pas (fichier abîmé ou disque plein). Restaurez une sauvegarde, ou repartez de zéro avec « cercle reset ».",
      en: "The data in {folder} does not open (damaged file or full disk). Restore a backup, or start afresh with “cercle reset”.",
    },
  },
  "store.unreachable": {
    status: 503,
    text: {
      fr: "La base PostgreSQL ne répond pas. Vérifiez l’adresse donnée par le réglage store.database_url.",
      en: "The PostgreSQL database does not answer. Check the address given by the setting store.database_url.",
    },
  },
  "store.migration-changed": {
    status: 500,
    text: {
      fr: "La migration {name} a changé depuis qu’elle a été appliquée. Une migration appliquée ne se modifie pas : ajoutez-en une nouvelle.",
      en: "Migration {name} has changed since it was applied. An applied migration is never edited: add a new one.",
    },
  },
  "store.no-template": {
    status: 500,
    text: {
      fr: "L’état initial ne peut pas être gardé ou remis sur ce PostgreSQL : le compte doit pouvoir créer une base, et aucun autre programme ne doit y être connecté.",
      en: "The starting state cannot be kept or brought back on this PostgreSQL: the account must be allowed to create a database, and no other program may be connected.",
    },
  },
});

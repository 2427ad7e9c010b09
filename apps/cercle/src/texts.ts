import { defineTexts } from "@cercle/kernel";

export const programTexts = defineTexts({
  "program.table.portal": { fr: "Portail et API", en: "Portal and API" },
  "program.table.pki": { fr: "Certificats, listes, OCSP", en: "Certificates, lists, OCSP" },
  "program.table.health": { fr: "Santé, mesures", en: "Health, metrics" },
  "program.table.data": { fr: "Données", en: "Data" },
  "program.table.anchors": { fr: "Ancres de confiance", en: "Trust anchors" },
  "program.stopping": { fr: "Arrêt…", en: "Stopping…" },
  "program.usage": { fr: "Utilisation : cercle COMMANDE [options]", en: "Usage: cercle COMMAND [options]" },
  "program.options": { fr: "Options", en: "Options" },
  "program.required": { fr: "obligatoire", en: "required" },
  "program.up": { fr: "démarre l’espace de confiance", en: "starts the trust space" },
  "program.up.mode": { fr: "sandbox (défaut) ou live", en: "sandbox (default) or live" },
  "program.up.config": { fr: "fichier de configuration", en: "configuration file" },
  "program.up.database-url": { fr: "PostgreSQL au lieu de la base embarquée", en: "PostgreSQL instead of the embedded engine" },
  "program.up.space": {
    fr: "un fichier qui décrit l’espace (personnes, clients, cartes…), ou le dossier d’un espace",
    en: "a file that declares the space (people, clients, cards…), or the folder of a space",
  },
  "program.up.rooms": {
    fr: "mail : un opérateur de messagerie seul, à côté des services d’autrui (docs/mail-alone.md)",
    en: "mail: one mail operator alone, beside the services of others (docs/mail-alone.md)",
  },
  "program.up.lan": {
    fr: "écoute sur le réseau local, en HTTPS, et affiche un QR code",
    en: "listens on the local network, over HTTPS, and shows a QR code",
  },
  "program.reset-done": { fr: "L’espace a repris son état initial ({ms} ms).", en: "The space has its starting state again ({ms} ms)." },
  "program.up.ports": { fr: "auto : des ports libres", en: "auto: free ports" },
  "program.up.ready-file": { fr: "écrit adresses et identifiants en JSON une fois prêt", en: "writes addresses and credentials as JSON once ready" },
  "program.up.detach": { fr: "rend la main une fois prêt", en: "returns once ready" },
  "program.reset": { fr: "rend à l’espace son état initial", en: "gives the space its starting state again" },
  "program.config-check": { fr: "vérifie la configuration", en: "checks the configuration" },
  "program.config-good": { fr: "La configuration est valable.", en: "The configuration is valid." },
  "program.migrate": { fr: "met la base de données à jour", en: "brings the database up to date" },
});

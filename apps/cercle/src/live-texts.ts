// Words of live mode: why it refuses, and what `cercle init` asks.
import { defineTexts } from "@cercle/kernel";

export const liveTexts = defineTexts({
  "program.live.born": {
    fr: "ce dossier de données est né dans un bac à sable : ses ancres de confiance sont de test. Partez d’un dossier neuf.",
    en: "this data folder was born in a sandbox: its trust anchors are test material. Start from a new folder.",
  },
  "program.live.demo": {
    fr: "la base porte des dossiers de démonstration. Partez d’une base neuve.",
    en: "the database holds demonstration files. Start from a new one.",
  },
  "program.live.plain": {
    fr: "HTTP en clair au-delà de cette machine : réglez program.tls, ou program.host sur 127.0.0.1 derrière un mandataire.",
    en: "plain HTTP beyond this machine: set program.tls, or program.host to 127.0.0.1 behind a proxy.",
  },
  "program.live.name": {
    fr: "program.public_host n’est pas un nom public.",
    en: "program.public_host is not a public name.",
  },
  "program.live.key": {
    fr: "la clé maîtresse est dans le dossier de données, à côté de ce qu’elle protège : réglez pki.master_key_file.",
    en: "the master key lies in the data folder, beside what it protects: set pki.master_key_file.",
  },
  "program.init": {
    fr: "prépare un espace live : configuration, clés, liens de deux agents",
    en: "prepares a live space: configuration, keys, links of two officers",
  },
  "program.init.mode": { fr: "live", en: "live" },
  "program.init.config": { fr: "fichier de configuration à écrire", en: "configuration file to write" },
  "program.init.public-host": { fr: "nom public de l’espace", en: "public name of the space" },
  "program.init.host": {
    fr: "adresse d’écoute (0.0.0.0, ou 127.0.0.1 derrière un mandataire)",
    en: "address to listen on (0.0.0.0, or 127.0.0.1 behind a proxy)",
  },
  "program.init.tls-certificate": {
    fr: "certificat TLS (fichier PEM ; vide : autorité de l’espace)",
    en: "TLS certificate (PEM file; empty: the space’s authority)",
  },
  "program.init.tls-key": { fr: "clé TLS (fichier PEM)", en: "TLS key (PEM file)" },
  "program.init.database-url": { fr: "adresse PostgreSQL (vide : base embarquée)", en: "PostgreSQL address (empty: embedded engine)" },
  "program.init.master-key": { fr: "fichier de la clé maîtresse, hors du dossier de données", en: "file of the master key, outside the data folder" },
  "program.init.gateway": {
    fr: "adresse HTTPS qui porte SMS et courriels (vide : aucune)",
    en: "HTTPS address that carries text messages and e-mail (empty: none)",
  },
  "program.init.officer": { fr: "prénom et nom d’un agent (deux fois)", en: "given and family name of an officer (twice)" },
  "program.init.done": {
    fr: "Configuration écrite : {config}\nDeux liens, valables une heure, un seul usage chacun :",
    en: "Configuration written: {config}\nTwo links, valid for an hour, each works once:",
  },
  "program.init.next": {
    fr: "Démarrez maintenant : cercle up --config {config}",
    en: "Start now: cercle up --config {config}",
  },
});

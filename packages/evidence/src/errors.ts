import { defineErrors } from "@cercle/kernel";

export const evidenceErrors = defineErrors({
  "evidence.no-file": { status: 404, text: { fr: "Ce dossier n’existe pas.", en: "This file does not exist." } },
  "evidence.nothing-to-erase": {
    status: 409,
    text: { fr: "Le contenu de l’entrée {seq} n’existe plus ou n’a jamais existé.", en: "The content of entry {seq} no longer exists, or never did." },
  },
});

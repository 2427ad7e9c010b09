import { defineErrors } from "@cercle/kernel";

export const pkiErrors = defineErrors({
  "pki.unreadable-key": {
    status: 500,
    text: {
      fr: "Une clé ne se lit pas : la clé maîtresse n’est pas celle qui l’a scellée. Remettez le bon fichier (réglage pki.master_key_file).",
      en: "A key cannot be read: the master key is not the one that sealed it. Put the right file back (setting pki.master_key_file).",
    },
  },
  "pki.unknown-certificate": {
    status: 404,
    text: { fr: "Aucun certificat ne porte le numéro {serial}.", en: "No certificate has the serial number {serial}." },
  },
});

// Words of the frame: places, foot.
import { defineTexts } from "@cercle/kernel";

export const frameTexts = defineTexts({
  "portal.nav.work": { fr: "À faire", en: "To do" },
  "portal.nav.files": { fr: "Dossiers", en: "Files" },
  "portal.nav.own-files": { fr: "Mes dossiers", en: "My files" },
  "portal.nav.controlled": { fr: "Dossiers confiés", en: "Files under mandate" },
  "portal.nav.letters": { fr: "Courrier", en: "Letters" },
  "portal.nav.calendar": { fr: "Calendrier", en: "Calendar" },
  "portal.nav.controls": { fr: "Contrôles", en: "Controls" },
  "portal.nav.statistics": { fr: "Chiffres", en: "Figures" },
  "portal.nav.registers": { fr: "Registres", en: "Registers" },
  "portal.nav.label": { fr: "Label", en: "Label" },
  "portal.nav.directory": { fr: "Annuaire", en: "Directory" },
  "portal.nav.verify": { fr: "Vérifier", en: "Verify" },
  "portal.nav.mail": { fr: "Messagerie", en: "Mail" },
  "portal.nav.what-if": { fr: "Et si… ?", en: "What if…?" },
  "portal.nav.complaint": { fr: "Réclamation", en: "Complaint" },
  "portal.nav.help": { fr: "Aide", en: "Help" },
  "portal.nav.api": { fr: "Interface de programmation", en: "API" },
  "portal.nav.sign-in": { fr: "Se connecter", en: "Sign in" },
  "portal.foot": {
    fr: "Cercle ne prétend à aucune équivalence légale avec les services nationaux.",
    en: "Cercle claims no legal equivalence to the national services.",
  },
  "portal.yes": { fr: "oui", en: "yes" },
  "portal.no": { fr: "non", en: "no" },
});

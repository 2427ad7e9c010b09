import { defineTexts } from "@cercle/kernel";

export const pagesTexts = defineTexts({
  "pages.sandbox": { fr: "Bac à sable", en: "Sandbox" },
  "pages.sandbox-clock": { fr: "Bac à sable · horloge au {date}", en: "Sandbox · clock at {date}" },
  "pages.skip": { fr: "Aller au contenu", en: "Skip to content" },
  "pages.menu": { fr: "Menu", en: "Menu" },
  "pages.places": { fr: "Pages de l’espace", en: "Pages of the space" },
  "pages.foot": { fr: "Pour tous", en: "For everyone" },
  "pages.other-language": { fr: "English", en: "Français" },
  "pages.refused": { fr: "Demande refusée", en: "Request refused" },
  "pages.refusal-code": { fr: "Code", en: "Code" },
  "pages.refusal-clause": { fr: "Au titre de", en: "Under" },
  "pages.refusal-right": { fr: "Droit manquant", en: "Missing right" },
  "pages.refusal-since": { fr: "Depuis le", en: "Since" },
  "pages.refusal-request": { fr: "Numéro de la demande", en: "Request number" },
  "pages.back": { fr: "Revenir à la page", en: "Back to the page" },
  "pages.home": { fr: "Retour à l’accueil", en: "Back to the home page" },
});

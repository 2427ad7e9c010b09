import { defineTexts } from "@cercle/kernel";

export const mailTexts = defineTexts({
  "mail.guide.title": { fr: "Refus de la messagerie", en: "Refusals of mail servers" },
  "mail.guide.lead": {
    fr: "Chaque refus SMTP de cet espace renvoie ici : ce qu’il veut dire, et ce qui le lève.",
    en: "Each SMTP refusal of this space points here: what it means, and what lifts it.",
  },
});

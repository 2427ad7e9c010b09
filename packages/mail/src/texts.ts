import { defineTexts } from "@cercle/kernel";

export const mailTexts = defineTexts({
  "mail.guide.title": { fr: "Refus de la messagerie", en: "Refusals of mail servers" },
  "mail.agreement.title": { fr: "Convention de preuve", en: "Evidence agreement" },
  "mail.agreement.text": {
    fr: "Version {version}. Entre l’opérateur et vous : les traces que l’opérateur conserve (qui, quand, empreinte, acheminement, accusés) font preuve entre les parties, sauf preuve contraire ; vous en obtenez le dossier, signé, pour tout message que vous avez envoyé ou reçu. Vous gardez vos moyens de connexion pour vous seul.",
    en: "Version {version}. Between the operator and you: the traces that the operator keeps (who, when, fingerprint, route, receipts) are evidence between the parties, unless proved otherwise; you obtain the file, signed, for any message you sent or received. You keep your means of signing in to yourself.",
  },
  "mail.guide.lead": {
    fr: "Chaque refus SMTP de cet espace renvoie ici : ce qu’il veut dire, et ce qui le lève.",
    en: "Each SMTP refusal of this space points here: what it means, and what lifts it.",
  },
});

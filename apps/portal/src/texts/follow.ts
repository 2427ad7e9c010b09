// Words of following a file: calendar, e-mail, webhooks.
import { defineTexts } from "@cercle/kernel";

export const followTexts = defineTexts({
  "portal.tab.follow": { fr: "Suivre", en: "Follow" },
  "portal.follow.title": { fr: "Suivre ce dossier", en: "Follow this file" },
  "portal.follow.calendar": { fr: "Par calendrier", en: "By calendar" },
  "portal.follow.calendar-lead": {
    fr: "Ajoutez cette adresse à votre agenda : chaque échéance y a son jour, et se déplace avec le dossier. L’agenda demande un mot de passe : donnez-lui une clé d’API de votre compte, sous n’importe quel nom.",
    en: "Add this address to your calendar: each deadline has its day there, and moves with the file. It asks for a password: give it an API key of your account, under any name.",
  },
  "portal.follow.mail": { fr: "Par e-mail", en: "By e-mail" },
  "portal.follow.mail-on": {
    fr: "La personne de contact reçoit un rappel sept jours avant chaque échéance de sa partie, la veille, et une fois le jour passé.",
    en: "The contact person gets a reminder seven days before each deadline of their party, on the eve, and once the day has passed.",
  },
  "portal.follow.mail-off": { fr: "La personne de contact ne reçoit pas de rappel.", en: "The contact person gets no reminder." },
  "portal.follow.no-relay": { fr: "Cet espace n’a pas de relais : aucun e-mail ne part.", en: "This space has no relay: no e-mail leaves." },
  "portal.follow.start": { fr: "Envoyer les rappels", en: "Send reminders" },
  "portal.follow.stop": { fr: "Ne plus envoyer de rappel", en: "Send no more reminders" },
  "portal.follow.sent": { fr: "Rappels de ce dossier", en: "Reminders of this file" },
  "portal.follow.week": { fr: "sept jours avant", en: "seven days before" },
  "portal.follow.eve": { fr: "la veille", en: "on the eve" },
  "portal.follow.late": { fr: "jour passé", en: "day passed" },
  "portal.follow.hooks": { fr: "Par appel signé (webhook)", en: "By signed call (webhook)" },
  "portal.follow.hooks-lead": {
    fr: "Votre logiciel est prévenu de chaque entrée et de chaque échéance. L’appel nomme le dossier et l’entrée, jamais leur contenu ; sa signature se vérifie avec le secret.",
    en: "Your software is told of each entry and each deadline. The call names file and entry, never what they say; its signature is verified with the secret.",
  },
  "portal.follow.url": { fr: "Adresse à appeler", en: "Address to call" },
  "portal.follow.url-hint": { fr: "Commence par https://.", en: "Begins with https://." },
  "portal.follow.add": { fr: "Ajouter l’appel", en: "Add the webhook" },
  "portal.follow.secret": {
    fr: "Secret de signature : copiez-le, il n’est montré qu’une fois.",
    en: "Signing secret: copy it, it is shown once only.",
  },
  "portal.follow.end": { fr: "Y mettre fin", en: "End it" },
  "portal.follow.again": { fr: "Transmettre à nouveau", en: "Tell again" },
  "portal.follow.deliveries": { fr: "Transmissions ({count})", en: "Deliveries ({count})" },
  "portal.follow.delivered": { fr: "● transmis", en: "● delivered" },
  "portal.follow.waiting": { fr: "◷ en attente", en: "◷ waiting" },
  "portal.follow.given-up": { fr: "✕ abandonné", en: "✕ given up" },
  "portal.follow.entry-recorded": { fr: "entrée {entry}", en: "entry {entry}" },
  "portal.follow.deadline-near": { fr: "échéance proche", en: "deadline near" },
  "portal.follow.deadline-passed": { fr: "échéance passée", en: "deadline passed" },
});

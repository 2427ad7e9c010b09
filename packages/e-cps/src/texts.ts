// What the room writes to people: messages to their telephone and e-mail, and the sandbox's outbox page.
import { defineTexts } from "@cercle/kernel";

export const eCpsTexts = defineTexts({
  "e-cps.message.activation": {
    fr: "e-CPS : votre code d’activation est {code}. Il vaut {minutes} minutes. Ne le donnez à personne ; si vous n’avez rien demandé, ignorez ce message.",
    en: "e-CPS: your activation code is {code}. It is valid for {minutes} minutes. Give it to nobody; if you asked for nothing, ignore this message.",
  },
  "e-cps.message.removal": {
    fr: "e-CPS : votre code de suppression est {code}. Il vaut {minutes} minutes. Ne le donnez à personne.",
    en: "e-CPS: your deletion code is {code}. It is valid for {minutes} minutes. Give it to nobody.",
  },
  "e-cps.message.details": {
    fr: "e-CPS : le code pour confirmer vos nouvelles coordonnées est {code}. Il vaut {minutes} minutes.",
    en: "e-CPS: the code to confirm your new details is {code}. It is valid for {minutes} minutes.",
  },
  "e-cps.message.activated": {
    fr: "Une e-CPS vient d’être activée à votre nom sur « {name} ». Si ce n’est pas vous, supprimez-la depuis l’application (« Code oublié ou téléphone perdu ») et prévenez l’agence.",
    en: "An e-CPS was just activated in your name on “{name}”. If this was not you, delete it from the application (“Forgotten code or lost telephone”) and tell the agency.",
  },
  "e-cps.message.cloned": {
    fr: "Votre e-CPS a été arrêtée : sa clé a servi sur un autre appareil. Vos sessions sont fermées. Activez-en une nouvelle.",
    en: "Your e-CPS was stopped: its key was used on another device. Your sessions were ended. Activate a new one.",
  },
  "e-cps.message.ended": {
    fr: "Votre e-CPS n’est plus active ({reason}). Si ce n’est pas vous, prévenez l’agence.",
    en: "Your e-CPS is no longer active ({reason}). If this was not you, tell the agency.",
  },
  "e-cps.message.measure": {
    fr: "L’agence a désactivé votre e-CPS : {reason}. Vous pouvez lui écrire pour en connaître les suites.",
    en: "The agency deactivated your e-CPS: {reason}. You may write to it to learn what follows.",
  },
  "e-cps.message.details-changed": {
    fr: "Les coordonnées de votre e-CPS ont changé. Si ce n’est pas vous, prévenez l’agence.",
    en: "The contact details of your e-CPS have changed. If this was not you, tell the agency.",
  },
  "e-cps.card.title": { fr: "Activer l’e-CPS sur votre téléphone", en: "Activate the e-CPS on your telephone" },
  "e-cps.card.who": { fr: "Carte de", en: "Card of" },
  "e-cps.card.scan": { fr: "Scannez ce code avec votre téléphone", en: "Scan this code with your telephone" },
  "e-cps.card.qr": { fr: "Code QR qui ouvre l’application e-CPS", en: "QR code that opens the e-CPS application" },
  "e-cps.card.type": {
    fr: "Ou ouvrez l’application e-CPS, choisissez « Avec ma carte CPS » et recopiez :",
    en: "Or open the e-CPS application, choose “With my CPS card” and copy:",
  },
  "e-cps.card.time": {
    fr: "Ce code vaut quatre-vingt-dix secondes, une seule fois. Ne le montrez à personne.",
    en: "This code is good for ninety seconds, once. Show it to nobody.",
  },
  "e-cps.card.again": { fr: "Un nouveau code", en: "A new code" },
  "e-cps.outbox.title": { fr: "Messages envoyés (bac à sable)", en: "Messages sent (sandbox)" },
  "e-cps.outbox.lead": {
    fr: "Aucun message ne part d’un bac à sable : les codes d’activation se lisent ici.",
    en: "No message leaves a sandbox: activation codes are read here.",
  },
  "e-cps.outbox.empty": {
    fr: "Rien n’a encore été envoyé. Demandez un code depuis l’application.",
    en: "Nothing was sent yet. Ask for a code from the application.",
  },
  "e-cps.outbox.back": { fr: "Ouvrir l’application e-CPS", en: "Open the e-CPS application" },
  "e-cps.outbox.telephone": { fr: "Téléphone", en: "Telephone" },
  "e-cps.outbox.email": { fr: "Courriel", en: "E-mail" },
  "e-cps.table.app": { fr: "Application e-CPS", en: "e-CPS application" },
});

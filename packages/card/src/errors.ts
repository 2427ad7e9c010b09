import { defineErrors } from "@cercle/kernel";

export const cardErrors = defineErrors({
  "card.no-reader": {
    status: 503,
    text: {
      fr: "Aucun lecteur virtuel ne répond sur {reader}. Démarrez pcscd avec vsmartcard-vpcd (Debian : apt-get install pcscd vsmartcard-vpcd, puis pcscd --foreground), laissez « card insert --start-pcscd » le démarrer le temps de la carte, ou nommez un autre lecteur avec --reader.",
      en: "No virtual reader answers at {reader}. Start pcscd with vsmartcard-vpcd (Debian: apt-get install pcscd vsmartcard-vpcd, then pcscd --foreground), let “card insert --start-pcscd” start it while the card is in, or name another reader with --reader.",
    },
  },
  "card.no-pcscd": {
    status: 503,
    text: {
      fr: "pcscd ne démarre pas : {reason}. Il lui faut root, et les paquets pcscd et vsmartcard-vpcd (Debian : apt-get install pcscd vsmartcard-vpcd).",
      en: "pcscd does not start: {reason}. It needs root, and the packages pcscd and vsmartcard-vpcd (Debian: apt-get install pcscd vsmartcard-vpcd).",
    },
  },
  "card.reader-silent": {
    status: 503,
    text: {
      fr: "Le lecteur {reader} répond mais ne demande rien à la carte : une autre carte y est sans doute. Retirez-la, ou prenez l’autre lecteur (--slot 1).",
      en: "Reader {reader} answers but asks nothing of the card: it probably holds another one. Take that out, or use the other reader (--slot 1).",
    },
  },
  "card.sandbox-only": {
    status: 403,
    text: { fr: "Une carte simulée ne se fait que dans un bac à sable.", en: "A simulated card is made in a sandbox only." },
  },
  "card.unknown-card": { status: 404, text: { fr: "Cette carte n’existe pas : {card}.", en: "This card does not exist: {card}." } },
  "card.already-inserted": {
    status: 409,
    text: { fr: "La carte {card} est déjà dans un lecteur. Retirez-la d’abord.", en: "Card {card} is already in a reader. Remove it first." },
  },
  "card.slot-taken": {
    status: 409,
    text: { fr: "Le lecteur {reader} tient déjà une carte.", en: "Reader {reader} already holds a card." },
  },
  "card.not-inserted": { status: 409, text: { fr: "La carte {card} n’est dans aucun lecteur.", en: "Card {card} is in no reader." } },
  "card.wrong-puk": {
    status: 403,
    text: { fr: "Code de déblocage faux : il reste {tries} essai(s).", en: "Wrong unblocking code: {tries} tries left." },
  },
  "card.puk-blocked": {
    status: 403,
    text: {
      fr: "Le code de déblocage de la carte {card} est bloqué. Faites une autre carte.",
      en: "The unblocking code of card {card} is blocked. Make another card.",
    },
  },
  "card.unknown-person": {
    status: 404,
    text: {
      fr: "Aucun professionnel actif n’a l’identifiant {id}. Donnez --family-name et --given-name pour un porteur hors de l’annuaire (CDE, CPE, CPA).",
      en: "No active professional has the identifier {id}. Give --family-name and --given-name for a holder outside the directory (CDE, CPE, CPA).",
    },
  },
  "card.no-certificate": {
    status: 403,
    text: {
      fr: "Le navigateur n’a présenté aucun certificat d’authentification.",
      en: "The browser showed no authentication certificate.",
    },
  },
  "card.refused": { status: 403, text: { fr: "{fr}", en: "{en}" } },
  "card.bad-reader": { status: 422, text: { fr: "Un lecteur s’écrit HÔTE:PORT.", en: "A reader is written HOST:PORT." } },
});

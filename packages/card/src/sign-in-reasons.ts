// Why a certificate is refused at the card's page, and what its holder can do: one row a reason.
import type { Text } from "@cercle/kernel";
import type { CardReason } from "./ports.ts";

type Words = { readonly why: Text; readonly todo: readonly Text[] };

const otherMeans: Text = { fr: "En attendant, connectez-vous avec votre e-CPS.", en: "Meanwhile, sign in with your e-CPS." };

export const reasonWords: Readonly<Record<CardReason, Words>> = {
  "signature-only": {
    why: {
      fr: "C’est le certificat de signature de la carte : il signe des documents, il n’ouvre pas de session.",
      en: "That is the card’s signature certificate: it signs documents, it opens no session.",
    },
    todo: [
      {
        fr: "Réessayez et choisissez le certificat d’authentification.",
        en: "Try again and choose the authentication certificate.",
      },
    ],
  },
  revoked: {
    why: { fr: "Cette carte est en opposition : elle ne peut plus servir.", en: "This card was revoked: it can no longer be used." },
    todo: [
      { fr: "Si vous l’avez retrouvée après l’avoir déclarée perdue, détruisez-la.", en: "If you found it again after reporting it lost, destroy it." },
      { fr: "Demandez une nouvelle carte.", en: "Ask for a new card." },
      otherMeans,
    ],
  },
  expired: {
    why: { fr: "Cette carte est périmée.", en: "This card has expired." },
    todo: [{ fr: "Demandez-en une nouvelle.", en: "Ask for a new one." }, otherMeans],
  },
  "not-yet-valid": {
    why: { fr: "Cette carte n’est pas encore valable.", en: "This card is not valid yet." },
    todo: [{ fr: "Attendez le premier jour de validité imprimé dessus.", en: "Wait for the first day of validity printed on it." }, otherMeans],
  },
  "unknown-issuer": {
    why: { fr: "Cette carte n’a pas été émise par une autorité reconnue ici.", en: "This card was not issued by an authority recognised here." },
    todo: [
      { fr: "Présentez la carte remise par l’agence (CPS, CPF, CDE, CPE).", en: "Show the card that the agency gave you (CPS, CPF, CDE, CPE)." },
      {
        fr: "Une carte d’essai n’ouvre que l’espace qui l’a faite.",
        en: "A test card opens only the space that made it.",
      },
    ],
  },
  "wrong-purpose": {
    why: { fr: "Ce certificat n’est pas celui de la carte d’une personne.", en: "This certificate is not that of a person’s card." },
    todo: [{ fr: "Réessayez et choisissez le certificat de votre carte.", en: "Try again and choose the certificate of your card." }],
  },
};

/**
 * Cards that browsers keep to themselves, so that no certificate comes: NSS leaves out what has no digitalSignature in its key usage
 * or no clientAuth among its extended usages, and Chromium what is out of its dates (docs/card.md). Each with its reason in full.
 */
export const keptBack: readonly Words[] = [
  reasonWords.expired,
  reasonWords["not-yet-valid"],
  {
    why: {
      fr: "Cette carte ne porte qu’un certificat de signature : il signe des documents, il n’ouvre pas de session.",
      en: "This card holds a signature certificate only: it signs documents, it opens no session.",
    },
    todo: [{ fr: "Présentez une carte qui porte aussi un certificat d’authentification.", en: "Show a card that also holds an authentication certificate." }],
  },
];

export const noneTodo: readonly Text[] = [
  { fr: "Mettez la carte dans le lecteur, puce en avant, et réessayez.", en: "Put the card in the reader, chip first, and try again." },
  {
    fr: "Fermez toutes les fenêtres du navigateur avant de réessayer : il garde votre premier choix.",
    en: "Close every window of the browser before trying again: it keeps your first choice.",
  },
  {
    fr: "Si rien n’y fait, « cps-doctor » dit ce qui manque sur ce poste ; en attendant, connectez-vous avec votre e-CPS.",
    en: "If nothing helps, “cps-doctor” says what this computer lacks; meanwhile, sign in with your e-CPS.",
  },
];

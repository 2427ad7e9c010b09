// Why a certificate shown for a sign-in is refused, in words, with what to do next.
import type { Text } from "@cercle/kernel";

export type CardReason = "unknown-issuer" | "expired" | "not-yet-valid" | "revoked" | "signature-only" | "wrong-purpose";

export const cardReasons: Readonly<Record<CardReason, Text>> = {
  "unknown-issuer": {
    fr: "elle n’est pas d’une autorité reconnue. Utilisez la carte remise par l’agence",
    en: "its issuer is not recognised. Use the card the agency gave you",
  },
  expired: {
    fr: "elle est périmée. Demandez-en une nouvelle ; en attendant, votre e-CPS convient",
    en: "it has expired. Ask for a new one; meanwhile your e-CPS will do",
  },
  "not-yet-valid": { fr: "elle n’est pas encore valable. Vérifiez la date de ce poste", en: "it is not valid yet. Check the date of this computer" },
  revoked: { fr: "elle est en opposition. Elle ne peut plus servir", en: "it was revoked. It can no longer be used" },
  "signature-only": {
    fr: "c’est le certificat de signature. Choisissez celui d’authentification",
    en: "that is the signature certificate. Choose the authentication one",
  },
  "wrong-purpose": { fr: "ce n’est pas un certificat de carte d’une personne", en: "it is not the certificate of a person’s card" },
};

/** A reason that is not known here is one of purpose. */
export function sayCardReason(reason: string): Text {
  return cardReasons[reason in cardReasons ? (reason as CardReason) : "wrong-purpose"];
}

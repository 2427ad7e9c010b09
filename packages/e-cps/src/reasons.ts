// Reasons in words, where a refusal or a message names one.
import type { PinWeakness } from "./devices/pin-rules.ts";
import type { Words } from "./ports.ts";

/** Why an e-CPS stopped (sessions end for all but `replaced`, `removed`, `forgotten-pin` and `terms-refused`). */
export type EndReason = "replaced" | "removed" | "forgotten-pin" | "lost" | "reported" | "cloned" | "terms-refused" | "breach" | "general-interest" | "gone";

export const endReasons: Readonly<Record<EndReason, Words>> = {
  replaced: { fr: "remplacée par une autre", en: "replaced by another" },
  removed: { fr: "désactivée par vous", en: "deactivated by you" },
  "forgotten-pin": { fr: "supprimée, code oublié", en: "deleted, forgotten code" },
  lost: { fr: "téléphone déclaré perdu", en: "telephone reported lost" },
  reported: { fr: "usage par un tiers signalé", en: "use by another reported" },
  cloned: { fr: "clé utilisée sur un autre appareil", en: "key used on another device" },
  "terms-refused": { fr: "conditions refusées", en: "terms refused" },
  breach: { fr: "manquement aux conditions", en: "breach of the terms" },
  "general-interest": { fr: "motif d’intérêt général", en: "reason of general interest" },
  gone: { fr: "fin d’activité dans l’annuaire", en: "end of practice in the directory" },
};

export const pinWeaknesses: Readonly<Record<PinWeakness, Words>> = {
  shape: { fr: "il faut quatre chiffres", en: "four digits are needed" },
  repeat: { fr: "un seul chiffre répété", en: "one digit repeated" },
  pairs: { fr: "chiffres par paires", en: "digits in pairs" },
  sequence: { fr: "une suite", en: "a sequence" },
  year: { fr: "une année", en: "a year" },
  "birth-date": { fr: "votre date de naissance", en: "your birth date" },
  identifier: { fr: "une partie de votre identifiant", en: "a part of your identifier" },
  common: { fr: "un code très répandu", en: "a very common code" },
};

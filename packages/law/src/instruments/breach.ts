// What every instrument with a formal notice shares: the breach as a matter, its letters, its repair, tolerance and waiver.
// Only the words are shared: lengths, starts, channels and effects are each instrument's own.
import type { Channel, EntryKind, Party } from "../engine/definition.ts";

/** The kinds of a breach. `other` is the party that repairs; the notice itself is written by each instrument. */
export function breachKinds({
  other,
  noticer = ["agency"],
  tolerance,
}: {
  other: Party;
  noticer?: readonly Party[];
  tolerance?: string;
}): Readonly<Record<string, EntryKind>> {
  const joins = { of: "breach", role: "joins" } as const;
  return {
    "breach-found": {
      about: { fr: "manquement constaté", en: "breach found" },
      by: noticer,
      matter: { of: "breach", role: "opens" },
      fields: { ground: { kind: "text", about: { fr: "le manquement", en: "the breach" } } },
    },
    "breach-repaired": { about: { fr: "manquement réparé", en: "breach repaired" }, by: noticer.length > 1 ? ["agency", other] : [other], matter: joins },
    "breach-tolerated": {
      about: { fr: "manquement toléré : ne vaut pas renonciation", en: "breach tolerated: no waiver" },
      by: noticer,
      matter: joins,
      ...(tolerance ? { article: tolerance } : {}),
    },
    "claim-waived": {
      about: { fr: "renonciation expresse à se prévaloir du manquement", en: "express waiver of the claim" },
      by: noticer,
      matter: joins,
      ...(tolerance ? { article: tolerance } : {}),
    },
    "fruitless-recorded": { about: { fr: "mise en demeure constatée infructueuse", en: "formal notice recorded as fruitless" }, by: noticer, matter: joins },
    "notice-withdrawn": { about: { fr: "mise en demeure retirée", en: "formal notice withdrawn" }, by: noticer, matter: joins },
  };
}

/** No notice on a claim that was waived. */
export const notWaived = (article: string): NonNullable<EntryKind["checks"]>[number] => ({
  article,
  code: "law.claim-waived",
  reason: { fr: "Il a été expressément renoncé à se prévaloir de ce manquement.", en: "The claim on this breach was expressly waived." },
  ok: (_view, draft) => !draft.matter?.entries.some((entry) => entry.type === "claim-waived"),
});

/** The pronouncing of an end rests on a recorded finding that the notice stayed fruitless. */
export const foundFruitless = (article: string): NonNullable<EntryKind["checks"]>[number] => ({
  article,
  code: "law.no-finding",
  reason: {
    fr: "Constatez d’abord que la mise en demeure est restée infructueuse (fruitless-recorded).",
    en: "First record that the formal notice stayed fruitless (fruitless-recorded).",
  },
  ok: (_view, draft) => draft.matter === undefined || draft.matter.entries.some((entry) => entry.type === "fruitless-recorded"),
});

/** A field `address` other than the stated one makes a notice of no effect. */
export const toStatedAddress = (article: string): NonNullable<EntryKind["checks"]>[number] => ({
  article,
  code: "law.wrong-address",
  reason: { fr: "La notification ne vaut qu’à l’adresse désignée par le texte.", en: "The notice has effect only at the address that the text names." },
  ok: (_view, draft) => draft.payload.address === undefined || draft.payload.address === "stated",
});

export const addressField = {
  kind: ["stated", "other"],
  about: { fr: "adresse : celle que désigne le texte, ou une autre", en: "address: the one that the text names, or another" },
} as const;

export const channelOf = (accepts: readonly Channel[], article: string): { readonly accepts: readonly Channel[]; readonly article: string } => ({
  accepts,
  article,
});

// API-CPS contract: the conditions of its acts, each with its article.
import type { Check, State } from "../../engine/definition.ts";
import type { Entry } from "../../entry.ts";

export const never = (article: string, code: string, fr: string, en: string): Check => ({ article, code, reason: { fr, en }, ok: () => false });

const has = (state: State, type: string): boolean => state.root.entries.some((entry) => entry.type === type);
const last = (state: State, ...types: readonly string[]): Entry | undefined => state.root.entries.findLast((entry) => types.includes(entry.type));
const listed = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);

export const signedOnce: Check = {
  article: "CPS 6.4",
  code: "law.already-done",
  reason: { fr: "Cette partie a déjà signé.", en: "This party has already signed." },
  ok: (view, draft) => draft.by === undefined || !view.state.root.entries.some((entry) => entry.type === "contract-signed" && entry.payload?.by === draft.by),
};

/** CPS 30: the parties declare their engagement sincere. */
export const declaredSincere: Check = {
  article: "CPS 30",
  code: "law.not-declared",
  reason: { fr: "La signature emporte la déclaration de sincérité.", en: "Signing carries the declaration of sincerity." },
  ok: (_view, { payload }) => payload.sincere !== false,
};

/** Annex 3 and the note of annex 4: initials on every page of the contract and its annexes. */
export const everyPageInitialled: Check = {
  article: "CPS annexe 3",
  code: "law.not-initialled",
  reason: { fr: "Chaque page du contrat et de ses annexes est paraphée.", en: "Every page of the contract and its annexes is initialled." },
  ok: (_view, { payload }) => payload.initialled !== false,
};

/** CPS 21: the end is pronounced by the party that gave the notice. */
export const byWhoGaveNotice: Check = {
  article: "CPS 21",
  code: "law.wrong-party",
  reason: { fr: "C’est l’autre partie, celle qui a notifié le manquement, qui prononce la fin.", en: "The party that notified the breach pronounces the end." },
  ok: (_view, { matter, by }) => {
    const notice = matter?.entries.find((entry) => entry.type === "formal-notice-sent");
    return !notice || by === undefined || notice.payload?.by === by;
  },
};

export const lateDeliveryIsNone: Check = {
  article: "CPS 10.1.3",
  code: "law.no-breach",
  reason: { fr: "Un retard de livraison n’est pas un manquement de l’agence.", en: "A late delivery is no breach of the agency." },
  ok: (_view, { payload }) => payload.ground !== "late-delivery",
};

/** What a qualification records (CPS 10.2.4: compatibility with SESAM-Vitale among them; 17.1: the manual's own examples). */
export const qualificationTests = ["sesam-vitale", "manual-examples"] as const;

/** Codes of the price list that a first order must hold (annexes 1 and 2). */
const mandatory = ["APICPS0001", "JEUEDIT001"];

export const firstOrderIsWhole: Check = {
  article: "CPS annexe 2",
  code: "law.incomplete",
  reason: { fr: "Une première commande comprend APICPS0001 et JEUEDIT001.", en: "A first order holds APICPS0001 and JEUEDIT001." },
  ok: (_view, { payload }) => {
    const articles = listed(payload.articles);
    return !articles || mandatory.every((code) => articles.includes(code));
  },
};

export const paymentComesWithOrder: Check = {
  article: "CPS annexe 2",
  code: "law.incomplete",
  reason: { fr: "La commande vient avec le règlement ou le mode de règlement.", en: "An order comes with the payment or the means of payment." },
  ok: (_view, { payload }) => payload.articles === undefined || payload.payment !== undefined,
};

export const kitWasOrdered: Check = {
  article: "CPS 10.1.2",
  code: "law.not-yet",
  reason: { fr: "Le kit de référence d’abord.", en: "The reference kit first." },
  ok: (view) => has(view.state, "kit-ordered"),
};

export const kitWasDelivered: Check = {
  article: "CPS 10.1.4",
  code: "law.not-yet",
  reason: { fr: "Le procès-verbal se signe à réception du kit.", en: "The delivery record is signed on receipt of the kit." },
  ok: (view) => has(view.state, "kit-delivered"),
};

/** Annex 4 § 3: the signer has found no defect. */
export const noDefectOpen: Check = {
  article: "CPS annexe 4",
  code: "law.defect-open",
  reason: {
    fr: "Un défaut est constaté : ce procès-verbal déclare qu’il n’y en a pas ; il reste ouvert.",
    en: "A defect was found: this record declares that there is none; it stays open.",
  },
  ok: (view) => last(view.state, "defect-found", "defect-remedied")?.type !== "defect-found",
};

export const readAndApproved: Check = {
  article: "CPS annexe 4",
  code: "law.not-approved",
  reason: { fr: "« Lu et approuvé » fait partie de la signature du procès-verbal.", en: "“Lu et approuvé” is part of signing the delivery record." },
  ok: (_view, { payload }) => payload.read_and_approved !== false,
};

/** CPS 10.2.8: distribution starts once the product is found compatible. */
export const foundCompatible: Check = {
  article: "CPS 10.2.8",
  code: "law.not-yet",
  reason: { fr: "La diffusion suit la compatibilité constatée du progiciel.", en: "Distribution follows the product’s established compatibility." },
  ok: (_view, { matter, payload }) =>
    (matter?.entries ?? []).some(
      (entry) =>
        entry.type === "test-results-sent" && (payload.product === undefined || listed(entry.payload?.compatible)?.includes(payload.product) !== false),
    ),
};

/** CPS 6.2: a late letter counts for a period that ends on an anniversary, six months ahead at least. */
export const endsOnAnAnniversary: Check = {
  article: "CPS 6.2",
  code: "law.impossible-date",
  reason: {
    fr: "Une lettre qui vaut pour la période suivante dit le jour où celle-ci finit (ends_on).",
    en: "A letter that counts for the next period says the day on which it ends (ends_on).",
  },
  ok: (view, { payload }) => {
    if (payload.counts !== true) return true;
    const concluded = view.state.milestones.get("concluded")?.entry;
    if (!concluded || typeof payload.ends_on !== "string") return false;
    const first = concluded.happenedAt.toZonedDateTimeISO(view.state.policy.timeZone).toPlainDate();
    const least = view.today.add({ months: 6 });
    for (let period = 1; period < 60; period++) {
      const day = first.add({ months: 36 * period });
      if (day.toString() === payload.ends_on) return day.since(least).sign >= 0;
    }
    return false;
  },
};

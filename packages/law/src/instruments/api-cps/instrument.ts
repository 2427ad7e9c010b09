// The contract for the distribution of the API-CPS software (000), for one vendor. Kinds here, clauses beside.
import { type Check, type EntryKind, registeredWithReceipt } from "../../engine/definition.ts";
import { defineInstrument, type FullInstrument } from "../../engine/instrument.ts";
import { breachKinds, channelOf, notWaived } from "../breach.ts";
import { clauses } from "./clauses.ts";

const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const joins = (of: string, closes = false) => ({ of, role: "joins", closes }) as const;
const inForce = ["in-force"];

const signedOnce: Check = {
  article: "CPS 6.4",
  code: "law.already-done",
  reason: { fr: "Cette partie a déjà signé.", en: "This party has already signed." },
  ok: (view, draft) => draft.by === undefined || !view.state.root.entries.some((entry) => entry.type === "contract-signed" && entry.payload?.by === draft.by),
};

/** CPS 21: the end is pronounced by the party that gave the notice. */
const byWhoGaveNotice: Check = {
  article: "CPS 21",
  code: "law.wrong-party",
  reason: { fr: "C’est l’autre partie, celle qui a notifié le manquement, qui prononce la fin.", en: "The party that notified the breach pronounces the end." },
  ok: (_view, { matter, by }) => {
    const notice = matter?.entries.find((entry) => entry.type === "formal-notice-sent");
    return !notice || by === undefined || notice.payload?.by === by;
  },
};

const never = (article: string, code: string, fr: string, en: string): Check => ({ article, code, reason: { fr, en }, ok: () => false });

const kinds: Readonly<Record<string, EntryKind>> = {
  "contract-signed": {
    about: { fr: "signature du contrat par une partie", en: "signature of the contract by one party" },
    by: ["agency", "vendor"],
    article: "CPS 6.3, 6.4",
    phases: ["draft"],
    fields: { vendor: text("clé de l’éditeur", "key of the vendor") },
    checks: [signedOnce],
  },
  "product-approved": {
    about: { fr: "avis d’usage donné à un progiciel santé", en: "board opinion given to a health product" },
    by: ["agency", "vendor"],
    article: "CPS 2",
    fields: { product: text("le progiciel", "the product", true) },
  },
  "opinion-lost": {
    about: { fr: "avis d’usage perdu pour un progiciel", en: "board opinion lost for a product" },
    by: ["agency", "vendor"],
    article: "CPS 2, 6.1",
    fields: { product: text("le progiciel", "the product", true) },
  },
  "persons-named": {
    about: { fr: "annexe 3 : personnes ayant accès à l’espace réservé", en: "annex 3: persons with access to the vendor area" },
    by: ["vendor"],
    article: "CPS annexe 3",
  },
  "kit-ordered": { about: { fr: "kit de référence commandé", en: "reference kit ordered" }, by: ["vendor"], article: "CPS 10.1.2", phases: inForce },
  "kit-delivered": { about: { fr: "kit livré", en: "kit delivered" }, by: ["agency"], article: "CPS 10.1.3" },
  "delivery-record-signed": { about: { fr: "procès-verbal de remise signé", en: "delivery record signed" }, by: ["both"], article: "CPS 10.1.4" },
  "qualification-announced": {
    about: {
      fr: "qualification annoncée d’une version qui assure la continuité de la carte",
      en: "qualification announced of a version that keeps cards working",
    },
    by: ["agency"],
    article: "CPS 12.1",
    matter: { of: "version", role: "opens" },
    fields: { version: text("version", "version", true) },
  },
  "version-qualified": { about: { fr: "version qualifiée", en: "version qualified" }, by: ["agency"], article: "CPS 12.1", matter: joins("version") },
  "version-qualified-early": {
    about: {
      fr: "version qualifiée avant six mois : manquement de l’agence, motivé",
      en: "version qualified before six months: a breach of the agency, with reasons",
    },
    by: ["agency"],
    article: "CPS 12.1",
    matter: joins("version"),
    fields: { reasons: text("les motifs", "the reasons", true) },
  },
  "version-available": {
    about: { fr: "version mise à disposition sur le serveur", en: "version available on the server" },
    by: ["agency"],
    article: "CPS 10.2.6",
    matter: { of: "version", role: "opens" },
    fields: { version: text("version", "version") },
  },
  "version-downloaded": { about: { fr: "version prise en possession", en: "version taken" }, by: ["vendor"], article: "CPS 13.1", matter: joins("version") },
  "test-results-sent": {
    about: { fr: "résultats de compatibilité fournis", en: "compatibility results given" },
    by: ["vendor"],
    article: "CPS 10.2.6",
    matter: joins("version"),
  },
  "price-annex-notified": {
    about: { fr: "nouvelle annexe de prix notifiée", en: "new price annex notified" },
    by: ["agency"],
    article: "CPS 15.4",
    phases: inForce,
    matter: { of: "price", role: "opens" },
    channel: channelOf(registeredWithReceipt, "CPS 15.4"),
    letter: true,
  },
  "price-reservation-made": {
    about: { fr: "réserves expresses de l’éditeur", en: "express reservations of the vendor" },
    by: ["vendor"],
    article: "CPS 15.4",
    matter: joins("price"),
  },
  "price-agreed": { about: { fr: "accord sur les prix", en: "agreement on prices" }, by: ["both"], article: "CPS 15.5", matter: joins("price") },
  "non-renewal-notified": {
    about: { fr: "l’éditeur ne souhaite pas reconduire", en: "the vendor does not wish to renew" },
    by: ["vendor"],
    article: "CPS 6.2",
    phases: inForce,
    matter: { of: "non-renewal", role: "opens" },
    channel: channelOf(registeredWithReceipt, "CPS 6.2"),
    letter: true,
  },
  "next-period-confirmed": {
    about: { fr: "l’éditeur dit ce que vaut sa lettre tardive pour la période suivante", en: "the vendor says what its late letter means for the next period" },
    by: ["vendor"],
    article: "CPS 6.2",
    matter: joins("non-renewal"),
  },
  ...breachKinds({ other: "vendor", noticer: ["agency", "vendor"], tolerance: "CPS 29" }),
  "formal-notice-sent": {
    about: { fr: "manquement notifié à l’autre partie", en: "breach notified to the other party" },
    by: ["agency", "vendor"],
    article: "CPS 21",
    phases: inForce,
    matter: { of: "breach", role: "opens" },
    channel: channelOf(registeredWithReceipt, "CPS 21"),
    letter: true,
    checks: [notWaived("CPS 29")],
  },
  "termination-pronounced": {
    about: { fr: "résiliation ou résolution prononcée par l’autre partie", en: "end pronounced by the other party" },
    by: ["agency", "vendor"],
    article: "CPS 21",
    phases: inForce,
    matter: joins("breach", true),
    checks: [byWhoGaveNotice],
  },
  "force-majeure-known": {
    about: { fr: "cas de force majeure connu d’une partie", en: "case of force majeure known to a party" },
    by: ["agency", "vendor"],
    article: "CPS 23.3",
    phases: inForce,
    matter: { of: "force-majeure", role: "opens" },
  },
  "force-majeure-notified": {
    about: { fr: "force majeure notifiée à l’autre partie", en: "force majeure notified to the other party" },
    by: ["agency", "vendor"],
    article: "CPS 23.3",
    matter: joins("force-majeure"),
    channel: channelOf(registeredWithReceipt, "CPS 23.3"),
    letter: true,
  },
  "parties-met": {
    about: { fr: "les parties se sont rapprochées", en: "the parties have met" },
    by: ["both"],
    article: "CPS 23.4",
    matter: joins("force-majeure"),
  },
  "force-majeure-ended": {
    about: { fr: "fin de l’empêchement", en: "end of the hindrance" },
    by: ["agency", "vendor"],
    article: "CPS 23.1",
    matter: joins("force-majeure", true),
  },
  "clause-declared-void": {
    about: { fr: "clause non valide, sur le fondement dit ; les autres gardent leur effet", en: "clause void on the stated basis; the others keep effect" },
    by: ["agency", "vendor", "both"],
    article: "CPS 28",
    fields: {
      clause: text("la clause", "the clause", true),
      basis: { kind: ["law", "regulation", "final-judgment"], required: true, about: { fr: "le fondement", en: "the basis" } },
    },
  },
  assigned: {
    about: { fr: "cession du contrat", en: "assignment of the contract" },
    by: ["vendor", "agency"],
    article: "CPS 22",
    checks: [
      never(
        "CPS 22",
        "law.not-transferable",
        "Aucune cession, totale ou partielle, onéreuse ou gracieuse.",
        "No assignment, whole or part, for a price or free.",
      ),
    ],
  },
  "licence-lists-sent": {
    about: { fr: "listes et archives des licences envoyées", en: "lists and archives of licences sent" },
    by: ["vendor"],
    article: "CPS 19.2",
    phases: ["ended"],
  },
  "destruction-certificate-received": {
    about: { fr: "attestation de destruction reçue", en: "destruction certificate received" },
    by: ["agency"],
    article: "CPS 19.5",
    phases: ["ended"],
  },
};

export const apiCpsContract: FullInstrument = defineInstrument({
  id: "api-cps-contract",
  prefix: "AC",
  name: { fr: "contrat de diffusion des logiciels API-CPS", en: "API-CPS distribution contract" },
  source: "000 contrat de diffusion commerciale des logiciels API-CPS",
  parties: ["agency", "vendor"],
  kinds,
  clauses,
  milestones: [
    {
      name: "concluded",
      article: "CPS 6.4",
      of: [
        { type: "contract-signed", by: "agency" },
        { type: "contract-signed", by: "vendor" },
      ],
    },
  ],
  initial: "draft",
  phases: {
    draft: { fr: "contrat non signé des deux", en: "contract not signed by both" },
    "in-force": { fr: "en vigueur", en: "in force" },
    ended: { fr: "terminé", en: "ended" },
  },
  over: ["ended"],
  transitions: [
    { on: "concluded", from: ["draft"], to: "in-force", article: "CPS 6.3" },
    { on: "not-renewed-by-vendor", from: inForce, to: "ended", article: "CPS 6.2" },
    { on: "opinion-lost-at-term", from: inForce, to: "ended", article: "CPS 6.1" },
    { on: "price-not-agreed", from: inForce, to: "ended", article: "CPS 15.5" },
    { on: "termination-pronounced", from: inForce, to: "ended", article: "CPS 21" },
  ],
  holds: [
    { hold: "named", on: "persons-named", sets: true, article: "CPS annexe 3" },
    { hold: "new-prices", on: "price-annex-binds", sets: true, article: "CPS 15.4" },
  ],
  subjects: [
    { kind: "vendor", on: "contract-signed", field: "vendor", removedBy: [], fallback: "vendor" },
    { kind: "product", on: "product-approved", field: "product", removedBy: ["opinion-lost"] },
  ],
  rights: [
    { right: "api-cps.distribute", article: "CPS 3", subject: "product", phases: inForce },
    { right: "vendor-area.open", article: "CPS annexe 3", subject: "vendor", phases: inForce, needs: ["named"] },
  ],
  precedence: { article: "CPS 4", ranks: [["contract"], ["annex-1", "annex-2", "annex-3", "annex-4"]] },
  remedy: { article: "CPS 30", text: { fr: "Droit français ; aucun tribunal n’est nommé.", en: "French law; no court is named." } },
  transfer: {
    article: "CPS 22",
    policy: "forbidden",
    text: { fr: "Aucune cession ; la succession légale de l’agence n’en est pas une.", en: "No assignment; the legal succession of the agency is none." },
  },
  assumptions: [
    { article: "CPS 6.2", text: { fr: "le préavis court de l’envoi ; le texte se tait.", en: "the notice runs from sending; the text is silent." } },
    {
      article: "CPS 19.1",
      text: { fr: "les licences déjà accordées aux professionnels demeurent (discutable).", en: "licences already granted to professionals stay (arguable)." },
    },
  ],
});

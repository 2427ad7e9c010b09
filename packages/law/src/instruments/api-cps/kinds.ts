// API-CPS contract: what can happen to the contract itself: signature, kit, prices, breach, force majeure, end.
import { type EntryKind, registeredWithReceipt } from "../../engine/definition.ts";
import { breachKinds, channelOf, notWaived } from "../breach.ts";
import {
  byWhoGaveNotice,
  declaredSincere,
  endsOnAnAnniversary,
  everyPageInitialled,
  firstOrderIsWhole,
  kitWasDelivered,
  kitWasOrdered,
  lateDeliveryIsNone,
  never,
  noDefectOpen,
  paymentComesWithOrder,
  readAndApproved,
  signedOnce,
} from "./checks.ts";

const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const flag = (fr: string, en: string, required = false) => ({ kind: "flag", required, about: { fr, en } }) as const;
const date = (fr: string, en: string, required = false) => ({ kind: "date", required, about: { fr, en } }) as const;
const joins = (of: string, closes = false) => ({ of, role: "joins", closes }) as const;
const inForce = ["in-force"];

const conclusion: Readonly<Record<string, EntryKind>> = {
  "contract-signed": {
    about: { fr: "signature du contrat par une partie", en: "signature of the contract by one party" },
    by: ["agency", "vendor"],
    article: "CPS 6.3, 6.4",
    phases: ["draft"],
    fields: {
      vendor: text("clé de l’éditeur", "key of the vendor"),
      sincere: flag("déclaration de sincérité", "declaration of sincerity"),
      initialled: flag("chaque page paraphée", "every page initialled"),
    },
    checks: [signedOnce, declaredSincere, everyPageInitialled],
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
  "opinion-loss-decided": {
    about: {
      fr: "avis perdu pour un progiciel parmi d’autres : décision sur la reconduction",
      en: "opinion lost for one product of several: decision on the renewal",
    },
    by: ["agency"],
    article: "CPS 6.1",
    fields: { ends: flag("le contrat finit avec la période", "the contract ends with the period", true), reasons: text("les motifs", "the reasons", true) },
  },
  "persons-named": {
    about: { fr: "annexe 3 : personnes ayant accès à l’espace réservé", en: "annex 3: persons with access to the vendor area" },
    by: ["vendor"],
    article: "CPS annexe 3",
    fields: { persons: { kind: "list", about: { fr: "les comptes nommés", en: "the accounts named" } } },
  },
  "general-conditions-attached": {
    about: {
      fr: "conditions générales jointes à un document : conservées, sans effet contractuel",
      en: "general conditions attached to a document: kept, without contractual effect",
    },
    by: ["agency", "vendor"],
    article: "CPS 27.2",
    fields: { attached_to: { kind: ["order", "invoice", "letter"], required: true, about: { fr: "le document", en: "the document" } } },
  },
  "document-changed": {
    about: { fr: "avenant : le contrat, ou une annexe autre que celle des prix", en: "amendment: the contract, or an annex other than that of prices" },
    by: ["both"],
    article: "CPS 15.3",
    fields: { document: { kind: ["contract", "annex-1", "annex-3", "annex-4"], required: true, about: { fr: "le document", en: "the document" } } },
  },
};

const kit: Readonly<Record<string, EntryKind>> = {
  "kit-ordered": {
    about: { fr: "kit de référence commandé", en: "reference kit ordered" },
    by: ["vendor"],
    article: "CPS 10.1.2",
    phases: inForce,
    fields: {
      articles: { kind: "list", about: { fr: "les articles du barème", en: "articles of the price list" } },
      payment: { kind: ["paid", "means-of-payment"], about: { fr: "le règlement, ou le mode de règlement", en: "the payment, or the means of payment" } },
      order: text("la commande", "the order"),
    },
    checks: [firstOrderIsWhole, paymentComesWithOrder],
  },
  "cards-ordered": {
    about: { fr: "cartes de test supplémentaires commandées", en: "more test cards ordered" },
    by: ["vendor"],
    article: "CPS 10.1.2, 10.2.9",
    phases: inForce,
    fields: { order: text("la commande", "the order"), version: text("pour cette version", "for this version") },
    checks: [kitWasOrdered, paymentComesWithOrder],
  },
  "kit-delivered": {
    about: { fr: "kit livré : le procès-verbal est ouvert", en: "kit delivered: the record is open" },
    by: ["agency"],
    article: "CPS 10.1.3",
    fields: { order: text("la commande", "the order") },
  },
  "defect-found": {
    about: { fr: "défaut constaté par l’éditeur sur un livrable", en: "defect found by the vendor in what was delivered" },
    by: ["vendor"],
    article: "CPS annexe 4",
    fields: { defect: text("le défaut", "the defect", true) },
    checks: [kitWasDelivered],
  },
  "defect-remedied": { about: { fr: "défaut réparé", en: "defect remedied" }, by: ["agency"], article: "CPS annexe 4", checks: [kitWasDelivered] },
  "delivery-record-signed": {
    about: {
      fr: "procès-verbal de remise signé : conformité définitive à la seconde signature",
      en: "delivery record signed: definitive at the second signature",
    },
    by: ["agency", "vendor"],
    article: "CPS 10.1.4",
    fields: {
      order_date: date("date de la commande", "date of the order", true),
      access_code_date: date("date du courriel des codes d’accès", "date of the access-code e-mail", true),
      cards_date: date("date d’envoi des cartes", "date the cards were sent", true),
      certificate_date: date("date d’envoi du certificat", "date the certificate was sent"),
      read_and_approved: flag("« lu et approuvé »", "“lu et approuvé”", true),
    },
    checks: [kitWasDelivered, noDefectOpen, readAndApproved],
  },
};

const prices: Readonly<Record<string, EntryKind>> = {
  "price-annex-notified": {
    about: { fr: "nouvelle annexe de prix notifiée", en: "new price annex notified" },
    by: ["agency"],
    article: "CPS 15.4",
    phases: inForce,
    matter: { of: "price", role: "opens" },
    channel: channelOf(registeredWithReceipt, "CPS 15.4"),
    letter: true,
    fields: { annex: text("l’annexe", "the annex") },
  },
  "price-reservation-made": {
    about: { fr: "réserves expresses de l’éditeur", en: "express reservations of the vendor" },
    by: ["vendor"],
    article: "CPS 15.4",
    matter: joins("price"),
  },
  "price-agreed": { about: { fr: "accord sur les prix", en: "agreement on prices" }, by: ["both"], article: "CPS 15.5", matter: joins("price") },
};

const nonRenewal: Readonly<Record<string, EntryKind>> = {
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
    fields: {
      counts: flag("elle vaut pour la période suivante", "it counts for the next period"),
      ends_on: date("le jour où cette période finit", "the day on which that period ends"),
    },
    checks: [endsOnAnAnniversary],
  },
};

const breach: Readonly<Record<string, EntryKind>> = {
  ...breachKinds({ other: "vendor", noticer: ["agency", "vendor"], tolerance: "CPS 29" }),
  "misuse-reported": {
    about: {
      fr: "argument trompeur ou abus de la qualité d’éditeur agréé, signalé par quiconque",
      en: "misleading claim or abuse of approved status, reported by anyone",
    },
    by: ["anyone"],
    article: "CPS 13.2",
    matter: { of: "breach", role: "opens" },
    fields: {
      kind: { kind: ["misleading-claim", "approved-status-abuse"], required: true, about: { fr: "ce qui est signalé", en: "what is reported" } },
      facts: text("les faits", "the facts", true),
    },
  },
  "use-without-licence-found": {
    about: { fr: "utilisation sans licence signée, constatée", en: "use without a signed licence, found" },
    by: ["agency", "vendor"],
    article: "CPS 13.2",
    matter: { of: "breach", role: "opens" },
    fields: { facts: text("les faits", "the facts", true) },
  },
  "formal-notice-sent": {
    about: { fr: "manquement notifié à l’autre partie", en: "breach notified to the other party" },
    by: ["agency", "vendor"],
    article: "CPS 21",
    phases: inForce,
    matter: { of: "breach", role: "opens" },
    channel: channelOf(registeredWithReceipt, "CPS 21"),
    letter: true,
    fields: { ground: text("le manquement", "the breach") },
    checks: [notWaived("CPS 29"), lateDeliveryIsNone],
  },
  "termination-pronounced": {
    about: { fr: "résiliation ou résolution prononcée par l’autre partie", en: "end pronounced by the other party" },
    by: ["agency", "vendor"],
    article: "CPS 21",
    phases: inForce,
    matter: joins("breach", true),
    checks: [byWhoGaveNotice],
  },
};

const forceMajeure: Readonly<Record<string, EntryKind>> = {
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
};

const transferAndEnd: Readonly<Record<string, EntryKind>> = {
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
  "legal-succession-recorded": {
    about: { fr: "succession légale de l’agence : ce n’est pas une cession", en: "legal succession of the agency: not an assignment" },
    by: ["agency"],
    article: "CPS 22",
    fields: { act: text("l’acte qui la prononce", "the act that pronounces it", true) },
  },
  "merger-reported": {
    about: { fr: "fusion de l’éditeur signalée", en: "merger of the vendor reported" },
    by: ["vendor"],
    article: "CPS 22",
    matter: { of: "merger", role: "opens" },
  },
  "merger-decided": {
    about: { fr: "fusion : décision motivée d’un agent (discutable)", en: "merger: a reasoned decision of an officer (arguable)" },
    by: ["agency"],
    article: "CPS 22",
    matter: joins("merger", true),
    fields: { reasons: text("les motifs", "the reasons", true) },
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
    fields: { signed_by: text("le représentant habilité qui l’a signée", "the entitled representative who signed it") },
  },
};

export const contractKinds: Readonly<Record<string, EntryKind>> = {
  ...conclusion,
  ...kit,
  ...prices,
  ...nonRenewal,
  ...breach,
  ...forceMajeure,
  ...transferAndEnd,
};

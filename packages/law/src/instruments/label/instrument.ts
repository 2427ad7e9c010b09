// The convention on the use of the label "e-santé Logiciel Centres de santé" V2 (001), for one product. Clauses beside.

import { readLength } from "../../engine/clocks.ts";
import { type Check, type EntryKind, registeredWithReceipt } from "../../engine/definition.ts";
import { defineInstrument, type FullInstrument } from "../../engine/instrument.ts";
import { breachKinds, channelOf, foundFruitless, notWaived } from "../breach.ts";
import { clauses } from "./clauses.ts";

const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const labelled = ["labelled"];

const signedOnce: Check = {
  article: "LAB 8",
  code: "law.already-done",
  reason: { fr: "Cette partie a déjà signé.", en: "This party has already signed." },
  ok: (view, draft) => draft.by === undefined || !view.state.root.entries.some((entry) => entry.type === "convention-signed" && entry.payload?.by === draft.by),
};

/** LAB 8: if a delay is given, it is six to twelve months; none is lawful. */
const sixToTwelve: Check = {
  article: "LAB 8",
  code: "law.wrong-length",
  reason: { fr: "Le délai, s’il en est donné un, est de six à douze mois.", en: "The delay, if one is given, is six to twelve months." },
  ok: (_view, { payload }) => {
    const length = readLength(payload.delay);
    return !length || (length.unit === "months" && length.length >= 6 && length.length <= 12);
  },
};

/** LAB 9.2.2: after a visit or an audit that found a non-conformity. */
const afterAControl: Check = {
  article: "LAB 9.2.2",
  code: "law.not-yet",
  reason: {
    fr: "Il faut une visite ou un audit constatant une non-conformité ; aucun délai n’est écrit : décision motivée.",
    en: "A visit or an audit that found a non-conformity is needed; no delay is written: a reasoned decision.",
  },
  ok: (view) =>
    view.state.root.entries.some((entry) => (entry.type === "complementary-visit-held" || entry.type === "audit-held") && entry.payload?.compliant === false),
};

const kinds: Readonly<Record<string, EntryKind>> = {
  "convention-signed": {
    about: { fr: "signature de la convention par une partie", en: "signature of the convention by one party" },
    by: ["agency", "holder"],
    article: "LAB 8",
    phases: ["examination"],
    fields: {
      product: text("la solution et sa version", "the product and its version"),
      level: { kind: ["standard", "advanced"], about: { fr: "niveau signé", en: "level signed" } },
    },
    checks: [signedOnce],
  },
  "version-offered": {
    about: { fr: "version labellisée à disposition des clients", en: "labelled version offered to customers" },
    by: ["holder"],
    article: "LAB 4.1",
  },
  "file-piece-changed": {
    about: { fr: "une pièce du dossier a changé", en: "a piece of the file has changed" },
    by: ["holder", "agency"],
    article: "LAB 4.2.1",
  },
  "file-change-reported": { about: { fr: "changement du dossier signalé", en: "change of the file reported" }, by: ["holder"], article: "LAB 4.2.1" },
  "solution-changed": {
    about: { fr: "évolution substantielle ou montée de version", en: "substantial change or new version" },
    by: ["holder", "agency"],
    article: "LAB 4.3.1",
    matter: { of: "change", role: "opens" },
  },
  "change-notified-by-email": {
    about: { fr: "évolution notifiée par courriel", en: "change notified by e-mail" },
    by: ["holder"],
    article: "LAB 4.3.1",
    matter: { of: "change", role: "joins" },
    channel: channelOf(["email"], "LAB 4.3.1"),
  },
  "change-notified-by-letter": {
    about: { fr: "évolution notifiée par lettre", en: "change notified by letter" },
    by: ["holder"],
    article: "LAB 4.3.1",
    matter: { of: "change", role: "joins" },
    channel: channelOf(registeredWithReceipt, "LAB 4.3.1"),
    letter: true,
  },
  "sales-stopped": { about: { fr: "arrêt de commercialisation", en: "stop of sales" }, by: ["holder", "agency"], article: "LAB 4.3.2", phases: labelled },
  "insolvency-reported": {
    about: { fr: "procédure collective signalée : ne met fin à rien par elle-même", en: "insolvency reported: ends nothing by itself" },
    by: ["holder"],
    article: "LAB 4.3.2",
  },
  "not-deployed-declared": { about: { fr: "aucun site client déployé", en: "no customer site deployed" }, by: ["holder"], article: "LAB 5.1" },
  "first-deployment": {
    about: { fr: "premier déploiement sur un site client", en: "first deployment at a customer site" },
    by: ["holder"],
    article: "LAB 5.1",
  },
  "complementary-visit-held": {
    about: { fr: "visite complémentaire réalisée", en: "complementary visit held" },
    by: ["agency"],
    article: "LAB 5.1",
    fields: { compliant: { kind: "flag", about: { fr: "conforme", en: "compliant" } } },
  },
  "audit-held": {
    about: { fr: "audit de vérification réalisé", en: "verification audit held" },
    by: ["agency"],
    article: "LAB 5.2",
    fields: {
      compliant: { kind: "flag", about: { fr: "conforme", en: "compliant" } },
      functions: { kind: "list", required: true, about: { fr: "fonctions visées", en: "functions aimed at" } },
    },
  },
  "infringement-learnt": {
    about: { fr: "atteinte au logo connue du bénéficiaire", en: "infringement of the logo known to the holder" },
    by: ["holder"],
    article: "LAB 6.6",
  },
  "infringement-reported": { about: { fr: "atteinte au logo signalée", en: "infringement reported" }, by: ["holder"], article: "LAB 6.6" },
  "referential-evolved": {
    about: { fr: "évolution du référentiel notifiée", en: "new referential notified" },
    by: ["agency"],
    article: "LAB 8",
    phases: labelled,
    fields: {
      delay: {
        kind: "length",
        about: { fr: "délai d’application, de six à douze mois s’il en est donné un", en: "delay, six to twelve months if one is given" },
      },
    },
    checks: [sixToTwelve],
  },
  "amendment-signed": { about: { fr: "avenant signé des deux parties", en: "amendment signed by both" }, by: ["both"], article: "LAB 8, 11" },
  ...breachKinds({ other: "holder" }),
  "formal-notice-sent": {
    about: { fr: "mise en demeure, qui dit la clause sur laquelle elle se fonde", en: "formal notice, which says the clause it stands on" },
    by: ["agency"],
    article: "LAB 9.2.1",
    phases: labelled,
    matter: { of: "breach", role: "opens" },
    channel: channelOf(registeredWithReceipt, "LAB 9.2.1"),
    letter: true,
    fields: {
      under: {
        kind: ["6.8", "9.2.1"],
        required: true,
        about: { fr: "la clause : 6.8 (logo, trente jours) ou 9.2.1 (un mois)", en: "the clause: 6.8 (logo, thirty days) or 9.2.1 (one month)" },
      },
      ground: text("le manquement", "the breach"),
    },
    checks: [notWaived("LAB 9.2.1")],
  },
  "withdrawal-pronounced": {
    about: { fr: "retrait du label et résiliation prononcés", en: "withdrawal of the label and termination pronounced" },
    by: ["agency"],
    article: "LAB 9.2.1, 6.8",
    phases: labelled,
    matter: { of: "breach", role: "joins", closes: true },
    checks: [foundFruitless("LAB 9.2.1")],
  },
  "withdrawal-after-control": {
    about: { fr: "retrait après visite ou audit, décision motivée", en: "withdrawal after a visit or an audit, a reasoned decision" },
    by: ["agency"],
    article: "LAB 9.2.2",
    phases: labelled,
    fields: { reasons: text("les motifs", "the reasons", true) },
    checks: [afterAControl],
  },
  "ended-for-wider-perimeter": {
    about: {
      fr: "fin par élargissement du périmètre, la lettre nommant la nouvelle procédure",
      en: "end by a wider perimeter, the letter naming the new procedure",
    },
    by: ["agency"],
    article: "LAB 9.2.3",
    phases: labelled,
    channel: channelOf(registeredWithReceipt, "LAB 9.2.3"),
    letter: true,
    fields: { procedure: text("la nouvelle procédure", "the new procedure", true) },
  },
  "termination-notified": {
    about: { fr: "résiliation par le bénéficiaire", en: "termination by the holder" },
    by: ["holder"],
    article: "LAB 9.1",
    phases: labelled,
    matter: { of: "own-termination", role: "opens" },
    channel: channelOf(registeredWithReceipt, "LAB 9.1"),
    letter: true,
  },
  "documents-withdrawn": { about: { fr: "documents retirés", en: "documents withdrawn" }, by: ["holder"], article: "LAB 9.3", phases: ["ended"] },
  "customers-told": {
    about: { fr: "clients et utilisateurs informés", en: "customers and users told" },
    by: ["holder"],
    article: "LAB 9.3",
    phases: ["ended"],
  },
  "transfer-reported": {
    about: { fr: "cession ou changement de contrôle signalé, à tout moment", en: "transfer or change of control reported, at any time" },
    by: ["holder"],
    article: "LAB 11",
  },
};

export const labelConvention: FullInstrument = defineInstrument({
  id: "label-convention",
  prefix: "LB",
  name: { fr: "convention du label e-santé Logiciel Centres de santé V2", en: "convention of the label e-santé Logiciel Centres de santé V2" },
  source: "001 convention du label, V2",
  parties: ["agency", "holder"],
  kinds,
  clauses,
  milestones: [
    {
      name: "concluded",
      article: "LAB 8",
      of: [
        { type: "convention-signed", by: "agency" },
        { type: "convention-signed", by: "holder" },
      ],
    },
  ],
  initial: "examination",
  phases: {
    examination: { fr: "en instruction", en: "under examination" },
    labelled: { fr: "labellisé", en: "labelled" },
    ended: { fr: "terminé", en: "ended" },
  },
  over: ["ended"],
  transitions: [
    { on: "concluded", from: ["examination"], to: "labelled", article: "LAB 8" },
    { on: "withdrawal-pronounced", from: labelled, to: "ended", article: "LAB 9.3" },
    { on: "withdrawal-after-control", from: labelled, to: "ended", article: "LAB 9.2.2" },
    { on: "ended-for-wider-perimeter", from: labelled, to: "ended", article: "LAB 9.2.3" },
    { on: "own-termination-effective", from: labelled, to: "ended", article: "LAB 9.1" },
  ],
  holds: [],
  subjects: [{ kind: "product", on: "convention-signed", field: "product", removedBy: [], fallback: "product" }],
  rights: [
    { right: "logo.label", article: "LAB 6.2", subject: "product", phases: labelled },
    { right: "register.label", article: "LAB 6.9", subject: "product", phases: labelled },
    { right: "label.announce", article: "LAB 6.3", subject: "product", phases: labelled },
  ],
  remedy: {
    article: "LAB 12",
    text: {
      fr: "À l’amiable d’abord ; sinon le tribunal administratif du siège de l’agence.",
      en: "Amicably first; failing that, the administrative court of the agency’s seat.",
    },
  },
  transfer: {
    article: "LAB 11",
    policy: "automatic-with-amendment",
    text: {
      fr: "La cession transfère droits et obligations ; signalement et avenant dus.",
      en: "A transfer moves rights and duties; report and amendment owed.",
    },
  },
  assumptions: [
    {
      article: "LAB 6.2",
      text: {
        fr: "logo et communication s’ouvrent à la signature de l’agence, pas avant l’entrée en vigueur (dernière signature) ; discutable.",
        en: "logo and communication open at the agency’s signature, not before entry into force (the last signature); arguable.",
      },
    },
    { article: "LAB 9.2.2", text: { fr: "aucun délai n’est écrit.", en: "no delay is written." } },
  ],
});

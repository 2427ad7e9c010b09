// Breach, formal notice, termination, transfer, amendment (MSS 11 to 13).
import { type EntryKind, registeredWithReceipt } from "../../../engine/definition.ts";
import { addressField, breachKinds, channelOf, foundFruitless, notWaived } from "../../breach.ts";
import { alive, stated, text } from "./vocabulary.ts";

const breach = { of: "breach", role: "joins" } as const;

export const endKinds: Readonly<Record<string, EntryKind>> = {
  ...breachKinds({ other: "operator" }),
  "formal-notice-sent": {
    about: { fr: "mise en demeure de remédier au manquement", en: "formal notice to remedy the breach" },
    by: ["agency"],
    article: "MSS 12.2",
    phases: alive,
    matter: { of: "breach", role: "opens" },
    channel: channelOf(registeredWithReceipt, "MSS 12.2"),
    letter: true,
    fields: {
      ground: text("le manquement", "the breach"),
      for: {
        kind: ["no-commitment", "no-reference-commitment", "control", "other"],
        about: { fr: "procédure dont elle vient", en: "procedure it comes from" },
      },
    },
    checks: [notWaived("MSS 12.2")],
  },
  "termination-pronounced": {
    about: { fr: "résiliation prononcée par l’agence", en: "termination pronounced by the agency" },
    by: ["agency"],
    article: "MSS 12.2",
    phases: alive,
    matter: { ...breach, closes: true },
    checks: [foundFruitless("MSS 12.2")],
  },
  "termination-notified": {
    about: { fr: "résiliation demandée par l’opérateur", en: "termination asked by the operator" },
    by: ["operator"],
    article: "MSS 12.1",
    phases: alive,
    matter: { of: "own-termination", role: "opens" },
    channel: channelOf(registeredWithReceipt, "MSS 12.1"),
    letter: true,
    fields: { address: addressField },
    checks: [stated],
  },
  "termination-withdrawn": {
    about: { fr: "résiliation retirée d’accord entre les parties", en: "termination withdrawn by agreement" },
    by: ["both"],
    matter: { of: "own-termination", role: "joins", closes: true },
  },
  "documents-withdrawn": {
    about: { fr: "logo et documents retirés", en: "logo and documents withdrawn" },
    by: ["operator"],
    article: "MSS 12.3",
    phases: ["ended"],
  },
  "service-transferred": {
    about: { fr: "cession du service : droits, délais et mises en demeure suivent", en: "transfer of the service: rights, clocks and notices follow" },
    by: ["operator", "both"],
    article: "MSS 13",
    phases: alive,
    fields: { to: text("nouvel opérateur", "new operator", true) },
  },
  "certificates-reissued": {
    about: { fr: "certificats réémis au nom du nouvel opérateur", en: "certificates reissued to the new operator" },
    by: ["agency"],
    article: "MSS 13",
  },
  "amendment-signed": {
    about: { fr: "avenant daté et signé des deux parties", en: "amendment dated and signed by both" },
    by: ["both"],
    article: "MSS 11",
    phases: alive,
  },
  "contract-replaced": {
    about: { fr: "nouveau contrat signé sur le même objet", en: "new contract signed on the same object" },
    by: ["both"],
    article: "MSS 11",
    phases: alive,
  },
};

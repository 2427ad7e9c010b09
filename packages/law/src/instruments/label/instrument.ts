// The convention on the use of the label "e-santé Logiciel Centres de santé" V2 (001), for one product. Kinds, checks and clauses beside.
import type { Json } from "@cercle/kernel";
import { defineInstrument, type FullInstrument } from "../../engine/instrument.ts";
import { clauses } from "./clauses.ts";
import { duties } from "./duties.ts";
import { examinationKinds } from "./examination-kinds.ts";
import { labelledKinds } from "./kinds.ts";

const labelled = ["labelled"];

/** The level in force is the one that was signed (LAB 3.2). */
const signedLevel = (_phase: string, subject: { readonly [key: string]: Json | undefined }) =>
  typeof subject.level === "string" ? { level: subject.level } : {};

export const labelConvention: FullInstrument = defineInstrument({
  id: "label-convention",
  prefix: "LB",
  name: { fr: "convention du label e-santé Logiciel Centres de santé V2", en: "convention of the label e-santé Logiciel Centres de santé V2" },
  source: "001 convention du label, V2",
  parties: ["agency", "holder"],
  kinds: { ...examinationKinds, ...labelledKinds },
  clauses: [...clauses, ...duties],
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
  subjects: [
    { kind: "product", on: "convention-signed", field: "product", removedBy: [], fallback: "product" },
    // LAB 8: an amendment signed by both changes what was signed, the level included.
    { kind: "product", on: "amendment-signed", field: "product", removedBy: [] },
  ],
  rights: [
    { right: "logo.label", article: "LAB 6.2", subject: "product", phases: labelled, limits: signedLevel },
    { right: "register.label", article: "LAB 6.9", subject: "product", phases: labelled, limits: signedLevel },
    { right: "label.announce", article: "LAB 6.3", subject: "product", phases: labelled, limits: signedLevel },
  ],
  versions: { article: "LAB 8", by: "amendment", accepted: ["convention-signed", "amendment-signed"] },
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
    { article: "LAB 2", text: { fr: "le texte ne classe pas les documents.", en: "the text does not rank the documents." } },
    { article: "LAB 9.2.2", text: { fr: "aucun délai n’est écrit.", en: "no delay is written." } },
  ],
});

// The MSSanté operator contract (002, version of 15.05.2018).
import { defineInstrument, type FullInstrument } from "../../engine/instrument.ts";
import { clauses } from "./clauses.ts";
import { kinds } from "./kinds.ts";

const alive = ["provisional", "validated"];

export const mssanteOperator: FullInstrument = defineInstrument({
  id: "mssante-operator",
  prefix: "OP",
  name: { fr: "contrat opérateur MSSanté", en: "MSSanté operator contract" },
  source: "002 contrat opérateur MSSanté (15.05.2018)",
  parties: ["agency", "operator"],
  kinds,
  clauses,
  milestones: [
    {
      name: "concluded",
      article: "MSS 11",
      of: [
        { type: "contract-signed", by: "agency" },
        { type: "contract-signed", by: "operator" },
      ],
    },
  ],
  initial: "draft",
  phases: {
    draft: { fr: "contrat non conclu", en: "contract not concluded" },
    provisional: { fr: "intégration provisoire", en: "provisional integration" },
    validated: { fr: "intégration validée", en: "validated integration" },
    ended: { fr: "contrat terminé", en: "contract ended" },
  },
  over: ["ended"],
  transitions: [
    { on: "concluded", from: ["draft"], to: "provisional", article: "MSS 4.1" },
    { on: "validation-notified", from: ["provisional"], to: "validated", article: "MSS 4.2" },
    { on: "termination-pronounced", from: alive, to: "ended", article: "MSS 12.3" },
    { on: "own-termination-effective", from: alive, to: "ended", article: "MSS 12.3" },
    { on: "contract-replaced", from: alive, to: "ended", article: "MSS 11" },
  ],
  holds: [
    { hold: "suspended", on: "suspension-pronounced", sets: true, article: "MSS 7.2" },
    { hold: "suspended", on: "suspension-lifted", sets: false, ends: "own", article: "MSS 7.2" },
    { hold: "cut", on: "exceptional-measure-taken", sets: true, article: "MSS 7.1" },
    { hold: "cut", on: "exceptional-measure-lifted", sets: false, ends: "own", article: "MSS 7.1" },
    { hold: "cut", on: "major-disturbance-ended", sets: false, ends: "own", article: "MSS 7.1" },
  ],
  subjects: [
    { kind: "operator", on: "contract-signed", field: "operator", removedBy: [], fallback: "operator" },
    { kind: "domain", on: "domain-declared", field: "domain", removedBy: ["domain-withdrawn"] },
    { kind: "certificate", on: "certificate-issued", field: "serial", removedBy: ["certificate-revoked"] },
  ],
  rights: [
    {
      right: "domain.exchange",
      article: "MSS 4.1",
      subject: "domain",
      phases: ["provisional"],
      unless: ["suspended", "cut"],
      limits: () => ({ phase: "provisional", test_mailboxes: 25 }),
    },
    {
      right: "domain.exchange",
      article: "MSS 4.2",
      subject: "domain",
      phases: ["validated"],
      unless: ["suspended", "cut"],
      limits: () => ({ phase: "validated" }),
    },
    { right: "certificate.hold", article: "MSS 4.1", subject: "certificate", phases: alive },
    { right: "register.operators", article: "MSS 5.1", subject: "operator", phases: ["validated"] },
    { right: "logo.mssante", article: "MSS 5.2", subject: "operator", phases: ["validated"] },
    { right: "process.announce", article: "MSS 5.2", subject: "operator", phases: alive },
  ],
  precedence: { article: "MSS 2", ranks: [["contract"], ["technical-reference"], ["annex-1", "annex-2"]] },
  versions: { article: "MSS 11", by: "amendment", accepted: ["contract-signed", "amendment-signed"] },
  remedy: {
    article: "MSS 14",
    text: {
      fr: "À l’amiable d’abord ; sinon le tribunal administratif du siège de l’agence.",
      en: "Amicably first; failing that, the administrative court of the agency’s seat.",
    },
  },
  commitment: {
    article: "MSS 5.1",
    made: ["commitment-found-complete", "reference-commitment-received"],
    changes: [
      "reference-published",
      "reference-applied",
      "urgent-requirement-imposed",
      "urgent-requirement-applied",
      "incident-identified",
      "processing-recorded",
      "domain-declared",
      "domain-withdrawn",
      "certificate-issued",
      "certificate-revoked",
      "amendment-signed",
      "service-transferred",
    ],
  },
  // The contact person is the référent of article 10, "désigné au présent contrat" and designated nowhere else.
  identity: { article: "MSS préambule, 10", asks: ["identifier", "seat", "representative", "contact"] },
  transfer: {
    article: "MSS 13",
    policy: "automatic",
    text: {
      fr: "La cession du service emporte droits et obligations, sans formalité : phase, délais et mises en demeure suivent.",
      en: "A transfer of the service carries rights and duties, without formality: phase, clocks and formal notices follow.",
    },
  },
  assumptions: [
    {
      article: "MSS 5.2",
      text: {
        fr: "« intégration définitive », non définie, est lue comme l’intégration validée.",
        en: "“intégration définitive”, undefined, is read as validated integration.",
      },
    },
    { article: "MSS 5.2", text: { fr: "pendant une suspension, le texte laisse le logo.", en: "during a suspension the text leaves the logo." } },
    {
      article: "MSS 10",
      text: {
        fr: "le référent « désigné au présent contrat » ne l’est nulle part : la personne de contact en tient lieu.",
        en: "the contact person “designated in this contract” is designated nowhere: the contact of the file stands in.",
      },
    },
    {
      article: "MSS 3",
      text: {
        fr: "le domaine entre sur la liste à la conclusion (4.1) ; le certificat (3) est montré comme seconde condition.",
        en: "the domain is listed at conclusion (4.1); the certificate (3) is shown as a second condition.",
      },
    },
  ],
});

// API-CPS contract: what can happen around the software: versions, results, anomalies, claims on it, its sources, sub-licences.
import type { EntryKind } from "../../engine/definition.ts";
import { foundCompatible, never } from "./checks.ts";

const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const joins = (of: string, closes = false) => ({ of, role: "joins", closes }) as const;
const version = text("version", "version", true);

const versions: Readonly<Record<string, EntryKind>> = {
  "qualification-announced": {
    about: {
      fr: "qualification annoncée d’une version qui assure la continuité de la carte",
      en: "qualification announced of a version that keeps cards working",
    },
    by: ["agency"],
    article: "CPS 12.1",
    matter: { of: "version", role: "opens" },
    fields: { version },
  },
  "version-qualified": { about: { fr: "version qualifiée", en: "version qualified" }, by: ["agency"], article: "CPS 12.1", matter: joins("version") },
  "version-qualified-early": {
    about: {
      fr: "version qualifiée sans les six mois d’avance : manquement de l’agence envers cet éditeur, motivé",
      en: "version qualified without the six months’ notice: a breach of the agency towards this vendor, with reasons",
    },
    by: ["agency"],
    article: "CPS 12.1",
    matter: { of: "version", role: "opens" },
    fields: { version: text("version", "version"), reasons: text("les motifs", "the reasons", true) },
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
    fields: {
      compatible: { kind: "list", about: { fr: "les progiciels compatibles", en: "the compatible products" } },
      report: text("le rapport, de n’importe quel outil", "the report, from any tool"),
    },
  },
  "distribution-started": {
    about: { fr: "diffusion de la version aux professionnels licenciés", en: "distribution of the version to licensed professionals" },
    by: ["vendor"],
    article: "CPS 10.2.8",
    phases: ["in-force"],
    matter: joins("version"),
    fields: { product: text("le progiciel", "the product") },
    checks: [foundCompatible],
  },
};

const anomalies: Readonly<Record<string, EntryKind>> = {
  "anomaly-reported": {
    about: { fr: "anomalie signalée par un rapport écrit", en: "anomaly reported in writing" },
    by: ["vendor"],
    article: "CPS 13.1",
    matter: { of: "anomaly", role: "opens" },
    fields: { report: text("le rapport écrit", "the written report", true), version: text("version", "version") },
  },
  "anomaly-attributed": {
    about: { fr: "anomalie imputée", en: "anomaly attributed" },
    by: ["agency"],
    article: "CPS 12.4, 12.5",
    matter: joins("anomaly"),
    fields: { to: { kind: ["agency", "vendor", "other"], required: true, about: { fr: "à qui", en: "to whom" } } },
  },
  "anomaly-progressed": {
    about: { fr: "avancement de la correction", en: "progress of the correction" },
    by: ["agency"],
    article: "CPS 12.5",
    matter: joins("anomaly"),
    fields: { progress: text("où en est la correction", "where the correction stands", true) },
  },
  "anomaly-corrected": {
    about: { fr: "anomalie corrigée", en: "anomaly corrected" },
    by: ["agency", "vendor"],
    article: "CPS 12.5",
    matter: joins("anomaly", true),
  },
};

const claims: Readonly<Record<string, EntryKind>> = {
  "seizure-attempted": {
    about: { fr: "tentative de saisie chez l’éditeur", en: "attempt of seizure at the vendor" },
    by: ["vendor"],
    article: "CPS 16.3",
    matter: { of: "seizure", role: "opens" },
  },
  "seizure-reported": {
    about: { fr: "agence avisée de la saisie", en: "agency told of the seizure" },
    by: ["vendor"],
    article: "CPS 16.3",
    matter: joins("seizure", true),
  },
  "infringement-claim-received": {
    about: { fr: "action en contrefaçon, ou déclaration qui la précède", en: "infringement action, or the statement before it" },
    by: ["vendor"],
    article: "CPS 17.2.3",
    matter: { of: "infringement", role: "opens" },
  },
  "infringement-claim-reported": {
    about: { fr: "action notifiée à l’agence par écrit", en: "action notified to the agency in writing" },
    by: ["vendor"],
    article: "CPS 17.2.3",
    matter: joins("infringement"),
    fields: { writing: text("l’écrit", "the writing", true) },
  },
  "version-prohibited": {
    about: { fr: "utilisation d’une version interdite, et le remède choisi", en: "use of a version prohibited, and the remedy chosen" },
    by: ["agency"],
    article: "CPS 17.2.4",
    matter: { of: "infringement", role: "enters" },
    fields: {
      version,
      basis: {
        kind: ["court-decision", "settlement"],
        required: true,
        about: { fr: "la décision de justice ou la transaction", en: "the court decision or the settlement" },
      },
      reference: text("sa référence", "its reference", true),
      remedy: { kind: ["continue", "replace", "modify"], required: true, about: { fr: "le remède", en: "the remedy" } },
    },
  },
  "remedy-provided": {
    about: { fr: "remède apporté, aux frais de l’agence", en: "remedy provided, at the agency’s cost" },
    by: ["agency"],
    article: "CPS 17.2.4",
    matter: joins("infringement", true),
  },
};

const sources: Readonly<Record<string, EntryKind>> = {
  "source-access-requested": {
    about: { fr: "accès aux sources demandé à la commission d’arbitrage", en: "access to the sources asked of the arbitration board" },
    by: ["vendor"],
    article: "CPS 14",
    matter: { of: "sources", role: "opens" },
    fields: {
      ground: {
        kind: ["legislation", "creator-default"],
        required: true,
        about: { fr: "la législation, ou la défaillance du créateur", en: "legislation, or default of the creator" },
      },
    },
  },
  "source-access-decided": {
    about: { fr: "accès aux sources décidé par l’agence", en: "access to the sources decided by the agency" },
    by: ["agency"],
    article: "CPS 14",
    checks: [
      never(
        "CPS 14",
        "law.not-yours",
        "L’accès n’est autorisé qu’après étude par la commission d’arbitrage de l’APP : l’agence n’accorde ni ne refuse.",
        "Access follows the study of the APP’s arbitration board: the agency neither grants nor refuses.",
      ),
    ],
  },
  "board-decision-recorded": {
    about: { fr: "décision de la commission d’arbitrage, sans transfert de droit", en: "decision of the arbitration board, no right passing" },
    by: ["agency", "vendor"],
    article: "CPS 14",
    matter: joins("sources", true),
    fields: {
      access: { kind: "flag", required: true, about: { fr: "accès autorisé", en: "access allowed" } },
      reference: text("référence de la décision", "reference of the decision", true),
    },
  },
  "sub-licence-granted": {
    about: { fr: "sous-licence de diffusion", en: "sub-licence of distribution" },
    by: ["vendor"],
    article: "CPS 9.1.3",
    checks: [
      never(
        "CPS 9.1.3",
        "law.not-transferable",
        "Aucune sous-licence de diffusion ; une licence d’utilisation à un professionnel (11) n’en est pas une.",
        "No sub-licence of distribution; a licence of use to a professional (11) is none.",
      ),
    ],
  },
  "integrator-named": {
    about: { fr: "tiers qui intègre pour le compte de l’éditeur", en: "third party that integrates on the vendor’s behalf" },
    by: ["vendor"],
    article: "CPS 3.1",
    phases: ["in-force"],
    fields: { integrator: text("le tiers", "the third party", true) },
  },
};

export const versionKinds: Readonly<Record<string, EntryKind>> = { ...versions, ...anomalies, ...claims, ...sources };

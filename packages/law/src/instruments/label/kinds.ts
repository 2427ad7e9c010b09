// Label convention: what can happen once the label lives: changes, controls, logo, amendments, breach, end.
import { type EntryKind, registeredWithReceipt } from "../../engine/definition.ts";
import { breachKinds, channelOf, foundFruitless, notWaived } from "../breach.ts";
import {
  afterAControl,
  allThreeHold,
  amicablyFirst,
  boundToTheRules,
  customerAgrees,
  everyProvision,
  planCameBack,
  productionNeedsReason,
  sixToTwelve,
  underAProfessional,
} from "./checks.ts";

const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const flag = (fr: string, en: string, required = false) => ({ kind: "flag", required, about: { fr, en } }) as const;
const documents = { kind: "list", about: { fr: "les documents joints", en: "the documents attached" } } as const;
const place = { kind: ["customer-site", "holder-premises", "remote"], about: { fr: "où", en: "where" } } as const;
const labelled = ["labelled"];

export const labelledKinds: Readonly<Record<string, EntryKind>> = {
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
    fields: {
      upgrade: flag("montée de version", "new version"),
      substantial: flag("modification substantielle", "substantial change"),
      coverage: flag("effet sur la couverture des exigences", "effect on the coverage of the requirements"),
    },
  },
  "reapplication-asked": {
    about: {
      fr: "nouveau dossier et/ou étapes de l’instruction demandés ; le label demeure",
      en: "new application and/or steps of the examination asked; the label stays",
    },
    by: ["agency"],
    article: "LAB 4.3.1",
    phases: labelled,
    matter: { of: "change", role: "joins" },
    fields: {
      asks: { kind: ["new-application", "steps", "both"], required: true, about: { fr: "ce qui est demandé", en: "what is asked" } },
      steps: { kind: "list", about: { fr: "les étapes", en: "the steps" } },
    },
    checks: [allThreeHold],
  },
  "change-notified-by-email": {
    about: { fr: "évolution notifiée par courriel", en: "change notified by e-mail" },
    by: ["holder"],
    article: "LAB 4.3.1",
    matter: { of: "change", role: "joins" },
    channel: channelOf(["email"], "LAB 4.3.1"),
    fields: { documents },
  },
  "change-notified-by-letter": {
    about: { fr: "évolution notifiée par lettre", en: "change notified by letter" },
    by: ["holder"],
    article: "LAB 4.3.1",
    matter: { of: "change", role: "joins" },
    channel: channelOf(registeredWithReceipt, "LAB 4.3.1"),
    letter: true,
    fields: { documents },
  },
  "sales-suspended": {
    about: { fr: "suspension de commercialisation signalée", en: "suspension of sales reported" },
    by: ["holder"],
    article: "LAB 4.3.2",
    phases: labelled,
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
    fields: {
      compliant: flag("conforme", "compliant"),
      place,
      customer_agreed: flag("accord du client", "agreement of the customer"),
      recommendations: text("recommandations", "recommendations"),
    },
    checks: [customerAgrees],
  },
  "audit-held": {
    about: { fr: "audit de vérification réalisé", en: "verification audit held" },
    by: ["agency"],
    article: "LAB 5.2",
    fields: {
      compliant: flag("conforme", "compliant"),
      place,
      customer_agreed: flag("accord du client", "agreement of the customer"),
      from: { kind: ["report", "programme", "visit"], about: { fr: "signalement, programme périodique ou visite", en: "report, periodic programme or visit" } },
      environment: { kind: ["demonstration", "production"], about: { fr: "environnement", en: "environment" } },
      reason: text("pourquoi en production", "why in production"),
      functions: { kind: "list", required: true, about: { fr: "fonctions visées", en: "functions aimed at" } },
    },
    checks: [customerAgrees, productionNeedsReason],
  },
  "assurance-plan-returned": {
    about: { fr: "Plan d’Assurance Sécurité rendu daté et signé", en: "security assurance plan returned dated and signed" },
    by: ["agency", "holder"],
    article: "LAB 5.3",
    fields: {
      site: text("le site", "the site", true),
      signed_by: text("le représentant légal de la structure", "the legal representative of the structure", true),
      signed_on: { kind: "date", required: true, about: { fr: "daté du", en: "dated" } },
    },
  },
  "health-data-accessed": {
    about: {
      fr: "accès d’un contrôleur à des données de santé, sous le contrôle d’un professionnel du site",
      en: "access of a controller to health data, under a professional of the site",
    },
    by: ["agency"],
    article: "LAB 5.3",
    fields: {
      site: text("le site", "the site", true),
      controller: text("le contrôleur", "the controller", true),
      professional: text("le professionnel de santé", "the health professional", true),
      practises_there: flag("exerce sur ce site", "practises at this site", true),
    },
    checks: [planCameBack, underAProfessional],
  },
  "control-refused": {
    about: { fr: "contrôle refusé par le bénéficiaire", en: "control refused by the holder" },
    by: ["agency"],
    article: "LAB 5",
    matter: { of: "breach", role: "opens" },
  },
  "option-found": {
    about: { fr: "fonctionnalité labellisée vendue en option", en: "labelled function sold as an option" },
    by: ["anyone"],
    article: "LAB 4.2.1",
    matter: { of: "breach", role: "opens" },
    fields: { function: text("la fonctionnalité", "the function", true) },
  },
  "customer-contract-checked": {
    about: { fr: "contrat client vérifié, disposition par disposition", en: "customer contract checked, provision by provision" },
    by: ["agency", "holder"],
    article: "LAB 4.2.2",
    fields: {
      provisions: { kind: "list", required: true, about: { fr: "{ provision, evidence }", en: "{ provision, evidence }" } },
      saas: flag("solution fournie en mode Saas", "product provided as a service"),
    },
    checks: [everyProvision],
  },
  "versioning-policy-filed": {
    about: { fr: "politique de gestion des versions documentée", en: "versioning policy documented" },
    by: ["holder"],
    article: "LAB 4.3.1",
    fields: { document: text("le document", "the document", true) },
  },
  "catalogue-invitation-sent": {
    about: { fr: "invitation à inscrire la solution au référencement national", en: "invitation to register the product in the national catalogue" },
    by: ["agency"],
    article: "LAB 6.9",
    phases: labelled,
  },
  "distributor-listed": {
    about: { fr: "distributeur tenu par contrat aux règles du logo", en: "distributor bound by contract to the rules of the logo" },
    by: ["holder"],
    article: "LAB 6.7",
    fields: { distributor: text("le distributeur", "the distributor", true), bound: flag("contrat conforme", "bound by contract", true) },
    checks: [boundToTheRules],
  },
  "mark-filing-found": {
    about: { fr: "dépôt d’un signe identique ou similaire au logo", en: "filing of a mark identical or similar to the logo" },
    by: ["agency"],
    article: "LAB 6.5",
    matter: { of: "breach", role: "opens" },
    fields: { territory: text("le territoire", "the territory", true) },
  },
  "logo-misuse-reported": {
    about: { fr: "mésusage du logo signalé par quiconque", en: "misuse of the logo reported by anyone" },
    by: ["anyone"],
    article: "LAB 6.5",
    matter: { of: "breach", role: "opens" },
    fields: { facts: text("les faits", "the facts", true) },
  },
  "repair-act-recorded": {
    about: { fr: "acte de réparation du bénéficiaire pendant la mise en demeure", en: "act of repair of the holder during the formal notice" },
    by: ["holder"],
    article: "LAB 9.2.1",
    matter: { of: "breach", role: "joins" },
    fields: { act: text("ce qui est fait", "what is done", true) },
  },
  "amicable-attempt-recorded": {
    about: { fr: "tentative de règlement amiable", en: "attempt at an amicable settlement" },
    by: ["agency", "holder", "both"],
    article: "LAB 12",
  },
  "court-seised": {
    about: { fr: "tribunal administratif saisi", en: "administrative court seised" },
    by: ["agency", "holder"],
    article: "LAB 12",
    checks: [amicablyFirst],
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
  "amendment-signed": {
    about: { fr: "avenant signé des deux parties", en: "amendment signed by both" },
    by: ["both"],
    article: "LAB 8, 11",
    fields: {
      product: text("la solution et sa version", "the product and its version"),
      level: { kind: ["standard", "advanced"], about: { fr: "niveau signé", en: "level signed" } },
    },
  },
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
    fields: {
      kind: { kind: ["product-sale", "assignment", "change-of-control"], about: { fr: "ce qui change de main", en: "what changes hands" } },
      to: text("l’organisation concernée", "the organisation concerned"),
    },
  },
};

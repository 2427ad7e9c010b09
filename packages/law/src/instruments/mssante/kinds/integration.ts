// From the contract to the validation: signature, domains, certificates, test mailboxes, commitment (MSS 3 to 5.1, 11).
import { type Check, type EntryKind, registered, registeredWithReceipt } from "../../../engine/definition.ts";
import { addressField, channelOf } from "../../breach.ts";
import { alive, stated, text } from "./vocabulary.ts";

/** MSS 15: the operator's notices go to one address only, by registered letter with receipt unless another article says otherwise. */
const operatorLetter = { channel: channelOf(registeredWithReceipt, "MSS 15"), letter: true } as const;

const signedOnce: Check = {
  article: "MSS 11",
  code: "law.already-done",
  reason: { fr: "Cette partie a déjà signé.", en: "This party has already signed." },
  ok: (view, draft) => draft.by === undefined || !view.state.root.entries.some((entry) => entry.type === "contract-signed" && entry.payload?.by === draft.by),
};

/** MSS 4.1: twenty-five at most, over all the operator's domains. */
const underTheLimit: Check = {
  article: "MSS 4.1",
  code: "law.limit-reached",
  reason: { fr: "Vingt-cinq boîtes de test au plus, tous domaines confondus.", en: "Twenty-five test mailboxes at most, over all domains." },
  ok(view) {
    let open = 0;
    for (const entry of view.state.root.entries) open += entry.type === "test-mailbox-created" ? 1 : entry.type === "test-mailbox-removed" ? -1 : 0;
    return open < 25;
  },
};

const namedAsTest: Check = {
  article: "MSS 4.1",
  code: "law.not-a-test-name",
  reason: { fr: "Le nom d’une boîte de test doit le montrer (test1@…).", en: "The name of a test mailbox must show it (test1@…)." },
  ok: (_view, { payload }) => payload.address === undefined || (typeof payload.address === "string" && /test/i.test(payload.address.split("@")[0] ?? "")),
};

const renewedOnce: Check = {
  article: "MSS 4.2",
  code: "law.already-done",
  reason: { fr: "Une seule prolongation.", en: "One renewal only." },
  ok: (view) => !view.state.root.entries.some((entry) => entry.type === "provisional-renewal-agreed"),
};

const beforeTheEnd: Check = {
  article: "MSS 4.2",
  code: "law.too-late",
  reason: {
    fr: "L’accord doit précéder la fin de la période provisoire (discutable après).",
    en: "The agreement must come before the end of the provisional period (arguable after).",
  },
  ok: (view) => view.clocks().every((clock) => clock.clause.id !== "MSS-4.2-reception" || clock.state !== "late"),
};

const commitmentIsComplete: Check = {
  article: "MSS 4.2",
  code: "law.no-commitment",
  reason: {
    fr: "Il faut un engagement de conformité reçu et trouvé complet ; rien d’autre n’est exigé.",
    en: "A commitment received and found complete is needed; nothing else is.",
  },
  ok: (view) => view.state.root.entries.some((entry) => entry.type === "commitment-found-complete"),
};

/** MSS 4.2, 7.2: after a contract that ended upon a control, a clean visit first. */
const cleanVisitIfNeeded: Check = {
  article: "MSS 7.2",
  code: "law.visit-needed",
  reason: {
    fr: "Un contrat précédent a pris fin après un contrôle : une visite de conformité sans écart est nécessaire avant de valider.",
    en: "A previous contract ended after a control: a conformity visit with a clean report is needed before validation.",
  },
  ok(view) {
    const flagged = view.state.root.entries.some((entry) => entry.type === "contract-signed" && entry.payload?.previous_ended_after_control === true);
    if (!flagged) return true;
    const clean = (entry: { type: string; payload: { readonly [key: string]: unknown } | undefined }): boolean =>
      (entry.type === "control-report-sent" || entry.type === "second-visit-report-sent") && entry.payload?.compliant === true;
    return view.state.matters.some((matter) => matter.of === "control" && matter.entries.some(clean));
  },
};

export const integrationKinds: Readonly<Record<string, EntryKind>> = {
  "contract-signed": {
    about: { fr: "signature du contrat par une partie", en: "signature of the contract by one party" },
    by: ["agency", "operator"],
    article: "MSS 11",
    phases: ["draft"],
    fields: {
      operator: text("clé de l’opérateur", "key of the operator"),
      previous_ended_after_control: {
        kind: "flag",
        about: { fr: "un contrat précédent a pris fin après un contrôle", en: "a previous contract ended after a control" },
      },
    },
    checks: [signedOnce],
  },
  "domain-declared": {
    about: { fr: "déclaration d’un domaine (annexe 1)", en: "declaration of a domain (annex 1)" },
    by: ["operator"],
    article: "MSS 5.1",
    phases: ["draft", ...alive],
    fields: {
      domain: text("le domaine", "the domain", true),
      title: { kind: ["own", "customer", "shared"], about: { fr: "à qui il est", en: "whose it is" } },
    },
  },
  "domain-withdrawn": {
    about: { fr: "retrait d’un domaine", en: "withdrawal of a domain" },
    by: ["operator", "agency"],
    article: "MSS 5.3",
    fields: { domain: text("le domaine", "the domain", true) },
  },
  "certificate-issued": {
    about: { fr: "certificat de serveur délivré pour le service", en: "server certificate issued for the service" },
    by: ["agency"],
    article: "MSS 4.1",
    phases: alive,
    fields: { serial: text("numéro de série", "serial number", true) },
  },
  "certificate-revoked": {
    about: { fr: "certificat révoqué", en: "certificate revoked" },
    by: ["agency", "operator"],
    article: "MSS 12.3",
    fields: { serial: text("numéro de série", "serial number", true) },
  },
  "processing-recorded": {
    about: { fr: "traitement : responsable, formalités, hébergeur", en: "processing: controller, formalities, host" },
    by: ["operator"],
    article: "MSS préambule",
    fields: {
      controller: text("le responsable : professionnel ou structure", "the controller: professional or structure", true),
      formalities: text("les formalités accomplies", "the formalities done", true),
      health_data_hosted: { kind: "flag", required: true, about: { fr: "un tiers héberge des données de santé", en: "a third party hosts health data" } },
      certified_host: text("l’hébergeur certifié", "the certified host"),
    },
    checks: [
      {
        article: "MSS préambule",
        code: "law.incomplete",
        reason: { fr: "Nommez l’hébergeur certifié (certified_host).", en: "Name the certified host (certified_host)." },
        ok: (_view, { payload }) => payload.health_data_hosted !== true || (typeof payload.certified_host === "string" && payload.certified_host.trim() !== ""),
      },
    ],
  },
  "test-mailbox-created": {
    about: { fr: "création d’une boîte de test", en: "creation of a test mailbox" },
    by: ["operator"],
    article: "MSS 4.1",
    phases: ["provisional"],
    fields: { address: text("adresse", "address", true) },
    checks: [underTheLimit, namedAsTest],
  },
  "test-mailbox-removed": {
    about: { fr: "suppression d’une boîte de test", en: "removal of a test mailbox" },
    by: ["operator"],
    article: "MSS 4.1",
    fields: { address: text("adresse", "address", true) },
  },
  // A test aid (MSS 4.1, last paragraph). It opens nothing: the one condition of validation is the commitment (MSS 4.2).
  "conformity-report-filed": {
    about: { fr: "rapport d’une suite de conformité versé au dossier", en: "report of a conformity suite put in the file" },
    by: ["operator", "agency"],
    article: "MSS 4.1",
    fields: {
      document: text("empreinte du rapport signé", "digest of the signed report", true),
      suite: text("la suite", "the suite", true),
      passed: { kind: "number", about: { fr: "contrôles réussis", en: "checks passed" } },
      failed: { kind: "number", about: { fr: "contrôles en échec", en: "checks failed" } },
      not_run: { kind: "number", about: { fr: "contrôles non joués", en: "checks not run" } },
      requirements: { kind: "list", about: { fr: "par exigence", en: "for each requirement" } },
    },
  },
  "provisional-renewal-agreed": {
    about: { fr: "accord des deux parties pour prolonger l’intégration provisoire", en: "agreement of both parties to renew the provisional integration" },
    by: ["both", "agency", "operator"],
    article: "MSS 4.2",
    phases: ["provisional"],
    fields: {
      agency_evidence: text("preuve de la volonté de l’agence", "evidence of the agency’s will"),
      operator_evidence: text("preuve de la volonté de l’opérateur", "evidence of the operator’s will"),
    },
    checks: [renewedOnce, beforeTheEnd],
  },
  "commitment-sent": {
    about: { fr: "engagement de conformité adressé (annexe 2)", en: "conformity commitment sent (annex 2)" },
    by: ["operator"],
    article: "MSS 4.2",
    phases: ["provisional"],
    ...operatorLetter,
    fields: { version: text("version du référentiel visée", "version of the reference"), address: addressField },
    checks: [stated],
  },
  "commitment-received": {
    about: { fr: "engagement de conformité reçu", en: "conformity commitment received" },
    by: ["agency", "operator"],
    article: "MSS 4.2",
    phases: ["provisional"],
  },
  "complements-requested": {
    about: { fr: "compléments demandés ; aucun délai ne s’arrête", en: "complements asked; no clock stops" },
    by: ["agency"],
    article: "MSS 4.2",
    phases: ["provisional"],
    fields: { missing: { kind: "list", required: true, about: { fr: "ce qui manque", en: "what is missing" } } },
  },
  "commitment-found-complete": {
    about: { fr: "engagement trouvé conforme et complet", en: "commitment found conform and complete" },
    by: ["agency"],
    article: "MSS 4.2",
    phases: ["provisional"],
  },
  "validation-notified": {
    about: { fr: "intégration validée notifiée", en: "validated integration notified" },
    by: ["agency"],
    article: "MSS 4.2",
    phases: ["provisional"],
    channel: channelOf(registered, "MSS 4.2"),
    letter: true,
    checks: [commitmentIsComplete, cleanVisitIfNeeded],
  },
};

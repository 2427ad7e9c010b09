// MSSanté operator contract: what can happen in the file, who may do it, by which channel, under which article.

import { Temporal } from "@cercle/kernel";
import { earliestAfterNotice } from "../../calendar/count.ts";
import { dayOf, readDay } from "../../engine/clocks.ts";
import { type Check, type EntryKind, registered, registeredWithReceipt } from "../../engine/definition.ts";
import { addressField, breachKinds, channelOf, foundFruitless, notWaived, toStatedAddress } from "../breach.ts";

const alive = ["provisional", "validated"];
const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
/** MSS 15: the operator's notices go to one address only, by registered letter with receipt unless another article says otherwise. */
const operatorLetter = { channel: channelOf(registeredWithReceipt, "MSS 15"), letter: true } as const;
const stated = toStatedAddress("MSS 15");

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

/** MSS 7.1: fifteen jours ouvrés between the letter and the control. */
const noticeIsLongEnough: Check = {
  article: "MSS 7.1",
  code: "law.notice-too-short",
  reason: {
    fr: "Quinze jours ouvrés entiers doivent séparer la lettre du contrôle.",
    en: "Fifteen whole jours ouvrés must lie between the letter and the control.",
  },
  ok(view, { payload, at }) {
    const date = readDay(payload.control_date);
    if (!date) return true;
    const earliest = earliestAfterNotice({ notice: dayOf(at, view.state), length: 15, unit: "jours-ouvres", policy: view.state.policy });
    return Temporal.PlainDate.compare(date, earliest) >= 0;
  },
};

const notBeforeItsDate: Check = {
  article: "MSS 7.1",
  code: "law.too-early",
  reason: { fr: "Le contrôle ne peut pas avoir lieu avant la date annoncée.", en: "The control cannot take place before the date announced." },
  ok(view, { matter, at, type }) {
    const announced = matter?.entries.findLast((entry) => entry.type === (type === "second-visit-held" ? "second-visit-announced" : "control-announced"));
    const date = readDay(announced?.payload?.control_date);
    return !date || Temporal.PlainDate.compare(dayOf(at, view.state), date) >= 0;
  },
};

const inMatter = (
  type: string,
  article: string,
  fr: string,
  en: string,
  test: (payload: { readonly [key: string]: unknown }) => boolean = () => true,
): Check => ({
  article,
  code: "law.not-yet",
  reason: { fr, en },
  ok: (_view, { matter }) => matter === undefined || matter.entries.some((entry) => entry.type === type && test(entry.payload ?? {})),
});

const remedyIsOver: Check = {
  article: "MSS 7.2",
  code: "law.too-early",
  reason: { fr: "La nouvelle visite vient à l’issue du délai de mise en conformité.", en: "The new visit comes at the end of the delay to conform." },
  ok(view, { matter, payload }) {
    const clock = view.clocks().find((other) => other.clause.id === "MSS-7.2-remedy" && other.matter === matter);
    const date = readDay(payload.control_date);
    return !clock || (clock.lastDay !== undefined && (!date || Temporal.PlainDate.compare(date, clock.lastDay) > 0));
  },
};

/** MSS 10: at most one new version a civil year, save urgency. */
const onceAYear: Check = {
  article: "MSS 10",
  code: "law.one-version-a-year",
  reason: {
    fr: "Une seule nouvelle version par année civile, sauf urgence motivée.",
    en: "One new version a civil year, save urgency with its reasons.",
  },
  ok(view, { payload, at }) {
    if (payload.urgent === true) return true;
    const year = dayOf(at, view.state).year;
    return !view.state.matters.some(
      ({ of, opener }) => of === "reference" && opener && opener.payload?.urgent !== true && dayOf(opener.happenedAt, view.state).year === year,
    );
  },
};

const urgencyHasReasons: Check = {
  article: "MSS 10",
  code: "law.incomplete",
  reason: { fr: "L’urgence se motive (reasons).", en: "Urgency must be given its reasons (reasons)." },
  ok: (_view, { payload }) => payload.urgent !== true || (typeof payload.reasons === "string" && payload.reasons.trim() !== ""),
};

const breach = { of: "breach", role: "joins" } as const;
const control = { of: "control", role: "joins" } as const;

export const kinds: Readonly<Record<string, EntryKind>> = {
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
  "incident-identified": {
    about: { fr: "dysfonctionnement, anomalie ou modification identifiés", en: "malfunction, anomaly or change identified" },
    by: ["operator", "agency"],
    article: "MSS 5.1",
    phases: alive,
    matter: { of: "incident", role: "opens" },
    fields: {
      what: text("de quoi il s’agit", "what it is"),
      agency_case: {
        kind: ["network", "operator-or-user-equipment", "use-against-the-contract", "force-majeure"],
        about: { fr: "cas sans responsabilité de l’agence (MSS 5.3)", en: "case without liability of the agency (MSS 5.3)" },
      },
    },
  },
  "incident-reported": {
    about: { fr: "incident signalé au service clients", en: "incident reported to the customer service" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "incident", role: "joins" },
    channel: channelOf(["email", "telephone"], "MSS 5.1"),
  },
  "temporary-stop-started": {
    about: { fr: "début d’un arrêt temporaire", en: "start of a temporary stop" },
    by: ["operator"],
    article: "MSS 5.1",
    phases: alive,
    matter: { of: "stop", role: "enters" },
    fields: { expected_days: { kind: "number", about: { fr: "durée prévue en jours", en: "expected length in days" } } },
  },
  "temporary-stop-reported": {
    about: { fr: "arrêt temporaire de plus de huit jours signalé", en: "temporary stop of more than eight days reported" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "stop", role: "enters" },
    channel: channelOf(["email", "telephone"], "MSS 5.1"),
  },
  "service-resumed": {
    about: { fr: "reprise du service", en: "service resumed" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "stop", role: "joins", closes: true },
  },
  "final-stop": {
    about: { fr: "arrêt définitif du service", en: "final stop of the service" },
    by: ["operator"],
    article: "MSS 5.1",
    phases: alive,
    matter: { of: "final-stop", role: "enters" },
    fields: { stop_date: { kind: "date", required: true, about: { fr: "jour de l’arrêt", en: "day of the stop" } } },
  },
  "final-stop-letter-sent": {
    about: { fr: "lettre annonçant l’arrêt définitif", en: "letter telling the final stop" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "final-stop", role: "enters" },
    channel: channelOf(registeredWithReceipt, "MSS 5.1"),
    letter: true,
    fields: { address: addressField },
    checks: [stated],
  },
  "control-announced": {
    about: { fr: "contrôle annoncé, avec son plan", en: "control announced, with its plan" },
    by: ["agency"],
    article: "MSS 7.1",
    phases: alive,
    matter: { of: "control", role: "opens" },
    channel: channelOf(registered, "MSS 7.1"),
    letter: true,
    fields: {
      control_date: { kind: "date", required: true, about: { fr: "date du contrôle", en: "date of the control" } },
      plan: text("plan de contrôle", "control plan", true),
      kind: {
        kind: ["visit", "audit"],
        required: true,
        about: { fr: "visite de conformité ou audit de vérification", en: "conformity visit or verification audit" },
      },
      domains: { kind: "list", about: { fr: "domaines choisis", en: "domains chosen" } },
    },
    checks: [noticeIsLongEnough],
  },
  "control-held": { about: { fr: "contrôle réalisé", en: "control done" }, by: ["agency"], article: "MSS 7.1", matter: control, checks: [notBeforeItsDate] },
  "health-data-seen": {
    about: { fr: "données de santé vues pendant le contrôle", en: "health data seen during the control" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: control,
    fields: {
      physician: text("le médecin présent, qui en garde le contrôle", "the physician present, who keeps it under control", true),
      of: { kind: ["site", "host"], required: true, about: { fr: "médecin du site ou de l’hébergeur", en: "physician of the site or of the host" } },
      hosted_under_l1111_8: { kind: "flag", about: { fr: "données hébergées selon L. 1111-8", en: "data hosted under L. 1111-8" } },
    },
    checks: [
      {
        article: "MSS 7.1",
        code: "law.wrong-physician",
        reason: {
          fr: "Le médecin de l’hébergeur ne suffit que pour des données hébergées selon L. 1111-8 ; sinon un médecin du site.",
          en: "The host’s physician suffices only for data hosted under L. 1111-8; otherwise a physician of the site.",
        },
        ok: (_view, { payload }) => payload.of !== "host" || payload.hosted_under_l1111_8 === true,
      },
    ],
  },
  "control-cost-recorded": {
    about: { fr: "coût d’un contrôle et qui le porte", en: "cost of a control and who bears it" },
    by: ["agency", "operator"],
    article: "MSS 7.1",
    matter: control,
    fields: {
      cost: {
        kind: ["control", "operator-time"],
        required: true,
        about: { fr: "le contrôle, ou le temps de l’opérateur", en: "the control, or the operator’s own time" },
      },
      borne_by: { kind: ["agency", "operator"], required: true, about: { fr: "qui le porte", en: "who bears it" } },
      cents: { kind: "number", about: { fr: "montant en centimes d’euro", en: "amount in euro cents" } },
    },
    checks: [
      {
        article: "MSS 7.1",
        code: "law.wrong-bearer",
        reason: {
          fr: "Le contrôle est aux frais de l’agence ; le temps de l’opérateur reste au sien.",
          en: "The control is at the agency’s cost; the operator’s own time stays with it.",
        },
        ok: (_view, { payload }) => payload.cost === undefined || payload.borne_by === (payload.cost === "control" ? "agency" : "operator"),
      },
    ],
  },
  "control-refused": {
    about: { fr: "contrôle refusé par l’opérateur : un manquement (MSS 12.2)", en: "control refused by the operator: a breach (MSS 12.2)" },
    by: ["operator"],
    article: "MSS 12.2",
    matter: control,
  },
  "control-report-sent": {
    about: { fr: "rapport de contrôle adressé", en: "control report sent" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    channel: channelOf(registered, "MSS 7.2"),
    letter: true,
    fields: {
      compliant: { kind: "flag", required: true, about: { fr: "conforme", en: "compliant" } },
      remedy: { kind: "length", about: { fr: "délai de mise en conformité fixé par la lettre", en: "delay to conform, set by the letter" } },
    },
    checks: [inMatter("control-held", "MSS 7.2", "Le contrôle n’a pas encore eu lieu.", "The control has not taken place yet.")],
  },
  "service-conformed": { about: { fr: "mise en conformité déclarée", en: "conformity declared" }, by: ["operator"], article: "MSS 7.2", matter: control },
  "second-visit-announced": {
    about: { fr: "nouvelle visite annoncée, avec son plan", en: "new visit announced, with its plan" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    channel: channelOf(registered, "MSS 7.1"),
    letter: true,
    fields: {
      control_date: { kind: "date", required: true, about: { fr: "date de la visite", en: "date of the visit" } },
      plan: text("plan de contrôle", "control plan", true),
    },
    checks: [
      inMatter(
        "control-report-sent",
        "MSS 7.2",
        "Il faut d’abord un rapport constatant des écarts.",
        "A report finding faults comes first.",
        (payload) => payload.compliant === false,
      ),
      remedyIsOver,
      noticeIsLongEnough,
    ],
  },
  "second-visit-held": {
    about: { fr: "nouvelle visite réalisée", en: "new visit done" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    checks: [inMatter("second-visit-announced", "MSS 7.1", "La nouvelle visite n’a pas été annoncée.", "The new visit was not announced."), notBeforeItsDate],
  },
  "second-visit-report-sent": {
    about: { fr: "rapport de la nouvelle visite adressé", en: "report of the new visit sent" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    channel: channelOf(registered, "MSS 7.2"),
    letter: true,
    fields: { compliant: { kind: "flag", required: true, about: { fr: "conforme", en: "compliant" } } },
    checks: [inMatter("second-visit-held", "MSS 7.2", "La nouvelle visite n’a pas encore eu lieu.", "The new visit has not taken place yet.")],
  },
  "suspension-pronounced": {
    about: { fr: "suspension du service avant résiliation", en: "suspension of the service before termination" },
    by: ["agency"],
    article: "MSS 7.2",
    phases: alive,
    matter: control,
    checks: [
      inMatter(
        "second-visit-report-sent",
        "MSS 7.2",
        "Pas de suspension avant une seconde visite restée non conforme.",
        "No suspension before a second visit that still finds faults.",
        (payload) => payload.compliant === false,
      ),
    ],
  },
  "suspension-lifted": { about: { fr: "suspension levée", en: "suspension lifted" }, by: ["agency"], article: "MSS 7.2", matter: control },
  "major-disturbance-recorded": {
    about: { fr: "trouble majeur perturbant gravement l’espace, constaté", en: "major disturbance of the space recorded" },
    by: ["agency"],
    article: "MSS 7.1",
    phases: alive,
    matter: { of: "disturbance", role: "opens" },
    fields: { facts: text("les faits", "the facts", true) },
  },
  "exceptional-measure-taken": {
    about: { fr: "mesure exceptionnelle : domaine coupé", en: "exceptional measure: domain cut" },
    by: ["agency"],
    article: "MSS 7.1",
    phases: alive,
    matter: { of: "disturbance", role: "joins" },
    fields: { reasons: text("les raisons", "the reasons", true) },
  },
  "operator-informed": {
    about: { fr: "opérateur informé de la mesure et de ses raisons", en: "operator told of the measure and why" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: { of: "disturbance", role: "joins" },
  },
  "exceptional-measure-lifted": {
    about: { fr: "mesure exceptionnelle levée", en: "exceptional measure lifted" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: { of: "disturbance", role: "joins" },
  },
  "major-disturbance-ended": {
    about: { fr: "fin du trouble : la mesure cesse", en: "end of the disturbance: the measure stops" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: { of: "disturbance", role: "joins", closes: true },
  },
  "reference-published": {
    about: { fr: "nouvelle version du référentiel publiée sur le site", en: "new version of the reference published on the site" },
    by: ["agency"],
    article: "MSS 10",
    matter: { of: "reference", role: "opens" },
    fields: {
      version: text("version", "version", true),
      urgent: { kind: "flag", about: { fr: "urgence", en: "urgency" } },
      reasons: text("motifs de l’urgence", "reasons of the urgency"),
    },
    checks: [urgencyHasReasons, onceAYear],
  },
  "reference-notified": {
    about: { fr: "version signalée au référent par courriel", en: "version told to the contact person by e-mail" },
    by: ["agency"],
    article: "MSS 10",
    matter: { of: "reference", role: "joins" },
    channel: channelOf(["email"], "MSS 10"),
  },
  "reference-applied": {
    about: { fr: "version prise en compte", en: "version applied" },
    by: ["operator"],
    article: "MSS 10",
    matter: { of: "reference", role: "joins" },
  },
  "reference-commitment-sent": {
    about: { fr: "engagement de conformité à la nouvelle version adressé", en: "commitment to the new version sent" },
    by: ["operator"],
    article: "MSS 10",
    matter: { of: "reference", role: "joins" },
    channel: channelOf(registeredWithReceipt, "MSS 10"),
    letter: true,
    fields: { address: addressField },
    checks: [stated],
  },
  "reference-commitment-received": {
    about: { fr: "engagement à la nouvelle version reçu", en: "commitment to the new version received" },
    by: ["agency", "operator"],
    article: "MSS 10",
    matter: { of: "reference", role: "joins" },
  },
  "urgent-requirement-imposed": {
    about: { fr: "exigence urgente imposée, hors version, par tout moyen", en: "urgent requirement imposed, outside versions, by any means" },
    by: ["agency"],
    article: "MSS 10",
    matter: { of: "urgent-requirement", role: "opens" },
    fields: {
      requirement: text("l’exigence", "the requirement", true),
      apply_by: { kind: "date", about: { fr: "échéance dite par l’agence", en: "day set by the agency" } },
    },
  },
  "urgent-requirement-applied": {
    about: { fr: "exigence urgente appliquée", en: "urgent requirement applied" },
    by: ["operator"],
    article: "MSS 10",
    matter: { of: "urgent-requirement", role: "joins", closes: true },
  },
  "serious-fault-identified": {
    about: { fr: "faille ou anomalie grave identifiée dans le système", en: "serious fault identified in the system" },
    by: ["agency"],
    article: "MSS 5.3",
    matter: { of: "fault", role: "opens" },
  },
  "operators-alerted": {
    about: { fr: "opérateurs alertés", en: "operators alerted" },
    by: ["agency"],
    article: "MSS 5.3",
    matter: { of: "fault", role: "joins", closes: true },
  },
  "client-certificates-requested": {
    about: {
      fr: "autorisation demandée de commander des certificats pour un sous-domaine partagé",
      en: "authorisation asked to order certificates for a shared subdomain",
    },
    by: ["operator"],
    article: "MSS 5.2",
    phases: alive,
    matter: { of: "authorisation", role: "opens" },
    fields: { domain: text("le sous-domaine", "the subdomain", true) },
    checks: [
      {
        article: "MSS 5.2",
        code: "law.not-shared",
        reason: { fr: "Ce droit ne vaut que pour un sous-domaine du domaine partagé.", en: "This right holds only for a subdomain of the shared domain." },
        ok: (view, { payload }) =>
          payload.domain === undefined ||
          view.state.root.entries.some(
            (entry) => entry.type === "domain-declared" && entry.payload?.domain === payload.domain && entry.payload?.title === "shared",
          ),
      },
    ],
  },
  "authorisation-provided": {
    about: { fr: "document d’autorisation fourni", en: "authorisation document provided" },
    by: ["agency"],
    article: "MSS 5.3",
    matter: { of: "authorisation", role: "joins", closes: true },
  },
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

// The technical reference and what comes with it: versions, urgent requirements, faults, authorisations (MSS 5.2, 5.3, 10).
import { dayOf } from "../../../engine/clocks.ts";
import { type Check, type EntryKind, registeredWithReceipt } from "../../../engine/definition.ts";
import { addressField, channelOf } from "../../breach.ts";
import { alive, stated, text } from "./vocabulary.ts";

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

export const referencesKinds: Readonly<Record<string, EntryKind>> = {
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
};

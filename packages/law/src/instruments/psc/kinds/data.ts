// Processing, contacts’ data, sale, assistance (PSC 3.2, 7, 8).
import type { Check, EntryKind } from "../../../engine/definition.ts";
import { joins, text } from "./vocabulary.ts";

const neverTransferred: Check = {
  article: "PSC 7",
  code: "law.not-transferable",
  reason: {
    fr: "Le droit d’usage n’est ni cessible ni transférable : l’acquéreur fait une nouvelle demande.",
    en: "The right of use cannot be assigned or transferred: the buyer makes a new request.",
  },
  ok: () => false,
};

export const dataKinds: Readonly<Record<string, EntryKind>> = {
  "processing-declared": {
    about: { fr: "traitements, hébergement et information des utilisateurs déclarés", en: "processing, hosting and information of users declared" },
    by: ["provider"],
    article: "PSC 8.1",
    fields: {
      purpose: {
        kind: ["provide-the-service", "verify-identity"],
        required: true,
        about: { fr: "usage des données : fournir le service, ou vérifier l’identité", en: "use of the data: provide the service, or verify identity" },
      },
      data_provider: { kind: "flag", about: { fr: "fournisseur de données", en: "data provider" } },
      users_informed: text("où les utilisateurs sont informés", "where users are informed", true),
      health_data: { kind: "flag", required: true, about: { fr: "données de santé hébergées", en: "health data hosted" } },
      host: { kind: ["approved", "certified", "not-approved"], about: { fr: "hébergeur agréé ou certifié", en: "host approved or certified" } },
    },
    checks: [
      {
        article: "PSC 8.1",
        code: "law.host-not-certified",
        reason: { fr: "Des données de santé demandent un hébergeur agréé ou certifié.", en: "Health data needs an approved or certified host." },
        ok: (_view, { payload }) => payload.health_data !== true || payload.host === "approved" || payload.host === "certified",
      },
      {
        article: "PSC 8.1",
        code: "law.wrong-purpose",
        reason: {
          fr: "Un fournisseur de données n’use des données que pour vérifier l’identité.",
          en: "A data provider uses the data to verify identity only.",
        },
        ok: (_view, { payload }) => payload.data_provider !== true || payload.purpose === "verify-identity",
      },
    ],
  },
  "contact-data-request": {
    about: { fr: "demande d’un contact sur ses données", en: "request of a contact person about their data" },
    by: ["provider"],
    article: "PSC 8.2",
    matter: { of: "contact-data", role: "opens" },
    fields: {
      right: {
        kind: ["access", "rectification", "portability", "erasure", "objection", "limitation", "post-mortem"],
        required: true,
        about: { fr: "le droit exercé", en: "the right exercised" },
      },
    },
  },
  "contact-data-answered": {
    about: { fr: "réponse au contact", en: "answer to the contact person" },
    by: ["agency"],
    article: "PSC 8.2",
    matter: joins("contact-data", true),
  },
  "contact-data-archived": {
    about: { fr: "données des contacts archivées, le contrat fini", en: "contacts’ data archived, the contract being over" },
    by: ["agency"],
    article: "PSC 8.2",
    phases: ["ended", "removed"],
  },
  "contact-data-erased": {
    about: { fr: "données des contacts effacées après archivage", en: "contacts’ data erased after archiving" },
    by: ["agency"],
    article: "PSC 8.2",
    phases: ["ended", "removed"],
    checks: [
      {
        article: "PSC 8.2",
        code: "law.not-yet",
        reason: { fr: "Conservées pour le contrat, puis archivées, puis effacées.", en: "Kept for the contract, then archived, then erased." },
        ok: (view) => view.state.root.entries.some((entry) => entry.type === "contact-data-archived"),
      },
    ],
  },
  "service-sold": {
    about: { fr: "cession du service avec son accès", en: "sale of the service with its access" },
    by: ["provider"],
    article: "PSC 7",
    checks: [neverTransferred],
  },
  "assistance-requested": {
    about: { fr: "assistance technique demandée (gratuite)", en: "technical assistance asked (free)" },
    by: ["provider"],
    article: "PSC 3.2",
    matter: { of: "assistance", role: "opens" },
  },
  "assistance-given": { about: { fr: "assistance donnée", en: "assistance given" }, by: ["agency"], article: "PSC 3.2", matter: joins("assistance", true) },
};

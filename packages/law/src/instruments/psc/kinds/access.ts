// The request, its examination, clients, production, the trust extension (PSC 3, 5).
import type { Check, EntryKind } from "../../../engine/definition.ts";
import { addressField, channelOf, toStatedAddress } from "../../breach.ts";
import { connected, joins, sinceRemoval, text } from "./vocabulary.ts";

const has =
  (type: string): Check["ok"] =>
  (view) =>
    sinceRemoval(view.state.entries).some((entry) => entry.type === type);

const legalPerson: Check = {
  article: "PSC définitions",
  code: "law.not-eligible",
  reason: {
    fr: "Le fournisseur est une personne morale immatriculée dans l’Union européenne.",
    en: "A provider is a legal person registered in the European Union.",
  },
  ok: (_view, { payload }) => payload.legal_person !== false && payload.registered_in_union !== false,
};

const termsAccepted: Check = {
  article: "PSC 3.1",
  code: "law.terms-not-accepted",
  reason: {
    fr: "La demande emporte l’acceptation des conditions et du référentiel (terms-accepted).",
    en: "The request carries acceptance of the terms and the referential (terms-accepted).",
  },
  ok: has("terms-accepted"),
};

const integrationValidated: Check = {
  article: "PSC 3.1",
  code: "law.integration-not-validated",
  reason: {
    fr: "La production s’ouvre une fois l’intégration au bac à sable testée et validée.",
    en: "Production opens once the sandbox integration is tested and validated.",
  },
  ok: (view) => {
    const since = view.state.entries.findLast((entry) => entry.type === "request-accepted")?.seq ?? 0;
    return view.state.root.entries.some((entry) => entry.type === "integration-validated" && entry.seq > since);
  },
};

const clientFitsPhase: Check = {
  article: "PSC 3.1",
  code: "law.wrong-phase",
  reason: { fr: "Un client de production demande la phase de production.", en: "A production client needs the production phase." },
  ok: (view, { payload }) => payload.environment !== "production" || view.phase === "production",
};

export const accessKinds: Readonly<Record<string, EntryKind>> = {
  "access-requested": {
    about: { fr: "demande d’accès", en: "access request" },
    by: ["provider"],
    article: "PSC 3.1",
    phases: ["none", "refused", "sent-back", "removed"],
    fields: {
      provider: text("clé du fournisseur", "key of the provider"),
      role: { kind: ["service-operator", "user-software-vendor", "data-provider", "proxy-operator", "proxy-vendor"], about: { fr: "rôle", en: "role" } },
      legal_person: { kind: "flag", about: { fr: "personne morale", en: "legal person" } },
      registered_in_union: { kind: "flag", about: { fr: "immatriculée dans l’Union", en: "registered in the Union" } },
    },
    checks: [legalPerson],
  },
  "terms-accepted": {
    about: { fr: "conditions et référentiel acceptés", en: "terms and referential accepted" },
    by: ["provider"],
    article: "PSC 3.1, 4",
    fields: { version: text("version", "version", true) },
  },
  "request-accepted": {
    about: { fr: "demande acceptée : bac à sable", en: "request accepted: sandbox" },
    by: ["agency"],
    article: "PSC 3.1",
    phases: ["requested"],
    checks: [termsAccepted],
  },
  "request-refused": {
    about: { fr: "demande refusée", en: "request refused" },
    by: ["agency"],
    article: "PSC 3.1",
    phases: ["requested"],
    fields: { reasons: text("les raisons", "the reasons", true) },
  },
  "request-sent-back": {
    about: { fr: "demande renvoyée pour compléments", en: "request sent back for complements" },
    by: ["agency"],
    article: "PSC 3.1",
    phases: ["requested"],
    fields: { missing: { kind: "list", required: true, about: { fr: "ce qui manque", en: "what is missing" } } },
  },
  "client-registered": {
    about: { fr: "client OpenID Connect enregistré", en: "OpenID Connect client registered" },
    by: ["agency", "provider"],
    article: "PSC 5",
    phases: connected,
    fields: {
      client_id: text("identifiant du client", "client id", true),
      environment: { kind: ["bas", "production"], required: true, about: { fr: "environnement", en: "environment" } },
    },
    checks: [clientFitsPhase],
  },
  "client-removed": {
    about: { fr: "client retiré", en: "client removed" },
    by: ["agency", "provider"],
    article: "PSC 5",
    fields: { client_id: text("identifiant du client", "client id", true) },
  },
  "integration-validated": {
    about: { fr: "intégration au bac à sable testée et validée", en: "sandbox integration tested and validated" },
    by: ["agency"],
    article: "PSC 3.1",
    phases: ["sandbox"],
  },
  "production-opened": {
    about: { fr: "accès à la production (raccordement)", en: "access to production (connection)" },
    by: ["agency"],
    article: "PSC 3.1, 10",
    phases: ["sandbox"],
    checks: [integrationValidated],
  },
  "extension-requested": {
    about: { fr: "demande d’entrée dans l’Espace de Confiance", en: "request to enter the trust extension" },
    by: ["provider"],
    article: "PSC 3.2",
    phases: connected,
  },
  "extension-evidence-accepted": {
    about: { fr: "preuve d’une exigence acceptée", en: "evidence of a requirement accepted" },
    by: ["agency"],
    article: "PSC 3.2",
    phases: connected,
    fields: { requirement: text("exigence", "requirement", true) },
  },
  "extension-opened": {
    about: { fr: "entrée dans l’Espace de Confiance", en: "entry into the trust extension" },
    by: ["agency"],
    article: "PSC 3.2",
    phases: ["production"],
    checks: [
      {
        article: "PSC 3.2",
        code: "law.evidence-missing",
        reason: {
          fr: "Le parcours avec preuves précède toute entrée dans l’Espace de Confiance.",
          en: "The path with evidence comes before any entry into the trust extension.",
        },
        ok: has("extension-evidence-accepted"),
      },
    ],
  },
  "extension-closed": { about: { fr: "sortie de l’Espace de Confiance", en: "exit from the trust extension" }, by: ["agency", "provider"], article: "PSC 3.2" },
  "subcontractor-declared": {
    about: { fr: "sous-traitant déclaré, avec son contrat", en: "subcontractor declared, with its contract" },
    by: ["provider"],
    article: "PSC 5",
    fields: { contract: text("le contrat et le partage de responsabilité", "the contract and the split of responsibility", true) },
  },
  "non-conformity-identified": {
    about: { fr: "non-conformité constatée par le fournisseur", en: "non-conformity found by the provider" },
    by: ["provider", "agency"],
    article: "PSC 5",
    phases: connected,
    matter: { of: "self-report", role: "opens" },
  },
  "self-reported": {
    about: { fr: "non-conformité signalée", en: "non-conformity reported" },
    by: ["provider"],
    article: "PSC 5",
    matter: joins("self-report", true),
    channel: channelOf(["email"], "PSC 5"),
    fields: { address: addressField },
    checks: [toStatedAddress("PSC 5")],
  },
};

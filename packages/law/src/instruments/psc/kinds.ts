// Pro Santé Connect terms with Espace de Confiance: what can happen in a provider's file.

import { Temporal } from "@cercle/kernel";
import { dayOf, readDay } from "../../engine/clocks.ts";
import type { Check, EntryKind } from "../../engine/definition.ts";
import type { Entry } from "../../entry.ts";
import { addressField, breachKinds, channelOf, notWaived, toStatedAddress } from "../breach.ts";

const connected = ["sandbox", "production"];
const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const joins = (of: string, closes = false) => ({ of, role: "joins", closes }) as const;

/** PSC 12.2: removed means the whole path again. What came after the last removal (before entry `before`), of anything. */
export function sinceRemoval(entries: readonly Entry[], before = Number.POSITIVE_INFINITY): readonly Entry[] {
  const until = entries.filter((entry) => entry.seq < before);
  const removal = until.findLast(({ type, payload }) => type === "removed" || (type === "cut-for-public-interest" && payload?.kind === "removal"));
  return until.filter((entry) => entry.seq > (removal?.seq ?? 0));
}

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

/** PSC 4: what was accepted, in words or by use after the date, can no longer be refused; the way out is 12.1. */
const notAccepted: Check = {
  article: "PSC 4",
  code: "law.already-accepted",
  reason: {
    fr: "Cette version est déjà acceptée (par déclaration, ou par l’usage après sa date) : elle ne se refuse plus, la résiliation (12.1) reste ouverte.",
    en: "This version is already accepted (in words, or by use after its date): it can no longer be refused; termination (12.1) remains.",
  },
  ok(view, { matter }) {
    const effective = readDay(matter?.opener?.payload?.effective_on);
    return !matter?.entries.some(
      (entry) =>
        entry.type === "terms-agreed" ||
        (entry.type === "used" && effective !== undefined && Temporal.PlainDate.compare(dayOf(entry.happenedAt, view.state), effective) >= 0),
    );
  },
};

const measuresExamined: Check = {
  article: "PSC 12.2",
  code: "law.measures-not-examined",
  reason: {
    fr: "La réouverture suit l’instruction des mesures mises en place (measures-examined).",
    en: "Reopening follows the examination of the measures taken (measures-examined).",
  },
  ok(view) {
    const cut = view.state.entries.findLast((entry) => entry.type === "deactivated" || entry.type === "cut-for-public-interest");
    return cut === undefined || view.state.entries.some((entry) => entry.type === "measures-examined" && entry.seq > cut.seq);
  },
};

const neverTransferred: Check = {
  article: "PSC 7",
  code: "law.not-transferable",
  reason: {
    fr: "Le droit d’usage n’est ni cessible ni transférable : l’acquéreur fait une nouvelle demande.",
    en: "The right of use cannot be assigned or transferred: the buyer makes a new request.",
  },
  ok: () => false,
};

const exitNotInThePast: Check = {
  article: "PSC 12.1",
  code: "law.impossible-date",
  reason: { fr: "La date de sortie ne peut pas précéder la notification.", en: "The exit date cannot precede the notice." },
  ok(view, { payload, at }) {
    const day = readDay(payload.end_date);
    return !day || Temporal.PlainDate.compare(day, dayOf(at, view.state)) >= 0;
  },
};

const granted: Check = {
  article: "PSC 12.2",
  code: "law.incomplete",
  reason: {
    fr: "Une prolongation accordée dit sa date (until) ; toute décision suit une évaluation du risque.",
    en: "A granted extension states its day (until); any decision follows a risk assessment.",
  },
  ok: (_view, { payload }) => payload.granted !== true || readDay(payload.until) !== undefined,
};

const asked = (type: string, article: string, fr: string, en: string): Check => ({
  article,
  code: "law.not-yet",
  reason: { fr, en },
  ok: (_view, { matter }) => matter === undefined || matter.entries.some((entry) => entry.type === type),
});

export const kinds: Readonly<Record<string, EntryKind>> = {
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
  "terms-published": {
    about: { fr: "nouvelle version des conditions ou du référentiel annoncée", en: "new version of the terms or the referential announced" },
    by: ["agency"],
    article: "PSC 4",
    matter: { of: "terms", role: "opens" },
    fields: {
      version: text("version", "version", true),
      effective_on: { kind: "date", required: true, about: { fr: "date d’entrée en vigueur", en: "date of entry into force" } },
    },
  },
  "terms-refused": {
    about: { fr: "nouvelle version refusée", en: "new version refused" },
    by: ["provider"],
    article: "PSC 4",
    matter: joins("terms"),
    checks: [notAccepted],
  },
  "terms-agreed": { about: { fr: "nouvelle version acceptée", en: "new version accepted" }, by: ["provider"], article: "PSC 4", matter: joins("terms") },
  used: { about: { fr: "usage constaté par les journaux", en: "use proved by logs" }, by: ["provider"], article: "PSC 4", matter: joins("terms") },
  "termination-notified": {
    about: { fr: "résiliation notifiée par le fournisseur", en: "termination notified by the provider" },
    by: ["provider"],
    article: "PSC 12.1",
    phases: [...connected, "deactivated"],
    matter: { of: "own-termination", role: "opens" },
    channel: channelOf(["email"], "PSC 12.1"),
    letter: true,
    fields: { end_date: { kind: "date", about: { fr: "date de sortie", en: "exit date" } }, address: addressField },
    checks: [toStatedAddress("PSC 12.1"), exitNotInThePast],
  },
  "references-removed": {
    about: { fr: "références à Pro Santé Connect retirées", en: "references to Pro Santé Connect removed" },
    by: ["provider"],
    article: "PSC 12.1",
    phases: ["ended"],
  },
  "audit-opened": {
    about: { fr: "audit sur pièces, sans motif à donner", en: "audit on documents, no reason needed" },
    by: ["agency"],
    article: "PSC 11",
    phases: [...connected, "deactivated"],
    matter: { of: "audit", role: "opens" },
  },
  "documents-requested": {
    about: { fr: "pièces demandées", en: "documents asked" },
    by: ["agency"],
    article: "PSC 11",
    matter: joins("audit"),
    fields: {
      documents: { kind: "list", required: true, about: { fr: "les pièces", en: "the documents" } },
      reply_by: { kind: "date", required: true, about: { fr: "échéance dite par l’auditeur", en: "day set by the auditor" } },
    },
  },
  "documents-supplied": { about: { fr: "pièces fournies", en: "documents supplied" }, by: ["provider"], article: "PSC 11", matter: joins("audit") },
  "audit-report": { about: { fr: "rapport d’audit", en: "audit report" }, by: ["agency"], article: "PSC 11", matter: joins("audit") },
  "measures-agreed": {
    about: { fr: "mesures correctives et délai convenus par les deux parties", en: "corrective measures and delay agreed by both" },
    by: ["both"],
    article: "PSC 11",
    matter: joins("audit"),
    fields: { until: { kind: "date", required: true, about: { fr: "date convenue", en: "day agreed" } } },
    checks: [asked("audit-report", "PSC 11", "Les mesures suivent le rapport d’audit.", "Measures follow the audit report.")],
  },
  "measures-done": {
    about: { fr: "mesures correctives réalisées", en: "corrective measures done" },
    by: ["provider"],
    article: "PSC 11",
    matter: joins("audit", true),
  },
  ...breachKinds({ other: "provider" }),
  "formal-notice-sent": {
    about: { fr: "mise en demeure préalable, avec les non-conformités et le délai", en: "prior formal notice, with the non-conformities and the delay" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: connected,
    matter: { of: "breach", role: "opens" },
    letter: true,
    fields: {
      non_conformities: { kind: "list", required: true, about: { fr: "non-conformités", en: "non-conformities" } },
      delay: { kind: "length", required: true, about: { fr: "délai donné", en: "delay given" } },
    },
    checks: [notWaived("PSC 12.2")],
  },
  "extension-of-time-asked": {
    about: { fr: "délai supplémentaire demandé, avec sa justification", en: "more time asked, with its justification" },
    by: ["provider"],
    article: "PSC 12.2",
    matter: joins("breach"),
    fields: { reasons: text("la justification", "the justification", true) },
  },
  "extension-of-time-granted": {
    about: { fr: "délai supplémentaire accordé après évaluation du risque", en: "more time granted after a risk assessment" },
    by: ["agency"],
    article: "PSC 12.2",
    matter: joins("breach"),
    fields: {
      until: { kind: "date", required: true, about: { fr: "nouvelle date", en: "new day" } },
      risk: text("évaluation du risque", "risk assessment", true),
    },
    checks: [asked("extension-of-time-asked", "PSC 12.2", "Personne n’a demandé de délai.", "Nobody asked for more time."), granted],
  },
  "extension-of-time-refused": {
    about: { fr: "délai supplémentaire refusé après évaluation du risque", en: "more time refused after a risk assessment" },
    by: ["agency"],
    article: "PSC 12.2",
    matter: joins("breach"),
    fields: { risk: text("évaluation du risque", "risk assessment", true) },
    checks: [asked("extension-of-time-asked", "PSC 12.2", "Personne n’a demandé de délai.", "Nobody asked for more time.")],
  },
  deactivated: {
    about: { fr: "accès désactivé (réactivable)", en: "access deactivated (can be reactivated)" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: connected,
    matter: joins("breach"),
  },
  removed: {
    about: { fr: "accès supprimé (tout le parcours est à refaire)", en: "access removed (the whole path again)" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: [...connected, "deactivated"],
    matter: joins("breach", true),
  },
  "cut-for-public-interest": {
    about: { fr: "coupure immédiate, intérêt général ou sécurité publique", en: "immediate cut, general interest or public safety" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: [...connected, "deactivated"],
    matter: { of: "cut", role: "opens" },
    fields: {
      ground: { kind: ["general-interest", "public-safety"], required: true, about: { fr: "le motif : l’un des deux", en: "the ground: one of the two" } },
      kind: { kind: ["deactivation", "removal"], required: true, about: { fr: "désactivation ou suppression", en: "deactivation or removal" } },
    },
  },
  "provider-informed": {
    about: { fr: "fournisseur informé de la coupure", en: "provider told of the cut" },
    by: ["agency"],
    article: "PSC 12.2",
    matter: joins("cut"),
  },
  "measures-examined": {
    about: { fr: "mesures du fournisseur instruites", en: "measures of the provider examined" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: ["deactivated"],
  },
  reactivated: {
    about: { fr: "accès réactivé", en: "access reactivated" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: ["deactivated"],
    checks: [measuresExamined],
  },
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

// The terms of the e-CPS (004), for one user.

import { Temporal } from "@cercle/kernel";
import { dayOf, readDay } from "../../engine/clocks.ts";
import type { Check, Clause, EntryKind } from "../../engine/definition.ts";
import { defineInstrument, type FullInstrument } from "../../engine/instrument.ts";
import { channelOf } from "../breach.ts";

const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;
const joins = (of: string, closes = false) => ({ of, role: "joins", closes }) as const;
const soft = { none: true } as const;

const acceptedAndPin: Check = {
  article: "ECPS 3.1",
  code: "law.terms-not-accepted",
  reason: { fr: "L’activation demande l’acceptation des conditions (terms-accepted).", en: "Activation needs the terms accepted (terms-accepted)." },
  ok: (view) => view.state.root.entries.some((entry) => entry.type === "terms-accepted"),
};

const onlyOne: Check = {
  article: "ECPS 3.1",
  code: "law.already-active",
  reason: {
    fr: "Une seule e-CPS active par personne : la nouvelle remplace l’ancienne, avec consentement (replaces).",
    en: "One active e-CPS a person: the new one replaces the old, with consent (replaces).",
  },
  ok: (view, { payload }) => view.phase !== "active" || payload.replaces === true || payload.national_id === undefined,
};

const kinds: Readonly<Record<string, EntryKind>> = {
  "activation-requested": {
    about: { fr: "activation demandée par l’utilisateur", en: "activation asked by the user" },
    by: ["user"],
    article: "ECPS 3.1",
    phases: ["none", "deactivated", "deleted", "active"],
  },
  "activation-cancelled": {
    about: { fr: "activation annulée : procédure ou délais non respectés", en: "activation cancelled: procedure or time not kept" },
    by: ["agency"],
    article: "ECPS 3.1",
  },
  "terms-accepted": {
    about: { fr: "conditions acceptées", en: "terms accepted" },
    by: ["user"],
    article: "ECPS 3.1",
    fields: { version: text("version", "version") },
  },
  activated: {
    about: { fr: "e-CPS activée, code choisi", en: "e-CPS activated, code chosen" },
    by: ["user", "agency"],
    article: "ECPS 3.1",
    phases: ["none", "deactivated", "deleted", "active"],
    fields: {
      national_id: text("identifiant national", "national identifier"),
      way: { kind: ["application", "card"], about: { fr: "procédure", en: "procedure" } },
      replaces: { kind: "flag", about: { fr: "remplace la précédente, avec consentement", en: "replaces the former one, with consent" } },
    },
    checks: [acceptedAndPin, onlyOne],
  },
  "terms-published": {
    about: { fr: "nouvelle version notifiée dans l’application", en: "new version notified in the application" },
    by: ["agency"],
    article: "ECPS 5",
    matter: { of: "terms", role: "opens" },
    channel: channelOf(["application"], "ECPS 5"),
    fields: {
      version: text("version", "version", true),
      effective_on: { kind: "date", required: true, about: { fr: "date d’entrée en vigueur", en: "date of entry into force" } },
    },
  },
  "terms-refused": { about: { fr: "nouvelle version refusée", en: "new version refused" }, by: ["user"], article: "ECPS 5", matter: joins("terms") },
  "terms-agreed": { about: { fr: "nouvelle version acceptée", en: "new version accepted" }, by: ["user"], article: "ECPS 5", matter: joins("terms") },
  used: { about: { fr: "usage constaté par les journaux", en: "use proved by logs" }, by: ["user"], article: "ECPS 5", matter: joins("terms") },
  "deactivated-by-user": {
    about: { fr: "désactivée dans les paramètres", en: "deactivated in the settings" },
    by: ["user"],
    article: "ECPS 12.1",
    phases: ["active"],
  },
  "deleted-by-user": {
    about: { fr: "supprimée au portail (mot de passe oublié)", en: "deleted at the portal (forgotten code)" },
    by: ["user"],
    article: "ECPS 12.1, 3.2",
    phases: ["active", "deactivated"],
  },
  "deactivated-for-breach": {
    about: { fr: "désactivée pour manquement, définitivement, sans préavis", en: "deactivated for breach, for good, without notice" },
    by: ["agency"],
    article: "ECPS 6, 12.2",
    phases: ["active", "deactivated"],
    fields: { reasons: text("la raison, consignée", "the reason, recorded", true) },
  },
  "deactivated-for-public-interest": {
    about: { fr: "désactivée pour intérêt général ou sécurité publique", en: "deactivated for general interest or public safety" },
    by: ["agency"],
    article: "ECPS 12.2",
    phases: ["active"],
    matter: { of: "cut", role: "opens" },
    fields: {
      ground: { kind: ["general-interest", "public-safety"], required: true, about: { fr: "le motif", en: "the ground" } },
      reasons: text("la raison, consignée", "the reason, recorded", true),
    },
  },
  "user-informed": { about: { fr: "utilisateur informé", en: "user told" }, by: ["agency"], article: "ECPS 12.2", matter: joins("cut", true) },
  "compromise-found": {
    about: { fr: "perte, compromission ou anomalie constatée", en: "loss, compromise or anomaly found" },
    by: ["user"],
    article: "ECPS 3.2, 6",
    matter: { of: "compromise", role: "opens" },
  },
  "compromise-reported": {
    about: { fr: "perte ou compromission signalée", en: "loss or compromise reported" },
    by: ["user"],
    article: "ECPS 3.2, 6",
    matter: { of: "compromise", role: "enters", closes: true },
  },
  "copy-found": {
    about: { fr: "second détenteur de la clé constaté", en: "a second holder of the key found" },
    by: ["agency"],
    article: "ECPS 4",
    phases: ["active"],
  },
  "register-left": {
    about: { fr: "n’est plus enregistré au répertoire : plus utilisateur", en: "no longer in the register: no longer a user" },
    by: ["agency"],
    article: "ECPS définitions",
    phases: ["active"],
  },
  "trace-collected": {
    about: { fr: "trace technique ou fonctionnelle collectée", en: "technical or functional trace collected" },
    by: ["agency"],
    article: "ECPS 9",
    matter: { of: "trace", role: "opens" },
  },
  "imei-collected": {
    about: { fr: "identifiant de l’appareil (IMEI) collecté", en: "device identifier (IMEI) collected" },
    by: ["agency"],
    article: "ECPS 9",
    matter: { of: "trace", role: "opens" },
  },
  "item-erased": {
    about: { fr: "donnée effacée, avec preuve", en: "item erased, with proof" },
    by: ["agency"],
    article: "ECPS 9",
    matter: joins("trace", true),
  },
  "item-archived": {
    about: { fr: "donnée archivée hors usage, sur un fondement dit", en: "item archived out of use, on a stated basis" },
    by: ["agency"],
    article: "ECPS 9",
    matter: joins("trace", true),
    fields: { basis: text("le fondement", "the basis", true) },
  },
  "professional-activity-ended": {
    about: { fr: "fin de l’activité professionnelle", en: "end of the professional activity" },
    by: ["agency"],
    article: "ECPS 9",
    matter: { of: "identity", role: "opens" },
  },
  "identity-erased": {
    about: { fr: "identité effacée ou archivée", en: "identity erased or archived" },
    by: ["agency"],
    article: "ECPS 9",
    matter: joins("identity", true),
  },
  "data-request": {
    about: { fr: "demande d’exercice d’un droit", en: "request to exercise a right" },
    by: ["user"],
    article: "ECPS 9",
    matter: { of: "data-request", role: "opens" },
    channel: channelOf(["letter", "email", "registered", "registered-receipt"], "ECPS 9"),
    // No portability here: the processing rests on a mission of public interest.
    fields: {
      right: {
        kind: ["access", "rectification", "erasure", "objection", "limitation", "post-mortem"],
        required: true,
        about: { fr: "le droit exercé", en: "the right exercised" },
      },
    },
  },
  "data-request-answered": {
    about: { fr: "réponse donnée, avec la voie vers l’autorité en cas de refus", en: "answer given, with the way to the authority on refusal" },
    by: ["agency"],
    article: "ECPS 9",
    matter: joins("data-request", true),
  },
  transferred: {
    about: { fr: "cession de la e-CPS", en: "transfer of the e-CPS" },
    by: ["user"],
    article: "ECPS 8",
    checks: [
      {
        article: "ECPS 8",
        code: "law.not-transferable",
        reason: { fr: "Droit personnel, ni cessible ni transférable.", en: "A personal right: it cannot be assigned or transferred." },
        ok: () => false,
      },
    ],
  },
};

const notUsedAfterwards: Clause["when"] = (matter, _trigger, state) => {
  const effective = readDay(matter.opener?.payload?.effective_on);
  return !matter.entries.some(
    (entry) => entry.type === "used" && effective !== undefined && Temporal.PlainDate.compare(dayOf(entry.happenedAt, state), effective) >= 0,
  );
};

const clauses: readonly Clause[] = [
  {
    id: "ECPS-5-accept",
    article: "ECPS 5",
    requirements: ["ECPS-14"],
    trigger: "terms-published",
    runsFrom: "publication",
    delay: { until: "effective_on", effectOnTheDay: true },
    moves: false,
    by: "user",
    effect: { kind: "lasting" },
    stopped: ["terms-agreed", "terms-refused"],
    about: {
      fr: "refuser la nouvelle version avant son entrée en vigueur, ou continuer et l’accepter par l’usage",
      en: "refuse the new version before it takes effect, or go on and accept it by use",
    },
    assumption: { fr: "le silence n’est ni acceptation ni refus.", en: "silence is neither acceptance nor refusal." },
  },
  {
    id: "ECPS-5-deactivation",
    article: "ECPS 5",
    requirements: ["ECPS-14"],
    trigger: "terms-refused",
    runsFrom: "event",
    delay: { until: "effective_on", effectOnTheDay: true },
    moves: false,
    by: "agency",
    effect: { kind: "automatic", event: "refused-terms-deactivation" },
    stopped: ["terms-agreed"],
    when: notUsedAfterwards,
    about: {
      fr: "version refusée : désactivation automatique, avant l’entrée en vigueur",
      en: "version refused: deactivated by itself, before it takes effect",
    },
    assumption: {
      fr: "le dernier jour d’usage est la veille ; l’article renvoie à 11.2, qui n’existe pas : 12.2.",
      en: "the last day of use is the day before; the article refers to 11.2, which does not exist: 12.2.",
    },
  },
  {
    id: "ECPS-6-report",
    article: "ECPS 3.2, 6",
    requirements: ["ECPS-11"],
    trigger: "compromise-found",
    runsFrom: "identification",
    delay: soft,
    moves: false,
    by: "user",
    effect: { kind: "duty", met: ["compromise-reported"] },
    about: { fr: "signaler sans délai la perte ou la compromission", en: "report the loss or compromise without delay" },
  },
  {
    id: "ECPS-9-traces",
    article: "ECPS 9",
    requirements: ["ECPS-18"],
    trigger: "trace-collected",
    runsFrom: "collection",
    delay: { length: 6, unit: "years" },
    moves: false,
    by: "agency",
    effect: { kind: "lasting" },
    stopped: ["item-erased", "item-archived"],
    survives: true,
    about: { fr: "trace conservée six ans, puis effacée ou archivée", en: "trace kept six years, then erased or archived" },
  },
  {
    id: "ECPS-9-imei",
    article: "ECPS 9",
    requirements: ["ECPS-18"],
    trigger: "imei-collected",
    runsFrom: "collection",
    delay: { length: 3, unit: "years" },
    moves: false,
    by: "agency",
    effect: { kind: "lasting" },
    stopped: ["item-erased", "item-archived"],
    survives: true,
    about: { fr: "identifiant d’appareil conservé trois ans, puis effacé ou archivé", en: "device identifier kept three years, then erased or archived" },
  },
  {
    id: "ECPS-9-identity",
    article: "ECPS 9",
    requirements: ["ECPS-18"],
    trigger: "professional-activity-ended",
    runsFrom: "event",
    delay: soft,
    moves: false,
    by: "agency",
    effect: { kind: "duty", met: ["identity-erased"] },
    survives: true,
    about: { fr: "effacer ou archiver l’identité, conservée pendant l’activité", en: "erase or archive the identity, kept during the activity" },
  },
  {
    id: "ECPS-9-request",
    article: "ECPS 9",
    requirements: ["ECPS-20", "ECPS-25"],
    trigger: "data-request",
    runsFrom: "event",
    delay: soft,
    moves: false,
    by: "agency",
    effect: { kind: "duty", met: ["data-request-answered"] },
    survives: true,
    about: { fr: "répondre à la demande de la personne", en: "answer the person’s request" },
  },
  {
    id: "ECPS-12.2-inform",
    article: "ECPS 12.2",
    requirements: ["ECPS-16"],
    trigger: "deactivated-for-public-interest",
    runsFrom: "event",
    delay: soft,
    moves: false,
    by: "agency",
    effect: { kind: "duty", met: ["user-informed"] },
    survives: true,
    about: { fr: "informer l’utilisateur dans les meilleurs délais", en: "tell the user as soon as possible" },
  },
];

export const eCpsTerms: FullInstrument = defineInstrument({
  id: "e-cps-terms",
  prefix: "EC",
  name: { fr: "conditions de la e-CPS", en: "terms of the e-CPS" },
  source: "004 CGU de la e-CPS",
  parties: ["agency", "user"],
  kinds,
  clauses,
  milestones: [],
  initial: "none",
  phases: {
    none: { fr: "aucune e-CPS", en: "no e-CPS" },
    active: { fr: "active", en: "active" },
    deactivated: { fr: "désactivée", en: "deactivated" },
    deleted: { fr: "supprimée", en: "deleted" },
    "deactivated-for-good": { fr: "désactivée définitivement", en: "deactivated for good" },
  },
  over: ["deactivated-for-good"],
  transitions: [
    { on: "activated", from: ["none", "deactivated", "deleted", "active"], to: "active", article: "ECPS 3.1" },
    { on: "refused-terms-deactivation", from: ["active"], to: "deactivated", article: "ECPS 5" },
    { on: "deactivated-by-user", from: ["active"], to: "deactivated", article: "ECPS 12.1" },
    { on: "deleted-by-user", from: ["active", "deactivated"], to: "deleted", article: "ECPS 12.1" },
    { on: "compromise-reported", from: ["active"], to: "deactivated", article: "ECPS 3.2" },
    { on: "copy-found", from: ["active"], to: "deactivated", article: "ECPS 4" },
    { on: "register-left", from: ["active"], to: "deactivated", article: "ECPS définitions" },
    { on: "deactivated-for-breach", from: ["active", "deactivated"], to: "deactivated-for-good", article: "ECPS 6" },
    { on: "deactivated-for-public-interest", from: ["active"], to: "deactivated", article: "ECPS 12.2" },
  ],
  holds: [],
  subjects: [{ kind: "user", on: "activated", field: "national_id", removedBy: [], fallback: "user" }],
  rights: [{ right: "e-cps.use", article: "ECPS 3.1", subject: "user", phases: ["active"] }],
  versions: { article: "ECPS 5", by: "announcement", accepted: ["terms-accepted", "terms-agreed", "used"] },
  personal: true,
  remedy: { article: "ECPS 13", text: { fr: "Les tribunaux français (l’ordre n’est pas dit).", en: "The French courts (which order is not said)." } },
  transfer: {
    article: "ECPS 8",
    policy: "not-transferable",
    text: { fr: "Droit personnel, ni cessible ni transférable.", en: "A personal right: neither assigned nor transferred." },
  },
  assumptions: [
    { article: "ECPS 11", text: { fr: "aucun terme : jusqu’à la désactivation.", en: "no term: until deactivation." } },
    {
      article: "ECPS 12.2",
      text: {
        fr: "l’intérêt général ne rend pas la désactivation définitive, à la différence du manquement (6).",
        en: "general interest does not make deactivation final, unlike a breach (6).",
      },
    },
  ],
});

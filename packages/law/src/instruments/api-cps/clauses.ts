// API-CPS contract: every clause that has a clock, as data.
import { Temporal } from "@cercle/kernel";
import { countBackward } from "../../calendar/count.ts";
import { dayOf, nextAnniversary } from "../../engine/clocks.ts";
import { type Clause, registeredWithReceipt, type State } from "../../engine/definition.ts";
import type { Entry } from "../../entry.ts";

const soft = { none: true } as const;
const period = { anniversary: { months: 36 } } as const;

/** CPS 6.2: six months at least before the anniversary that ends the period. */
function isInTime(letter: Entry, state: State): boolean {
  const day = dayOf(letter.happenedAt, state);
  const event = nextAnniversary(state, day, 36);
  return event !== undefined && Temporal.PlainDate.compare(day, countBackward({ event, length: 6, unit: "months", policy: state.policy }).latestNotice) <= 0;
}

/** CPS 6.1 "ses Progiciels Santé": the proviso bites when no product keeps its opinion. */
export function noneLeft(state: State): boolean {
  const open = new Set<unknown>();
  for (const { type, payload } of state.root.entries) {
    if (type === "product-approved") open.add(payload?.product);
    if (type === "opinion-lost") open.delete(payload?.product);
  }
  return open.size === 0;
}

const afterConclusion: Clause["when"] = (_matter, trigger, state) => {
  const concluded = state.milestones.get("concluded")?.entry;
  return concluded !== undefined && concluded.happenedAt.epochMilliseconds <= trigger.happenedAt.epochMilliseconds;
};

export const clauses: readonly Clause[] = [
  {
    id: "CPS-6.1-term",
    article: "CPS 6.1",
    requirements: ["CPS-09"],
    trigger: "concluded",
    runsFrom: "signature",
    delay: { length: 36, unit: "months" },
    moves: false,
    by: "both",
    effect: { kind: "renewal" },
    about: { fr: "trois ans, reconduits tacitement par trois ans", en: "three years, tacitly renewed by three years" },
  },
  {
    id: "CPS-6.1-opinion",
    article: "CPS 6.1",
    requirements: ["CPS-09"],
    trigger: "opinion-lost",
    runsFrom: "event",
    delay: period,
    moves: false,
    by: "vendor",
    effect: { kind: "automatic", event: "opinion-lost-at-term" },
    when: (_matter, trigger, state) => noneLeft(state) && state.root.entries.findLast((entry) => entry.type === "opinion-lost")?.seq === trigger.seq,
    about: { fr: "avis perdu : pas de reconduction à la fin de la période", en: "opinion lost: no renewal at the end of the period" },
    assumption: {
      fr: "la perte en cours de période ne met fin à rien par elle-même ; perdu pour un produit parmi d’autres, un agent en décide.",
      en: "a loss in mid-term ends nothing by itself; lost for one product of several, an officer decides.",
    },
  },
  {
    id: "CPS-6.2",
    article: "CPS 6.2",
    requirements: ["CPS-10"],
    trigger: "non-renewal-notified",
    runsFrom: "sending",
    delay: period,
    moves: false,
    by: "vendor",
    channel: registeredWithReceipt,
    effect: { kind: "automatic", event: "not-renewed-by-vendor" },
    when: (_matter, trigger, state) => isInTime(trigger, state),
    about: {
      fr: "non-reconduction par l’éditeur, six mois au moins avant l’anniversaire",
      en: "no renewal by the vendor, six months at least before the anniversary",
    },
    assumption: { fr: "l’envoi compte, non la réception ; le texte se tait.", en: "sending counts, not reception; the text is silent." },
  },
  {
    id: "CPS-6.2-late",
    article: "CPS 6.2",
    requirements: ["CPS-10"],
    trigger: "non-renewal-notified",
    runsFrom: "sending",
    delay: soft,
    moves: false,
    by: "vendor",
    effect: { kind: "duty", met: ["next-period-confirmed"] },
    when: (_matter, trigger, state) => !isInTime(trigger, state),
    about: {
      fr: "lettre tardive, sans effet sur cette reconduction : dire si elle vaut pour la période suivante",
      en: "late letter, without effect on this renewal: say whether it counts for the next period",
    },
  },
  {
    id: "CPS-10.1-order",
    article: "CPS 10.1.2",
    requirements: ["CPS-14"],
    trigger: "concluded",
    runsFrom: "signature",
    delay: { length: 1, unit: "months" },
    moves: true,
    by: "vendor",
    effect: { kind: "duty", met: ["kit-ordered"] },
    about: { fr: "commander le kit de référence", en: "order the reference kit" },
  },
  {
    id: "CPS-10.1-delivery",
    article: "CPS 10.1.3",
    requirements: ["CPS-15"],
    trigger: "kit-ordered",
    runsFrom: "event",
    delay: { length: 15, unit: "days" },
    moves: true,
    by: "agency",
    effect: { kind: "duty", met: ["kit-delivered"] },
    about: { fr: "livraison prévue du kit ; un retard n’est jamais un manquement", en: "planned delivery of the kit; lateness is never a breach" },
    assumption: { fr: "le texte ne dit pas d’où court le délai : ici de la commande complète.", en: "the text gives no start: here from the complete order." },
  },
  {
    id: "CPS-10.2.6",
    article: "CPS 10.2.6",
    requirements: ["CPS-21"],
    trigger: "version-available",
    runsFrom: "availability",
    delay: { length: 2, unit: "months" },
    moves: true,
    by: "vendor",
    effect: { kind: "duty", met: ["test-results-sent"] },
    when: afterConclusion,
    about: { fr: "fournir les résultats de compatibilité", en: "give the compatibility results" },
  },
  {
    id: "CPS-12.1",
    article: "CPS 12.1",
    requirements: ["CPS-26"],
    trigger: "qualification-announced",
    runsFrom: "sending",
    delay: { length: 6, unit: "months", opensOnTheDay: true },
    moves: false,
    by: "agency",
    effect: { kind: "faculty", acts: ["version-qualified"], cured: [] },
    about: { fr: "six mois au moins entre l’annonce et la qualification", en: "six months at least between the announcement and the qualification" },
  },
  {
    id: "CPS-13.1-take",
    article: "CPS 13.1",
    requirements: ["CPS-29"],
    trigger: "version-available",
    runsFrom: "availability",
    delay: soft,
    moves: false,
    by: "vendor",
    effect: { kind: "duty", met: ["version-downloaded"] },
    when: afterConclusion,
    about: { fr: "prendre possession de la version dans les plus brefs délais", en: "take the version as soon as possible" },
  },
  {
    id: "CPS-15.4",
    article: "CPS 15.4",
    requirements: ["CPS-31"],
    trigger: "price-annex-notified",
    runsFrom: "reception",
    delay: { length: 15, unit: "days" },
    moves: true,
    by: "vendor",
    channel: registeredWithReceipt,
    effect: { kind: "automatic", event: "price-annex-binds" },
    stopped: ["price-reservation-made"],
    about: { fr: "nouvelle annexe de prix : sans réserves expresses, elle s’impose", en: "new price annex: without express reservations it binds" },
  },
  {
    id: "CPS-15.5",
    article: "CPS 15.5",
    requirements: ["CPS-31"],
    trigger: "price-reservation-made",
    runsFrom: "event",
    delay: period,
    moves: false,
    by: "vendor",
    effect: { kind: "automatic", event: "price-not-agreed" },
    stopped: ["price-agreed"],
    about: {
      fr: "réserves sans accord : le contrat n’est pas reconduit à la fin de la période",
      en: "reservations without agreement: no renewal at the end of the period",
    },
  },
  {
    id: "CPS-19.2",
    article: "CPS 19.2",
    requirements: ["CPS-34"],
    trigger: "phase:ended",
    runsFrom: "end",
    delay: soft,
    moves: false,
    by: "vendor",
    effect: { kind: "duty", met: ["licence-lists-sent"] },
    survives: true,
    about: { fr: "envoyer sans délai listes et archives des licences", en: "send the lists and archives of licences at once" },
  },
  {
    id: "CPS-19.5",
    article: "CPS 19.5",
    requirements: ["CPS-35"],
    trigger: "phase:ended",
    runsFrom: "end",
    delay: { length: 15, unit: "days" },
    moves: true,
    by: "vendor",
    effect: { kind: "duty", met: ["destruction-certificate-received"] },
    survives: true,
    about: { fr: "l’attestation de destruction doit parvenir à l’agence", en: "the destruction certificate must reach the agency" },
  },
  {
    id: "CPS-20",
    article: "CPS 20",
    requirements: ["CPS-36"],
    trigger: "phase:ended",
    runsFrom: "end",
    delay: { length: 2, unit: "years" },
    moves: false,
    by: "vendor",
    effect: { kind: "lasting" },
    survives: true,
    about: {
      fr: "l’éditeur n’embauche pas le personnel de l’agence, deux ans après la fin",
      en: "the vendor does not hire the agency’s staff, two years after the end",
    },
  },
  {
    id: "CPS-21",
    article: "CPS 21",
    requirements: ["CPS-37"],
    trigger: "formal-notice-sent",
    runsFrom: "sending",
    delay: { length: 15, unit: "days" },
    moves: true,
    by: "both",
    channel: registeredWithReceipt,
    effect: { kind: "faculty", acts: ["termination-pronounced"], gates: ["fruitless-recorded"], cured: ["breach-repaired"] },
    stopped: ["notice-withdrawn"],
    about: {
      fr: "l’autre partie peut prononcer la fin, si le manquement n’est pas réparé",
      en: "the other party may pronounce the end, if the breach is not repaired",
    },
  },
  {
    id: "CPS-23.3",
    article: "CPS 23.3",
    requirements: ["CPS-38"],
    trigger: "force-majeure-known",
    runsFrom: "event",
    delay: { length: 10, unit: "jours-ouvrables" },
    moves: false,
    by: "both",
    channel: registeredWithReceipt,
    effect: { kind: "duty", met: ["force-majeure-notified"] },
    about: { fr: "aviser l’autre partie de la force majeure", en: "tell the other party of the force majeure" },
    assumption: { fr: "un avis tardif : le texte n’y attache aucune perte (discutable).", en: "a late notice: the text attaches no loss (arguable)." },
  },
  {
    id: "CPS-23.4",
    article: "CPS 23.4",
    requirements: ["CPS-48"],
    trigger: "force-majeure-notified",
    runsFrom: "event",
    delay: soft,
    moves: false,
    by: "both",
    effect: { kind: "duty", met: ["parties-met"] },
    about: { fr: "se rapprocher pour examiner l’incidence", en: "meet to examine the effect" },
  },
];

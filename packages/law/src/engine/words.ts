// The words of an explanation, in plain French and English. No rule here.

import type { Temporal, Text } from "@cercle/kernel";
import type { Unit } from "../calendar/count.ts";
import type { Clock, ClockState, RunsFrom, Start } from "./definition.ts";

// Made once: making a formatter costs more than all that a file has to say with it.
const full = { dateStyle: "full", timeZone: "UTC" } as const;
const frenchDay = new Intl.DateTimeFormat("fr", full);
const englishDay = new Intl.DateTimeFormat("en-GB", full);

export const day = (date: Temporal.PlainDate): Text => {
  const at = date.toZonedDateTime("UTC").epochMilliseconds;
  return { fr: frenchDay.format(at).replace(/^(\S+) 1 /, "$1 1er "), en: englishDay.format(at) };
};

export const moment = (at: Temporal.Instant, timeZone: string): Text => {
  const zoned = at.toZonedDateTimeISO(timeZone);
  const hour = `${String(zoned.hour).padStart(2, "0")}:${String(zoned.minute).padStart(2, "0")}`;
  const date = day(zoned.toPlainDate());
  return { fr: `${date.fr} à ${hour}`, en: `${date.en} at ${hour}` };
};

const unitWords: Readonly<Record<Unit, Text>> = {
  hours: { fr: "heures", en: "hours" },
  days: { fr: "jours calendaires", en: "calendar days" },
  weeks: { fr: "semaines", en: "weeks" },
  "jours-ouvres": { fr: "jours ouvrés (du lundi au vendredi, fériés exclus)", en: "jours ouvrés (Monday to Friday, holidays out)" },
  "jours-ouvrables": { fr: "jours ouvrables (du lundi au samedi, fériés exclus)", en: "jours ouvrables (Monday to Saturday, holidays out)" },
  months: { fr: "mois", en: "month(s)" },
  "calendar-months": { fr: "mois calendaires", en: "calendar months" },
  years: { fr: "an(s)", en: "year(s)" },
};

export const lengthWords = (length: number, unit: Unit): Text => ({ fr: `${length} ${unitWords[unit].fr}`, en: `${length} ${unitWords[unit].en}` });

const runs: Readonly<Record<Exclude<RunsFrom, object>, Text>> = {
  sending: { fr: "de l’envoi", en: "from sending" },
  reception: { fr: "de la réception", en: "from reception" },
  publication: { fr: "de la publication", en: "from publication" },
  signature: { fr: "de la signature", en: "from signature" },
  conclusion: { fr: "de la conclusion (dernière signature)", en: "from conclusion (the last signature)" },
  identification: { fr: "de l’identification", en: "from identification" },
  availability: { fr: "de la mise à disposition", en: "from availability" },
  event: { fr: "de l’événement", en: "from the event" },
  collection: { fr: "de la collecte", en: "from collection" },
  end: { fr: "de la fin du contrat", en: "from the end of the contract" },
};

export const runsWords = (from: RunsFrom): Text =>
  typeof from === "string" ? runs[from] : { fr: `de la date dite (${from.field})`, en: `from the stated date (${from.field})` };

export const startWords: Readonly<Record<Start["why"], Text>> = {
  "own-date": { fr: "", en: "" },
  received: { fr: ", avis de réception", en: ", acknowledged" },
  "first-presentation": {
    fr: ", première présentation d’une lettre rendue sans avoir été retirée",
    en: ", first presentation of a letter that came back uncollected",
  },
  refused: { fr: ", lettre refusée", en: ", letter refused" },
  "not-collected-yet": {
    fr: ", date provisoire : la lettre est présentée, son destinataire a quinze jours pour la retirer",
    en: ", provisional: the letter was presented, its addressee has fifteen days to collect it",
  },
  stated: { fr: ", date dite par l’acte", en: ", date stated by the act" },
};

export const stateWords: Readonly<Record<ClockState, Text>> = {
  waiting: { fr: "le délai ne court pas encore : son point de départ n’est pas prouvé", en: "the time does not run yet: its start is not proved" },
  running: { fr: "en cours", en: "running" },
  due: { fr: "dû, sans nombre de jours dans le texte", en: "owed, the text gives no number of days" },
  met: { fr: "fait dans le délai", en: "done in time" },
  late: { fr: "dépassé : rien ne prend fin de soi-même", en: "past: nothing ends by itself" },
  "met-late": { fr: "fait après le terme", en: "done after the term" },
  open: {
    fr: "la faculté est ouverte : une personne peut agir, rien n’arrive de soi-même",
    en: "the faculty is open: a person may act, nothing happens by itself",
  },
  cured: { fr: "réparé avant la fin du dernier jour : la faculté ne s’ouvrira pas", en: "repaired before the end of the last day: the faculty will not open" },
  used: { fr: "la faculté a servi", en: "the faculty was used" },
  fired: { fr: "a pris effet de soi-même", en: "has taken effect by itself" },
  waived: { fr: "renonciation expresse : le droit de s’en prévaloir est éteint", en: "expressly waived: the claim is extinguished" },
  stopped: { fr: "sans objet", en: "no longer relevant" },
  over: { fr: "terminé", en: "over" },
};

const passedWords = (name: string): Text =>
  name === "saturday" ? { fr: "samedi", en: "Saturday" } : name === "sunday" ? { fr: "dimanche", en: "Sunday" } : { fr: name, en: name };

/** A clock told in sentences: clause, start with its entry, counting, both dates, state. */
export function tellClock(clock: Clock, timeZone: string): Text {
  const { clause, start, counted } = clock;
  const fr: string[] = [`${clock.about.fr} (${clock.article}).`];
  const en: string[] = [`${clock.about.en} (${clock.article}).`];
  if (start && clock.kind !== "consequence") {
    const date = day(start.day);
    const from = runsWords(clause.runsFrom);
    fr.push(`Court ${from.fr} : ${date.fr} (entrée ${start.entry.seq}${startWords[start.why].fr}).`);
    en.push(`Runs ${from.en}: ${date.en} (entry ${start.entry.seq}${startWords[start.why].en}).`);
  }
  if (counted) {
    const length = lengthWords(counted.length, counted.unit);
    fr.push(`Compte : ${length.fr}, politique ${counted.policy}.`);
    en.push(`Counting: ${length.en}, policy ${counted.policy}.`);
    if (counted.passedOver.length > 0) {
      const names = counted.passedOver.map(passedWords);
      const before = day(counted.lastDayBeforeMove);
      fr.push(`Le terme tombait le ${before.fr} ; il est reporté (${names.map((name) => name.fr).join(", ")}).`);
      en.push(`It fell on ${before.en}; it is moved on (${names.map((name) => name.en).join(", ")}).`);
    }
  }
  if (clock.lastDay && clock.firstDayOfEffect) {
    const last = day(clock.lastDay);
    const effect = day(clock.firstDayOfEffect);
    fr.push(`Dernier jour : ${last.fr} ; premier jour d’effet : ${effect.fr}.`);
    en.push(`Last day: ${last.en}; first day of effect: ${effect.en}.`);
  }
  if (clock.dueAt) {
    const due = moment(clock.dueAt, timeZone);
    fr.push(`Au plus tard le ${due.fr} ; les heures courent nuits et jours fériés compris.`);
    en.push(`At the latest on ${due.en}; hours run through nights and holidays.`);
  }
  const by = clock.settledBy ? { fr: ` (entrée ${clock.settledBy.seq})`, en: ` (entry ${clock.settledBy.seq})` } : { fr: "", en: "" };
  fr.push(`État : ${stateWords[clock.state].fr}${by.fr}.`);
  en.push(`State: ${stateWords[clock.state].en}${by.en}.`);
  if (clause.assumption && clock.kind !== "consequence") {
    fr.push(`Hypothèse : ${clause.assumption.fr}`);
    en.push(`Assumption: ${clause.assumption.en}`);
  }
  return { fr: fr.join(" "), en: en.join(" ") };
}

// `cercle law ask`: what the law answers for a file described in JSON. Touches nothing.

import { type Json, Temporal } from "@cercle/kernel";
import { countBackward, countForward, countHours, type DayUnit, dayUnits, earliestAfterNotice, type Unit } from "../calendar/count.ts";
import { listHolidays } from "../calendar/holidays.ts";
import { readDay } from "../engine/clocks.ts";
import type { State } from "../engine/definition.ts";
import { kindOf } from "../engine/fold.ts";
import type { FullInstrument } from "../engine/instrument.ts";
import type { Entry } from "../entry.ts";
import { lawErrors } from "../errors.ts";
import { type AskedEntry, type AskedFile, type AskLimits, type Question, readAskedFile, readMoment } from "./read-file.ts";
import { clockJson, forbiddenJson, forecastJson, local, recomputationJson, rightJson } from "./shapes.ts";

type Context = {
  readonly file: AskedFile;
  readonly entries: readonly Entry[];
  readonly state: State;
  readonly on: Temporal.Instant;
  readonly question: Question;
};

/** The questions, in the order in which the vocabulary lists them. */
export const questions: Readonly<Record<string, { readonly about: string; answer(context: Context): unknown }>> = {
  state: { about: "phase, what holds it, since when, by which entry and clause", answer: tellState },
  rights: {
    about: "every right the file has given, open or closed",
    answer: ({ file, state, on }) => ({ rights: file.instrument.rights(state, on).map((right) => rightJson(right, file.policy.timeZone)) }),
  },
  deadlines: { about: "every clock, settled or not, with both dates", answer: ({ file, state, on }) => ({ deadlines: clocks(file, state, on) }) },
  obligations: {
    about: "what is owed now, by whom, by when",
    answer: ({ file, state, on }) => ({
      obligations: file.instrument
        .obligations(state, on)
        .filter((clock) => ["duty", "condition", "consequence"].includes(clock.kind) && ["running", "late", "due", "waiting"].includes(clock.state))
        .map((clock) => clockJson(clock, file.policy.timeZone)),
    }),
  },
  allowed: { about: "acts allowed now (by: a party; all when absent)", answer: tellAllowed },
  act: { about: "may this act be done on that day, and if not why (act, by, channel, and what it says)", answer: tellAct },
  explain: {
    about: "why: what (a clause, an article, a clock, a right, `entry 7`, `phase`)",
    answer: (context) => explainIt(context, String(context.question.rest.what ?? "phase")),
  },
  forecast: {
    about: "what happens and when if nobody acts",
    answer: ({ file, state, on }) => ({ forecast: file.instrument.forecast(state, on).map((line) => forecastJson(line, file.policy.timeZone)) }),
  },
  recomputed: {
    about: "dates that an entry changed after they had been computed, and what relied on them",
    answer: ({ file, state }) => ({ recomputed: file.instrument.recomputed(state).map(recomputationJson) }),
  },
  precedence: { about: "which of two documents prevails (documents: [a, b])", answer: tellPrecedence },
  remedy: { about: "courts and settlement", answer: ({ file }) => file.instrument.definition.remedy },
  transfer: { about: "what a transfer does", answer: ({ file }) => file.instrument.definition.transfer },
  count: { about: "a count (from, length, unit, move, or before: a date, for a notice counted backwards)", answer: tellCount },
  holidays: { about: "holidays of a year (year)", answer: tellHolidays },
};

/** Answers a described file. Throws `law.bad-file` or `law.bad-question`; an entry that the law refuses is reported, and has no effect. */
export function askLaw(input: unknown, limits?: AskLimits): unknown {
  const file = readAskedFile(input, limits);
  const { accepted, report } = recordAll(file);
  const last = [...file.entries.map((entry) => entry.recordedAt)].sort(Temporal.Instant.compare).at(-1);
  return {
    instrument: file.instrument.id,
    name: file.instrument.definition.name,
    territory: file.policy.territory,
    policy: file.policy.id,
    counting: file.policy.about,
    assumptions: file.instrument.definition.assumptions,
    entries: report,
    answers: file.questions.map((question) => answerOne(file, accepted, question, last)),
  };
}

function answerOne(file: AskedFile, accepted: readonly Entry[], question: Question, last: Temporal.Instant | undefined): unknown {
  const on = question.on ?? question.knownOn ?? (last ? endOfDay(last, file) : Temporal.Instant.fromEpochMilliseconds(0));
  // What is known: all that was recorded, unless the question asks with less.
  const knownOn = question.knownOn ?? (last && Temporal.Instant.compare(last, on) > 0 ? last : on);
  const state = file.instrument.replay(accepted, { on, knownOn, policy: file.policy });
  const context: Context = { file, entries: accepted, state, on, question };
  const known = Object.hasOwn(questions, question.about) ? questions[question.about] : undefined;
  const head = { about: question.about, on: local(on, file.policy.timeZone), known_on: local(knownOn, file.policy.timeZone) };
  if (known) return { ...head, ...(known.answer(context) as object) };
  if (!names(file.instrument, question.about)) {
    throw lawErrors.refuse("law.bad-question", { params: { about: question.about.slice(0, 80), known: Object.keys(questions).join(", ") } });
  }
  return { ...head, ...explainIt(context, question.about) };
}

const endOfDay = (at: Temporal.Instant, { policy }: AskedFile): Temporal.Instant =>
  at.toZonedDateTimeISO(policy.timeZone).startOfDay().add({ days: 1 }).toInstant().subtract({ milliseconds: 1 });

/** Whether a text names something of the instrument: an article, a clause, a clock, an entry or its type, a right. */
function names(instrument: FullInstrument, about: string): boolean {
  const { definition } = instrument;
  const clause = about.split("#")[0] ?? "";
  return (
    /^entry \d+$/.test(about) ||
    about === "phase" ||
    Object.hasOwn(definition.phases, about) ||
    kindOf(definition, about) !== undefined ||
    definition.clauses.some((known) => known.id === clause || known.article === about || known.requirements?.includes(about)) ||
    definition.rights.some((rule) => rule.article === about || about === rule.right || about.startsWith(`${rule.right} `)) ||
    definition.transitions.some((rule) => rule.article === about) ||
    Object.values(definition.kinds).some((kind) => kind.article === about)
  );
}

/** Each entry in turn, against what was recorded before it. */
function recordAll(file: AskedFile): { accepted: readonly Entry[]; report: readonly unknown[] } {
  const { instrument, policy } = file;
  const accepted: Entry[] = [];
  const report: unknown[] = [];
  let clock = file.entries[0]?.recordedAt;
  for (const entry of file.entries) {
    if (!clock || Temporal.Instant.compare(entry.recordedAt, clock) > 0) clock = entry.recordedAt;
    const { payload, assumed } = complete(instrument, entry);
    const forbidden = instrument.forbids(instrument.fold(accepted, policy), entry.type, payload, clock, entry.at);
    const head = { seq: entry.seq, type: entry.type, at: local(entry.at, policy.timeZone), recorded_at: local(entry.recordedAt, policy.timeZone), assumed };
    if (forbidden) {
      report.push({ ...head, accepted: false, refusal: forbiddenJson(forbidden) });
      continue;
    }
    accepted.push({ seq: entry.seq, type: entry.type, happenedAt: entry.at, recordedAt: entry.recordedAt, actor: String(payload.by ?? "ask"), payload });
    report.push({ ...head, accepted: true });
  }
  return { accepted, report };
}

/** Fills what a description may leave out, and says so: the channel that the clause asks, the only party, a name. */
function complete(instrument: FullInstrument, entry: AskedEntry): { payload: { [key: string]: Json | undefined }; assumed: { [key: string]: string } } {
  const kind = kindOf(instrument.definition, entry.type);
  const payload: { [key: string]: Json | undefined } = { ...entry.payload };
  const assumed: { [key: string]: string } = {};
  const alias = typeof payload.channel === "string" ? channelAliases.get(payload.channel.toLowerCase()) : undefined;
  if (alias) payload.channel = alias;
  const channel = kind?.channel?.accepts[0];
  if (payload.channel === undefined && channel) {
    payload.channel = channel;
    assumed.channel = channel;
  }
  for (const rule of instrument.definition.subjects) {
    if (rule.on !== entry.type || !rule.fallback || payload[rule.field] !== undefined) continue;
    payload[rule.field] = rule.fallback;
    assumed[rule.field] = rule.fallback;
  }
  return { payload, assumed };
}

const channelAliases: ReadonlyMap<string, string> = new Map([
  ["lrar", "registered-receipt"],
  ["lr", "registered"],
  ["lre", "electronic-registered"],
  ["registered-letter", "registered"],
  ["registered-letter-with-receipt", "registered-receipt"],
  ["mail", "email"],
  ["e-mail", "email"],
  ["courriel", "email"],
  ["phone", "telephone"],
  ["post", "letter"],
]);

const clocks = (file: AskedFile, state: State, on: Temporal.Instant): readonly unknown[] =>
  file.instrument.obligations(state, on).map((clock) => clockJson(clock, file.policy.timeZone));

function tellState({ file, state, on }: Context): unknown {
  const position = file.instrument.position(state, on);
  return {
    state: position.phase,
    phase: position.phase,
    phase_text: file.instrument.definition.phases[position.phase],
    since: position.since ? local(position.since, file.policy.timeZone) : null,
    entry: position.entry ?? null,
    clause: position.clause ?? null,
    holds: [...position.holds],
    entries_known: state.entries.length,
  };
}

function tellAllowed({ file, state, on, question }: Context): unknown {
  const by = question.rest.by;
  const parties = typeof by === "string" ? [by] : file.instrument.definition.parties;
  return {
    allowed: parties.flatMap((party) =>
      file.instrument
        .allowed(state, party, on)
        .map((act) => ({ by: party, type: act.type, about: act.about, article: act.article ?? null, matter: act.matter ?? null })),
    ),
  };
}

function tellAct({ file, state, on, question }: Context): unknown {
  const { act, ...rest } = question.rest;
  if (typeof act !== "string") throw lawErrors.refuse("law.bad-question", { params: { about: "act", known: "{ about: act, act: TYPE }" } });
  const { payload } = complete(file.instrument, { seq: 0, type: act, at: on, recordedAt: on, payload: rest });
  const forbidden = file.instrument.forbids(state, act, payload, on, on);
  return forbidden ? { allowed: false, refusal: forbiddenJson(forbidden) } : { allowed: true };
}

function explainIt({ file, state, on }: Context, what: string): object {
  const timeZone = file.policy.timeZone;
  const matching = file.instrument
    .obligations(state, on)
    .filter(
      (clock) =>
        [clock.id, clock.clause.id, clock.article, clock.clause.trigger, `entry ${clock.trigger.seq}`].includes(what) ||
        clock.clause.requirements?.includes(what),
    );
  return {
    what,
    explanations: file.instrument.explain(state, what, on).map(({ about, clause, entries, text }) => ({ about, clause: clause ?? null, entries, text })),
    deadlines: matching.map((clock) => clockJson(clock, timeZone)),
    rights: file.instrument
      .rights(state, on)
      .filter((right) => [right.right, `${right.right} ${right.subject}`, right.clause].includes(what))
      .map((right) => rightJson(right, timeZone)),
  };
}

function tellPrecedence({ file, question }: Context): unknown {
  const { precedence } = file.instrument.definition;
  const documents = Array.isArray(question.rest.documents) ? question.rest.documents.map(String) : [];
  if (!precedence) return { ranked: false, prevails: null, text: { fr: "le texte ne classe pas ses documents", en: "the text does not rank" } };
  const rankOf = (name: string): number => precedence.ranks.findIndex((rank) => rank.includes(name));
  const [a = "", b = ""] = documents;
  const [first, second] = [rankOf(a), rankOf(b)];
  const ranked = first >= 0 && second >= 0 && first !== second;
  return {
    article: precedence.article,
    ranks: precedence.ranks,
    ranked,
    prevails: ranked ? (first < second ? a : b) : null,
    text: ranked
      ? { fr: `« ${first < second ? a : b} » prévaut (${precedence.article})`, en: `“${first < second ? a : b}” prevails (${precedence.article})` }
      : { fr: "le texte ne classe pas ces documents entre eux", en: "the text does not rank" },
  };
}

function tellCount({ file, question }: Context): unknown {
  const { from, before, length, unit, move } = question.rest;
  const known = [...dayUnits, "hours"] as readonly string[];
  if (
    typeof length !== "number" ||
    !Number.isInteger(length) ||
    length < 0 ||
    length > (unit === "years" ? 200 : 3660) ||
    typeof unit !== "string" ||
    !known.includes(unit)
  ) {
    throw lawErrors.refuse("law.bad-question", { params: { about: "count", known: `length (0 to 3660; 200 years), unit (${known.join(", ")})` } });
  }
  const { policy } = file;
  if (unit === "hours") return { policy: policy.id, due_at: local(countHours(readMoment(from, policy, "count: from", "start"), length), policy.timeZone) };
  const dayUnit = unit as Exclude<Unit, "hours"> as DayUnit;
  const event = readDay(before);
  if (event)
    return { policy: policy.id, before: event.toString(), latest_notice: countBackward({ event, length, unit: dayUnit, policy }).latestNotice.toString() };
  const start = readDay(from);
  if (!start) throw lawErrors.refuse("law.bad-question", { params: { about: "count", known: "from or before: a date that exists" } });
  const counted = countForward({ from: start, length, unit: dayUnit, policy, move: move !== false });
  return {
    policy: policy.id,
    from: start.toString(),
    length,
    unit,
    last_day: counted.lastDay.toString(),
    first_day_of_effect: counted.firstDayOfEffect.toString(),
    last_day_before_move: counted.lastDayBeforeMove.toString(),
    moved_over: counted.passedOver,
    earliest_after_notice: earliestAfterNotice({ notice: start, length, unit: dayUnit, policy }).toString(),
  };
}

function tellHolidays({ file, question }: Context): unknown {
  const year = question.rest.year;
  if (typeof year !== "number" || !Number.isInteger(year) || year < 1900 || year > 2200)
    throw lawErrors.refuse("law.bad-question", { params: { about: "holidays", known: "year: 1900 to 2200" } });
  return { territory: file.policy.territory, holidays: listHolidays(file.policy.territory, year).map(({ date, name }) => ({ date: date.toString(), name })) };
}

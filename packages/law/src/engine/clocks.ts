// A clause and the entry that triggers it make a clock: where it starts and why, its two dates, its state at an instant.
import { Temporal } from "@cercle/kernel";
import { type Counted, countForward, countHours, type DayUnit, dayUnits, type Unit } from "../calendar/count.ts";
import type { Entry } from "../entry.ts";
import type { Clause, Clock, ClockState, Consequence, Matter, Start, State } from "./definition.ts";

export const dayOf = (instant: Temporal.Instant, state: State): Temporal.PlainDate => instant.toZonedDateTimeISO(state.policy.timeZone).toPlainDate();
export const startOfDay = (day: Temporal.PlainDate, state: State): Temporal.Instant => day.toZonedDateTime(state.policy.timeZone).toInstant();
const after = (a: Temporal.PlainDate, b: Temporal.PlainDate): boolean => Temporal.PlainDate.compare(a, b) > 0;

/** A trigger that is not an entry of the file: the day a phase was reached. */
export type PhaseReached = { readonly phase: string; readonly entry: Entry; readonly at: Temporal.Instant };

/** All clocks of one clause. `reached` carries phases reached, for clauses that run from one. */
export function clocksOf(clause: Clause, state: State, now: Temporal.Instant, reached: readonly PhaseReached[] = []): readonly Clock[] {
  const clocks: Clock[] = [];
  const add = (matter: Matter, trigger: Entry): void => {
    if (clause.when && !clause.when(matter, trigger, state)) return;
    const clock = buildClock(clause, matter, trigger, state, now);
    clocks.push(clock);
    const effect = clause.effect;
    if ((effect.kind === "duty" || effect.kind === "condition") && effect.unmet) {
      const consequence = buildConsequence(clock, effect.unmet, effect.met, state);
      if (consequence) clocks.push(consequence);
    }
  };
  if (clause.trigger.startsWith("phase:")) {
    const phase = clause.trigger.slice(6);
    for (const event of reached) if (event.phase === phase) add(state.root, { ...event.entry, happenedAt: event.at });
    return clocks;
  }
  const milestone = state.milestones.get(clause.trigger);
  if (milestone) add(state.root, milestone.entry);
  else {
    for (const matter of [state.root, ...state.matters]) for (const entry of matter.entries) if (entry.type === clause.trigger) add(matter, entry);
  }
  return clocks;
}

function buildClock(clause: Clause, matter: Matter, trigger: Entry, state: State, now: Temporal.Instant): Clock {
  const start = findStart(clause, trigger, state);
  const dates = start ? countDates(clause, matter, trigger, start, state) : {};
  const base = {
    id: `${clause.id}#${trigger.seq}`,
    clause,
    kind: clause.effect.kind,
    article: clause.article,
    about: clause.about,
    by: clause.by,
    channel: clause.channel,
    matter,
    trigger,
    start,
    counted: dates.counted,
    lastDay: dates.lastDay,
    firstDayOfEffect: dates.firstDayOfEffect,
    dueAt: dates.dueAt,
  };
  return { ...base, ...settle(base, state, now) };
}

/** Where the clock starts. A date that runs from reception waits for the proof; until the post has brought it, what is known is provisional. */
function findStart(clause: Clause, trigger: Entry, state: State): Start | undefined {
  if (typeof clause.runsFrom === "object") {
    const day = readDay(trigger.payload?.[clause.runsFrom.field]);
    return day && { entry: trigger, day, at: startOfDay(day, state), why: "stated" };
  }
  if (clause.runsFrom !== "reception") return { entry: trigger, day: dayOf(trigger.happenedAt, state), at: trigger.happenedAt, why: "own-date" };
  return findReception(trigger, state);
}

/**
 * When a letter was received: the day of the acknowledgement; the day of refusal; when it came back unclaimed, the day of its first
 * presentation. The last proof recorded wins. A letter presented and not yet collected can be collected for fifteen days: provisional.
 */
export function findReception(letter: Entry, state: State): Start | undefined {
  const proofs = state.proofs.get(letter.seq) ?? [];
  const last = proofs.findLast((proof) => proof.type === "letter-received" || proof.type === "letter-returned");
  const presented = proofs.find((proof) => proof.type === "letter-presented");
  const firstDay = presented ? dayOf(presented.happenedAt, state) : undefined;
  if (last?.type === "letter-received") return { entry: last, day: dayOf(last.happenedAt, state), at: last.happenedAt, why: "received" };
  if (last) {
    const day = readDay(last.payload?.presented_on) ?? firstDay ?? (last.payload?.reason === "refused" ? dayOf(last.happenedAt, state) : undefined);
    if (!day || last.payload?.reason === "unknown-address") return undefined;
    return { entry: last, day, at: startOfDay(day, state), why: last.payload?.reason === "refused" ? "refused" : "first-presentation" };
  }
  if (!presented || !firstDay) return undefined;
  const day = firstDay.add({ days: 15 });
  return { entry: presented, day, at: startOfDay(day, state), why: "not-collected-yet" };
}

type Dates = { counted?: Counted; lastDay?: Temporal.PlainDate; firstDayOfEffect?: Temporal.PlainDate; dueAt?: Temporal.Instant };

function countDates(clause: Clause, matter: Matter, trigger: Entry, start: Start, state: State): Dates {
  const { delay } = clause;
  let dates: Dates = {};
  if ("length" in delay) {
    const renewal = clause.renewed && matter.entries.find((entry) => entry.type === clause.renewed?.by);
    dates = countLength(clause, start, renewal && clause.renewed ? clause.renewed.length : delay.length, delay.unit, state, delay.startCounts === true);
    const longer = delay.orLonger ? readLength(trigger.payload?.[delay.orLonger]) : undefined;
    if (longer) dates = later(dates, countLength(clause, start, longer.length, longer.unit, state, false));
  } else if ("stated" in delay) {
    const stated = readLength(trigger.payload?.[delay.stated]);
    if (stated) dates = countLength(clause, start, stated.length, stated.unit, state, false);
  } else if ("anniversary" in delay) {
    const day = nextAnniversary(state, start.day, delay.anniversary.months);
    if (day) dates = { lastDay: day.subtract({ days: 1 }), firstDayOfEffect: day };
  } else if ("until" in delay) {
    // The day may be said by the entry itself or by the one that opened its matter (the terms that a refusal is about).
    const day = readDay(trigger.payload?.[delay.until]) ?? readDay(matter.opener?.payload?.[delay.until]);
    if (day)
      dates = delay.effectOnTheDay ? { lastDay: day.subtract({ days: 1 }), firstDayOfEffect: day } : { lastDay: day, firstDayOfEffect: day.add({ days: 1 }) };
    else if (delay.whenAbsent) dates = countLength(clause, start, delay.whenAbsent.length, delay.whenAbsent.unit, state, false);
  }
  const extension = clause.extended && matter.entries.findLast((entry) => entry.type === clause.extended?.by);
  const until = extension && clause.extended ? readDay(extension.payload?.[clause.extended.field]) : undefined;
  return until ? later(dates, { lastDay: until, firstDayOfEffect: until.add({ days: 1 }) }) : dates;
}

function countLength(clause: Clause, start: Start, length: number, unit: Unit, state: State, startCounts: boolean): Dates {
  if (unit === "hours") return { dueAt: countHours(start.at, length) };
  const from = startCounts ? start.day.subtract({ days: 1 }) : start.day;
  const counted = countForward({ from, length, unit, policy: state.policy, move: clause.moves });
  // A minimum notice in months runs from date to date: what it announces may come on that day.
  const onTheDay = "opensOnTheDay" in clause.delay && clause.delay.opensOnTheDay;
  if (onTheDay) return { counted, lastDay: counted.lastDay.subtract({ days: 1 }), firstDayOfEffect: counted.lastDay };
  // A term counts the day it begins: two years from 15 March end on 14 March, and the next begins on the anniversary.
  if (clause.effect.kind === "renewal") return { counted, lastDay: counted.lastDay.subtract({ days: 1 }), firstDayOfEffect: counted.lastDay };
  return { counted, lastDay: counted.lastDay, firstDayOfEffect: counted.firstDayOfEffect };
}

const later = (a: Dates, b: Dates): Dates => (!a.lastDay || (b.lastDay && after(b.lastDay, a.lastDay)) ? b : a);

/** The first anniversary of the conclusion after a day, by whole periods; undefined before any conclusion. */
export function nextAnniversary(state: State, after: Temporal.PlainDate, months: number): Temporal.PlainDate | undefined {
  const concluded = state.milestones.get("concluded")?.entry;
  if (!concluded) return undefined;
  const first = dayOf(concluded.happenedAt, state);
  for (let period = 1; period < 200; period++) {
    const day = first.add({ months: months * period });
    if (Temporal.PlainDate.compare(day, after) > 0) return day;
  }
  return undefined;
}

/** What a clock has come to at an instant. */
function settle(clock: Omit<Clock, "state" | "settledBy">, state: State, now: Temporal.Instant): Pick<Clock, "state" | "settledBy"> {
  const { clause, matter, trigger } = clock;
  const effect = clause.effect;
  const find = (types: readonly string[] | undefined): Entry | undefined => (types ? findAct(types, matter, state, trigger) : undefined);
  const isPast = clock.dueAt ? Temporal.Instant.compare(now, clock.dueAt) > 0 : clock.lastDay ? after(dayOf(now, state), clock.lastDay) : false;
  const inTime = (entry: Entry): boolean => {
    if (clock.dueAt) return Temporal.Instant.compare(entry.happenedAt, clock.dueAt) <= 0;
    return !clock.lastDay || !after(dayOf(entry.happenedAt, state), clock.lastDay);
  };
  const unsettled = (): Pick<Clock, "state" | "settledBy"> => {
    if (!clock.start) return { state: "waiting", settledBy: undefined };
    if (!clock.lastDay && !clock.dueAt) return { state: effect.kind === "lasting" ? "running" : "due", settledBy: undefined };
    if (!isPast) return { state: "running", settledBy: undefined };
    const past = { duty: "late", condition: "late", faculty: "open", automatic: "fired", renewal: "running", lasting: "over" } as const;
    return { state: past[effect.kind], settledBy: undefined };
  };
  // An express waiver ends the claim; a tolerance is no entry of this list, and changes nothing.
  const waived = effect.kind === "faculty" ? find(["claim-waived"]) : undefined;
  if (waived) return { state: "waived", settledBy: waived };
  const stopped = find(clause.stopped);
  if (effect.kind === "duty" || effect.kind === "condition") {
    const met = find(effect.met);
    if (met && (!stopped || met.seq < stopped.seq || inTime(met))) return { state: inTime(met) ? "met" : "met-late", settledBy: met };
  }
  if (effect.kind === "faculty") {
    const used = find(effect.acts);
    const cured = effect.cured.length > 0 ? findAct(effect.cured, matter, state, trigger) : undefined;
    if (cured && inTime(cured)) return { state: "cured", settledBy: cured };
    if (used) return { state: "used", settledBy: used };
  }
  if (stopped && inTime(stopped)) return { state: "stopped", settledBy: stopped };
  const open = unsettled();
  const restart = findRestart(clock, state);
  return restart && (live.has(open.state) || (open.state === "fired" && inTime(restart))) ? { state: "stopped", settledBy: restart } : open;
}

const live: ReadonlySet<ClockState> = new Set(["waiting", "running", "due", "open"]);

/** The whole path begun again after this clock was set off: nothing of the former one goes on, but what survives it. */
function findRestart({ clause, trigger }: Pick<Clock, "clause" | "trigger">, state: State): Entry | undefined {
  const { restartedBy } = state.definition;
  if (restartedBy === undefined || clause.survives) return undefined;
  return state.root.entries.find((entry) => entry.type === restartedBy && entry.seq > trigger.seq);
}

/** The first act of these types in the clock's own matter, or, for what a matter cannot hold, in the contract. */
function findAct(types: readonly string[], matter: Matter, state: State, trigger: Entry): Entry | undefined {
  let found: Entry | undefined;
  const consider = (entry: Entry): void => {
    if (!types.includes(entry.type) || entry === trigger) return;
    // In the contract at large, an act answers what came before it: an old amendment is not the one that a transfer owes.
    if (matter === state.root && Temporal.Instant.compare(entry.happenedAt, trigger.happenedAt) < 0) return;
    if (!found || Temporal.Instant.compare(entry.happenedAt, found.happenedAt) < 0) found = entry;
  };
  for (const entry of matter.entries) consider(entry);
  if (!found && matter !== state.root) {
    for (const entry of state.root.entries) if (Temporal.Instant.compare(entry.happenedAt, trigger.happenedAt) >= 0) consider(entry);
  }
  if (found) return found;
  // An act that opens a matter of its own (a formal notice after a second failed visit) is looked for in the whole file.
  const elsewhere = types.filter((type) => {
    const of = state.definition.kinds[type]?.matter?.of;
    return of !== undefined && of !== matter.of;
  });
  if (elsewhere.length === 0) return undefined;
  for (const entry of state.entries) {
    if (elsewhere.includes(entry.type) && Temporal.Instant.compare(entry.happenedAt, trigger.happenedAt) >= 0) consider(entry);
  }
  return found;
}

/** What is owed once a duty or a condition is missed: due from that day, without a number, until the act or until too late is better than never. */
function buildConsequence(clock: Clock, consequence: Consequence, met: readonly string[], state: State): Clock | undefined {
  if (clock.state !== "late" && clock.state !== "met-late") return undefined;
  const from = clock.firstDayOfEffect;
  if (!from) return undefined;
  const isSince = (entry: Entry): boolean => Temporal.PlainDate.compare(dayOf(entry.happenedAt, state), from) >= 0;
  const act = state.entries.find((entry) => entry.type === consequence.act && isSince(entry));
  const lateMet = clock.state === "met-late" ? clock.settledBy : undefined;
  return {
    ...clock,
    id: `${clock.clause.id}.then#${clock.trigger.seq}`,
    kind: "consequence",
    article: consequence.article,
    about: consequence.about,
    by: consequence.by,
    channel: undefined,
    start: { entry: clock.trigger, day: from, at: startOfDay(from, state), why: "own-date" },
    counted: undefined,
    lastDay: undefined,
    firstDayOfEffect: undefined,
    dueAt: undefined,
    state: act ? "met" : lateMet && met.length > 0 ? "stopped" : "due",
    settledBy: act ?? lateMet,
  };
}

/** A stated length: `{ length: 2, unit: "months" }`. */
export function readLength(value: unknown): { length: number; unit: Unit } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { length, unit } = value as { length?: unknown; unit?: unknown };
  if (typeof length !== "number" || !Number.isInteger(length) || length < 0 || length > 3660) return undefined;
  if (unit !== "hours" && !dayUnits.includes(unit as DayUnit)) return undefined;
  return { length, unit: unit as Unit };
}

/** A day written `2026-02-28`; a date that does not exist is none. */
export function readDay(value: unknown): Temporal.PlainDate | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  try {
    return Temporal.PlainDate.from(value, { overflow: "reject" });
  } catch {
    return undefined;
  }
}

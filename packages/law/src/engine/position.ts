// Where a file stands at an instant: its phase, what holds it, and the rights that follow by table. Walks the entries in their
// order; the clauses that work by themselves come in at their day.

import { Temporal } from "@cercle/kernel";
import type { Entry, Right } from "../entry.ts";
import { clocksOf, type PhaseReached, startOfDay } from "./clocks.ts";
import type { Clock, HoldRule, Payload, RightRule, State } from "./definition.ts";

export type Position = {
  readonly phase: string;
  readonly since: Temporal.Instant | undefined;
  /** The entry and the clause that brought the phase. */
  readonly entry: number | undefined;
  readonly clause: string | undefined;
  readonly holds: ReadonlySet<string>;
  readonly rights: readonly Right[];
  readonly reached: readonly PhaseReached[];
};

type Event = { readonly name: string; readonly entry: Entry; readonly at: Temporal.Instant };

/** The automatic clauses that have worked by `now`, in the order of their days. */
function listFired(state: State, now: Temporal.Instant): readonly Event[] {
  const fired: Event[] = [];
  for (const clause of state.definition.clauses) {
    if (clause.effect.kind !== "automatic") continue;
    for (const clock of clocksOf(clause, state, now)) {
      if (clock.state !== "fired") continue;
      const at = clock.dueAt ?? (clock.firstDayOfEffect && startOfDay(clock.firstDayOfEffect, state));
      if (!at) continue;
      // An effect whose day has already passed when its cause comes takes place with its cause.
      const since = Temporal.Instant.compare(at, clock.trigger.happenedAt) < 0 ? clock.trigger.happenedAt : at;
      fired.push({ name: clause.effect.event, entry: clock.trigger, at: since });
    }
  }
  return fired.sort((a, b) => Temporal.Instant.compare(a.at, b.at) || a.entry.seq - b.entry.seq);
}

export function locate(state: State, now: Temporal.Instant): Position {
  const { definition } = state;
  const walk = new Walk(state);
  const pending = [...listFired(state, now)];
  const fireUntil = (limit: Temporal.Instant): void => {
    for (let next = pending[0]; next && Temporal.Instant.compare(next.at, limit) <= 0; next = pending[0]) {
      pending.shift();
      walk.take(next);
    }
  };
  for (const entry of state.entries) {
    if (Temporal.Instant.compare(entry.happenedAt, now) > 0 || !state.matterOf.has(entry.seq)) continue;
    fireUntil(entry.happenedAt);
    walk.take({ name: entry.type, entry, at: entry.happenedAt });
    for (const milestone of definition.milestones) {
      const reached = state.milestones.get(milestone.name);
      if (reached?.seq === entry.seq) walk.take({ name: milestone.name, entry, at: reached.entry.happenedAt });
    }
  }
  fireUntil(now);
  return walk.position();
}

class Walk {
  private readonly state: State;
  private phase: string;
  private phaseSince: Temporal.Instant | undefined;
  private phaseEntry: number | undefined;
  private phaseClause: string | undefined;
  /** By hold, the matters that hold; 0 stands for the contract. */
  private readonly holds = new Map<string, Set<number>>();
  private readonly subjects = new Map<string, { kind: string; payload: Payload; open: boolean }>();
  private readonly known = new Map<string, Right>();
  private readonly reached: PhaseReached[] = [];

  constructor(state: State) {
    this.state = state;
    this.phase = state.definition.initial;
  }

  take(event: Event): void {
    const { definition } = this.state;
    let cause: string | undefined;
    for (const rule of definition.holds) {
      if (rule.on !== event.name || (rule.when && !rule.when(event.entry, this.state))) continue;
      if (this.hold(rule, this.state.matterOf.get(event.entry.seq)?.opener?.seq ?? 0)) cause = rule.article;
    }
    for (const rule of definition.subjects) {
      if (rule.clearedBy?.includes(event.name)) {
        for (const subject of this.subjects.values()) if (subject.kind === rule.kind) subject.open = false;
        cause ??= definition.kinds[event.name]?.article;
      }
      const name = event.entry.payload?.[rule.field];
      if (typeof name !== "string") continue;
      if (rule.on === event.name) {
        this.subjects.set(`${rule.kind} ${name}`, { kind: rule.kind, payload: { ...event.entry.payload, [rule.field]: name, name }, open: true });
        cause ??= definition.kinds[event.name]?.article;
      } else if (rule.removedBy.includes(event.name)) {
        const subject = this.subjects.get(`${rule.kind} ${name}`);
        if (subject) subject.open = false;
        cause ??= definition.kinds[event.name]?.article;
      }
    }
    const move = definition.transitions.find(
      (rule) => rule.on === event.name && rule.from.includes(this.phase) && (!rule.when || rule.when(event.entry, this.state)),
    );
    if (move) {
      this.phase = move.to;
      this.phaseSince = event.at;
      this.phaseEntry = event.entry.seq;
      this.phaseClause = move.article;
      cause = move.article;
      this.reached.push({ phase: move.to, entry: event.entry, at: event.at });
    }
    if (cause !== undefined) this.update(event, cause);
  }

  /** Applies a rule of a hold for one matter; answers whether the hold came or went. */
  private hold({ hold, sets, ends }: HoldRule, matter: number): boolean {
    const holding = this.holds.get(hold) ?? new Set();
    const before = holding.size > 0;
    this.holds.set(hold, holding);
    if (sets) holding.add(matter);
    else for (const other of [...holding]) if (ends === undefined || other === matter || (ends === "through" && other < matter)) holding.delete(other);
    return before !== holding.size > 0;
  }

  private held(hold: string): boolean {
    return (this.holds.get(hold)?.size ?? 0) > 0;
  }

  /** Rights follow from the table: what the rules give now, against what was known. */
  private update(event: Event, cause: string): void {
    const open = new Map<string, { rule: RightRule; subject: string; limits: Right["limits"] }>();
    for (const rule of this.state.definition.rights) {
      if (!rule.phases.includes(this.phase) || rule.unless?.some((hold) => this.held(hold)) || rule.needs?.some((hold) => !this.held(hold))) continue;
      for (const subject of this.subjects.values()) {
        if (subject.kind !== rule.subject || !subject.open || (rule.when && !rule.when(subject.payload))) continue;
        const name = String(subject.payload.name);
        open.set(`${rule.right} ${name}`, { rule, subject: name, limits: rule.limits?.(this.phase, subject.payload) ?? {} });
      }
    }
    for (const [key, { rule, subject, limits }] of open) {
      const before = this.known.get(key);
      if (before?.state === "open" && JSON.stringify(before.limits) === JSON.stringify(limits)) continue;
      this.known.set(key, { right: rule.right, subject, state: "open", limits, since: event.at, entry: event.entry.seq, clause: rule.article });
    }
    for (const [key, before] of this.known) {
      if (before.state === "open" && !open.has(key))
        this.known.set(key, { ...before, state: "closed", since: event.at, entry: event.entry.seq, clause: cause });
    }
  }

  position(): Position {
    return {
      phase: this.phase,
      since: this.phaseSince,
      entry: this.phaseEntry,
      clause: this.phaseClause,
      holds: new Set([...this.holds.keys()].filter((hold) => this.held(hold))),
      rights: [...this.known.values()],
      reached: this.reached,
    };
  }
}

/** Every clock of the file at an instant, those that run from a phase included; the end of the contract stops what only lived by it. */
export function listClocks(state: State, now: Temporal.Instant, position: Position = locate(state, now)): readonly Clock[] {
  const clocks = state.definition.clauses.flatMap((clause) => clocksOf(clause, state, now, position.reached));
  if (!state.definition.over.includes(position.phase)) return clocks.map((clock) => renew(clock, state, now));
  const ended = position.reached.findLast((event) => state.definition.over.includes(event.phase));
  return clocks.map((clock) => {
    const lives = clock.clause.survives || clock.clause.trigger.startsWith("phase:") || !ended;
    const ends = clock.state === "running" || clock.state === "waiting" || clock.state === "open" || clock.state === "due";
    return lives || !ends ? clock : { ...clock, state: "stopped", settledBy: ended.entry };
  });
}

/** A tacit renewal shows the term that is running now. */
function renew(clock: Clock, state: State, now: Temporal.Instant): Clock {
  const { clause, start } = clock;
  if (clause.effect.kind !== "renewal" || !start || !("length" in clause.delay) || clause.delay.unit === "hours") return clock;
  const today = now.toZonedDateTimeISO(state.policy.timeZone).toPlainDate();
  const { length, unit } = clause.delay;
  for (let term = 1; term < 500; term++) {
    const anniversary = unit === "years" ? start.day.add({ years: length * term }) : start.day.add({ months: length * term });
    if (Temporal.PlainDate.compare(anniversary, today) > 0) return { ...clock, lastDay: anniversary.subtract({ days: 1 }), firstDayOfEffect: anniversary };
  }
  return clock;
}

// The JSON of answers: snake_case, dates as ISO text, words in both languages.

import type { Temporal } from "@cercle/kernel";
import type { Clock } from "../engine/definition.ts";
import type { ForecastLine } from "../engine/forecast.ts";
import type { Recomputation } from "../engine/replay.ts";
import type { Forbidden } from "../engine/verdict.ts";
import { stateWords, tellClock } from "../engine/words.ts";
import type { Right } from "../entry.ts";

const date = (value: Temporal.PlainDate | undefined): string | null => value?.toString() ?? null;
export const local = (at: Temporal.Instant, timeZone: string): string =>
  at.toZonedDateTimeISO(timeZone).toString({ timeZoneName: "never", smallestUnit: "second" });

export function clockJson(clock: Clock, timeZone: string): unknown {
  const { clause, start, counted } = clock;
  return {
    id: clock.id,
    clause: clause.id,
    article: clock.article,
    requirements: clause.requirements ?? [],
    kind: clock.kind,
    about: clock.about,
    by: clock.by,
    state: clock.state,
    state_text: stateWords[clock.state],
    entry: clock.trigger.seq,
    runs_from: typeof clause.runsFrom === "string" ? clause.runsFrom : clause.runsFrom.field,
    starts_on: date(start?.day),
    start_entry: start?.entry.seq ?? null,
    start_reason: start?.why ?? null,
    provisional: start?.why === "not-collected-yet",
    length: counted?.length ?? null,
    unit: counted?.unit ?? (clock.dueAt ? "hours" : null),
    policy: counted?.policy ?? null,
    last_day: date(clock.lastDay),
    first_day_of_effect: date(clock.firstDayOfEffect),
    last_day_before_move: date(counted && clock.lastDay ? counted.lastDayBeforeMove : undefined),
    moved_over: counted?.passedOver ?? [],
    due_at: clock.dueAt ? local(clock.dueAt, timeZone) : null,
    settled_by: clock.settledBy?.seq ?? null,
    channel: clock.channel ?? null,
    assumption: clause.assumption ?? null,
    explanation: tellClock(clock, timeZone),
  };
}

export const rightJson = (right: Right, timeZone: string): unknown => ({
  right: right.right,
  subject: right.subject,
  state: right.state,
  limits: right.limits,
  since: local(right.since, timeZone),
  entry: right.entry,
  clause: right.clause,
});

export const forecastJson = (line: ForecastLine, timeZone: string): unknown => ({
  on: line.on.toString(),
  at: local(line.at, timeZone),
  clock: line.clock,
  clause: line.clause,
  article: line.article,
  kind: line.kind,
  what: line.what,
  by: line.by,
  provisional: line.provisional,
  leaves: { phase: line.after.phase, holds: line.after.holds, rights: line.after.open.map((right) => rightJson(right, timeZone)) },
  changes: line.changes,
});

export const recomputationJson = (change: Recomputation): unknown => ({
  entry: change.entry,
  clock: change.clock,
  article: change.article,
  late_evidence: change.late,
  before: { last_day: date(change.before.lastDay), state: change.before.state },
  after: { last_day: date(change.after.lastDay), state: change.after.state },
  review: change.review,
  reason: change.reason,
});

export const forbiddenJson = (forbidden: Forbidden): unknown => ({
  code: forbidden.code,
  clause: forbidden.clause,
  reason: forbidden.reason,
  not_before: date(forbidden.notBefore),
});

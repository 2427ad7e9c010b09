// What happens and when if nobody acts: one line for each day on which something changes, with the state the file is then in.

import { Temporal, type Text } from "@cercle/kernel";
import type { Right } from "../entry.ts";
import { startOfDay } from "./clocks.ts";
import type { Clock, Party, State } from "./definition.ts";
import { listClocks, locate, type Position } from "./position.ts";
import { viewAt } from "./verdict.ts";

export type ForecastLine = {
  /** The first day of effect; for clocks in hours, the day of the hour. */
  readonly on: Temporal.PlainDate;
  readonly at: Temporal.Instant;
  readonly clock: string;
  readonly clause: string;
  readonly article: string;
  readonly kind: Clock["kind"];
  /** What the line says happens: a faculty opens, a duty is late, an effect comes by itself, a term is renewed. */
  readonly what: Text;
  /** Who may act from then on, or owed the act until then. */
  readonly by: Party;
  readonly provisional: boolean;
  readonly after: { readonly phase: string; readonly holds: readonly string[]; readonly open: readonly Right[] };
  /** Rights that close or open on that day. */
  readonly changes: readonly { readonly right: string; readonly subject: string; readonly state: Right["state"]; readonly clause: string }[];
};

const outcome: Readonly<Record<Exclude<Clock["kind"], "consequence">, Text>> = {
  duty: { fr: "le devoir n’est pas tenu", en: "the duty is missed" },
  condition: { fr: "la condition manque", en: "the condition is missing" },
  faculty: { fr: "la faculté s’ouvre ; rien ne prend fin de soi-même", en: "the faculty opens; nothing ends by itself" },
  automatic: { fr: "prend effet de soi-même", en: "takes effect by itself" },
  renewal: { fr: "reconduit tacitement", en: "tacitly renewed" },
  lasting: { fr: "prend fin", en: "ends" },
};

const runsOutAt = (clock: Clock, state: State): Temporal.Instant | undefined =>
  clock.dueAt ? clock.dueAt.add({ milliseconds: 1 }) : clock.firstDayOfEffect && startOfDay(clock.firstDayOfEffect, state);

/** The next instant at which a running clock runs out. */
export function nextChange(state: State, now: Temporal.Instant): Temporal.Instant | undefined {
  const view = viewAt(state, now);
  let next: Temporal.Instant | undefined;
  const consider = (at: Temporal.Instant | undefined): void => {
    if (at && Temporal.Instant.compare(at, now) > 0 && (!next || Temporal.Instant.compare(at, next) < 0)) next = at;
  };
  for (const clock of view.clocks()) if (clock.state === "running" && clock.kind !== "consequence") consider(runsOutAt(clock, view.state));
  // What is dated later than this instant begins to count on its day.
  for (const entry of state.entries) consider(entry.happenedAt);
  return next;
}

/** At most `limit` lines, in order. */
export function foresee(state: State, now: Temporal.Instant, limit = 200): readonly ForecastLine[] {
  const view = viewAt(state, now);
  const here = view.state;
  const lines: ForecastLine[] = [];
  let frontier: readonly Clock[] = view.clocks();
  const seen = new Set<string>();
  const positions = new Map<number, Position>();
  const positionAt = (at: Temporal.Instant): Position => {
    const key = at.epochMilliseconds;
    const known = positions.get(key) ?? locate(here, at);
    positions.set(key, known);
    return known;
  };
  const clocks = new Map<number, ReadonlyMap<string, Clock>>();
  const clocksAt = (at: Temporal.Instant): ReadonlyMap<string, Clock> => {
    const known = clocks.get(at.epochMilliseconds) ?? new Map(listClocks(here, at, positionAt(at)).map((clock) => [clock.id, clock]));
    clocks.set(at.epochMilliseconds, known);
    return known;
  };
  // Two rounds: an end that comes by itself starts clocks of its own.
  for (let round = 0; round < 2 && frontier.length > 0; round++) {
    const ahead: Temporal.Instant[] = [];
    for (const clock of frontier) {
      if (clock.kind === "consequence" || clock.state !== "running" || seen.has(clock.id)) continue;
      const at = runsOutAt(clock, here);
      if (!at) continue;
      seen.add(clock.id);
      // A clock that something else stops before it ends never shows.
      const then = clocksAt(at).get(clock.id);
      if (!then || then.state === "stopped") continue;
      lines.push(lineOf(clock, clock.kind, at, here, positionAt));
      ahead.push(at);
    }
    const last = ahead.toSorted(Temporal.Instant.compare).at(-1);
    frontier = last ? listClocks(here, last, positionAt(last)) : [];
  }
  return lines.sort((a, b) => Temporal.Instant.compare(a.at, b.at)).slice(0, limit);
}

function lineOf(
  clock: Clock,
  kind: Exclude<Clock["kind"], "consequence">,
  at: Temporal.Instant,
  state: State,
  positionAt: (at: Temporal.Instant) => Position,
): ForecastLine {
  const after = positionAt(at);
  const before = positionAt(at.subtract({ milliseconds: 1 }));
  const was = new Map(before.rights.map((right) => [`${right.right} ${right.subject}`, right.state]));
  const word = outcome[kind];
  return {
    on: at.toZonedDateTimeISO(state.policy.timeZone).toPlainDate(),
    at,
    clock: clock.id,
    clause: clock.clause.id,
    article: clock.article,
    kind,
    what: { fr: `${clock.about.fr} : ${word.fr}.`, en: `${clock.about.en}: ${word.en}.` },
    by: clock.by,
    provisional: clock.start?.why === "not-collected-yet",
    after: { phase: after.phase, holds: [...after.holds], open: after.rights.filter((right) => right.state === "open") },
    changes: after.rights
      .filter((right) => was.get(`${right.right} ${right.subject}`) !== right.state)
      .map(({ right, subject, state: now, clause }) => ({ right, subject, state: now, clause })),
  };
}

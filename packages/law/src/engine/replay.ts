// The past, with what was known at another date; and what evidence that came late has changed.

import { Temporal, type Text } from "@cercle/kernel";
import type { CountingPolicy } from "../calendar/policy.ts";
import type { Entry } from "../entry.ts";
import { clocksOf, dayOf } from "./clocks.ts";
import type { Clock, Definition, State } from "./definition.ts";
import { foldEntries } from "./fold.ts";
import { standingEntries } from "./rectified.ts";

/** The file as it was on one date, with what was recorded by another. */
export function replayEntries(
  definition: Definition,
  entries: readonly Entry[],
  { on, knownOn = on, policy }: { on: Temporal.Instant; knownOn?: Temporal.Instant; policy?: CountingPolicy },
): State {
  // A rectification counts from when it was known, whatever day is asked about: what it says held from the day of the wrong entry.
  const known = standingEntries(entries.filter((entry) => Temporal.Instant.compare(entry.recordedAt, knownOn) <= 0));
  const visible = known.filter((entry) => Temporal.Instant.compare(entry.happenedAt, on) <= 0);
  return foldEntries(definition, visible, policy);
}

export type Recomputation = {
  /** The entry that changed a date computed before. */
  readonly entry: number;
  readonly clock: string;
  readonly article: string;
  readonly before: { readonly lastDay: Temporal.PlainDate | undefined; readonly state: Clock["state"] };
  readonly after: { readonly lastDay: Temporal.PlainDate | undefined; readonly state: Clock["state"] };
  /** The entry had been recorded on a later day than it happened. */
  readonly late: boolean;
  /** Entries that relied on the earlier reading: somebody has to look at them again. */
  readonly review: readonly number[];
  readonly reason: Text;
};

/**
 * Every date and settled state that an entry changed after they had been computed; in the order of the file. `from` is the sequence of
 * the first entry of interest.
 */
export function listRecomputations(state: State, from = 0): readonly Recomputation[] {
  const { definition, policy, recorded: entries } = state;
  const changes: Recomputation[] = [];
  let before = new Map<string, Clock>();
  // One entry earlier: what was known before the first of interest.
  const first = entries.findIndex((entry) => entry.seq >= from);
  for (let length = Math.max(1, first === -1 ? entries.length : first); length <= entries.length; length++) {
    const entry = entries[length - 1];
    if (!entry) continue;
    const here = foldEntries(definition, entries.slice(0, length), policy);
    const now = entry.recordedAt;
    const after = new Map(definition.clauses.flatMap((clause) => clocksOf(clause, here, now)).map((clock) => [clock.id, clock]));
    const late = Temporal.PlainDate.compare(dayOf(entry.recordedAt, here), dayOf(entry.happenedAt, here)) > 0;
    for (const [id, clock] of entry.seq < from ? [] : after) {
      // A milestone may be reached by another entry than before: its clock is the same.
      const known = before.get(id) ?? (here.milestones.has(clock.clause.trigger) ? sameClause(before, clock) : undefined);
      if (!known || known.clause.effect.kind === "renewal") continue;
      const moved = String(known.lastDay) !== String(clock.lastDay) && known.lastDay !== undefined;
      // With the same clocks, only evidence of the past can turn a state that was already final.
      const final = known.state === "late" || known.state === "open" || known.state === "fired" || known.state === "met-late";
      const turned =
        late && final && known.state !== clock.state && clock.state !== "used" && Temporal.Instant.compare(entry.happenedAt, known.trigger.happenedAt) >= 0;
      if (!moved && !(turned && clock.settledBy === entry && clock.state !== "met-late")) continue;
      changes.push(describe(entry, known, clock, late, relying(entries, length, known)));
    }
    before = after;
  }
  return changes;
}

const sameClause = (clocks: ReadonlyMap<string, Clock>, { clause, kind }: Clock): Clock | undefined =>
  [...clocks.values()].find((known) => known.clause.id === clause.id && known.kind === kind);

/** Acts recorded before this entry that used the clock as it was then read. */
function relying(entries: readonly Entry[], length: number, clock: Clock): readonly number[] {
  const effect = clock.clause.effect;
  const acts =
    effect.kind === "faculty" ? [...effect.acts, ...(effect.gates ?? [])] : effect.kind === "duty" || effect.kind === "condition" ? [effect.unmet?.act] : [];
  return entries
    .slice(0, length - 1)
    .filter((entry) => acts.includes(entry.type) && (clock.matter.opener === undefined || clock.matter.entries.some((other) => other.seq === entry.seq)))
    .map((entry) => entry.seq);
}

function describe(entry: Entry, before: Clock, after: Clock, late: boolean, review: readonly number[]): Recomputation {
  const from = before.lastDay?.toString() ?? "—";
  const to = after.lastDay?.toString() ?? "—";
  const same = from === to;
  const why =
    after.start?.why === "first-presentation"
      ? { fr: " : lettre rendue, elle compte du jour de sa première présentation", en: ": the letter came back and counts from its first presentation" }
      : { fr: "", en: "" };
  return {
    entry: entry.seq,
    clock: after.id,
    article: after.article,
    before: { lastDay: before.lastDay, state: before.state },
    after: { lastDay: after.lastDay, state: after.state },
    late,
    review,
    reason: {
      fr: same
        ? `L’entrée ${entry.seq} (« ${entry.type} »), connue après coup, change l’état : ${before.state} devient ${after.state}.`
        : `L’entrée ${entry.seq} (« ${entry.type} ») change le dernier jour : ${from} devient ${to}${why.fr}.`,
      en: same
        ? `Entry ${entry.seq} (“${entry.type}”), known afterwards, changes the state: ${before.state} becomes ${after.state}.`
        : `Entry ${entry.seq} (“${entry.type}”) changes the last day: ${from} becomes ${to}${why.en}.`,
    },
  };
}

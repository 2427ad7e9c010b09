// A definition made into an instrument: the ports that governance and the portal use.

import type { Temporal, Text } from "@cercle/kernel";
import type { CountingPolicy } from "../calendar/policy.ts";
import type { Entry, Instrument } from "../entry.ts";
import type { Clock, Definition, State } from "./definition.ts";
import { foldEntries, letterProofs } from "./fold.ts";
import { type ForecastLine, foresee, nextChange } from "./forecast.ts";
import { locate, type Position } from "./position.ts";
import { listRecomputations, type Recomputation, replayEntries } from "./replay.ts";
import { type Allowed, type Forbidden, forbid, listAllowed, listReliedOn, viewAt } from "./verdict.ts";
import { day, tellClock } from "./words.ts";

export type Explanation = { readonly about: string; readonly clause: string | undefined; readonly entries: readonly number[]; readonly text: Text };

/** An instrument with everything the law can answer. */
export type FullInstrument = Omit<Instrument<State>, "forbids"> & {
  readonly definition: Definition;
  forbids(state: State, type: string, payload: Entry["payload"], now: Temporal.Instant, happenedAt?: Temporal.Instant): Forbidden | undefined;
  position(state: State, now: Temporal.Instant): Position;
  /** Every clock, settled or not. */
  obligations(state: State, now: Temporal.Instant): readonly Clock[];
  allowed(state: State, actor: string, now: Temporal.Instant): readonly Allowed[];
  /** Of a clock (`MSS-12.2#7`), a clause, an article, a right, an entry (`entry 7`), or the phase. */
  explain(state: State, about: string, now: Temporal.Instant): readonly Explanation[];
  /** One clock of `obligations` in sentences: clause, counting, entries. */
  tell(state: State, clock: Clock): Text;
  forecast(state: State, now: Temporal.Instant): readonly ForecastLine[];
  /** The next instant at which a clock runs out; undefined when nothing changes by itself any more. */
  nextChange(state: State, now: Temporal.Instant): Temporal.Instant | undefined;
  /** Every date that an entry changed after it had been computed; with `from`, by that entry of the file or a later one. */
  recomputed(state: State, from?: number): readonly Recomputation[];
  /** Entries on which an act rests: its matter, and what opened the faculty it uses. A rectification of one puts the act up for review. */
  reliesOn(state: State, type: string, payload: Entry["payload"], happenedAt: Temporal.Instant): readonly number[];
  replay(entries: readonly Entry[], when: { on: Temporal.Instant; knownOn?: Temporal.Instant; policy?: CountingPolicy }): State;
};

export function defineInstrument(definition: Definition): FullInstrument {
  const instrument: FullInstrument = {
    id: definition.id,
    prefix: definition.prefix,
    entries: [...Object.keys(definition.kinds), ...Object.keys(letterProofs)],
    definition,
    fold: (entries, policy) => foldEntries(definition, entries, policy),
    rights: (state, now) => locate(viewAt(state, now).state, now).rights,
    forbids: forbid,
    position: (state, now) => locate(viewAt(state, now).state, now),
    obligations: (state, now) => viewAt(state, now).clocks(),
    allowed: listAllowed,
    explain: (state, about, now) => explain(state, about, now),
    tell: (state, clock) => tellClock(clock, state.policy.timeZone),
    forecast: (state, now) => foresee(state, now),
    nextChange,
    recomputed: listRecomputations,
    reliesOn: listReliedOn,
    replay: (entries, when) => replayEntries(definition, entries, when),
  };
  return instrument;
}

function explain(state: State, about: string, now: Temporal.Instant): readonly Explanation[] {
  const view = viewAt(state, now);
  const position = locate(view.state, now);
  const explanations: Explanation[] = [];
  for (const clock of view.clocks()) {
    const named = [clock.id, clock.clause.id, clock.article, `entry ${clock.trigger.seq}`, clock.clause.trigger].includes(about);
    if (!named) continue;
    const entries = [clock.trigger.seq, clock.start?.entry.seq, clock.settledBy?.seq].filter((seq) => seq !== undefined);
    explanations.push({ about: clock.id, clause: clock.article, entries: [...new Set(entries)], text: tellClock(clock, state.policy.timeZone) });
  }
  for (const right of position.rights) {
    if (![right.right, `${right.right} ${right.subject}`, right.clause, `entry ${right.entry}`].includes(about)) continue;
    const since = day(right.since.toZonedDateTimeISO(state.policy.timeZone).toPlainDate());
    const word = right.state === "open" ? { fr: "ouvert", en: "open" } : { fr: "fermé", en: "closed" };
    explanations.push({
      about: `${right.right} ${right.subject}`,
      clause: right.clause,
      entries: [right.entry],
      text: {
        fr: `« ${right.right} » de ${right.subject} : ${word.fr} depuis le ${since.fr} (${right.clause}, entrée ${right.entry}).`,
        en: `“${right.right}” of ${right.subject}: ${word.en} since ${since.en} (${right.clause}, entry ${right.entry}).`,
      },
    });
  }
  if (about === "phase" || about === position.phase || (about === "state" && explanations.length === 0)) {
    const name = state.definition.phases[position.phase];
    const since = position.since && day(position.since.toZonedDateTimeISO(state.policy.timeZone).toPlainDate());
    explanations.push({
      about: "phase",
      clause: position.clause,
      entries: position.entry === undefined ? [] : [position.entry],
      text: {
        fr: since ? `${name?.fr} depuis le ${since.fr} (${position.clause}, entrée ${position.entry}).` : `${name?.fr}.`,
        en: since ? `${name?.en} since ${since.en} (${position.clause}, entry ${position.entry}).` : `${name?.en}.`,
      },
    });
  }
  return explanations;
}

// A file as people and scripts read it: where it stands and why, its life, what is owed, rights, what may be done, what comes.
// Pure: entries and an instant in, data out.
import { type Language, say, Temporal, type Text } from "@cercle/kernel";
import {
  type Allowed,
  type Clock,
  type CountingPolicy,
  defaultPolicy,
  type Entry,
  type ForecastLine,
  type FullInstrument,
  rectifiedType,
  standingEntries,
} from "@cercle/law";

import { findHandOver } from "./hand-over.ts";

export type ObligationView = {
  readonly id: string;
  readonly about: string;
  readonly article: string;
  readonly kind: Clock["kind"];
  readonly state: Clock["state"];
  readonly by: string;
  readonly last_day: string | null;
  readonly first_day_of_effect: string | null;
  readonly due_at: string | null;
  /** Days from today to the last day; negative when it has passed. */
  readonly days_left: number | null;
  /** Clause, counting and entries, in plain words. */
  readonly why: string | null;
  readonly assumption: string | null;
  readonly entry: number;
  readonly settled_by: number | null;
};

export type FileView = {
  readonly phase: { readonly id: string; readonly name: string; readonly since: string | null; readonly clause: string | null; readonly entry: number | null };
  readonly holds: readonly string[];
  readonly entries: readonly EntryView[];
  readonly obligations: readonly ObligationView[];
  readonly rights: readonly { right: string; subject: string; state: string; limits: unknown; since: string; entry: number; clause: string }[];
  readonly allowed: readonly { type: string; about: string; article: string | null; matter: number | null; by: string }[];
  readonly forecast: readonly ForecastView[];
  /** The last commitment to a reference and what has changed since; absent before one, and where the instrument knows none. */
  readonly commitment?: { readonly article: string; readonly entry: number; readonly since: string; readonly changes: readonly number[] };
  readonly remedy: { readonly article: string; readonly text: string };
  /** How every date here was counted. */
  readonly counting: { readonly policy: string; readonly about: string };
  readonly assumptions: readonly { readonly article: string; readonly text: string }[];
};

export type EntryView = {
  readonly seq: number;
  readonly type: string;
  readonly about: string;
  readonly happened_at: string;
  readonly recorded_at: string;
  readonly actor: string;
  readonly by: string | null;
  readonly article: string | null;
  readonly payload: unknown;
  /** Recorded on a later day than it happened: what was computed before was computed without it. */
  readonly late: boolean;
  /** The entry that says what holds instead of this one; this one stays readable. */
  readonly rectified_by: number | null;
};

export type ForecastView = {
  readonly on: string;
  readonly at: string;
  /** The clock that runs out, and of what kind: only an automatic one changes anything by itself. */
  readonly clock: string;
  readonly kind: ForecastLine["kind"];
  readonly article: string;
  readonly what: string;
  readonly by: string;
  readonly phase: string;
  /** Rights open from then on, if nobody acts. */
  readonly open: readonly { right: string; subject: string }[];
  readonly changes: readonly { right: string; subject: string; state: string; clause: string }[];
};

/** Builds the view for one reader: `party` is who they act for, or undefined for a reader who may not act. */
export function buildFileView(
  instrument: FullInstrument,
  entries: readonly Entry[],
  {
    now,
    language,
    party,
    only,
    timeZone,
    policy = { ...defaultPolicy, timeZone },
  }: {
    now: Temporal.Instant;
    language: Language;
    party: string | undefined;
    /** The only acts that a mandate allows. */
    only?: ReadonlySet<string>;
    timeZone: string;
    policy?: CountingPolicy;
  },
): FileView {
  const state = instrument.fold(entries, policy);
  const position = instrument.position(state, now);
  // Handed over to another space: what is owed, may be done and will come is said there.
  const gone = findHandOver(entries) !== undefined;
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const word = (text: Text | undefined): string => (text ? say(text, language) : "");
  const phaseName = (phase: string): string => word(instrument.definition.phases[phase]) || phase;
  return {
    phase: {
      id: position.phase,
      name: phaseName(position.phase),
      since: position.since?.toString() ?? null,
      clause: position.clause ?? null,
      entry: position.entry ?? null,
    },
    holds: [...position.holds],
    entries: entries.map((entry) => viewEntry(instrument, entry, language, timeZone, rectifiedBy(entries, entry.seq))),
    obligations: (gone ? [] : instrument.obligations(state, now)).map((clock) => {
      return {
        id: clock.id,
        about: word(clock.about),
        article: clock.article,
        kind: clock.kind,
        state: clock.state,
        by: clock.by,
        last_day: clock.lastDay?.toString() ?? null,
        first_day_of_effect: clock.firstDayOfEffect?.toString() ?? null,
        due_at: clock.dueAt?.toString() ?? null,
        days_left: clock.lastDay ? today.until(clock.lastDay).days : null,
        why: word(instrument.tell(state, clock)),
        assumption: clock.clause.assumption ? word(clock.clause.assumption) : null,
        entry: clock.trigger.seq,
        settled_by: clock.settledBy?.seq ?? null,
      };
    }),
    rights: position.rights.map((right) => ({ ...right, state: gone ? "closed" : right.state, since: right.since.toString() })),
    allowed:
      party === undefined || gone
        ? []
        : listActs(
            instrument.allowed(state, party, now).filter(({ type }) => !only || only.has(type)),
            party,
            language,
          ),
    forecast: (gone ? [] : instrument.forecast(state, now)).map((line) => viewForecast(line, word, phaseName)),
    ...sinceCommitment(instrument, entries, now),
    remedy: { article: instrument.definition.remedy.article, text: word(instrument.definition.remedy.text) },
    counting: { policy: policy.id, about: word(policy.about) },
    assumptions: instrument.definition.assumptions.map(({ article, text }) => ({ article, text: word(text) })),
  };
}

/** MSS 5.1: conformity is kept all along; what happened since the last commitment, by the day on which it happened. */
function sinceCommitment(instrument: FullInstrument, entries: readonly Entry[], now: Temporal.Instant): Pick<FileView, "commitment"> {
  const { commitment } = instrument.definition;
  const past = standingEntries(entries).filter((entry) => Temporal.Instant.compare(entry.happenedAt, now) <= 0);
  const last = commitment && past.findLast((entry) => commitment.made.includes(entry.type));
  if (!commitment || !last) return {};
  const since = past.filter((entry) => commitment.changes.includes(entry.type) && Temporal.Instant.compare(entry.happenedAt, last.happenedAt) > 0);
  return { commitment: { article: commitment.article, entry: last.seq, since: last.happenedAt.toString(), changes: since.map(({ seq }) => seq) } };
}

const rectifiedBy = (entries: readonly Entry[], seq: number): number | null =>
  entries.findLast(
    ({ type, payload }) => type === rectifiedType && payload?.rectifies === seq && (payload.instead !== undefined || payload.instead_at !== undefined),
  )?.seq ?? null;

function viewEntry(instrument: FullInstrument, entry: Entry, language: Language, timeZone: string, rectified_by: number | null): EntryView {
  const kind = instrument.definition.kinds[entry.type];
  const day = (at: Temporal.Instant): string => at.toZonedDateTimeISO(timeZone).toPlainDate().toString();
  const by = entry.payload?.by;
  return {
    seq: entry.seq,
    type: entry.type,
    about: kind ? say(kind.about, language) : entry.type,
    happened_at: entry.happenedAt.toString(),
    recorded_at: entry.recordedAt.toString(),
    actor: entry.actor,
    by: typeof by === "string" ? by : null,
    article: kind?.article ?? null,
    payload: entry.payload ?? null,
    late: day(entry.happenedAt) < day(entry.recordedAt),
    rectified_by,
  };
}

function listActs(acts: readonly Allowed[], party: string, language: Language): FileView["allowed"] {
  return acts.map(({ type, about, article, matter }) => ({ type, about: say(about, language), article: article ?? null, matter: matter ?? null, by: party }));
}

function viewForecast(line: ForecastLine, word: (text: Text) => string, phaseName: (phase: string) => string): ForecastView {
  return {
    on: line.on.toString(),
    at: line.at.toString(),
    clock: line.clock,
    kind: line.kind,
    article: line.article,
    what: word(line.what),
    by: line.by,
    phase: phaseName(line.after.phase),
    open: line.after.open.map(({ right, subject }) => ({ right, subject })),
    changes: [...line.changes],
  };
}

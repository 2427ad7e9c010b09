// `cercle law vocabulary`: the instruments, their entries and clauses as data, the questions, the policies.
import { dayUnits } from "../calendar/count.ts";
import { territories } from "../calendar/holidays.ts";
import { listPolicies } from "../calendar/policy.ts";
import type { Definition, EntryKind } from "../engine/definition.ts";
import { letterProofs } from "../engine/fold.ts";
import { listFullInstruments } from "../instruments.ts";
import { questions } from "./ask.ts";

function kindJson(type: string, kind: EntryKind): unknown {
  return {
    type,
    about: kind.about,
    by: kind.by,
    article: kind.article ?? null,
    channel: kind.channel ? { accepts: kind.channel.accepts, article: kind.channel.article } : null,
    fields: kind.fields ?? {},
    matter: kind.matter ?? null,
    letter: kind.letter ?? false,
    phases: kind.phases ?? null,
    refused_unless: (kind.checks ?? []).map(({ article, code, reason }) => ({ article, code, reason })),
  };
}

/** One instrument, whole, as data. */
export function describeDefinition(definition: Definition): unknown {
  return {
    id: definition.id,
    prefix: definition.prefix,
    name: definition.name,
    source: definition.source,
    parties: definition.parties,
    phases: definition.phases,
    entries: [...Object.entries(definition.kinds), ...Object.entries(letterProofs)].map(([type, kind]) => kindJson(type, kind)),
    clauses: definition.clauses.map(({ id, article, requirements, trigger, delay, runsFrom, by, channel, effect, moves, about, assumption }) => ({
      id,
      article,
      requirements: requirements ?? [],
      trigger,
      delay,
      runs_from: runsFrom,
      may_move: moves,
      by,
      channel: channel ?? null,
      effect,
      about,
      assumption: assumption ?? null,
    })),
    transitions: definition.transitions.map(({ on, from, to, article }) => ({ on, from, to, article })),
    holds: definition.holds.map(({ hold, on, sets, article }) => ({ hold, on, sets, article })),
    rights: definition.rights.map(({ right, article, subject, phases, unless, needs }) => ({
      right,
      article,
      subject,
      phases,
      unless: unless ?? [],
      needs: needs ?? [],
    })),
    precedence: definition.precedence ?? null,
    commitment: definition.commitment ?? null,
    identity: definition.identity ?? null,
    remedy: definition.remedy,
    transfer: definition.transfer,
    assumptions: definition.assumptions,
  };
}

export function describeVocabulary(): unknown {
  return {
    file: {
      shape: "{ instrument, territory?, policy?, entries: [{ type, at, recorded_at?, by?, channel?, id?, about?, … }], ask: [{ about, on?, known_on?, … }] }",
      at: "2026-01-30 (the beginning of the day), 2026-01-30T10:00 (local time), or with an offset",
      on: "a day means its end: what happened that day counts",
      about: "in an entry: the number (from 1) or the id of the earlier entry it belongs to; else the latest open matter of its kind",
    },
    questions: Object.entries(questions).map(([about, { about: text }]) => ({ about, answers: text })),
    units: [...dayUnits, "hours"],
    territories: Object.entries(territories).map(([id, { name, timeZone }]) => ({ id, name, time_zone: timeZone })),
    policies: listPolicies().map(({ id, territory, moves, about }) => ({ id, territory, moves, about })),
    policy_short_names: { "641": "CPC 641 alone, in the territory", "641-642": "CPC 641 and 642 (default)" },
    instruments: listFullInstruments().map((instrument) => describeDefinition(instrument.definition)),
  };
}

// A file described in JSON, read: strict about what it says, plain about what is wrong with it.
import { type Json, Temporal } from "@cercle/kernel";
import { isTerritory } from "../calendar/holidays.ts";
import { type CountingPolicy, findPolicy } from "../calendar/policy.ts";
import type { FullInstrument } from "../engine/instrument.ts";
import { lawErrors } from "../errors.ts";
import { findFullInstrument, listFullInstruments } from "../instruments.ts";

export type AskedEntry = {
  readonly seq: number;
  readonly type: string;
  readonly at: Temporal.Instant;
  readonly recordedAt: Temporal.Instant;
  readonly payload: { readonly [key: string]: Json | undefined };
};
export type Question = {
  readonly about: string;
  readonly on: Temporal.Instant | undefined;
  readonly knownOn: Temporal.Instant | undefined;
  readonly rest: { readonly [key: string]: Json | undefined };
};
export type AskedFile = {
  readonly instrument: FullInstrument;
  readonly policy: CountingPolicy;
  readonly entries: readonly AskedEntry[];
  readonly questions: readonly Question[];
};

type Bag = { readonly [key: string]: Json | undefined };

const bad = (problem: string): Error => lawErrors.refuse("law.bad-file", { params: { problem } });
const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null && !Array.isArray(value);

export type AskLimits = { readonly entries: number; readonly questions: number };

/** Reads the whole; throws `law.bad-file` saying what and where. */
export function readAskedFile(input: unknown, limits: AskLimits = { entries: 2000, questions: 100 }): AskedFile {
  if (!isBag(input)) throw bad("an object { instrument, entries, ask } is expected");
  refuseUnknown(input, ["instrument", "territory", "policy", "entries", "ask"], "the file");
  const instrument = typeof input.instrument === "string" ? findFullInstrument(input.instrument) : undefined;
  if (!instrument)
    throw bad(
      `instrument: one of ${listFullInstruments()
        .map(({ id }) => id)
        .join(", ")}`,
    );
  const policy = readPolicy(input);
  const list = input.entries ?? [];
  if (!Array.isArray(list)) throw bad("entries: a list is expected");
  if (list.length > limits.entries) throw bad(`entries: at most ${limits.entries}`);
  const ids = new Map<string, number>();
  list.forEach((entry: unknown, index) => {
    if (isBag(entry) && typeof entry.id === "string") ids.set(entry.id, index + 1);
  });
  const entries = list.map((entry: unknown, index) => readEntry(entry, index + 1, policy, ids));
  const asked = input.ask ?? ["state", "rights", "obligations", "forecast"];
  if (!Array.isArray(asked)) throw bad("ask: a list is expected");
  if (asked.length > limits.questions) throw bad(`ask: at most ${limits.questions} questions`);
  return { instrument, policy, entries, questions: asked.map((question: unknown, index) => readQuestion(question, index + 1, policy)) };
}

function readPolicy(input: Bag): CountingPolicy {
  const { territory, policy } = input;
  if (territory !== undefined && (typeof territory !== "string" || !isTerritory(territory)))
    throw bad(`territory: “${String(territory)}” is not known (see law vocabulary)`);
  if (policy !== undefined && typeof policy !== "string") throw bad("policy: a name is expected");
  const found = findPolicy(policy, territory);
  if (!found) throw bad(`policy: “${policy}” is not known, or is not that of the territory (see law vocabulary)`);
  return found;
}

function readEntry(entry: unknown, seq: number, policy: CountingPolicy, ids: ReadonlyMap<string, number>): AskedEntry {
  const where = `entry ${seq}`;
  if (!isBag(entry)) throw bad(`${where}: an object is expected`);
  const { type, at, recorded_at, id: _, about, ...rest } = entry;
  if (typeof type !== "string") throw bad(`${where}: type is missing`);
  const happened = readMoment(at, policy, `${where}: at`, "start");
  const recorded = recorded_at === undefined ? happened : readMoment(recorded_at, policy, `${where}: recorded_at`, "end");
  if (Temporal.Instant.compare(recorded, happened) < 0) throw bad(`${where}: recorded_at comes before at`);
  const target = typeof about === "string" ? ids.get(about) : about;
  if (about !== undefined && (typeof target !== "number" || target >= seq || target < 1)) throw bad(`${where}: about names no earlier entry`);
  return { seq, type, at: happened, recordedAt: recorded, payload: target === undefined ? rest : { ...rest, about: target } };
}

function readQuestion(question: unknown, index: number, policy: CountingPolicy): Question {
  const where = `question ${index}`;
  if (typeof question === "string") return { about: question, on: undefined, knownOn: undefined, rest: {} };
  if (!isBag(question)) throw bad(`${where}: a text or an object is expected`);
  const { about, on, known_on, ...rest } = question;
  if (typeof about !== "string") throw bad(`${where}: about is missing`);
  return {
    about,
    on: on === undefined ? undefined : readMoment(on, policy, `${where}: on`, "end"),
    knownOn: known_on === undefined ? undefined : readMoment(known_on, policy, `${where}: known_on`, "end"),
    rest,
  };
}

/** A day (its beginning for an act, its end for a question), a local time, or an instant with its offset. */
export function readMoment(value: unknown, policy: CountingPolicy, where: string, edge: "start" | "end"): Temporal.Instant {
  if (typeof value !== "string") throw bad(`${where}: a date is expected (2026-02-28, 2026-02-28T10:00)`);
  const at = parseMoment(value, policy, edge);
  const year = at?.toZonedDateTimeISO("UTC").year ?? 0;
  if (!at || year < 1900 || year > 2200)
    throw bad(`${where}: “${value.slice(0, 40)}” is not a date that exists between 1900 and 2200 (or names an hour twice: give its offset)`);
  return at;
}

function parseMoment(value: string, policy: CountingPolicy, edge: "start" | "end"): Temporal.Instant | undefined {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(value)) {
      const day = Temporal.PlainDate.from(value, { overflow: "reject" });
      if (edge === "start") return day.toZonedDateTime(policy.timeZone).toInstant();
      return day.add({ days: 1 }).toZonedDateTime(policy.timeZone).toInstant().subtract({ milliseconds: 1 });
    }
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(value)) return Temporal.Instant.from(value);
    return Temporal.PlainDateTime.from(value, { overflow: "reject" }).toZonedDateTime(policy.timeZone, { disambiguation: "reject" }).toInstant();
  } catch {
    return undefined;
  }
}

function refuseUnknown(bag: Bag, known: readonly string[], where: string): void {
  const unknown = Object.keys(bag).find((key) => !known.includes(key));
  if (unknown !== undefined) throw bad(`${where}: “${unknown.slice(0, 40)}” is not known (${known.join(", ")})`);
}

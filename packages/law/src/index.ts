// The law's public names. Pure: no input or output, no clock of its own.

export { askLaw } from "./ask/ask.ts";
export { describeDefinition, describeVocabulary } from "./ask/vocabulary.ts";
export {
  type Counted,
  countBackward,
  countForward,
  countHours,
  type DayUnit,
  dayUnits,
  earliestAfterNotice,
  isJourOuvrable,
  isJourOuvre,
  type Unit,
} from "./calendar/count.ts";
export { findHoliday, type Holiday, isTerritory, listHolidays, type Territory, territories } from "./calendar/holidays.ts";
export { type CountingPolicy, defaultPolicy, findPolicy, listPolicies, policyOf } from "./calendar/policy.ts";
export type { Channel, Clause, Clock, ClockState, Definition, EntryKind, Matter, Party, Start, State } from "./engine/definition.ts";
export type { ForecastLine } from "./engine/forecast.ts";
export { defineInstrument, type Explanation, type FullInstrument } from "./engine/instrument.ts";
export type { Position } from "./engine/position.ts";
export { rectifiedType, standingEntries } from "./engine/rectified.ts";
export type { Recomputation } from "./engine/replay.ts";
export type { Allowed, Forbidden } from "./engine/verdict.ts";
export { sortByUrgency, urgencyOf } from "./engine/work-list.ts";
export type { Entry, Instrument, Right, RightState } from "./entry.ts";
export { lawErrors } from "./errors.ts";
export { qualificationTests } from "./instruments/api-cps/checks.ts";
export { findFullInstrument, findInstrument, listFullInstruments, listInstruments } from "./instruments.ts";
export { type SandboxGrantState, sandboxGrant } from "./sandbox-grant.ts";

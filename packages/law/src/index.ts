// The law's public names. Pure: no input or output, no clock of its own.

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
export type { Entry, Instrument, Right, RightState } from "./entry.ts";
export { lawErrors } from "./errors.ts";
export { findInstrument, listInstruments } from "./instruments.ts";
export { type SandboxGrantState, sandboxGrant } from "./sandbox-grant.ts";

// The law's public names. Pure: no input or output, no clock of its own.
export type { Entry, Instrument, Right, RightState } from "./entry.ts";
export { lawErrors } from "./errors.ts";
export { findInstrument, listInstruments } from "./instruments.ts";
export { type SandboxGrantState, sandboxGrant } from "./sandbox-grant.ts";

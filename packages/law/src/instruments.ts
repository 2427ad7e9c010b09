// The instruments in force. Adding one is adding its module here.
import type { Instrument } from "./entry.ts";
import { sandboxGrant } from "./sandbox-grant.ts";

const known: readonly Instrument[] = [sandboxGrant as Instrument];

/** The instrument with this id, or undefined. */
export function findInstrument(id: string): Instrument | undefined {
  return known.find((instrument) => instrument.id === id);
}

export function listInstruments(): readonly Instrument[] {
  return known;
}

// The instruments in force. Adding one is adding its module here.
import type { FullInstrument } from "./engine/instrument.ts";
import type { Instrument } from "./entry.ts";
import { apiCpsContract } from "./instruments/api-cps/instrument.ts";
import { eCpsTerms } from "./instruments/e-cps/instrument.ts";
import { labelConvention } from "./instruments/label/instrument.ts";
import { mssanteOperator } from "./instruments/mssante/instrument.ts";
import { pscProvider } from "./instruments/psc/instrument.ts";
import { sandboxGrant } from "./sandbox-grant.ts";

/** The contracts and terms, with everything the law can answer. */
const full: readonly FullInstrument[] = [mssanteOperator, pscProvider, eCpsTerms, apiCpsContract, labelConvention];
const known: readonly Instrument[] = [sandboxGrant as Instrument, ...(full as readonly unknown[] as readonly Instrument[])];

/** The instrument with this id, or undefined. */
export function findInstrument(id: string): Instrument | undefined {
  return known.find((instrument) => instrument.id === id);
}

/** The same with all its answers; undefined for the sandbox grant, which has no clause. */
export function findFullInstrument(id: string): FullInstrument | undefined {
  return full.find((instrument) => instrument.id === id);
}

export function listInstruments(): readonly Instrument[] {
  return known;
}

export function listFullInstruments(): readonly FullInstrument[] {
  return full;
}

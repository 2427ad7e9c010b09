// Time. `Temporal` comes through here and nowhere else, so that the polyfill can go the day the runtime has its own.
// Two clocks exist (docs/architecture.md, "Two clocks"): the real one below, and governance's, which a sandbox may move.
import { Temporal } from "temporal-polyfill";

export { Temporal };

/** Says what time it is. Rooms receive one; no rule reads the machine's clock by itself. */
export type Clock = { now(): Temporal.Instant };

/** The machine's clock: tokens, certificates, sessions, limits, queues. Never moved. */
export const realClock: Clock = { now: () => Temporal.Now.instant() };

/** Adapter edge: what drivers give (`Date`, ISO text) to an instant. Throws RangeError on anything else. */
export function toInstant(value: Date | string): Temporal.Instant {
  return typeof value === "string" ? Temporal.Instant.from(value) : Temporal.Instant.fromEpochMilliseconds(value.getTime());
}

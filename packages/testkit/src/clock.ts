// A clock that moves only when told.
import { type Clock, Temporal } from "@cercle/kernel";

export type TestClock = Clock & { set(instant: string): void; advance(duration: Temporal.DurationLike): void };

/** Stands at `start` (ISO 8601 instant) until moved. */
export function createTestClock(start = "2026-11-21T08:00:00Z"): TestClock {
  let instant = Temporal.Instant.from(start);
  return {
    now: () => instant,
    set: (text) => {
      instant = Temporal.Instant.from(text);
    },
    advance: (duration) => {
      instant = instant.add(duration);
    },
  };
}

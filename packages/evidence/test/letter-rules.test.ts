import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Temporal } from "@cercle/kernel";
import fc from "fast-check";
import { carrierOf, isProvable, type LetterEvent, type LetterState, letterChannels, letterEvents, statesBefore, unclaimedFrom } from "../src/letters/rules.ts";

const ends: readonly LetterState[] = ["accepted", "refused", "unclaimed", "undeliverable"];

describe("a letter's rules", () => {
  it("never leaves an end, never arrives before it left, whatever is tried", () => {
    fc.assert(
      fc.property(fc.constantFrom("electronic", "paper"), fc.array(fc.constantFrom(...letterEvents), { maxLength: 12 }), (carrier, tried: LetterEvent[]) => {
        let state: LetterState = "prepared";
        const seen: LetterState[] = [];
        for (const event of tried) {
          if (!statesBefore(carrier, event).includes(state)) continue;
          assert.ok(!ends.includes(state), `${state} → ${event}`);
          state = event;
          seen.push(event);
        }
        if (seen.length > 0) assert.equal(seen[0], "deposited");
        assert.equal(new Set(seen).size, seen.length);
        if (seen.includes("unclaimed")) assert.ok(seen.includes("notified"));
        if (carrier === "electronic" && seen.some((event) => ends.includes(event))) assert.ok(seen.includes("notified"));
      }),
    );
  });

  it("keeps a letter fifteen days from the day after its notice, in the space's zone", () => {
    // Told on 30 January at 23:30 in Paris: the last day to accept is 14 February.
    assert.equal(unclaimedFrom(Temporal.Instant.from("2026-01-30T22:30:00Z"), "Europe/Paris").toString(), "2026-02-14T23:00:00Z");
    // Over the change to summer time.
    assert.equal(unclaimedFrom(Temporal.Instant.from("2026-03-20T10:00:00Z"), "Europe/Paris").toString(), "2026-04-04T22:00:00Z");
    assert.equal(unclaimedFrom(Temporal.Instant.from("2026-01-30T22:30:00Z"), "Indian/Reunion").toString(), "2026-02-15T20:00:00Z");
  });

  it("proves reception only where a receipt was asked for", () => {
    assert.deepEqual(
      letterChannels.map((channel) => isProvable(channel, "accepted")),
      [false, true, true],
    );
    assert.ok(letterChannels.every((channel) => isProvable(channel, "deposited")));
    assert.deepEqual(letterChannels.map(carrierOf), ["paper", "paper", "electronic"]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Temporal } from "@cercle/kernel";
import fc from "fast-check";
import { buildTestDetails, parseDetails } from "../src/activation/correspondence.ts";
import { chooseChoices, chooseNumber } from "../src/approval/numbers.ts";
import { suggestServices } from "../src/approval/suggestions.ts";
import { decideWave, type WaveFacts } from "../src/approval/wave-rules.ts";
import { judgeCounter } from "../src/devices/counter-rules.ts";
import { compareVersions } from "../src/devices/device-routes.ts";
import { datePins, findPinWeakness } from "../src/devices/pin-rules.ts";
import { parseNationalId } from "../src/national-id.ts";

const nationalId = "899700427885";
const digit = fc.integer({ min: 0, max: 9 });

describe("PIN rules", () => {
  it("refuse repeats, pairs, sequences either way, years, the ends of the identifier, and what leaks show first", () => {
    const cases: readonly [string, string][] = [
      ["12345", "shape"],
      ["12a4", "shape"],
      ["0000", "repeat"],
      ["7373", "pairs"],
      ["7733", "pairs"],
      ["4994", "pairs"],
      ["1234", "sequence"],
      ["7890", "sequence"],
      ["3210", "sequence"],
      ["1984", "year"],
      ["2013", "year"],
      ["7885", "identifier"],
      ["8997", "identifier"],
      ["9970", "identifier"],
      ["2580", "common"],
    ];
    for (const [pin, weakness] of cases) assert.equal(findPinWeakness(pin, { nationalId }), weakness, pin);
    assert.equal(findPinWeakness("4071", { nationalId }), undefined);
  });
  it("refuse every PIN that a birth date yields", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("1930-01-01T12:00:00Z"), max: new Date("2010-12-31T12:00:00Z"), noInvalidDate: true }), (date) => {
        const birthDate = date.toISOString().slice(0, 10);
        for (const pin of datePins(birthDate)) assert.ok(findPinWeakness(pin, { nationalId, birthDate }), `${birthDate} ${pin}`);
      }),
    );
  });
  it("refuse any repeat and any step of one, and leave more than nine thousand codes", () => {
    fc.assert(
      fc.property(digit, fc.constantFrom(0, 1, -1), (first, step) => {
        const pin = [0, 1, 2, 3].map((i) => (first + i * step + 40) % 10).join("");
        assert.ok(findPinWeakness(pin, { nationalId }));
      }),
    );
    const left = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(4, "0")).filter((pin) => !findPinWeakness(pin, { nationalId }));
    assert.ok(left.length > 9_000, String(left.length));
  });
});

describe("the number to match", () => {
  const random = { below: (n: number) => Math.floor(Math.random() * n) };
  it("is one of three distinct ones in ascending order, and no other waiting request has it", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 99 }), (taken) => {
        const texts = taken.map((value) => String(value).padStart(2, "0"));
        const number = chooseNumber(random, texts);
        assert.ok(!texts.includes(number));
        const choices = chooseChoices(random, number);
        assert.equal(new Set(choices).size, 3);
        assert.ok(choices.includes(number));
        assert.deepEqual(choices, choices.toSorted());
        assert.ok(choices.every((choice) => /^\d\d$/.test(choice)));
      }),
    );
  });
});

describe("the counter", () => {
  it("never accuses a lone device, whatever is lost or overtaken", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ lost: fc.boolean(), late: fc.boolean() }), { maxLength: 40 }), (steps) => {
        let sent = 0;
        let last = 0;
        const late: { atIssue: number; given: number }[] = [];
        for (const step of steps) {
          const request = { atIssue: last, given: ++sent };
          if (step.lost) continue;
          if (step.late) {
            late.push(request);
            continue;
          }
          assert.equal(judgeCounter({ ...request, last }), "accept");
          last = request.given;
          for (const old of late.splice(0)) assert.notEqual(judgeCounter({ ...old, last }), "clone");
        }
      }),
    );
  });
  it("accuses the one of two holders who comes back after the other went on", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (common, ahead) => {
        const last = common + ahead;
        assert.equal(judgeCounter({ atIssue: last, last, given: common + 1 }), "clone");
      }),
    );
  });
});

describe("waves", () => {
  const quietDay: WaveFacts = { known: false, pendingHere: 0, badHere: 0, pendingUnknown: 0, badUnknown: 0 };
  it("never throttle nor silence a place that the person used, whatever strangers do", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (pendingUnknown, badUnknown) => {
        assert.equal(decideWave({ ...quietDay, known: true, pendingUnknown, badUnknown }), "notify");
      }),
    );
  });
  it("let a first request through, fall quiet, then stop the place itself", () => {
    assert.equal(decideWave(quietDay), "notify");
    assert.equal(decideWave({ ...quietDay, badUnknown: 5 }), "quiet");
    assert.equal(decideWave({ ...quietDay, badHere: 3, badUnknown: 3 }), "throttled");
    assert.equal(decideWave({ ...quietDay, pendingHere: 3, pendingUnknown: 3 }), "throttled");
  });
});

describe("identifiers and details", () => {
  it("take the RPPS alone, with the 8, or with spaces", () => {
    for (const text of ["99700427885", "899700427885", "8 99700427885", "8997 0042 7885"]) assert.equal(parseNationalId(text), nationalId);
    for (const text of ["", "12", "8997004278859999999999999999999999", "<script>"]) assert.throws(() => parseNationalId(text), { code: "e-cps.bad-id" });
  });
  it("refuse an MSSanté address, which the e-CPS itself opens", () => {
    assert.equal(parseDetails({ telephone: "06 39 98 00 01", email: "a@chu.mssante.fr" }), undefined);
    assert.deepEqual(parseDetails({ telephone: "06 39 98 00 01", email: "a@exemple.fr" }), { telephone: "+33639980001", email: "a@exemple.fr" });
    assert.ok(parseDetails(buildTestDetails(nationalId)));
  });
  it("order versions by number", () => {
    assert.ok(compareVersions("1.10.0", "1.9.9") > 0);
    assert.ok(compareVersions("0.9", "1.0.0") < 0);
    assert.equal(compareVersions("1.0.0", "1.0"), 0);
  });
});

describe("suggestions", () => {
  it("put the habit of this hour and day before what is merely recent", () => {
    const now = Temporal.Instant.from("2026-11-23T08:05:00Z");
    const past = (client: string, at: string) => ({ client, name: { fr: client, en: client }, at: Temporal.Instant.from(at) });
    const suggested = suggestServices(
      [
        past("monday", "2026-11-16T08:10:00Z"),
        past("monday", "2026-11-09T08:00:00Z"),
        past("yesterday", "2026-11-22T20:00:00Z"),
        past("old", "2026-01-05T08:00:00Z"),
      ],
      { now, timeZone: "Europe/Paris" },
    );
    assert.deepEqual(
      suggested.map(({ client, why }) => [client, why]),
      [
        ["monday", "habit"],
        ["yesterday", "recent"],
      ],
    );
  });
});

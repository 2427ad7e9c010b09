// Dates that were counted by hand, the holiday tables against another source, and what must hold for every date.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Temporal } from "@cercle/kernel";
import Holidays from "date-holidays";
import fc from "fast-check";
import { countBackward, countForward, countHours, type DayUnit, dayUnits, earliestAfterNotice, isJourOuvrable, isJourOuvre } from "../src/calendar/count.ts";
import { findEaster, isTerritory, listHolidays, type Territory, territories } from "../src/calendar/holidays.ts";
import { findPolicy, listPolicies, policyOf } from "../src/calendar/policy.ts";

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const count = (from: string, length: number, unit: DayUnit, { territory = "metropole" as Territory, moves = true, move = true } = {}): string =>
  countForward({ from: day(from), length, unit, policy: policyOf(territory, moves), move }).lastDay.toString();
const back = (event: string, length: number, unit: DayUnit, territory: Territory = "metropole"): string =>
  countBackward({ event: day(event), length, unit, policy: policyOf(territory) }).latestNotice.toString();

describe("holidays", () => {
  const codes: readonly (readonly [Territory, string, string?])[] = [
    ["metropole", "FR"],
    ["alsace-moselle", "FR", "57"],
    ["guadeloupe", "GP"],
    ["martinique", "MQ"],
    ["guyane", "GF"],
    ["la-reunion", "RE"],
    ["mayotte", "YT"],
    ["saint-barthelemy", "BL"],
    ["saint-pierre-et-miquelon", "PM"],
    ["nouvelle-caledonie", "NC"],
    ["polynesie-francaise", "PF"],
    ["wallis-et-futuna", "WF"],
  ];
  for (const [territory, country, state] of codes) {
    it(`agrees with another table for ${territory}, 2026 to 2036`, () => {
      // Good Friday in Guadeloupe and Martinique is custom, not C. trav. L. 3422-2: the other table counts it, we do not.
      const custom = territory === "guadeloupe" || territory === "martinique";
      const other = state ? new Holidays(country, state) : new Holidays(country);
      for (let year = 2026; year <= 2036; year++) {
        const goodFriday = findEaster(year).subtract({ days: 2 }).toString();
        const theirs = other
          .getHolidays(year)
          .filter((holiday) => holiday.type === "public")
          .map((holiday) => holiday.date.slice(0, 10))
          .filter((date) => !custom || date !== goodFriday);
        const ours = listHolidays(territory, year).map((holiday) => holiday.date.toString());
        assert.deepEqual(ours, [...new Set(theirs)].sort(), `${territory} ${year}`);
      }
    });
  }
  it("knows Easter at its earliest, its latest and on leap years", () => {
    const known = {
      1818: "1818-03-22",
      1943: "1943-04-25",
      2000: "2000-04-23",
      2008: "2008-03-23",
      2024: "2024-03-31",
      2026: "2026-04-05",
      2038: "2038-04-25",
    };
    for (const [year, easter] of Object.entries(known)) assert.equal(findEaster(Number(year)).toString(), easter);
  });
  it("keeps what a text moved at its date", () => {
    const has = (territory: Territory, date: string): boolean => listHolidays(territory, day(date).year).some((holiday) => holiday.date.toString() === date);
    assert.deepEqual(
      [has("polynesie-francaise", "2024-06-29"), has("polynesie-francaise", "2025-06-29"), has("polynesie-francaise", "2026-11-20")],
      [true, false, true],
    );
    assert.deepEqual([has("saint-martin", "2017-05-27"), has("saint-martin", "2018-05-28"), has("saint-martin", "2018-05-27")], [true, true, false]);
    assert.deepEqual([has("alsace-moselle", "2026-04-03"), has("alsace-moselle-sans-vendredi-saint", "2026-04-03")], [true, false]);
  });
  it("has a time zone for every territory that the runtime knows", () => {
    for (const { timeZone } of Object.values(territories)) assert.ok(Temporal.Instant.from("2026-01-01T00:00:00Z").toZonedDateTimeISO(timeZone));
  });
});

describe("counting", () => {
  it("ends months on the same day, or on the last day of a shorter month, leap years included", () => {
    assert.equal(count("2026-01-30", 1, "months", { moves: false }), "2026-02-28");
    assert.equal(count("2026-01-30", 1, "months"), "2026-03-02");
    assert.equal(count("2028-01-30", 1, "months", { moves: false }), "2028-02-29");
    assert.equal(count("2026-08-31", 6, "months", { moves: false }), "2027-02-28");
    assert.equal(count("2024-02-29", 1, "years", { moves: false }), "2025-02-28");
    assert.equal(count("2026-02-28", 1, "months", { moves: false }), "2026-03-28");
    assert.equal(count("2026-02-03", 1, "months"), "2026-03-03");
  });
  it("does not take thirty days for a month", () => {
    assert.equal(count("2026-01-15", 30, "days", { move: false }), "2026-02-14");
    assert.equal(count("2026-01-15", 1, "months", { move: false }), "2026-02-15");
  });
  it("tells jours ouvrés from jours ouvrables from days in the month of May, and in Moselle", () => {
    assert.equal(count("2026-04-30", 15, "jours-ouvres"), "2026-05-27");
    assert.equal(count("2026-04-30", 15, "jours-ouvrables"), "2026-05-21");
    assert.equal(count("2026-04-30", 15, "days", { move: false }), "2026-05-15");
    assert.equal(count("2026-04-02", 1, "jours-ouvres"), "2026-04-03");
    assert.equal(count("2026-04-02", 1, "jours-ouvres", { territory: "alsace-moselle" }), "2026-04-07");
    assert.equal(count("2026-12-24", 1, "jours-ouvrables"), "2026-12-26");
    assert.equal(count("2026-12-24", 1, "jours-ouvrables", { territory: "alsace-moselle" }), "2026-12-28");
    assert.equal(count("2026-12-24", 1, "jours-ouvres"), count("2026-12-24", 1, "jours-ouvres", { territory: "alsace-moselle" }));
  });
  it("moves an expiry past a whole Easter week-end, and says over what", () => {
    const counted = countForward({ from: day("2026-03-19"), length: 15, unit: "days", policy: policyOf("alsace-moselle"), move: true });
    assert.equal(counted.lastDayBeforeMove.toString(), "2026-04-03");
    assert.equal(counted.lastDay.toString(), "2026-04-07");
    assert.deepEqual(counted.passedOver, ["vendredi saint", "saturday", "sunday", "lundi de Pâques"]);
  });
  it("counts notices backwards, months and working days", () => {
    assert.equal(back("2026-06-01", 15, "jours-ouvres"), "2026-05-05");
    assert.equal(back("2029-03-15", 6, "months"), "2028-09-15");
    assert.equal(back("2027-03-01", 6, "months"), "2026-09-01");
  });
  it("lets hours elapse over a change of hour", () => {
    const from = Temporal.PlainDateTime.from("2026-03-28T18:00").toZonedDateTime("Europe/Paris").toInstant();
    assert.equal(countHours(from, 24).toZonedDateTimeISO("Europe/Paris").toPlainDateTime().toString(), "2026-03-29T19:00:00");
  });
  it("finds a policy by its names, and none when name and territory disagree", () => {
    assert.equal(findPolicy(undefined, undefined)?.id, "fr-metropole-2026.1");
    assert.equal(findPolicy("641", "guyane")?.id, "fr-guyane-2026.1-641");
    assert.equal(findPolicy("fr-guyane-2026.1", "metropole"), undefined);
    assert.equal(findPolicy("fr-atlantis-2026.1", undefined), undefined);
  });
});

describe("counting, for every date", () => {
  const dates = fc.integer({ min: 0, max: 36_524 }).map((days) => day("2000-01-01").add({ days }));
  const units = fc.constantFrom(...dayUnits);
  const policies = fc.constantFrom(...listPolicies());
  const lengths = fc.integer({ min: 0, max: 70 });

  it("is never earlier for a later start or a greater length; effect is the day after", () => {
    fc.assert(
      fc.property(dates, lengths, units, policies, (from, length, unit, policy) => {
        const here = countForward({ from, length, unit, policy, move: true });
        const later = countForward({ from: from.add({ days: 1 }), length, unit, policy, move: true });
        const longer = countForward({ from, length: length + 1, unit, policy, move: true });
        assert.ok(Temporal.PlainDate.compare(here.lastDay, later.lastDay) <= 0);
        assert.ok(Temporal.PlainDate.compare(here.lastDay, longer.lastDay) <= 0);
        assert.ok(here.firstDayOfEffect.equals(here.lastDay.add({ days: 1 })));
        assert.ok(Temporal.PlainDate.compare(here.lastDayBeforeMove, here.lastDay) <= 0);
      }),
    );
  });
  it("moves only to a working day, over days that are not, and never without leave", () => {
    fc.assert(
      fc.property(dates, lengths, units, policies, (from, length, unit, policy) => {
        const moved = countForward({ from, length, unit, policy, move: true });
        const kept = countForward({ from, length, unit, policy, move: false });
        assert.ok(kept.lastDay.equals(moved.lastDayBeforeMove));
        if (!policy.moves) assert.ok(moved.lastDay.equals(kept.lastDay));
        else if (!unit.startsWith("jours")) assert.ok(isJourOuvre(moved.lastDay, policy));
        assert.equal(moved.passedOver.length, kept.lastDay.until(moved.lastDay).days);
      }),
    );
  });
  it("counts backwards exactly the inverse of forwards", () => {
    fc.assert(
      fc.property(dates, lengths, units, policies, fc.integer({ min: -9, max: 9 }), (event, length, unit, policy, near) => {
        const { latestNotice } = countBackward({ event, length, unit, policy });
        const notice = latestNotice.add({ days: near });
        const allowed = Temporal.PlainDate.compare(event, earliestAfterNotice({ notice, length, unit, policy })) >= 0;
        assert.equal(allowed, near <= 0);
      }),
    );
  });
  it("puts as many working days between as it was asked", () => {
    fc.assert(
      fc.property(dates, lengths, policies, fc.boolean(), (from, length, policy, ouvres) => {
        const unit = ouvres ? "jours-ouvres" : "jours-ouvrables";
        const works = ouvres ? isJourOuvre : isJourOuvrable;
        const { lastDay } = countForward({ from, length, unit, policy, move: false });
        let seen = 0;
        for (let at = from.add({ days: 1 }); Temporal.PlainDate.compare(at, lastDay) <= 0; at = at.add({ days: 1 })) if (works(at, policy)) seen += 1;
        assert.equal(seen, length);
      }),
    );
  });
  it("ends months as CPC 641 says: same day, or last day of the month", () => {
    fc.assert(
      fc.property(dates, lengths, policies, (from, length, policy) => {
        const { lastDay } = countForward({ from, length, unit: "months", policy, move: false });
        assert.equal((lastDay.year - from.year) * 12 + lastDay.month - from.month, length);
        assert.ok(lastDay.day === from.day || (lastDay.day === lastDay.daysInMonth && lastDay.day < from.day));
      }),
    );
  });
  it("knows every territory it names", () => {
    for (const policy of listPolicies()) assert.ok(isTerritory(policy.territory));
  });
});

// API-CPS contract.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, clock, dates, one, open, type Row, refusal } from "./asking.ts";

const cps = (entries: Row[], rest: Row = {}): Row => ({ instrument: "api-cps-contract", entries, ...rest });
const distributed: Row[] = [
  { type: "contract-signed", at: "2026-03-10", by: "vendor" },
  { type: "contract-signed", at: "2026-03-15", by: "agency" },
  { type: "product-approved", at: "2026-03-15", by: "agency", product: "p1" },
];

describe("API-CPS contract", () => {
  it("[CPS-09] [CPS-11] runs three years from the last signature, renewed unless the opinion is lost", async () => {
    assert.equal(clock(await one(cps(distributed), { about: "CPS 6.1", on: "2026-04-01" }), "CPS-6.1-term").first_day_of_effect, "2029-03-15");
    assert.equal((await one(cps(distributed), { about: "state", on: "2035-01-01" })).phase, "in-force");
    const lost = cps([...distributed, { type: "opinion-lost", at: "2027-01-10", by: "agency", product: "p1" }]);
    assert.equal(
      open(await one(lost, { about: "rights", on: "2027-01-10" })).some((right) => right.startsWith("api-cps.distribute")),
      false,
    );
    assert.equal((await one(lost, { about: "state", on: "2029-03-14" })).phase, "in-force");
    assert.deepEqual(
      [(await one(lost, { about: "state", on: "2029-03-15" })).phase, (await one(lost, { about: "state", on: "2029-03-15" })).clause],
      ["ended", "CPS 6.1"],
    );
    const two = [
      ...distributed,
      { type: "product-approved", at: "2026-04-01", by: "agency", product: "p2" },
      { type: "opinion-lost", at: "2027-01-10", by: "agency", product: "p1" },
    ];
    assert.equal((await one(cps(two), { about: "state", on: "2030-01-01" })).phase, "in-force");
  });
  it("[CPS-10] counts six months back from the anniversary; a later letter ends nothing and is asked what it means", async () => {
    const letter = (at: string): Row => cps([...distributed, { type: "non-renewal-notified", at }]);
    assert.equal((await one(letter("2028-09-15"), { about: "state", on: "2029-03-15" })).clause, "CPS 6.2");
    const late = letter("2028-09-16");
    assert.equal((await one(late, { about: "state", on: "2029-03-15" })).phase, "in-force");
    assert.equal((await one(late, { about: "obligations", on: "2029-01-15" })).obligations.find((row) => row.clause === "CPS-6.2-late")?.by, "vendor");
    assert.equal((await refusal(cps([...distributed, { type: "non-renewal-notified", at: "2028-01-01", channel: "email" }]))).clause, "CPS 6.2");
  });
  it("[CPS-12] refuses any assignment", async () => {
    assert.deepEqual([(await refusal(cps([...distributed, { type: "assigned", at: "2026-05-01", by: "vendor" }]))).clause], ["CPS 22"]);
  });
  it("[CPS-14] [CPS-15] orders the kit within a month, delivers in fifteen days from an assumed start", async () => {
    const answer = await one(cps([...distributed, { type: "kit-ordered", at: "2026-04-10" }]), { about: "deadlines", on: "2026-06-01" });
    assert.deepEqual([clock(answer, "CPS-10.1-order").last_day, clock(answer, "CPS-10.1-order").state], ["2026-04-15", "met"]);
    assert.deepEqual([clock(answer, "CPS-10.1-delivery").last_day, clock(answer, "CPS-10.1-delivery").state], ["2026-04-27", "late"]);
    assert.ok(clock(answer, "CPS-10.1-delivery").assumption);
  });
  it("[CPS-21] [CPS-29] gives two months for results from availability, and no day for taking the version", async () => {
    const answer = await one(cps([...distributed, { type: "version-available", at: "2026-12-31", version: "7" }]), { about: "deadlines", on: "2027-01-10" });
    assert.equal(clock(answer, "CPS-10.2.6").last_day, "2027-03-01");
    assert.equal(clock(answer, "CPS-10.2.6").last_day_before_move, "2027-02-28");
    assert.deepEqual([clock(answer, "CPS-13.1-take").state, clock(answer, "CPS-13.1-take").last_day], ["due", null]);
  });
  it("[CPS-26] stops a qualification before six months, unless as a breach with its reasons", async () => {
    const announced = [...distributed, { type: "qualification-announced", at: "2026-06-01", version: "8" }];
    assert.deepEqual([(await refusal(cps([...announced, { type: "version-qualified", at: "2026-11-30" }]))).not_before], ["2026-12-01"]);
    assert.ok((await ask(cps([...announced, { type: "version-qualified", at: "2026-12-01" }]))).entries.at(-1)?.accepted);
    assert.equal((await refusal(cps([...announced, { type: "version-qualified-early", at: "2026-08-01" }]))).code, "law.incomplete");
  });
  it("[CPS-31] binds a price annex by silence fifteen days after reception; a reservation ends the contract with the period", async () => {
    const annex = [...distributed, { id: "a", type: "price-annex-notified", at: "2026-06-01" }, { type: "letter-received", at: "2026-06-03", about: "a" }];
    assert.deepEqual(dates(clock(await one(cps(annex), "CPS 15.4"), "CPS-15.4")), ["2026-06-18", "2026-06-19"]);
    assert.deepEqual((await one(cps(annex), { about: "state", on: "2026-06-19" })).holds, ["new-prices"]);
    const reserved = [...annex, { type: "price-reservation-made", at: "2026-06-18" }];
    assert.deepEqual((await one(cps(reserved), { about: "state", on: "2026-07-19" })).holds, []);
    assert.deepEqual(
      [(await one(cps(reserved), { about: "state", on: "2029-03-15" })).phase, (await one(cps(reserved), { about: "state", on: "2029-03-15" })).clause],
      ["ended", "CPS 15.5"],
    );
    const agreed = cps([...reserved, { type: "price-agreed", at: "2027-01-05", by: "both" }]);
    assert.equal((await one(agreed, { about: "state", on: "2029-03-15" })).phase, "in-force");
  });
  it("[CPS-34] [CPS-35] [CPS-36] owes lists, a certificate received within fifteen days, and two years without hiring", async () => {
    const ended = [
      ...distributed,
      { type: "formal-notice-sent", at: "2026-06-01", by: "agency" },
      { type: "termination-pronounced", at: "2026-07-01", by: "agency" },
    ];
    const answer = await one(cps(ended), { about: "deadlines", on: "2026-07-10" });
    assert.equal(clock(answer, "CPS-19.2").state, "due");
    assert.equal(clock(answer, "CPS-19.5").last_day, "2026-07-16");
    assert.equal(clock(answer, "CPS-20").last_day, "2028-07-01");
    assert.deepEqual(open(await one(cps(ended), "rights")), []);
  });
  it("[CPS-37] lets the other party, and only it, pronounce the end after fifteen days from sending", async () => {
    const notice = [...distributed, { type: "formal-notice-sent", at: "2026-06-01", by: "vendor" }];
    assert.equal(clock(await one(cps(notice), "CPS 21"), "CPS-21").last_day, "2026-06-16");
    assert.equal((await refusal(cps([...notice, { type: "termination-pronounced", at: "2026-06-17", by: "agency" }]))).code, "law.wrong-party");
    assert.equal((await refusal(cps([...notice, { type: "termination-pronounced", at: "2026-06-16", by: "vendor" }]))).not_before, "2026-06-17");
    assert.equal(
      (
        await refusal(
          cps([...notice, { type: "breach-repaired", at: "2026-06-16", by: "agency" }, { type: "termination-pronounced", at: "2026-06-20", by: "vendor" }]),
        )
      ).code,
      "law.faculty-closed",
    );
    assert.equal((await one(cps(notice), { about: "state", on: "2028-01-01" })).phase, "in-force");
  });
  it("[CPS-38] [CPS-48] gives ten jours ouvrables to tell a force majeure, then owes a meeting", async () => {
    const known = [...distributed, { type: "force-majeure-known", at: "2026-04-30", by: "vendor" }];
    assert.equal(clock(await one(cps(known), "CPS 23.3"), "CPS-23.3").last_day, "2026-05-15");
    const told = await one(cps([...known, { type: "force-majeure-notified", at: "2026-05-15", by: "vendor" }]), "obligations");
    assert.equal(told.obligations.find((row) => row.clause === "CPS-23.4")?.state, "due");
  });
  it("[CPS-39] [CPS-40] [CPS-52] ranks contract over annexes, voids a clause only on a basis, names no court", async () => {
    assert.equal((await one(cps([]), { about: "precedence", documents: ["annex-2", "contract"] })).prevails, "contract");
    assert.equal((await one(cps([]), { about: "precedence", documents: ["annex-2", "annex-3"] })).prevails, null);
    assert.equal(
      (await refusal(cps([...distributed, { type: "clause-declared-void", at: "2026-05-01", by: "agency", clause: "9", basis: "opinion" }]))).clause,
      "CPS 28",
    );
    assert.match((await one(cps([]), "remedy")).text.fr, /aucun tribunal/);
  });
  it("[CPS-41] keeps the claim through a tolerance and ends it with an express waiver", async () => {
    const notice = [...distributed, { type: "formal-notice-sent", at: "2026-06-01", by: "agency" }];
    const tolerated = [
      ...notice,
      { type: "breach-tolerated", at: "2026-06-05", by: "agency" },
      { type: "termination-pronounced", at: "2026-06-17", by: "agency" },
    ];
    assert.ok((await ask(cps(tolerated))).entries.at(-1)?.accepted);
    const waived = [...notice, { type: "claim-waived", at: "2026-06-05", by: "agency" }, { type: "termination-pronounced", at: "2026-06-17", by: "agency" }];
    assert.equal((await refusal(cps(waived))).code, "law.faculty-closed");
  });
});

// e-CPS terms.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { active, ask, clock, dates, ecps, one, open, type Row, refusal } from "./asking.ts";

describe("e-CPS terms", () => {
  it("[ECPS-14] deactivates by itself, before the date, who refuses; silence leaves the old version", async () => {
    const terms = [...active, { type: "terms-published", at: "2026-03-02", version: "2", effective_on: "2026-04-01" }];
    const refused = ecps([...terms, { type: "terms-refused", at: "2026-03-10" }]);
    assert.deepEqual(open(await one(refused, { about: "rights", on: "2026-03-31" })), ["e-cps.use 899700000001"]);
    const after = await one(refused, { about: "rights", on: "2026-04-01" });
    assert.deepEqual([open(after).length, after.rights[0]?.clause], [0, "ECPS 5"]);
    assert.deepEqual(dates(clock(await one(refused, "deadlines"), "ECPS-5-deactivation")), ["2026-03-31", "2026-04-01"]);
    assert.equal(open(await one(ecps(terms), { about: "rights", on: "2027-01-01" })).length, 1);
    assert.equal(
      (await refusal(ecps([...active, { type: "terms-published", at: "2026-03-02", version: "2", effective_on: "2026-04-01", channel: "email" }]))).code,
      "law.wrong-channel",
    );
  });
  it("[ECPS-16] deactivates for good on a breach, and not for good in the general interest, with information owed", async () => {
    const breach = [...active, { type: "deactivated-for-breach", at: "2026-03-02", reasons: "r" }];
    assert.deepEqual(open(await one(ecps(breach), "rights")), []);
    assert.equal((await refusal(ecps([...breach, { type: "activated", at: "2026-03-03", by: "user", national_id: "899700000001" }]))).code, "law.wrong-phase");
    const interest = [...active, { type: "deactivated-for-public-interest", at: "2026-03-02", ground: "general-interest", reasons: "r" }];
    assert.equal((await one(ecps(interest), "obligations")).obligations[0]?.clause, "ECPS-12.2-inform");
    assert.ok((await ask(ecps([...interest, { type: "activated", at: "2026-03-03", by: "user", national_id: "899700000001" }]))).entries.at(-1)?.accepted);
    assert.equal((await refusal(ecps([...active, { type: "deactivated-for-breach", at: "2026-03-02" }]))).code, "law.incomplete");
  });
  it("[ECPS-18] keeps traces six years and the device identifier three, item by item, never moved", async () => {
    const items = [...active, { type: "trace-collected", at: "2024-02-29" }, { type: "imei-collected", at: "2025-05-03" }];
    const answer = await one(ecps(items), "deadlines");
    assert.deepEqual(dates(clock(answer, "ECPS-9-traces")), ["2030-02-28", "2030-03-01"]);
    assert.deepEqual(dates(clock(answer, "ECPS-9-imei")), ["2028-05-03", "2028-05-04"]);
    assert.equal(clock(await one(ecps(items), { about: "deadlines", on: "2028-05-04" }), "ECPS-9-imei").state, "over");
    const ended = await one(ecps([...items, { type: "professional-activity-ended", at: "2026-01-01" }]), "obligations");
    assert.equal(ended.obligations[0]?.clause, "ECPS-9-identity");
  });
  it("[ECPS-20] [ECPS-25] serves the rights of the article, and refuses portability, which it does not give", async () => {
    const request = (right: string): Row => ecps([...active, { type: "data-request", at: "2026-01-05", right, channel: "email" }]);
    assert.equal((await one(request("access"), "obligations")).obligations[0]?.by, "agency");
    assert.deepEqual([(await refusal(request("portability"))).code, (await refusal(request("portability"))).clause], ["law.incomplete", "ECPS 9"]);
  });
  it("[ECPS-21] tells deactivation in the settings from deletion at the portal", async () => {
    assert.equal((await one(ecps([...active, { type: "deactivated-by-user", at: "2026-01-05" }]), "state")).phase, "deactivated");
    assert.equal((await one(ecps([...active, { type: "deleted-by-user", at: "2026-01-05" }]), "state")).phase, "deleted");
  });
  it("[ECPS-24] [ECPS-26] is personal, without term, before the French courts", async () => {
    assert.equal((await refusal(ecps([...active, { type: "transferred", at: "2026-01-05" }]))).clause, "ECPS 8");
    assert.equal((await one(ecps(active), { about: "state", on: "2060-01-01" })).phase, "active");
    assert.match((await one(ecps(active), "remedy")).text.fr, /tribunaux français/);
  });
});

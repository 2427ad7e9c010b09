// Label convention.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clock, dates, one, open, type Row, refusal } from "./asking.ts";

const lab = (entries: Row[], rest: Row = {}): Row => ({ instrument: "label-convention", entries, ...rest });
const labelled: Row[] = [
  { type: "convention-signed", at: "2025-12-20", by: "holder", level: "standard" },
  { type: "convention-signed", at: "2025-12-31", by: "agency" },
];

describe("label convention", () => {
  it("[LAB-08] [LAB-15] counts two calendar months for the offer, six months for the visit, parked until deployed", async () => {
    const answer = await one(lab(labelled), { about: "deadlines", on: "2026-01-10" });
    assert.equal(clock(answer, "LAB-4.1").last_day_before_move, "2026-02-28");
    assert.equal(clock(answer, "LAB-4.1").last_day, "2026-03-02");
    assert.deepEqual([clock(answer, "LAB-5.1").by, clock(answer, "LAB-5.1").last_day], ["agency", "2026-06-30"]);
    const parked = [...labelled, { type: "not-deployed-declared", at: "2026-05-01" }];
    assert.equal(clock(await one(lab(parked), { about: "deadlines", on: "2026-09-01" }), "LAB-5.1").state, "stopped");
    assert.equal(clock(await one(lab([...parked, { type: "first-deployment", at: "2026-09-01" }]), "deadlines"), "LAB-5.1-deployment").state, "due");
  });
  it("[LAB-11] keeps the duty open until both channels are proved", async () => {
    const changed = [...labelled, { type: "solution-changed", at: "2026-02-01", by: "holder" }, { type: "change-notified-by-email", at: "2026-02-02" }];
    const answer = await one(lab(changed), "deadlines");
    assert.deepEqual([clock(answer, "LAB-4.3.1-email").state, clock(answer, "LAB-4.3.1-letter").state], ["met", "due"]);
  });
  it("[LAB-13] owes the opening of a withdrawal when sales stop, ends nothing by itself, insolvency nothing at all", async () => {
    const stopped = [...labelled, { type: "sales-stopped", at: "2026-02-01", by: "holder" }];
    assert.deepEqual(
      [clock(await one(lab(stopped), "deadlines"), "LAB-4.3.2").by, clock(await one(lab(stopped), "deadlines"), "LAB-4.3.2").state],
      ["agency", "due"],
    );
    assert.equal(open(await one(lab(stopped), { about: "rights", on: "2027-01-01" })).length, 3);
    const noticed = await one(lab([...stopped, { type: "formal-notice-sent", at: "2026-02-10", under: "9.2.1" }]), "deadlines");
    assert.equal(clock(noticed, "LAB-4.3.2").state, "met");
    assert.deepEqual(
      (await one(lab([...labelled, { type: "insolvency-reported", at: "2026-02-01" }]), "obligations")).obligations.filter(
        (row) => row.by === "agency" && row.state === "due" && row.clause !== "LAB-6.9-catalogue",
      ),
      [],
    );
  });
  it("[LAB-20] opens logo and communication with the last signature", async () => {
    assert.deepEqual(open(await one(lab(labelled.slice(0, 1)), "rights")), []);
    assert.equal(open(await one(lab(labelled), "rights")).length, 3);
  });
  it("[LAB-22] [LAB-29] counts thirty days under 6.8 and one month under 9.2.1, from sending, and ends nothing by itself", async () => {
    const notice = (under: string): Row[] => [...labelled, { type: "formal-notice-sent", at: "2026-01-30", under }];
    assert.equal(clock(await one(lab(notice("9.2.1"), { policy: "641" }), "LAB 9.2.1"), "LAB-9.2.1").last_day, "2026-02-28");
    assert.equal(clock(await one(lab(notice("9.2.1")), "LAB 9.2.1"), "LAB-9.2.1").last_day, "2026-03-02");
    assert.equal(clock(await one(lab(notice("6.8"), { policy: "641" }), "LAB 6.8"), "LAB-6.8").last_day, "2026-03-01");
    assert.equal((await refusal(lab([...labelled, { type: "formal-notice-sent", at: "2026-01-30" }]))).code, "law.incomplete");
    assert.equal((await one(lab(notice("9.2.1")), { about: "state", on: "2028-01-01" })).phase, "labelled");
  });
  it("[LAB-26] [LAB-28] renews every year, and takes a holder's letter for a termination six months later", async () => {
    assert.equal(clock(await one(lab(labelled), { about: "LAB 8", on: "2026-01-10" }), "LAB-8").first_day_of_effect, "2026-12-31");
    const left = lab([...labelled, { type: "termination-notified", at: "2026-08-31" }]);
    assert.deepEqual(dates(clock(await one(left, "LAB 9.1"), "LAB-9.1")), ["2027-02-28", "2027-03-01"]);
    assert.equal(open(await one(left, { about: "rights", on: "2027-02-28" })).length, 3);
    assert.equal(open(await one(left, { about: "rights", on: "2027-03-01" })).length, 0);
  });
  it("[LAB-27] accepts six to twelve months for a new referential, or none, and owes an amendment", async () => {
    const evolved = (delay?: Row): Row => lab([...labelled, { type: "referential-evolved", at: "2026-02-01", ...(delay ? { delay } : {}) }]);
    assert.equal((await refusal(evolved({ length: 3, unit: "months" }))).clause, "LAB 8");
    for (const delay of [undefined, { length: 6, unit: "months" }, { length: 12, unit: "months" }])
      assert.equal(clock(await one(evolved(delay), "deadlines"), "LAB-8-amendment").state, "due");
  });
  it("[LAB-30] [LAB-31] withdraws after a control with reasons, closes the logo at once, and runs thirty days and three weeks", async () => {
    assert.equal((await refusal(lab([...labelled, { type: "withdrawal-after-control", at: "2026-02-02", reasons: "r" }]))).clause, "LAB 9.2.2");
    const ended = lab([
      ...labelled,
      { type: "audit-held", at: "2026-02-01", compliant: false, functions: ["f"] },
      { type: "withdrawal-after-control", at: "2026-02-02", reasons: "r" },
    ]);
    assert.deepEqual(open(await one(ended, "rights")), []);
    const answer = await one(ended, "deadlines");
    assert.equal(clock(answer, "LAB-9.3-documents").last_day, "2026-03-04");
    assert.equal(clock(answer, "LAB-9.3-customers").last_day, "2026-02-23");
    assert.equal(clock(answer, "LAB-7").last_day, "2028-02-02");
  });
  it("[LAB-32] [LAB-33] owes an amendment on a transfer, and names the court", async () => {
    assert.equal(clock(await one(lab([...labelled, { type: "transfer-reported", at: "2026-02-01" }]), "deadlines"), "LAB-11").state, "due");
    assert.match((await one(lab([]), "remedy")).text.en, /administrative court/);
  });
});

// MSSanté operator contract: controls, suspension, end, transfer (MSS 7, 9, 11 to 15).
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, clock, dates, mss, one, open, type Row, refusal, signed, validated } from "./asking.ts";

describe("MSSanté operator contract: controls and end", () => {
  it("[MSS-34] keeps fifteen whole jours ouvrés between the letter and the control, with a plan", async () => {
    const announce = (control_date: string, rest: Row = { plan: "p" }): Row =>
      mss([...signed(), { type: "control-announced", at: "2026-05-05", control_date, kind: "audit", ...rest }]);
    assert.ok((await ask(announce("2026-05-30"))).entries.at(-1)?.accepted);
    assert.deepEqual([(await refusal(announce("2026-05-29"))).code, (await refusal(announce("2026-05-29"))).clause], ["law.notice-too-short", "MSS 7.1"]);
    assert.equal((await refusal(announce("2026-06-30", {}))).code, "law.incomplete");
    assert.equal((await one(mss([]), { about: "count", before: "2026-06-01", length: 15, unit: "jours-ouvres" })).latest_notice, "2026-05-05");
    assert.equal((await refusal({ ...announce("2026-05-30"), territory: "guadeloupe" })).code, "law.notice-too-short");
    const early = mss([...(announce("2026-06-02").entries as Row[]), { type: "control-held", at: "2026-06-01" }]);
    assert.equal((await refusal(early)).code, "law.too-early");
  });
  it("[MSS-37] cuts at once on a recorded major disturbance only, and the cut ends with it", async () => {
    assert.equal((await refusal(mss([...validated(), { type: "exceptional-measure-taken", at: "2026-03-01", reasons: "r" }]))).code, "law.no-matter");
    const cut = [
      ...validated(),
      { type: "major-disturbance-recorded", at: "2026-03-01", facts: "f" },
      { type: "exceptional-measure-taken", at: "2026-03-01T10:00", reasons: "r" },
    ];
    assert.equal(
      open(await one(mss(cut), "rights")).some((right) => right.startsWith("domain.exchange")),
      false,
    );
    assert.equal((await one(mss(cut), "obligations")).obligations.find((row) => row.clause === "MSS-7.1-inform")?.by, "agency");
    const over = await one(mss([...cut, { type: "major-disturbance-ended", at: "2026-03-03" }]), "rights");
    assert.ok(open(over).includes("domain.exchange alpha.mssante.test"));
    assert.equal((await one(mss(cut), { about: "state", on: "2027-01-01" })).phase, "validated");
  });
  it("[MSS-38] owes a report in sixty jours ouvrés, runs the remedy from reception, and suspends after a second failed visit only", async () => {
    const control = [
      ...validated(),
      { type: "control-announced", at: "2026-03-02", control_date: "2026-03-30", plan: "p", kind: "visit" },
      { type: "control-held", at: "2026-03-30" },
    ];
    assert.equal(clock(await one(mss(control), "deadlines"), "MSS-7.2-report").last_day, "2026-06-29");
    const report = [...control, { id: "report", type: "control-report-sent", at: "2026-04-07", compliant: false, remedy: { length: 2, unit: "months" } }];
    assert.equal(clock(await one(mss(report), "deadlines"), "MSS-7.2-remedy").state, "waiting");
    const received = [...report, { type: "letter-received", at: "2026-04-10", about: "report" }];
    assert.equal(clock(await one(mss(received), "deadlines"), "MSS-7.2-remedy").last_day, "2026-06-10");
    assert.equal((await refusal(mss([...received, { type: "suspension-pronounced", at: "2026-05-04" }]))).clause, "MSS 7.2");
    const second = [
      ...received,
      { type: "second-visit-announced", at: "2026-05-18", control_date: "2026-06-11", plan: "p" },
      { type: "second-visit-held", at: "2026-06-11" },
      { type: "second-visit-report-sent", at: "2026-06-15", compliant: false },
    ];
    const failed = await one(mss(second), "obligations");
    assert.deepEqual(
      [failed.obligations.find((row) => row.clause === "MSS-7.2-failed")?.by, failed.obligations.find((row) => row.clause === "MSS-7.2-failed")?.state],
      ["agency", "due"],
    );
    const noticed = mss([...second, { type: "formal-notice-sent", at: "2026-06-17", for: "control" }]);
    assert.equal(clock(await one(noticed, "deadlines"), "MSS-7.2-failed").state, "met");
    const suspended = await one(mss([...second, { type: "suspension-pronounced", at: "2026-06-16" }]), "rights");
    assert.equal(
      open(suspended).some((right) => right.startsWith("domain.exchange")),
      false,
    );
    assert.ok(open(suspended).includes("logo.mssante operator"));
  });
  it("[MSS-39] keeps confidentiality two years from the end, never moved", async () => {
    const answer = await one(mss([...validated(), { type: "termination-notified", at: "2026-03-02" }]), { about: "deadlines", on: "2026-05-01" });
    assert.deepEqual([clock(answer, "MSS-9").starts_on, clock(answer, "MSS-9").last_day], ["2026-04-02", "2028-04-02"]);
  });
  it("[MSS-40] renews tacitly every two years and ends by replacement", async () => {
    assert.equal(clock(await one(mss(signed()), { about: "MSS 11", on: "2026-02-01" }), "MSS-11-term").first_day_of_effect, "2028-01-15");
    assert.equal(clock(await one(mss(signed()), { about: "MSS 11", on: "2028-01-15" }), "MSS-11-term").first_day_of_effect, "2030-01-15");
    assert.equal((await one(mss([...signed(), { type: "contract-replaced", at: "2026-05-01", by: "both" }]), "state")).clause, "MSS 11");
  });
  it("[MSS-41] ends thirty days after the operator's letter, not a month, by itself and unmoved", async () => {
    const file = mss([...signed(), { type: "termination-notified", at: "2026-01-30" }]);
    const answer = await one(file, { about: "deadlines", on: "2026-02-01" });
    assert.deepEqual(dates(clock(answer, "MSS-12.1")), ["2026-03-01", "2026-03-02"]);
    assert.ok(clock(answer, "MSS-12.1").assumption);
    assert.equal((await one(file, { about: "state", on: "2026-03-01" })).phase, "provisional");
    assert.deepEqual(
      [(await one(file, { about: "state", on: "2026-03-02" })).phase, (await one(file, { about: "state", on: "2026-03-02" })).clause],
      ["ended", "MSS 12.3"],
    );
  });
  it("[MSS-42] opens a faculty one month after sending, never the end; a repair on the last day closes it for good", async () => {
    const notice = [...signed(), { type: "formal-notice-sent", at: "2026-01-30", ground: "g" }];
    assert.equal(clock(await one(mss(notice, { policy: "641" }), "MSS 12.2"), "MSS-12.2").last_day, "2026-02-28");
    assert.equal(clock(await one(mss(notice), "MSS 12.2"), "MSS-12.2").last_day, "2026-03-02");
    assert.equal((await one(mss(notice), { about: "state", on: "2028-01-01" })).phase, "provisional");
    const early = await one(mss(notice), { about: "act", act: "fruitless-recorded", by: "agency", on: "2026-03-02" });
    assert.deepEqual([early.allowed, early.refusal.code, early.refusal.not_before], [false, "law.too-early", "2026-03-03"]);
    assert.equal((await one(mss(notice), { about: "act", act: "fruitless-recorded", by: "agency", on: "2026-03-03" })).allowed, true);
    assert.equal((await refusal(mss([...notice, { type: "termination-pronounced", at: "2026-03-05" }]))).code, "law.no-finding");
    const repaired = [...notice, { type: "breach-repaired", at: "2026-03-02" }];
    assert.equal((await refusal(mss([...repaired, { type: "fruitless-recorded", at: "2026-03-05" }]))).code, "law.faculty-closed");
    const late = [...notice, { type: "breach-repaired", at: "2026-03-03" }, { type: "fruitless-recorded", at: "2026-03-05" }];
    assert.ok((await ask(mss(late))).entries.at(-1)?.accepted);
    assert.equal((await refusal(mss([...signed(), { type: "formal-notice-sent", at: "2026-01-30", channel: "email" }]))).clause, "MSS 12.2");
    // Reception, refusal or return of the letter move nothing: it runs from sending.
    for (const proof of [
      { type: "letter-received", at: "2026-02-20" },
      { type: "letter-returned", at: "2026-02-20", reason: "unclaimed", presented_on: "2026-02-02" },
    ])
      assert.equal(clock(await one(mss([...notice, proof]), "MSS 12.2"), "MSS-12.2").last_day, "2026-03-02");
  });
  it("[MSS-43] takes everything away at the end, and asks for the documents without a number of days", async () => {
    const certificate = [...validated(), { type: "certificate-issued", at: "2026-02-10", serial: "0a" }];
    assert.ok(open(await one(mss(certificate), "rights")).includes("certificate.hold 0a"));
    const ended = [
      ...certificate,
      { type: "formal-notice-sent", at: "2026-03-03" },
      { type: "fruitless-recorded", at: "2026-04-07" },
      { type: "termination-pronounced", at: "2026-04-07" },
    ];
    const answer = await one(mss(ended), "rights");
    assert.deepEqual(open(answer), []);
    assert.ok(answer.rights.every((right) => right.clause === "MSS 12.3"));
    const owed = (await one(mss(ended), "obligations")).obligations.find((row) => row.clause === "MSS-12.3-documents");
    assert.deepEqual([owed?.by, owed?.state, owed?.last_day], ["operator", "due", null]);
  });
  it("[MSS-44] carries phase, clocks and formal notices over a transfer", async () => {
    const before = [...validated(), { type: "formal-notice-sent", at: "2026-03-03" }];
    const moved = mss([...before, { type: "service-transferred", at: "2026-03-10", by: "operator", to: "other" }]);
    assert.equal((await one(moved, "state")).phase, "validated");
    assert.equal(clock(await one(moved, "deadlines"), "MSS-12.2").last_day, clock(await one(mss(before), "deadlines"), "MSS-12.2").last_day);
    assert.equal(((await one(moved, "transfer")) as unknown as { policy: string }).policy, "automatic");
  });
  it("[MSS-45] takes the operator's notices at the one stated address and by the channel of the clause", async () => {
    const elsewhere = await refusal(mss([...signed(), { type: "termination-notified", at: "2026-03-02", address: "other" }]));
    assert.deepEqual([elsewhere.code, elsewhere.clause], ["law.wrong-address", "MSS 15"]);
    assert.equal((await refusal(mss([...signed(), { type: "termination-notified", at: "2026-03-02", channel: "portal" }]))).code, "law.wrong-channel");
    assert.equal((await refusal(mss([...signed(), { type: "termination-notified", at: "2026-03-02", channel: "lr" }]))).code, "law.wrong-channel");
  });
  it("[MSS-51] names the court and refuses an amendment by one party", async () => {
    assert.match((await one(mss([]), "remedy")).text.fr, /tribunal administratif/);
    assert.equal((await refusal(mss([...signed(), { type: "amendment-signed", at: "2026-02-01", by: "agency" }]))).code, "law.wrong-party");
  });
});

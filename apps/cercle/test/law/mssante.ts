// MSSanté operator contract: integration, service, references (MSS 4, 5, 10).
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, clock, dates, mss, one, open, type Row, refusal, signed, validated } from "./asking.ts";

describe("MSSanté operator contract", () => {
  it("[MSS-02] answers which document prevails", async () => {
    const file = mss([]);
    assert.equal((await one(file, { about: "precedence", documents: ["annex-1", "technical-reference"] })).prevails, "technical-reference");
    assert.equal((await one(file, { about: "precedence", documents: ["contract", "technical-reference"] })).prevails, "contract");
    assert.equal((await one(file, { about: "precedence", documents: ["annex-1", "annex-2"] })).prevails, null);
  });
  it("[MSS-06] puts the domain on the list as provisional at the last signature, not before", async () => {
    const half = mss([
      { type: "contract-signed", at: "2026-01-15", by: "operator" },
      { type: "domain-declared", at: "2026-01-15", domain: "a.test" },
    ]);
    assert.deepEqual(open(await one(half, "rights")), []);
    const answer = await one(mss(signed()), "rights");
    assert.deepEqual(answer.rights.find((right) => right.right === "domain.exchange")?.limits, { phase: "provisional", test_mailboxes: 25 });
    assert.equal((await refusal(mss([...signed(), { type: "contract-signed", at: "2026-01-16", by: "agency" }]))).code, "law.wrong-phase");
  });
  it("[MSS-09] refuses the 26th test mailbox over all domains, and a name that does not show the test", async () => {
    const boxes = Array.from({ length: 25 }, (_, index) => ({
      type: "test-mailbox-created",
      at: "2026-01-20",
      address: `test${index}@${index % 2 ? "a" : "b"}.test`,
    }));
    const full = [...signed(), ...boxes];
    assert.ok((await ask(mss(full))).entries.every((entry) => entry.accepted));
    const refused = await refusal(mss([...full, { type: "test-mailbox-created", at: "2026-01-21", address: "test26@a.test" }]));
    assert.deepEqual([refused.code, refused.clause], ["law.limit-reached", "MSS 4.1"]);
    const freed = mss([
      ...full,
      { type: "test-mailbox-removed", at: "2026-01-21", address: "test1@a.test" },
      { type: "test-mailbox-created", at: "2026-01-21", address: "test26@a.test" },
    ]);
    assert.ok((await ask(freed)).entries.at(-1)?.accepted);
    assert.equal(
      (await refusal(mss([...signed(), { type: "test-mailbox-created", at: "2026-01-20", address: "dr.durand@a.test" }]))).code,
      "law.not-a-test-name",
    );
  });
  it("[MSS-11] counts six months from conclusion, renewed once by agreement before the end", async () => {
    assert.deepEqual(dates(clock(await one(mss(signed("2026-08-31")), "MSS 4.2"), "MSS-4.2-commitment")), ["2027-02-28", "2027-03-01"]);
    const renewal = { type: "provisional-renewal-agreed", at: "2027-02-28", by: "both" };
    const renewed = mss([...signed("2026-08-31"), renewal]);
    assert.deepEqual(dates(clock(await one(renewed, "MSS 4.2"), "MSS-4.2-commitment")), ["2027-08-31", "2027-09-01"]);
    assert.equal((await refusal(mss([...signed("2026-08-31"), renewal, { ...renewal, at: "2027-03-05" }]))).code, "law.already-done");
    assert.equal((await refusal(mss([...signed("2026-08-31"), { ...renewal, at: "2027-03-01" }]))).code, "law.too-late");
    // Leap year: 31 August 2027 and six months.
    assert.deepEqual(dates(clock(await one(mss(signed("2027-08-31")), "MSS 4.2"), "MSS-4.2-commitment")), ["2028-02-29", "2028-03-01"]);
  });
  it("[MSS-12] validates on a complete commitment alone, by registered letter; asking complements stops no clock", async () => {
    const sent = [...signed(), { type: "commitment-sent", at: "2026-03-02" }, { type: "commitment-received", at: "2026-03-04" }];
    const asked = [...sent, { type: "complements-requested", at: "2026-03-05", missing: ["hosting"] }];
    assert.equal(clock(await one(mss(asked), "MSS 4.2"), "MSS-4.2-commitment").last_day, "2026-07-15");
    assert.equal((await refusal(mss([...asked, { type: "validation-notified", at: "2026-03-06" }]))).code, "law.no-commitment");
    assert.equal((await refusal(mss([...signed(), { type: "complements-requested", at: "2026-03-05" }]))).code, "law.incomplete");
    const complete = [...asked, { type: "commitment-found-complete", at: "2026-03-10" }];
    assert.equal((await refusal(mss([...complete, { type: "validation-notified", at: "2026-03-11", channel: "email" }]))).clause, "MSS 4.2");
    const answer = await one(mss([...complete, { type: "validation-notified", at: "2026-03-11", channel: "registered" }]), "rights");
    assert.deepEqual(answer.rights.find((right) => right.right === "domain.exchange")?.limits, { phase: "validated" });
  });
  it("[MSS-13] delists nobody when the period ends: the agency owes a formal notice, which the commitment cures within the month", async () => {
    const at = { on: "2026-07-16" };
    const file = mss(signed());
    const state = await one(file, { about: "state", ...at });
    assert.equal(state.phase, "provisional");
    assert.ok(open(await one(file, { about: "rights", ...at })).includes("domain.exchange alpha.mssante.test"));
    const owed = (await one(file, { about: "obligations", ...at })).obligations.find((row) => row.kind === "consequence");
    assert.deepEqual([owed?.by, owed?.article, owed?.state, owed?.starts_on], ["agency", "MSS 12.2", "due", "2026-07-16"]);
    assert.equal(
      (await one(file, { about: "obligations", on: "2026-07-15" })).obligations.some((row) => row.kind === "consequence"),
      false,
    );
    // Posted on the last day: the duty is met, the procedure is open all the same for want of reception.
    const posted = mss([...signed(), { type: "commitment-sent", at: "2026-07-15" }]);
    const both = await one(posted, { about: "deadlines", ...at });
    assert.equal(clock(both, "MSS-4.2-commitment").state, "met");
    assert.equal(clock(both, "MSS-4.2-reception").state, "late");
    assert.equal(both.deadlines.find((row) => row.kind === "consequence")?.state, "due");
    const noticed = [...signed(), { type: "formal-notice-sent", at: "2026-07-20", for: "no-commitment" }];
    assert.equal(
      clock(await one(mss([...noticed, { type: "commitment-sent", at: "2026-08-20" }]), { about: "deadlines", on: "2026-09-30" }), "MSS-12.2-commitment").state,
      "cured",
    );
    assert.equal(clock(await one(mss(noticed), { about: "deadlines", on: "2026-08-21" }), "MSS-12.2-commitment").state, "open");
    assert.equal((await one(mss(noticed), { about: "state", on: "2027-08-21" })).phase, "provisional");
  });
  it("[MSS-14] validates who left after a control only after a clean visit", async () => {
    const back = signed().map((entry) => (entry.type === "contract-signed" ? { ...entry, previous_ended_after_control: true } : entry));
    const complete = [...back, { type: "commitment-sent", at: "2026-02-02" }, { type: "commitment-found-complete", at: "2026-02-05" }];
    assert.equal((await refusal(mss([...complete, { type: "validation-notified", at: "2026-02-06" }]))).clause, "MSS 7.2");
    const visit = (compliant: boolean): Row[] => [
      { type: "control-announced", at: "2026-02-06", control_date: "2026-03-02", plan: "p", kind: "visit" },
      { type: "control-held", at: "2026-03-02" },
      { type: "control-report-sent", at: "2026-03-10", compliant },
      { type: "validation-notified", at: "2026-03-11" },
    ];
    assert.ok((await ask(mss([...complete, ...visit(true)]))).entries.at(-1)?.accepted);
    assert.equal((await refusal(mss([...complete, ...visit(false)]))).code, "law.visit-needed");
  });
  it("[MSS-20] gives twenty-four elapsed hours from identification, over nights and the change of hour, by e-mail or telephone", async () => {
    const file = mss([...signed(), { type: "incident-identified", at: "2026-03-28T18:00", by: "operator", what: "spam" }]);
    assert.equal(clock(await one(file, "MSS 5.1"), "MSS-5.1-incident").due_at, "2026-03-29T19:00:00+02:00");
    const reported = (at: string, channel = "telephone"): Row => mss([...(file.entries as Row[]), { type: "incident-reported", at, channel }]);
    assert.equal(clock(await one(reported("2026-03-29T19:00"), "MSS 5.1"), "MSS-5.1-incident").state, "met");
    assert.equal(clock(await one(reported("2026-03-29T19:01"), "MSS 5.1"), "MSS-5.1-incident").state, "met-late");
    assert.equal((await refusal(reported("2026-03-29T10:00", "registered"))).code, "law.wrong-channel");
  });
  it("[MSS-21] wants a stop of more than eight days told before the ninth, and a final stop by letter on the day", async () => {
    const stop = [...signed(), { type: "temporary-stop-started", at: "2026-03-01" }];
    assert.deepEqual(dates(clock(await one(mss(stop), "MSS 5.1"), "MSS-5.1-temporary-stop")), ["2026-03-08", "2026-03-09"]);
    const short = await one(mss([...stop, { type: "service-resumed", at: "2026-03-05" }]), { about: "MSS 5.1", on: "2026-04-01" });
    assert.equal(clock(short, "MSS-5.1-temporary-stop").state, "stopped");
    const final = [...signed(), { type: "final-stop", at: "2026-03-01", stop_date: "2026-03-15" }];
    assert.equal(clock(await one(mss(final), "MSS 5.1"), "MSS-5.1-final-stop").last_day, "2026-03-15");
    const letter = (at: string): Row => mss([...final, { type: "final-stop-letter-sent", at }]);
    assert.equal(clock(await one(letter("2026-03-15"), "MSS 5.1"), "MSS-5.1-final-stop").state, "met");
    assert.equal(clock(await one(letter("2026-03-16"), "MSS 5.1"), "MSS-5.1-final-stop").state, "met-late");
    // It does not end the contract.
    assert.equal((await one(letter("2026-03-15"), { about: "state", on: "2026-12-01" })).phase, "provisional");
  });
  it("[MSS-24] [MSS-25] shows and gives the logo to validated operators only, until the end, suspension included", async () => {
    assert.deepEqual(open(await one(mss(signed()), "rights")).sort(), ["domain.exchange alpha.mssante.test", "process.announce operator"]);
    const rights = open(await one(mss(validated()), "rights"));
    assert.ok(rights.includes("logo.mssante operator") && rights.includes("register.operators operator"));
    const ended = mss([...validated(), { type: "termination-notified", at: "2026-03-02" }]);
    assert.deepEqual(open(await one(ended, { about: "rights", on: "2026-04-02" })), []);
  });
  it("[MSS-26] gives the authorisation on request, for a subdomain of the shared domain only", async () => {
    const shared = [...signed(), { type: "domain-declared", at: "2026-01-16", domain: "x.shared.test", title: "shared" }];
    const answer = await one(mss([...shared, { type: "client-certificates-requested", at: "2026-02-01", domain: "x.shared.test" }]), "obligations");
    assert.equal(answer.obligations.find((row) => row.clause === "MSS-5.2-authorisation")?.by, "agency");
    assert.equal(
      (await refusal(mss([...shared, { type: "client-certificates-requested", at: "2026-02-01", domain: "alpha.mssante.test" }]))).code,
      "law.not-shared",
    );
  });
  it("[MSS-28] owes the operators an alert when a serious fault is identified", async () => {
    const file = [...signed(), { type: "serious-fault-identified", at: "2026-02-01" }];
    const due = (await one(mss(file), "obligations")).obligations.find((row) => row.clause === "MSS-5.3-fault");
    assert.deepEqual([due?.state, due?.last_day], ["due", null]);
    assert.equal(clock(await one(mss([...file, { type: "operators-alerted", at: "2026-02-01" }]), "deadlines"), "MSS-5.3-fault").state, "met");
  });
  it("[MSS-29] [MSS-50] runs six months from publication whatever the e-mail does; the second version of a year needs urgency", async () => {
    const published = [...signed(), { type: "reference-published", at: "2026-03-03", version: "2" }];
    const answer = await one(mss(published), { about: "deadlines", on: "2026-03-10" });
    assert.deepEqual(dates(clock(answer, "MSS-10-commitment")), ["2026-09-03", "2026-09-04"]);
    assert.deepEqual(dates(clock(answer, "MSS-10-apply")), ["2026-09-03", "2026-09-04"]);
    assert.equal(clock(answer, "MSS-10-notify").state, "due");
    const sent = mss([...published, { type: "reference-commitment-sent", at: "2026-09-03" }]);
    const after = await one(sent, { about: "deadlines", on: "2026-09-04" });
    assert.equal(clock(after, "MSS-10-commitment").state, "met");
    assert.equal(after.deadlines.find((row) => row.id.startsWith("MSS-10-reception.then"))?.by, "agency");
    const again = { type: "reference-published", at: "2026-11-02", version: "3" };
    assert.equal((await refusal(mss([...published, again]))).code, "law.one-version-a-year");
    assert.equal((await refusal(mss([...published, { ...again, urgent: true }]))).code, "law.incomplete");
    assert.ok((await ask(mss([...published, { ...again, urgent: true, reasons: "a hole" }]))).entries.at(-1)?.accepted);
    assert.ok((await ask(mss([...published, { ...again, at: "2027-01-04" }]))).entries.at(-1)?.accepted);
    assert.equal(
      (await refusal(mss([...published, { type: "reference-commitment-sent", at: "2026-05-04", channel: "registered" }]))).code,
      "law.wrong-channel",
    );
  });
});

// Pro Santé Connect terms.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clock, connected, dates, notice, one, open, psc, type Row, refusal, sandboxed } from "./asking.ts";

describe("Pro Santé Connect terms", () => {
  it("[PSC-04] [PSC-05] refuses a natural person and an acceptance without the terms", async () => {
    assert.equal((await refusal(psc([{ type: "access-requested", at: "2025-09-01", legal_person: false }]))).code, "law.not-eligible");
    const bare = [
      { type: "access-requested", at: "2025-09-01" },
      { type: "request-accepted", at: "2025-09-02" },
    ];
    assert.equal((await refusal(psc(bare))).code, "law.terms-not-accepted");
    assert.equal((await refusal(psc([bare[0] ?? {}, { type: "request-refused", at: "2025-09-02" }]))).code, "law.incomplete");
  });
  it("[PSC-06] opens the sandbox first, production after the integration is validated", async () => {
    assert.deepEqual(open(await one(psc(sandboxed), "rights")), ["client.sign-in c-bas"]);
    assert.equal((await refusal(psc([...sandboxed, { type: "production-opened", at: "2025-10-02" }]))).code, "law.integration-not-validated");
    const early = { type: "client-registered", at: "2025-09-20", by: "agency", client_id: "p", environment: "production" };
    assert.equal((await refusal(psc([...sandboxed, early]))).clause, "PSC 3.1");
    assert.deepEqual(open(await one(psc(connected), "rights")), ["client.sign-in c-bas", "client.sign-in c-prod"]);
  });
  it("[PSC-07] opens the trust extension only after a path with evidence", async () => {
    assert.equal((await refusal(psc([...connected, { type: "extension-opened", at: "2025-11-02" }]))).clause, "PSC 3.2");
    const proved = [
      ...connected,
      { type: "extension-evidence-accepted", at: "2025-11-01", requirement: "EDC-1" },
      { type: "extension-opened", at: "2025-11-02" },
    ];
    assert.ok(open(await one(psc(proved), "rights")).includes("trust-extension.use provider"));
  });
  it("[PSC-11] [PSC-30] stops use at the date after a refusal, takes use after it for acceptance, and silence for nothing", async () => {
    const terms = [...connected, { type: "terms-published", at: "2026-03-02", version: "2", effective_on: "2026-04-01" }];
    const refused = psc([...terms, { type: "terms-refused", at: "2026-03-20" }]);
    assert.equal(open(await one(refused, { about: "rights", on: "2026-03-31" })).length, 2);
    const closed = await one(refused, { about: "rights", on: "2026-04-01" });
    assert.deepEqual([open(closed).length, closed.rights[0]?.clause], [0, "PSC 4"]);
    assert.equal(open(await one(psc(terms), { about: "rights", on: "2026-05-01" })).length, 2);
    const used = psc([...terms, { type: "terms-refused", at: "2026-03-20" }, { type: "used", at: "2026-04-02" }]);
    assert.equal(open(await one(used, { about: "rights", on: "2026-05-01" })).length, 2);
  });
  it("[PSC-12] owes the self-report at once, by e-mail to the stated address", async () => {
    const file = [...connected, { type: "non-conformity-identified", at: "2026-02-01", by: "provider" }];
    assert.equal((await one(psc(file), "obligations")).obligations[0]?.state, "due");
    assert.equal((await refusal(psc([...file, { type: "self-reported", at: "2026-02-01", channel: "portal" }]))).code, "law.wrong-channel");
  });
  it("[PSC-17] does not carry the access over a sale", async () => {
    assert.deepEqual([(await refusal(psc([...connected, { type: "service-sold", at: "2026-02-01" }]))).clause], ["PSC 7"]);
  });
  it("[PSC-20] has no term", async () => {
    assert.equal((await one(psc(connected), { about: "state", on: "2060-01-01" })).phase, "production");
    assert.equal((await one(psc(connected), "forecast")).forecast.length, 0);
  });
  it("[PSC-21] lets agreed measures left undone lead to a formal notice, never to an end by itself", async () => {
    const audit = [
      ...connected,
      { type: "audit-opened", at: "2026-01-05" },
      { type: "documents-requested", at: "2026-01-06", documents: ["a"], reply_by: "2026-01-20" },
      { type: "audit-report", at: "2026-02-02" },
      { type: "measures-agreed", at: "2026-02-10", by: "both", until: "2026-03-10" },
    ];
    assert.equal(
      (await refusal(psc([...audit.slice(0, -2), { type: "measures-agreed", at: "2026-02-10", by: "both", until: "2026-03-10" }]))).code,
      "law.not-yet",
    );
    const answer = await one(psc(audit), { about: "deadlines", on: "2026-03-11" });
    assert.equal(clock(answer, "PSC-11-documents").state, "late");
    assert.equal(clock(answer, "PSC-11-measures").state, "late");
    assert.equal(answer.deadlines.find((row) => row.kind === "consequence")?.article, "PSC 12.2");
    assert.equal((await refusal(psc([...audit, { type: "deactivated", at: "2026-03-12" }]))).code, "law.no-matter");
    assert.equal(open(await one(psc(audit), { about: "rights", on: "2027-01-01" })).length, 2);
  });
  it("[PSC-22] ends on the stated date, or fifteen days after reception", async () => {
    const stated = psc([...connected, { type: "termination-notified", at: "2026-03-02", end_date: "2026-03-02" }]);
    assert.equal((await one(stated, "state")).phase, "ended");
    const silent = [...connected, { type: "termination-notified", at: "2026-03-02" }];
    assert.equal(clock(await one(psc(silent), "deadlines"), "PSC-12.1").state, "waiting");
    const received = psc([...silent, { type: "letter-received", at: "2026-03-06" }]);
    assert.deepEqual(dates(clock(await one(received, "deadlines"), "PSC-12.1")), ["2026-03-21", "2026-03-22"]);
    assert.equal((await one(received, { about: "state", on: "2026-03-21" })).phase, "production");
    assert.equal((await one(received, { about: "state", on: "2026-03-22" })).phase, "ended");
  });
  it("[PSC-23] counts a month from reception or the longer delay given; an extension counts once granted", async () => {
    const acknowledged = [...connected, notice, { type: "letter-received", at: "2026-02-03", about: "n" }];
    assert.deepEqual(dates(clock(await one(psc(acknowledged), "PSC 12.2"), "PSC-12.2")), ["2026-03-03", "2026-03-04"]);
    assert.equal(clock(await one(psc([...connected, notice]), "PSC 12.2"), "PSC-12.2").state, "waiting");
    const longer = acknowledged.map((entry) => (entry === notice ? { ...notice, delay: { length: 3, unit: "months" } } : entry));
    assert.equal(clock(await one(psc(longer), "PSC 12.2"), "PSC-12.2").last_day, "2026-05-04");
    const asked = [...acknowledged, { type: "extension-of-time-asked", at: "2026-02-20", reasons: "r" }];
    assert.equal(clock(await one(psc(asked), "PSC 12.2"), "PSC-12.2").last_day, "2026-03-03");
    const granted = [...asked, { type: "extension-of-time-granted", at: "2026-02-25", until: "2026-04-30", risk: "low" }];
    assert.equal(clock(await one(psc(granted), "PSC 12.2"), "PSC-12.2").last_day, "2026-04-30");
    assert.equal((await refusal(psc([...acknowledged, { type: "deactivated", at: "2026-03-03" }]))).not_before, "2026-03-04");
    assert.equal((await refusal(psc([...connected, { type: "formal-notice-sent", at: "2026-01-30" }]))).code, "law.incomplete");
    assert.equal((await one(psc(acknowledged), { about: "state", on: "2026-12-01" })).phase, "production");
  });
  it("[PSC-23] moves the date back when the post returns a letter never collected, and says why", async () => {
    const presented = [...connected, notice, { type: "letter-presented", at: "2026-01-31", about: "n" }];
    const waiting = clock(await one(psc(presented), "PSC 12.2"), "PSC-12.2");
    assert.deepEqual([waiting.provisional, waiting.last_day], [true, "2026-03-16"]);
    const returned = psc([...presented, { type: "letter-returned", at: "2026-02-17", about: "n", reason: "unclaimed" }]);
    const back = clock(await one({ ...returned, policy: "641" }, "PSC 12.2"), "PSC-12.2");
    assert.deepEqual([back.last_day, back.start_reason], ["2026-02-28", "first-presentation"]);
    assert.equal(clock(await one(returned, "PSC 12.2"), "PSC-12.2").last_day, "2026-03-02");
    const [change] = (await one(returned, "recomputed")).recomputed;
    assert.deepEqual([change?.entry, change?.before.last_day, change?.after.last_day], [10, "2026-03-16", "2026-03-02"]);
    assert.match(change?.reason.fr ?? "", /première présentation/);
    // An acknowledgement that the return contradicts: the last proof recorded wins.
    const contradicted = psc(
      [
        ...connected,
        notice,
        { type: "letter-received", at: "2026-02-03", about: "n" },
        { type: "letter-returned", at: "2026-02-17", about: "n", reason: "unclaimed", presented_on: "2026-01-31" },
      ],
      { policy: "641" },
    );
    assert.equal((await one(contradicted, "recomputed")).recomputed[0]?.after.last_day, "2026-02-28");
  });
  it("[PSC-24] [PSC-32] cuts for one of two reasons, owes the information, and reopens after examination only", async () => {
    const cut = (ground: string): Row[] => [...connected, { type: "cut-for-public-interest", at: "2026-03-01", ground, kind: "deactivation" }];
    assert.equal((await refusal(psc(cut("convenience")))).code, "law.incomplete");
    assert.deepEqual(open(await one(psc(cut("public-safety")), "rights")), []);
    assert.equal((await one(psc(cut("public-safety")), "obligations")).obligations[0]?.clause, "PSC-12.2-inform");
    assert.equal((await refusal(psc([...cut("public-safety"), { type: "reactivated", at: "2026-03-02" }]))).clause, "PSC 12.2");
    const reopened = [...cut("public-safety"), { type: "measures-examined", at: "2026-03-02" }, { type: "reactivated", at: "2026-03-02" }];
    assert.equal(open(await one(psc(reopened), "rights")).length, 2);
  });
  it("[PSC-25] gives a deactivated account back as it was, and a removed one nothing but a new path", async () => {
    const faulty = [...connected, notice, { type: "letter-received", at: "2026-02-03", about: "n" }];
    const removed = [...faulty, { type: "removed", at: "2026-03-10" }];
    assert.deepEqual(open(await one(psc(removed), "rights")), []);
    assert.equal((await refusal(psc([...removed, { type: "reactivated", at: "2026-03-11" }]))).code, "law.wrong-phase");
    const again = [
      ...removed,
      { type: "access-requested", at: "2026-03-12" },
      { type: "terms-accepted", at: "2026-03-12", version: "1" },
      { type: "request-accepted", at: "2026-03-13" },
    ];
    assert.deepEqual(open(await one(psc(again), "rights")), []);
    assert.equal((await refusal(psc([...again, { type: "production-opened", at: "2026-03-14" }]))).code, "law.integration-not-validated");
  });
  it("[PSC-31] [PSC-33] asks for the references after the end, and names the courts", async () => {
    const ended = psc([...connected, { type: "termination-notified", at: "2026-03-02", end_date: "2026-03-05" }]);
    assert.equal((await one(ended, { about: "obligations", on: "2026-03-06" })).obligations[0]?.clause, "PSC-12.1-references");
    assert.match((await one(ended, "remedy")).text.en, /administrative courts/);
    assert.equal((await one(ended, { about: "precedence", documents: ["terms", "referential"] })).prevails, null);
  });
});

// What the law answers, asked the two ways people have: the command line and the API of the running program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { access, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, temporaryFolder } from "@cercle/testkit";

const main = resolve(import.meta.dirname, "../src/main.ts");
type Words = { fr: string; en: string };
type Deadline = {
  id: string;
  clause: string;
  article: string;
  kind: string;
  by: string;
  state: string;
  starts_on: string | null;
  start_reason: string | null;
  provisional: boolean;
  last_day: string | null;
  first_day_of_effect: string | null;
  last_day_before_move: string | null;
  due_at: string | null;
  assumption: Words | null;
  settled_by: number | null;
  explanation: Words;
};
type RightRow = { right: string; subject: string; state: string; limits: Record<string, unknown>; clause: string; entry: number };
type Answer = {
  phase: string;
  state: string;
  holds: string[];
  clause: string;
  rights: RightRow[];
  deadlines: Deadline[];
  obligations: Deadline[];
  allowed: { type: string; by: string; article: string }[] | boolean;
  refusal: { code: string; clause: string; not_before: string | null; reason: Words };
  forecast: {
    on: string;
    article: string;
    kind: string;
    by: string;
    leaves: { phase: string; rights: RightRow[] };
    changes: { right: string; state: string }[];
  }[];
  recomputed: {
    entry: number;
    before: { last_day: string; state: string };
    after: { last_day: string; state: string };
    reason: Words;
    review: number[];
    late_evidence: boolean;
  }[];
  explanations: { clause: string; entries: number[]; text: Words }[];
  last_day: string;
  prevails: string | null;
  latest_notice: string;
  text: Words;
};
type Reply = { entries: { seq: number; accepted: boolean; refusal: Answer["refusal"] }[]; answers: Answer[]; policy: string };
type Row = Record<string, unknown>;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let ready: { pid: number; portal: string };

async function ask(file: Row): Promise<Reply> {
  const response = await fetch(`${ready.portal}/api/law/ask`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(file) });
  const body = (await response.json()) as Reply;
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}
async function one(file: Row, question: string | Row): Promise<Answer> {
  const { answers } = await ask({ ...file, ask: [question] });
  assert.ok(answers[0]);
  return answers[0];
}
const clock = (answer: Answer, clause: string, nth = 0): Deadline => {
  const found = answer.deadlines.filter((deadline) => deadline.clause === clause && deadline.kind !== "consequence")[nth];
  assert.ok(found, `no clock ${clause} among ${answer.deadlines.map(({ id }) => id).join(" ")}`);
  return found;
};
const open = (answer: Answer): string[] => answer.rights.filter((right) => right.state === "open").map((right) => `${right.right} ${right.subject}`);
const dates = (deadline: Deadline): (string | null)[] => [deadline.last_day, deadline.first_day_of_effect];
async function refusal(file: Row): Promise<Answer["refusal"]> {
  const last = (await ask({ ...file, ask: ["state"] })).entries.at(-1);
  assert.equal(last?.accepted, false, "it was accepted");
  return last.refusal;
}

before(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, "ready.json");
  const child = spawn(process.execPath, [main, "up", "--ports", "auto", "--ready-file", file], {
    env: { ...process.env, CERCLE_DATA: folder.path },
    stdio: ["ignore", "ignore", "inherit"],
  });
  child.unref();
  await eventually(
    () =>
      access(file).then(
        () => true,
        () => false,
      ),
    90,
  );
  ready = JSON.parse(await readFile(file, "utf8"));
});
after(async () => {
  process.kill(ready.pid, "SIGTERM");
  await eventually(
    () =>
      access(join(folder.path, "lock")).then(
        () => false,
        () => true,
      ),
    60,
  );
  await folder.remove();
});

const signed = (at = "2026-01-15"): Row[] => [
  { type: "contract-signed", at, by: "operator" },
  { type: "contract-signed", at, by: "agency" },
  { type: "domain-declared", at, domain: "alpha.mssante.test" },
];
const mss = (entries: Row[], rest: Row = {}): Row => ({ instrument: "mssante-operator", entries, ...rest });
const validated = (at = "2026-01-15"): Row[] => [
  ...signed(at),
  { type: "commitment-sent", at: "2026-02-02" },
  { type: "commitment-received", at: "2026-02-04" },
  { type: "commitment-found-complete", at: "2026-02-05" },
  { type: "validation-notified", at: "2026-02-06" },
];

describe("the law by the command line", () => {
  const run = (args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, CERCLE_DATA: join(folder.path, "none"), LANG: "fr_FR.UTF-8", LC_ALL: "" },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    return new Promise((done) => child.on("close", (code) => done({ code, out, err })));
  };
  it("[MSS-42] answers a file by itself, with no server and no data folder", async () => {
    const path = join(folder.path, "file.json");
    await writeFile(path, JSON.stringify(mss([...signed(), { type: "formal-notice-sent", at: "2026-01-30", ground: "x" }], { ask: ["MSS 12.2"] })));
    const { code, out, err } = await run(["law", "ask", path, "--json"]);
    assert.equal(code, 0, err);
    const answer = (JSON.parse(out) as Reply).answers[0];
    assert.ok(answer);
    assert.deepEqual(dates(clock(answer, "MSS-12.2")), ["2026-03-02", "2026-03-03"]);
    const human = await run(["law", "ask", path]);
    assert.match(human.out, /Court de l’envoi : vendredi 30 janvier 2026 \(entrée 4\)/);
    await assert.rejects(access(join(folder.path, "none")));
  });
  it("describes every instrument, clause with its article, and refuses what it cannot read", async () => {
    const { code, out } = await run(["law", "vocabulary", "--json"]);
    assert.equal(code, 0);
    const { instruments } = JSON.parse(out) as { instruments: { id: string; clauses: { article: string; about: Words }[]; entries: { about: Words }[] }[] };
    for (const id of ["mssante-operator", "psc-provider", "e-cps-terms"]) assert.ok(instruments.some((instrument) => instrument.id === id));
    for (const { clauses, entries } of instruments) {
      for (const clause of clauses) assert.ok(clause.article && clause.about.fr && clause.about.en);
      for (const entry of entries) assert.ok(entry.about.fr && entry.about.en);
    }
    for (const content of ["{", JSON.stringify({ instrument: "x" }), JSON.stringify(mss([{ type: "contract-signed", at: "2026-02-30", by: "agency" }]))]) {
      const path = join(folder.path, "bad.json");
      await writeFile(path, content);
      const bad = await run(["law", "ask", path, "--json"]);
      assert.equal(bad.code, 1);
      assert.match(bad.err, /law\.bad-file/);
    }
  });
});

describe("counting", () => {
  it("tells jours ouvrés, ouvrables and calendar days apart over the holidays of May 2026, and Moselle", async () => {
    const count = async (territory: string, from: string, length: number, unit: string): Promise<string> =>
      (await one({ instrument: "mssante-operator", territory }, { about: "count", from, length, unit })).last_day;
    assert.equal(await count("metropole", "2026-04-30", 15, "jours-ouvres"), "2026-05-27");
    assert.equal(await count("metropole", "2026-04-30", 15, "jours-ouvrables"), "2026-05-21");
    assert.equal(await count("metropole", "2026-04-30", 15, "days"), "2026-05-15");
    assert.equal(await count("metropole", "2026-04-02", 1, "jours-ouvres"), "2026-04-03");
    assert.equal(await count("alsace-moselle", "2026-04-02", 1, "jours-ouvres"), "2026-04-07");
    assert.equal(await count("metropole", "2026-12-24", 1, "jours-ouvrables"), "2026-12-26");
    assert.equal(await count("alsace-moselle", "2026-12-24", 1, "jours-ouvrables"), "2026-12-28");
    assert.equal(await count("alsace-moselle", "2026-12-24", 1, "jours-ouvres"), await count("metropole", "2026-12-24", 1, "jours-ouvres"));
    assert.equal(await count("la-reunion", "2027-12-17", 1, "jours-ouvrables"), "2027-12-18");
    assert.equal(await count("la-reunion", "2027-12-18", 1, "jours-ouvrables"), "2027-12-21");
  });
});

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

const psc = (entries: Row[], rest: Row = {}): Row => ({ instrument: "psc-provider", entries, ...rest });
const sandboxed: Row[] = [
  { type: "access-requested", at: "2025-09-01", legal_person: true },
  { type: "terms-accepted", at: "2025-09-01", version: "1.0" },
  { type: "request-accepted", at: "2025-09-15" },
  { type: "client-registered", at: "2025-09-15", by: "agency", client_id: "c-bas", environment: "bas" },
];
const connected: Row[] = [
  ...sandboxed,
  { type: "integration-validated", at: "2025-10-01" },
  { type: "production-opened", at: "2025-10-02" },
  { type: "client-registered", at: "2025-10-02", by: "agency", client_id: "c-prod", environment: "production" },
];
const notice = { id: "n", type: "formal-notice-sent", at: "2026-01-30", non_conformities: ["x"], delay: { length: 15, unit: "days" } };

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

const ecps = (entries: Row[]): Row => ({ instrument: "e-cps-terms", entries });
const active: Row[] = [
  { type: "terms-accepted", at: "2025-01-10", version: "1" },
  { type: "activated", at: "2025-01-10", by: "user", national_id: "899700000001" },
];

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

describe("replay, late evidence, forecast", () => {
  it("answers the past with what was known then, and says what late evidence changed and who relied on it", async () => {
    const file = mss([
      ...signed(),
      { type: "formal-notice-sent", at: "2026-01-30" },
      { type: "fruitless-recorded", at: "2026-03-03" },
      { type: "breach-repaired", at: "2026-02-20", recorded_at: "2026-03-10" },
    ]);
    assert.equal(clock(await one(file, { about: "MSS 12.2", on: "2026-03-04", known_on: "2026-03-04" }), "MSS-12.2").state, "open");
    assert.equal(clock(await one(file, { about: "MSS 12.2", on: "2026-03-04", known_on: "2026-03-10" }), "MSS-12.2").state, "cured");
    const [change] = (await one(file, "recomputed")).recomputed;
    assert.deepEqual([change?.entry, change?.before.state, change?.after.state, change?.review, change?.late_evidence], [6, "open", "cured", [5], true]);
  });
  it("refuses a date that does not exist, one in the future, and a proof older than its letter", async () => {
    const response = await fetch(`${ready.portal}/api/law/ask`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(mss([{ type: "contract-signed", at: "2027-02-29", by: "agency" }])),
    });
    assert.equal(response.status, 422);
    assert.equal(((await response.json()) as { code: string }).code, "law.bad-file");
    const before = [...connected, notice, { type: "letter-received", at: "2026-01-29", recorded_at: "2026-02-04", about: "n" }];
    assert.equal((await refusal(psc(before))).code, "law.impossible-date");
  });
  it("takes words of the language for words, and bounds what is asked", async () => {
    const odd = await ask(
      mss([
        { type: "constructor", at: "2026-01-01" },
        { type: "toString", at: "2026-01-01", channel: "constructor" },
      ]),
    );
    assert.deepEqual(
      odd.entries.map((entry) => entry.refusal.code),
      ["law.unknown-entry", "law.unknown-entry"],
    );
    const post = async (file: Row): Promise<number> =>
      (await fetch(`${ready.portal}/api/law/ask`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(file) })).status;
    assert.equal(await post(mss(Array.from({ length: 151 }, () => ({ type: "contract-signed", at: "2026-01-01", by: "agency" })))), 422);
    assert.equal(await post(mss([], { ask: Array(13).fill("state") })), 422);
    assert.equal(await post(mss([{ type: "contract-signed", at: "+275760-09-13T00:00:00Z", by: "agency" }])), 422);
    assert.equal(await post(mss([], { ask: ["what is the weather"] })), 422);
    assert.equal(await post(mss([], { territory: "guyane", policy: "fr-metropole-2026.1" })), 422);
    assert.equal(await post(mss([], { ask: [{ about: "count", from: "2026-01-01", length: 1e9, unit: "jours-ouvres" }] })), 422);
  });
  it("foretells what is found when the day has come", async () => {
    for (const file of [
      mss([...validated(), { type: "reference-published", at: "2026-03-03", version: "2" }, { type: "termination-notified", at: "2026-08-20" }]),
      mss(signed()),
      ecps([...active, { type: "terms-published", at: "2026-03-02", version: "2", effective_on: "2026-04-01" }, { type: "terms-refused", at: "2026-03-03" }]),
    ]) {
      const { forecast } = await one(file, "forecast");
      assert.ok(forecast.length > 0);
      for (const line of forecast) {
        const [state, rights] = (
          await ask({
            ...file,
            ask: [
              { about: "state", on: line.on },
              { about: "rights", on: line.on },
            ],
          })
        ).answers;
        assert.equal(line.leaves.phase, state?.phase);
        assert.deepEqual(line.leaves.rights.map((right) => `${right.right} ${right.subject}`).sort(), rights ? open(rights).sort() : []);
      }
    }
  });
  it("explains any right with its clause and its entry, in both languages", async () => {
    const { explanations } = await one(mss(validated()), "domain.exchange");
    assert.deepEqual([explanations[0]?.clause, explanations[0]?.entries], ["MSS 4.2", [7]]);
    assert.match(explanations[0]?.text.fr ?? "", /ouvert depuis le vendredi 6 février 2026 \(MSS 4\.2, entrée 7\)/);
    assert.match(explanations[0]?.text.en ?? "", /open since/);
  });
});

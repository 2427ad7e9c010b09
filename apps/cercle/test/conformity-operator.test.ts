// The operator's suite: passes on ours, and names each planted fault of an operator that has one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { examineOperator, type Partner, type Target } from "@cercle/conformity";
import { runCommand, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
import { type Fault, type FaultyOperator, faults, startFaultyOperator } from "./faulty-operator.ts";
import { type OutsideAuthority, openOutsideAuthority } from "./outside-authority.ts";
import { whole } from "./party.ts";
import { invitePeople } from "./people.ts";
import { hasPostfix } from "./postfix.ts";
import { openPostfixOperator } from "./postfix-operator.ts";

const domain = "hopital.example";
const secret = "un-mot-de-passe";

describe("conformity of an operator", () => {
  let folder: TestFolder;
  let outside: OutsideAuthority;
  let operator: FaultyOperator;
  let program: TestProgram;
  let target: Target;
  let kit: string;
  let own: { cert: string; key: string; ca: string };

  before(async () => {
    folder = await temporaryFolder();
    outside = await openOutsideAuthority(join(folder.path, "ca"));
    const read = ({ pem, key }: { pem: string; key: string }) => ({ certificate: readFileSync(pem, "utf8"), key: readFileSync(key, "utf8") });
    const issue = (name: string, days?: number) => read(outside.issue(name, days === undefined ? {} : { days }));
    const foreign = { pem: join(folder.path, "foreign.pem"), key: join(folder.path, "foreign.key") };
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", foreign.key, "-out", foreign.pem, "-subj", "/CN=foreign"], {
      stdio: "ignore",
    });
    const partner = (name: string, days?: number): Partner => ({ domain: `${name}.example`, ...issue(name, days) });
    const good = partner("good");
    const revoked = partner("revoked");
    const partners = {
      good,
      revoked,
      expired: partner("expired", 0),
      foreign: { domain: "foreign.example", ...read(foreign) },
      other: partner("other"),
      renamed: { ...partner("renamed"), domain: "listed.example" },
      provisional: partner("provisional"),
      ocsp: { domain: "ocsp.example", ...read(outside.issue("ocsp", { ocsp: "issuer" })) },
      ocsp_revoked: { domain: "ocsp.example", ...read(outside.issue("ocsp", { ocsp: "issuer" })) },
      cut: partner("cut"),
      unlisted: { ...good, domain: "unlisted.example" },
    };
    const issued = issue(domain);
    own = { cert: issued.certificate, key: issued.key, ca: readFileSync(outside.ca, "utf8") };
    operator = await startFaultyOperator({
      domain,
      certificate: { cert: own.cert, key: own.key },
      foreignCertificate: { cert: partners.foreign.certificate, key: partners.foreign.key },
      ca: readFileSync(outside.ca, "utf8"),
      list: new Map([
        ...["good", "revoked", "expired", "foreign", "other", "provisional", "ocsp", "cut"].map((name) => [`${name}.example`, name] as const),
        ["listed.example", "listed"],
      ]),
      revoked: new Set([new X509Certificate(revoked.certificate).serialNumber]),
      revokedByOcsp: new Set([new X509Certificate(partners.ocsp_revoked.certificate).serialNumber]),
      provisional: "provisional.example",
      mailboxes: [`accueil-test@${domain}`, `accueil@${domain}`],
      password: secret,
    });
    const described = {
      domain,
      host: "127.0.0.1",
      gateway: operator.gateway,
      submission: operator.submission,
      imap: operator.imap,
      trust: readFileSync(outside.ca, "utf8"),
      recipient: `accueil-test@${domain}`,
      ordinary: `accueil@${domain}`,
      account: { user: `accueil-test@${domain}`, password: secret },
      partners,
    };
    kit = join(folder.path, "kit.json");
    writeFileSync(kit, JSON.stringify(described));
    target = { ...described, patience: 1, binds: async () => true, published: async () => true, cut: async () => void operator.cut.add("cut.example") };
    program = await startProgram();
  });
  after(async () => {
    await program?.stop();
    await operator?.stop();
    await outside?.stop();
    await folder?.remove();
  });

  it("names each planted fault, and none where there is none", async () => {
    operator.fault = undefined;
    const clean = await examineOperator(target);
    assert.deepEqual(
      clean.filter(({ outcome }) => outcome !== "passed").map(({ check, why }) => `${check}: ${why}`),
      [],
    );
    for (const [fault, check] of Object.entries(faults)) {
      operator.fault = fault as Fault;
      operator.cut.clear();
      const [result] = await examineOperator(target, { only: [check] });
      assert.equal(result?.outcome, "failed", `${fault} is not found by ${check}`);
      assert.ok((result?.why ?? "") !== "" && (result?.transcript.length ?? 0) > 0, `${fault}: no cause, no transcript`);
      assert.ok(
        !JSON.stringify(result).includes(secret) && !JSON.stringify(result).includes(Buffer.from(`\0accueil-test@${domain}\0${secret}`).toString("base64")),
      );
    }
    operator.fault = undefined;
  });

  it("[MSS-10] finds what Debian's Postfix, set up as an operator, does and does not do", async (context) => {
    if (!hasPostfix()) return context.skip("no postfix");
    const { good, revoked, expired, foreign, other, ocsp, ocsp_revoked, cut, provisional } = target.partners;
    const listed = [good, revoked, expired, foreign, other, ocsp, ocsp_revoked, cut].flatMap((one) => one ?? []);
    const postfix = await openPostfixOperator({
      domain,
      users: [`accueil-test@${domain}`, `accueil@${domain}`],
      testUsers: [`accueil-test@${domain}`],
      tls: own,
      list: [...listed, ...(provisional ? [{ ...provisional, provisional: true }] : [])],
    });
    try {
      const { submission: _submission, imap: _imap, account: _account, ...seen } = target;
      const results = await examineOperator({ ...seen, host: "localhost", gateway: postfix.port, patience: 10, cut: () => postfix.cut("cut.example") });
      const of = (outcome: string): string[] => results.filter((one) => one.outcome === outcome).map(({ check }) => check);
      // It reads no list and asks no responder, and headers are no business of its own.
      assert.deepEqual(of("failed"), ["certificate-revoked", "certificate-revoked-ocsp", "header-sender", "header-single-sender"]);
      assert.ok(of("passed").length >= 28, of("passed").join(", "));
      assert.ok(
        of("not-run").every((check) => /^(submission|imap)-|^arrives-intact$/.test(check)),
        of("not-run").join(", "),
      );
    } finally {
      await postfix.end();
    }
  });

  it("[MSS-10] examines anybody's operator from a kit of files, per requirement, and the exit code tells", async () => {
    operator.fault = "revoked";
    const bad = await runCommand(program.data, ["conformity", "operator", "--kit", kit, "--probes", "--report", join(folder.path, "bad.json")]);
    assert.equal(bad.code, 1);
    assert.match(bad.out, /✖ \[MSS-07\] certificate-revoked/);
    assert.match(bad.out, /< 250 2\.0\.0 accepted/);
    assert.match(bad.err, /certificate-revoked/);
    const checked = await runCommand(program.data, ["conformity", "check", join(folder.path, "bad.json"), "--json"]);
    assert.equal(checked.code, 0, checked.err);
    const report = JSON.parse(checked.out) as { operator: string; requirements: { requirement: string; outcome: string }[] };
    assert.equal(report.operator, domain);
    assert.deepEqual(report.requirements, [
      { requirement: "MSS-04", outcome: "passed" },
      { requirement: "MSS-07", outcome: "failed" },
      { requirement: "MSS-27", outcome: "passed" },
    ]);
    writeFileSync(join(folder.path, "bad.json"), readFileSync(join(folder.path, "bad.json"), "utf8").replaceAll('"failed"', '"passed"'));
    assert.equal((await runCommand(program.data, ["conformity", "check", join(folder.path, "bad.json")])).code, 1);
    operator.fault = undefined;
    const lacking = JSON.parse(readFileSync(kit, "utf8"));
    delete lacking.partners.revoked;
    writeFileSync(kit, JSON.stringify(lacking));
    const good = await runCommand(program.data, ["conformity", "operator", "--kit", kit, "--probes"]);
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /○ \[MSS-07\] certificate-revoked[^\n]*\n {4}not run, lacking: a partner certificate \(revoked\)/);
  });

  it("[MSS-10] passes on our own operator, and the report goes into a file of the operator", async () => {
    const rights = (await askServer(program.data, { method: "GET", path: "/api/files" }, "en"))?.body as { reference: string; holder: string }[];
    const file = rights.find(({ holder }) => holder === "operator:beta.mssante.test")?.reference ?? "";
    const out = join(folder.path, "own.json");
    const run = await runCommand(program.data, ["conformity", "operator", "beta.mssante.test", "--report", out, "--file", file, "--json"]);
    assert.equal(run.code, 0, run.out.slice(-3000) + run.err);
    const report = JSON.parse(run.out) as { failed: number; not_run: number; passed: number; results: { check: string; severity: string; outcome: string }[] };
    assert.deepEqual(
      report.results.filter(({ severity, outcome }) => severity === "must" && outcome !== "passed").map(({ check }) => check),
      [],
    );
    assert.ok(report.passed >= 38);
    const entries = (await askServer(program.data, { method: "GET", path: `/api/files/${file}` }, "en"))?.body as object;
    assert.match(JSON.stringify(entries), /conformity-report-filed/);
  });

  it("[MSS-10] is an entry of its own in an operator's file, per requirement, and validates nobody: the commitment alone does (MSS 4.2)", async () => {
    const people = await invitePeople(program, { anne: "officer", olga: "operator-contact", oscar: "operator-contact" });
    const { party } = await people.good<{ party: string }>("anne", "POST", "/api/parties", whole("Opérateur éprouvé"));
    await people.good("anne", "PUT", `/api/parties/${party}/members/${people.accounts.olga}`);
    const { reference } = await people.good<{ reference: string }>("anne", "POST", "/api/files", { instrument: "mssante-operator", party });
    const act = (type: string, payload: object) => people.good("anne", "POST", `/api/files/${reference}/entries`, { type, payload });
    await act("domain-declared", { by: "operator", domain: "eprouve.mssante.test", title: "own" });
    await act("contract-signed", { by: "operator" });
    await act("contract-signed", { by: "agency" });
    type Seen = {
      phase: { id: string };
      obligations: { id: string; state: string }[];
      rights: unknown[];
      entries: { type: string; article: string; payload: Record<string, unknown> }[];
    };
    const view = () => people.good<Seen>("anne", "GET", `/api/files/${reference}/view`);
    const before = await view();
    const report = {
      format: "cercle-conformity-operator-1",
      operator: "eprouve.mssante.test",
      passed: 40,
      failed: 1,
      not_run: 0,
      requirements: [{ requirement: "MSS-07", outcome: "failed" }],
    };
    const file = (who: string) => people.ask(who, "POST", "/api/conformity/operator/results", { report, file: reference });
    assert.equal((await file("oscar")).status, 403, "another party's file takes nothing");
    assert.equal((await file("olga")).status, 200);
    const after = await view();
    const entry = after.entries.find(({ type }) => type === "conformity-report-filed");
    assert.deepEqual([entry?.article, entry?.payload.failed, entry?.payload.requirements, entry?.payload.by], ["MSS 4.1", 1, ["MSS-07 failed"], "operator"]);
    assert.deepEqual(
      [after.phase.id, after.obligations.map(({ id, state }) => [id, state]), after.rights],
      [before.phase.id, before.obligations.map(({ id, state }) => [id, state]), before.rights],
    );
    // A suite with failures keeps nobody from validation.
    await act("commitment-sent", { by: "operator", channel: "registered-receipt" });
    await act("commitment-received", { by: "agency" });
    await act("commitment-found-complete", { by: "agency" });
    await act("validation-notified", { by: "agency", channel: "registered" });
    assert.equal((await view()).phase.id, "validated");
  });
});

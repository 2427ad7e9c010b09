// testssl against every listener of mail: nothing below TLS 1.2, no weak suite, none of the known holes. `npm run soak mail-tls`; it
// opens hundreds of connections a port, too slow for every `npm test` (mail-trust.test.ts asks openssl the main questions there).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";
import { run } from "./mail-clients.ts";

type Finding = { id: string; severity: string; finding: string };

describe("testssl", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
  });
  after(() => program?.stop());

  it("finds nothing below TLS 1.2, no weak suite and no known hole on gateway, submission and IMAP", async (t) => {
    const [gateway = 0, submission = 0, imap = 0] = (program.ready.mail_alpha ?? "").match(/\d+/g)?.map(Number) ?? [];
    for (const [name, protocol, port] of [
      ["gateway", "smtp", gateway],
      ["submission", "smtp", submission],
      ["imap", "imap", imap],
    ] as const) {
      const file = join(program.data, `testssl-${name}.json`);
      const words = ["--quiet", "--color", "0", "--warnings", "off", "--openssl", "/usr/bin/openssl", "-p", "-s", "-f", "-U"];
      const { out } = await run("testssl", [...words, "--jsonfile", file, "-t", protocol, `localhost:${port}`], 1200);
      const findings = JSON.parse(readFileSync(file, "utf8")) as Finding[];
      const of = (id: string): string => findings.find((one) => one.id === id)?.finding ?? out;
      for (const id of ["SSLv2", "SSLv3", "TLS1", "TLS1_1"]) assert.match(of(id), /^not offered/, `${name} ${id}`);
      for (const id of ["TLS1_2", "TLS1_3"]) assert.match(of(id), /^offered/, `${name} ${id}`);
      for (const id of ["NULL", "aNULL", "EXPORT", "LOW", "3DES_IDEA", "AVERAGE"]) assert.match(of(`cipherlist_${id}`), /^not offered/, `${name} ${id}`);
      assert.match(of("cipherlist_STRONG"), /^offered/, name);
      assert.deepEqual(
        findings.filter(({ severity }) => ["LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL"].includes(severity)),
        [],
        name,
      );
      t.diagnostic(`${name}: ${findings.length} findings, ${findings.filter(({ severity }) => severity === "OK").length} OK`);
    }
  });
});

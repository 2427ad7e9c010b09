// `cercle whitelist verify` as other people use it: on a file, without a server.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { temporaryFolder } from "@cercle/testkit";
import { signWhitelist } from "@cercle/whitelist";

const main = resolve(import.meta.dirname, "../src/main.ts");

describe("cercle whitelist verify", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (name: string) => join(folder.path, name);
  const verify = (...args: string[]) =>
    spawnSync(process.execPath, [main, "whitelist", "verify", ...args], { encoding: "utf8", env: { ...process.env, LANG: "en" } });

  before(async () => {
    folder = await temporaryFolder();
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", at("ca.key"), "-out", at("ca.pem"), "-subj", "/CN=AC"], {
      stdio: "ignore",
    });
    execFileSync("openssl", ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", at("s.key"), "-out", at("s.csr"), "-subj", "/CN=alb"], {
      stdio: "ignore",
    });
    writeFileSync(at("s.ext"), "extendedKeyUsage=emailProtection\n");
    execFileSync(
      "openssl",
      ["x509", "-req", "-in", at("s.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-days", "90", "-out", at("s.pem"), "-extfile", at("s.ext")],
      { stdio: "ignore" },
    );
    const now = realClock.now().round("second");
    const entries = ["a.example", "b.example", "b.example"].map((domain) => ({
      domain,
      description: "",
      certificateName: "CN=gw,O=H",
      contact: "",
      support: "",
      updatedAt: now,
    }));
    const signer = { key: createPrivateKey(readFileSync(at("s.key"))), certificate: readFileSync(at("s.pem"), "utf8") };
    writeFileSync(at("list.xml"), signWhitelist({ generatedAt: now, entries }, signer));
  });
  after(() => folder.remove());

  it("says who signed, and how many domains and duplicates there are", () => {
    const run = verify(at("list.xml"), "--trust", at("ca.pem"), "--json");
    assert.equal(run.status, 0, run.stderr);
    const report = JSON.parse(run.stdout);
    assert.deepEqual([report.signer, report.domains, report.entries, report.duplicates], ["CN=alb", 2, 3, 1]);
  });

  it("fails with exit code 1 and the reason on a list that was changed, or signed by a stranger", () => {
    writeFileSync(at("changed.xml"), readFileSync(at("list.xml"), "utf8").replace("a.example", "e.example"));
    const changed = verify(at("changed.xml"), "--trust", at("ca.pem"), "--json");
    assert.equal(changed.status, 1);
    assert.equal(JSON.parse(changed.stderr).error, "whitelist.bad-signature");
    const stranger = verify(at("list.xml"));
    assert.equal(stranger.status, 1);
    assert.match(stranger.stderr, /--trust/);
  });
});

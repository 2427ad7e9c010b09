// A live space: what it refuses to start with, and how the first one is made.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand, startProgram, type TestFolder, temporaryFolder } from "@cercle/testkit";
import { type LiveFacts, listLiveProblems } from "../src/live.ts";

const good: LiveFacts = {
  bornInSandbox: false,
  demoFiles: 0,
  host: "0.0.0.0",
  tls: "files",
  publicHost: "trust.example",
  masterKeyFile: "/etc/cercle/master.key",
  dataFolder: "/var/lib/cercle",
};

describe("live mode", () => {
  let folder: TestFolder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  it("refuses test anchors, demo data, plain HTTP beyond loopback, a local name, a master key beside what it seals", () => {
    assert.deepEqual(listLiveProblems(good), []);
    assert.deepEqual(listLiveProblems({ ...good, tls: "off", host: "127.0.0.1" }), [], "behind a proxy on this machine");
    const bad: readonly Partial<LiveFacts>[] = [
      { bornInSandbox: true },
      { demoFiles: 1 },
      { tls: "off" },
      { publicHost: "localhost" },
      { masterKeyFile: undefined },
      { masterKeyFile: "/var/lib/cercle/keys/master.key" },
    ];
    for (const change of bad) assert.equal(listLiveProblems({ ...good, ...change }).length, 1, JSON.stringify(change));
  });

  it("lists every reason at once when a sandbox is started live", async () => {
    const data = join(folder.path, "sandbox");
    await (await startProgram({ data })).stop();
    const refused = await runCommand(data, ["up", "--mode", "live", "--ports", "auto"], { CERCLE_PROGRAM_HOST: "0.0.0.0" });
    assert.equal(refused.code, 1);
    for (const reason of [/born in a sandbox/, /plain HTTP/, /master key/]) assert.match(refused.err, reason);
  });

  it("is prepared by one command: a configuration that passes its check, keys, two links that work once, no account", async () => {
    const data = join(folder.path, "live");
    const config = join(folder.path, "cercle.json");
    const key = join(folder.path, "elsewhere", "master.key");
    const args = ["init", "--mode", "live", "--config", config, "--public-host", "trust.example", "--host", "127.0.0.1", "--master-key", key];
    const missing = await runCommand(data, [...args, "--json"]);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /--officer/);
    const made = await runCommand(data, [...args, "--officer", "Ada Roux,Noé Petit", "--json"]);
    assert.equal(made.code, 0, made.err);
    const { links } = JSON.parse(made.out) as { links: { name: string; link: string }[] };
    assert.deepEqual(
      links.map(({ name }) => name),
      ["Ada Roux", "Noé Petit"],
    );
    assert.equal((await stat(key)).mode & 0o777, 0o600);
    assert.equal((await readFile(key)).length, 32);
    assert.equal((await runCommand(data, ["config", "check", "--config", config])).code, 0);
    const again = await runCommand(data, [...args, "--officer", "Ada Roux,Noé Petit"]);
    assert.equal(again.code, 1, "an existing configuration is never replaced");

    const program = await startProgram({ data, args: ["--config", config], environment: { NODE_EXTRA_CA_CERTS: "" } });
    const listed = await program.run(["account", "list", "--json"], { CERCLE_CONFIG: config });
    assert.equal(JSON.parse(listed.out).length, 2);
    const clock = await program.run(["clock", "set", "+P1M", "--json"], { CERCLE_CONFIG: config });
    assert.equal(JSON.parse(clock.err).error, "governance.sandbox-only");
    const reset = await program.run(["reset", "--json"], { CERCLE_CONFIG: config });
    assert.equal(JSON.parse(reset.err).error, "program.no-reset");
    const [, submission, imap] = (program.ready.mail_alpha ?? "").match(/\d+/g) ?? [];
    const said = (protocol: string, port: string | undefined, words: string): string =>
      execFileSync("openssl", ["s_client", "-starttls", protocol, "-connect", `localhost:${port}`, "-crlf", "-ign_eof", "-quiet"], {
        input: words,
        encoding: "utf8",
        stdio: ["pipe", "pipe", "ignore"],
        timeout: 20_000,
      });
    const capabilities = said("imap", imap, "a CAPABILITY\nb LOGOUT\n");
    assert.match(capabilities, /\* CAPABILITY .*AUTH=XOAUTH2.*LOGINDISABLED/, "a password of a device opens nothing in a live space");
    assert.doesNotMatch(capabilities, /AUTH=PLAIN/);
    assert.match(said("smtp", submission, "EHLO ici\nQUIT\n"), /AUTH XOAUTH2\r?\n/);
    await program.stop();
    await writeFile(config, "{}");
  });
});

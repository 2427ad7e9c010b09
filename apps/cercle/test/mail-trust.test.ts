// Operators that apply a list and certificates of another authority: swaks and openssl as partners, in every state.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { eventually, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { signWhitelist } from "@cercle/whitelist";
import { askServer } from "../src/control-socket.ts";
import { type OutsideAuthority, openOutsideAuthority } from "./outside-authority.ts";

const paul = "paul@beta.mssante.test";

describe("mail with an outside authority and an outside list", () => {
  let folder: TestFolder;
  let outside: OutsideAuthority;
  let program: TestProgram;
  let beta: readonly number[];
  let signer: { pem: string; key: string };
  const files = new Map<string, { pem: string; key: string }>();

  const run = (command: string, args: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const child = execFile(command, args, { timeout: 20_000 }, (_error, out, err) => resolve(`${out}${err}`));
      child.stdin?.end();
    });
  const swaks = (from: string, pair: { pem: string; key: string } | undefined, ...more: string[]): Promise<string> =>
    run("swaks", [
      ...["--server", "localhost", "--port", String(beta[0]), "--from", from, "--to", paul, "--timeout", "15", "-tls"],
      ...(pair ? ["--tls-cert", pair.pem, "--tls-key", pair.key] : []),
      ...more,
    ]);
  const list = (domains: readonly string[], minutes = 0, published = names): string => {
    const now = realClock.now().round("second").add({ minutes });
    const own = [...published.matchAll(/<Nom>([^<]+)<\/Nom>.*?<DNCertificatOperateur>([^<]*)</gs)].map(([, domain = "", name = ""]) => ({ domain, name }));
    const all = [...own, ...domains.map((domain) => ({ domain: `${domain}.example`, name: `O=OUTSIDE,CN=${domain}` }))];
    return signWhitelist(
      {
        generatedAt: now,
        entries: all.map(({ domain, name }) => ({ domain, certificateName: name, description: "", contact: "", support: "", updatedAt: now })),
      },
      { key: createPrivateKey(readFileSync(signer.key)), certificate: readFileSync(signer.pem, "utf8") },
    );
  };
  let names = "";
  const partners = async (): Promise<{ domains: number; alarm?: string }> => {
    const reply = await askServer(program.data, { method: "GET", path: "/api/mail/beta.mssante.test/partners" }, "en");
    return reply?.body as { domains: number; alarm?: string };
  };
  const everyone = ["good", "expired", "revoked", "lost", "ocspgood", "ocsprevoked", "ocspdelegate", "ocspforged", "ocspdown"];
  const settings = (policy: "refuse" | "accept"): readonly string[] => {
    const config = join(folder.path, "cercle.json");
    const mail = { whitelist_url: `${outside.base}/list.xml`, whitelist_seconds: 1, trust_file: outside.ca, revocation_unreachable: policy };
    writeFileSync(config, JSON.stringify({ mail }));
    return ["--config", config];
  };
  const start = async (policy: "refuse" | "accept"): Promise<void> => {
    program = await startProgram({ data: join(folder.path, "data"), args: settings(policy) });
    beta = (program.ready.mail_beta ?? "").match(/\d+/g)?.map(Number) ?? [];
  };

  before(async () => {
    folder = await temporaryFolder();
    outside = await openOutsideAuthority(join(folder.path, "ca"));
    for (const [name, how] of [
      ["good", {}],
      ["expired", { days: 0 }],
      ["revoked", {}],
      ["lost", { lost: true }],
      ["other", {}],
      ["mailonly", { usage: "codeSigning" }],
      ["ocspgood", { ocsp: "issuer" }],
      ["ocsprevoked", { ocsp: "issuer" }],
      ["ocspdelegate", { ocsp: "delegate" }],
      ["ocspforged", { ocsp: "impostor" }],
      ["ocspdown", { ocsp: "down" }],
    ] as const)
      files.set(name, outside.issue(name, how));
    for (const name of ["revoked", "ocsprevoked"]) outside.revoke(name);
    signer = outside.issue("alb", { usage: "emailProtection" });
    mkdirSync(join(folder.path, "data"));
    await start("refuse");
    names = await (await fetch(`${program.ready.portal}/public/whitelist.xml`)).text();
    outside.served.set("/list.xml", list(everyone));
    await eventually(async () => (await partners()).domains === everyone.length + 2, 20);
    assert.equal((await program.run(["mailbox", "add", paul])).code, 0);
  });
  after(async () => {
    await program?.stop();
    await outside?.stop();
    await folder?.remove();
  });

  it("[MSS-07] gives each certificate what it deserves, with the true cause and where it is explained", async () => {
    const expectations = [
      ["a@good.example", files.get("good"), /250 2\.0\.0 accepted/],
      ["a@good.example", undefined, /530 5\.7\.0 A client certificate of the trust space is required http\S+#certificate/],
      ["a@expired.example", files.get("expired"), /550 5\.7\.1 The client certificate is refused: expired http\S+#certificate/],
      ["a@revoked.example", files.get("revoked"), /550 5\.7\.1 The client certificate is refused: revoked/],
      ["a@lost.example", files.get("lost"), /454 4\.7\.0 Whether the client certificate is revoked cannot be known now/],
      // OCSP alone: the issuer's own answer, a delegated responder's, one whose certificate may not answer, and none.
      ["a@ocspgood.example", files.get("ocspgood"), /250 2\.0\.0 accepted/],
      ["a@ocsprevoked.example", files.get("ocsprevoked"), /550 5\.7\.1 The client certificate is refused: revoked/],
      ["a@ocspdelegate.example", files.get("ocspdelegate"), /250 2\.0\.0 accepted/],
      ["a@ocspforged.example", files.get("ocspforged"), /454 4\.7\.0/],
      ["a@ocspdown.example", files.get("ocspdown"), /454 4\.7\.0/],
      ["a@good.example", files.get("other"), /550 5\.7\.1 The certificate is not bound to good\.example in the whitelist http\S+#binding/],
      ["a@good.example", files.get("mailonly"), /550 5\.7\.1 The client certificate is refused: wrong-purpose/],
      ["a@nowhere.example", files.get("good"), /550 5\.7\.1 nowhere\.example is not in the whitelist http\S+#listed/],
    ] as const;
    for (const [from, pair, expected] of expectations) assert.match(await swaks(from, pair), expected);
    for (const who of ["issuer", "delegate", "impostor", "down"]) assert.ok((outside.asked.get(`/ocsp/${who}`) ?? 0) > 0, who);
    const guide = await (await fetch(`${program.ready.portal}/public/mail/refusals`)).text();
    for (const anchor of ["certificate", "binding", "listed", "tls"]) assert.match(guide, new RegExp(`id="${anchor}"`));
  });

  it("opens an applicative mailbox to a component with a certificate of that authority, bound to it", async () => {
    const robot = "robot@beta.mssante.test";
    assert.equal((await program.run(["mailbox", "add", robot, "--kind", "applicative"])).code, 0);
    const pemOf = (name: string): string => files.get(name)?.pem ?? "";
    for (const [name, reason] of [
      ["revoked", /revoked/],
      ["lost", /revocation-unreachable/],
      ["mailonly", /wrong-purpose/],
    ] as const)
      assert.match((await program.run(["mailbox", "allow", robot, "--certificate", pemOf(name)])).err, reason);
    assert.equal((await program.run(["mailbox", "allow", robot, "--certificate", pemOf("ocspgood")])).code, 0);
    const place = [
      "--ssl-reqd",
      "--cacert",
      join(program.data, "ca.pem"),
      "--login-options",
      "AUTH=EXTERNAL",
      "-u",
      `${robot}:`,
      `imap://localhost:${beta[2]}/`,
    ];
    const curl = (name: string): Promise<string> => run("curl", ["-sv", "--cert", pemOf(name), "--key", files.get(name)?.key ?? "", ...place]);
    assert.match(await curl("ocspgood"), /"INBOX"/);
    assert.match(await curl("good"), /AUTHENTICATIONFAILED/);
  });

  it("[MSS-07] takes a certificate that the agency issued, until it is revoked", async () => {
    const made = await program.run(["operator", "add", "--domain", "clinique.mssante.test", "--out", join(folder.path, "clinique"), "--json"]);
    assert.equal(made.code, 0, made.err);
    const { certificate, key, serial } = JSON.parse(made.out);
    await eventually(async () => {
      names = await (await fetch(`${program.ready.portal}/public/whitelist.xml`)).text();
      return names.includes("clinique.mssante.test");
    });
    outside.served.set("/list.xml", list(everyone));
    await eventually(async () => (await partners()).domains === everyone.length + 3, 20);
    const pair = { pem: certificate, key };
    assert.match(await swaks("a@clinique.mssante.test", pair), /250 2\.0\.0 accepted/);
    assert.equal((await program.run(["certificate", "revoke", serial, "--reason", "keyCompromise"])).code, 0);
    assert.match(await swaks("a@clinique.mssante.test", pair), /550 5\.7\.1 The client certificate is refused: revoked/);
  });

  it("[MSS-04] [MSS-05] keeps the last good list and says so, when the next one is forged, older, empty, or not there", async () => {
    const good = list(everyone, 2);
    outside.served.set("/list.xml", good);
    await eventually(async () => (await partners()).alarm === undefined, 20);
    const older = list(["good"], -60);
    const cases = [
      [good.replace("expired.example", "intruder.example"), "whitelist.bad-signature"],
      [older, "whitelist.rollback"],
      [list([], 3, ""), "whitelist.empty"],
      ["", "whitelist.not-xml"],
      [undefined, "unreachable"],
    ] as const;
    for (const [content, alarm] of cases) {
      if (content === undefined) outside.served.delete("/list.xml");
      else outside.served.set("/list.xml", content);
      await eventually(async () => (await partners()).alarm === alarm, 20);
      assert.equal((await partners()).domains, everyone.length + 3);
    }
    const said = await program.run(["mail", "partners", "beta.mssante.test"]);
    assert.match(said.out, /unreachable/);
    assert.match(await swaks("a@good.example", files.get("good"), "--body", "still"), /250 2\.0\.0 accepted/);
    // The next good one ends the alarm, and takes out whom it leaves out.
    outside.served.set("/list.xml", list(["expired"], 5));
    await eventually(async () => (await partners()).alarm === undefined, 20);
    assert.match(await swaks("a@good.example", files.get("good")), /good\.example is not in the whitelist/);
  });

  it("[MSS-07] under the policy to accept, takes whom it cannot ask about, and still refuses who is known to be revoked", async () => {
    await program.stop();
    outside.served.set("/list.xml", list(everyone, 10));
    await start("accept");
    await eventually(async () => (await partners()).domains === everyone.length + 3, 20);
    for (const name of ["lost", "ocspforged", "ocspdown"]) assert.match(await swaks(`a@${name}.example`, files.get(name)), /250 2\.0\.0 accepted/, name);
    for (const name of ["revoked", "ocsprevoked"]) assert.match(await swaks(`a@${name}.example`, files.get(name)), /refused: revoked/, name);
  });

  it("speaks TLS 1.2 and 1.3 with forward secrecy only, on every listener", async () => {
    const s_client = (port: number | undefined, protocol: string, ...args: string[]): Promise<string> =>
      run("openssl", ["s_client", "-connect", `localhost:${port}`, "-starttls", protocol, ...args]);
    for (const [port, protocol] of [
      [beta[0], "smtp"],
      [beta[1], "smtp"],
      [beta[2], "imap"],
    ] as const) {
      for (const old of ["-tls1", "-tls1_1"]) assert.match(await s_client(port, protocol, old, "-cipher", "ALL:@SECLEVEL=0"), /Cipher is \(NONE\)/);
      for (const weak of ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES256-SHA384"])
        assert.match(await s_client(port, protocol, "-tls1_2", "-cipher", `${weak}:@SECLEVEL=0`), /Cipher is \(NONE\)/, weak);
      assert.match(await s_client(port, protocol, "-tls1_2"), /Cipher is ECDHE-RSA-/);
      assert.match(await s_client(port, protocol, "-tls1_3"), /Cipher is TLS_/);
    }
  });
});

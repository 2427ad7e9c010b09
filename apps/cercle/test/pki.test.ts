// The PKI as its users meet it: HTTP, the command line, and the programs of others (openssl, certtool).
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { eventually, runCommand, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";

const run = promisify(execFile);
type Issued = { serial: string; certificate: string; key: string };

/** Every one of these programs says what it thinks on either stream. */
async function say(program: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(program, args).catch((error: { stdout: string; stderr: string }) => error);
  return `${stderr}${stdout}`;
}

describe("the PKI of a running space", () => {
  let program: TestProgram;
  let pki: string;
  const at = (name: string): string => join(program.data, name);
  const cercle = async <T>(...args: string[]): Promise<T> => {
    const { code, out, err } = await program.run([...args, "--json"]);
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  const issue = (name: string, profile = "serv-ssl", hosts = "app.example.test"): Promise<Issued> => {
    const forHosts = profile === "serv-ssl" || profile === "mail-server" ? ["--hosts", hosts] : [];
    return cercle("certificate", "issue", "--profile", profile, "--name", name, "--organization", "Clinique d’essai", ...forHosts, "--out", at(name));
  };
  const fetchTo = async (path: string, file: string): Promise<string> => {
    const reply = await fetch(`${pki}${path}`);
    assert.equal(reply.status, 200, path);
    await writeFile(at(file), Buffer.from(await reply.arrayBuffer()));
    return at(file);
  };
  before(async () => {
    program = await startProgram();
    pki = program.ready.pki ?? "";
    await fetchTo("/ca/ACI-EL-ORG-TEST.cer", "issuer.cer");
    execFileSync("openssl", ["x509", "-inform", "der", "-in", at("issuer.cer"), "-out", at("issuer.pem")]);
  });
  after(() => program.stop());

  const ocsp = (certificate: string, ...options: string[]): Promise<string> =>
    say("openssl", ["ocsp", "-issuer", at("issuer.pem"), "-cert", certificate, "-url", `${pki}/ocsp`, "-CAfile", at("ca.pem"), ...options]);
  const checkByList = async (certificate: string): Promise<string> => {
    const list = await fetchTo("/crl/ACI-EL-ORG-TEST.crl", "list.crl");
    execFileSync("openssl", ["crl", "-inform", "der", "-in", list, "-out", at("list.pem")]);
    return say("openssl", ["verify", "-crl_check", "-CAfile", at("ca.pem"), "-CRLfile", at("list.pem"), certificate]);
  };

  it("[CPS-17] issues a test server certificate that openssl and certtool accept, by list and by OCSP", async () => {
    const issued = await issue("app.example.test");
    const text = execFileSync("openssl", ["x509", "-noout", "-subject", "-issuer", "-ext", "subjectAltName,extendedKeyUsage", "-in", issued.certificate], {
      encoding: "utf8",
    });
    assert.match(text, /CN = app\.example\.test/);
    assert.match(text, /TEST AC CERCLE ELEMENTAIRE ORGANISATIONS/);
    assert.match(text, /DNS:app\.example\.test/);
    assert.match(text, /TLS Web Server Authentication, TLS Web Client Authentication/);
    const verified = await say("openssl", [
      "verify",
      "-x509_strict",
      "-purpose",
      "sslserver",
      "-verify_hostname",
      "app.example.test",
      "-CAfile",
      at("ca.pem"),
      issued.certificate,
    ]);
    assert.match(verified, /: OK/);
    assert.match(await checkByList(issued.certificate), /: OK/);
    assert.match(await ocsp(issued.certificate), /Response verify OK\n.*: good/s);
    const certtool = await say("certtool", ["--verify", "--load-ca-certificate", at("ca.pem"), "--infile", issued.certificate]);
    assert.match(certtool, /Verified\. The certificate is trusted/);
    const own = new X509Certificate(await readFile(issued.certificate));
    assert.equal(own.serialNumber.toLowerCase(), issued.serial);
    // The key was made by the command and is the certificate's.
    const pub = (...args: string[]): string => execFileSync("openssl", args, { encoding: "utf8" });
    assert.equal(pub("pkey", "-in", issued.key, "-pubout"), pub("x509", "-in", issued.certificate, "-noout", "-pubkey"));
  });

  it("[CPS-17] takes the key of a PKCS#10 request and never its names; refuses one without possession", async () => {
    execFileSync("openssl", ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bank.example", "-keyout", at("own.key"), "-out", at("own.csr")], {
      stdio: "ignore",
    });
    const args = ["certificate", "issue", "--profile", "org-auth-cli", "--name", "LOGICIEL-1", "--organization", "Éditeur", "--out", at("own")];
    const issued = await cercle<Issued>(...args, "--csr", at("own.csr"));
    const subject = execFileSync("openssl", ["x509", "-noout", "-subject", "-nameopt", "utf8", "-in", issued.certificate], { encoding: "utf8" });
    assert.equal(subject.trim(), "subject=C=FR, O=Éditeur, CN=LOGICIEL-1");
    const lines = (await readFile(at("own.csr"), "utf8")).split("\n");
    const der = Buffer.from(lines.slice(1, -2).join(""), "base64");
    der[der.length - 1] = (der[der.length - 1] ?? 0) ^ 1;
    await writeFile(at("forged.csr"), `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`);
    const forged = await program.run([...args, "--csr", at("forged.csr"), "--json"]);
    assert.equal(forged.code, 1);
    assert.equal(JSON.parse(forged.err).error, "pki.no-possession");
    await writeFile(at("junk.csr"), "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n");
    assert.equal(JSON.parse((await program.run([...args, "--csr", at("junk.csr"), "--json"])).err).error, "pki.bad-request");
  });

  it("a revoked certificate is refused by list and by OCSP at once, with and without a nonce, the reason shown", async () => {
    const issued = await issue("old.example.test");
    // Asked first, so that an answer signed ahead exists and must be forgotten.
    assert.match(await ocsp(issued.certificate, "-no_nonce"), /: good/);
    const row = await cercle<{ state: string; reason: string }>("certificate", "revoke", issued.serial, "--reason", "keyCompromise");
    assert.deepEqual([row.state, row.reason], ["revoked", "keyCompromise"]);
    assert.match(await checkByList(issued.certificate), /certificate revoked/);
    assert.match(await ocsp(issued.certificate), /Response verify OK\n.*: revoked\n.*Reason: keyCompromise/s);
    await eventually(async () => /: revoked/.test(await ocsp(issued.certificate, "-no_nonce")), 5);
    execFileSync("openssl", ["crl", "-inform", "der", "-in", at("list.crl"), "-noout", "-CAfile", at("ca.pem")], { stdio: "ignore" });
    const list = await say("certtool", ["--crl-info", "--inder", "--infile", at("list.crl")]);
    assert.match(list, new RegExp(`Serial Number \\(hex\\): ${issued.serial}`));
    const certtool = await say("certtool", ["--verify-crl", "--load-ca-certificate", at("issuer.pem"), "--infile", at("list.pem")]);
    assert.match(certtool, /Verified/);
  });

  it("[MSS-43] a certificate ends with the right to hold it", async () => {
    const issued = await issue("mx.end.test", "mail-server", "mx.end.test");
    const portal = program.ready.portal ?? "";
    assert.equal((await fetch(`${portal}/api/pki/certificates`)).status, 401);
    const file = await cercle<{ state: string }>("certificate", "show", issued.serial);
    assert.equal(file.state, "valid");
    // What ends the contract withdraws the right; nobody names the certificate.
    const body = { right: "certificate.hold", subject: issued.serial };
    const withdrawn = await askServer(program.data, { method: "POST", path: "/api/sandbox/withdrawals", body }, "en");
    assert.equal(withdrawn?.status, 200);
    await eventually(async () => (await cercle<{ state: string }>("certificate", "show", issued.serial)).state === "revoked", 10);
  });

  it("renews a certificate for the same names, and refuses to renew one that was revoked", async () => {
    const first = await issue("renew.example.test");
    const second = await cercle<Issued>("certificate", "renew", first.serial, "--out", at("renewed.pem"));
    assert.notEqual(second.serial, first.serial);
    const names = async (file: string): Promise<unknown> => {
      const x509 = new X509Certificate(await readFile(file));
      return [x509.subject, x509.subjectAltName, x509.publicKey.export({ type: "spki", format: "pem" })];
    };
    assert.deepEqual(await names(at("renewed.pem")), await names(first.certificate));
    await cercle("certificate", "revoke", first.serial, "--reason", "superseded");
    const refused = await program.run(["certificate", "renew", first.serial, "--out", at("no.pem"), "--json"]);
    assert.equal(JSON.parse(refused.err).error, "pki.already-revoked");
    const rows = await cercle<{ state: string }[]>("certificate", "list", "--text", "renew.example");
    assert.deepEqual(rows.map((row) => row.state).sort(), ["revoked", "valid"]);
  });

  it("answers OCSP by GET, and what is not a request with the error RFC 6960 asks for", async () => {
    const issued = await issue("get.example.test");
    execFileSync("openssl", ["ocsp", "-issuer", at("issuer.pem"), "-cert", issued.certificate, "-no_nonce", "-reqout", at("request.der")]);
    const encoded = encodeURIComponent((await readFile(at("request.der"))).toString("base64"));
    const reply = await fetch(`${pki}/ocsp/${encoded}`);
    assert.equal(reply.headers.get("content-type"), "application/ocsp-response");
    await writeFile(at("answer.der"), Buffer.from(await reply.arrayBuffer()));
    const read = await say("openssl", ["ocsp", "-respin", at("answer.der"), "-issuer", at("issuer.pem"), "-cert", issued.certificate, "-CAfile", at("ca.pem")]);
    assert.match(read, /Response verify OK\n.*: good/s);
    const status = async (body: Uint8Array): Promise<string> => {
      const answer = await fetch(`${pki}/ocsp`, { method: "POST", body: Buffer.from(body), headers: { "content-type": "application/ocsp-request" } });
      return Buffer.from(await answer.arrayBuffer()).toString("hex");
    };
    assert.equal(await status(Buffer.from("junk")), "30030a0101");
    assert.equal(await status(Buffer.alloc(5000)), "30030a0101");
    const foreign = await say("openssl", ["ocsp", "-issuer", issued.certificate, "-serial", "0x1234", "-url", `${pki}/ocsp`, "-CAfile", at("ca.pem")]);
    assert.match(foreign, /unauthorized/);
    const unknown = await say("openssl", ["ocsp", "-issuer", at("issuer.pem"), "-serial", "0x1234", "-url", `${pki}/ocsp`, "-CAfile", at("ca.pem")]);
    assert.match(unknown, /Response verify OK\n0x1234: unknown/);
  });

  it("publishes every authority's certificate and list, signed by who they say", async () => {
    const authorities = (await (await fetch(`${program.ready.portal}/api/pki/authorities`)).json()) as { code: string; file: string }[];
    assert.equal(authorities.length, 9);
    for (const { file } of authorities) {
      await fetchTo(`/ca/${file}.cer`, `${file}.cer`);
      const list = await fetchTo(`/crl/${file}.crl`, `${file}.crl`);
      assert.match(await say("openssl", ["verify", "-x509_strict", "-CAfile", at("ca.pem"), at(`${file}.cer`)]), /: OK/);
      assert.match(await say("openssl", ["crl", "-inform", "der", "-in", list, "-noout", "-CAfile", at("ca.pem")]), /verify OK/);
    }
    const bundle = await fetchTo("/ca/chain.p7b", "chain.p7b");
    assert.equal((await say("openssl", ["pkcs7", "-inform", "der", "-in", bundle, "-print_certs", "-noout"])).match(/^subject=/gm)?.length, 9);
    assert.equal((await say("certtool", ["--p7-info", "--inder", "--infile", bundle])).match(/BEGIN CERTIFICATE/g)?.length, 9);
    assert.equal((await fetch(`${pki}/ca/other.cer`)).status, 404);
    assert.equal((await fetch(`${pki}/crl/..%2f..%2fmaster.key`)).status, 404);
  });
});

describe("the key ceremony", () => {
  let folder: TestFolder;
  let keys: TestFolder;
  before(async () => {
    folder = await temporaryFolder();
    keys = await temporaryFolder();
  });
  after(async () => {
    await folder.remove();
    await keys.remove();
  });

  it("is what a live space waits for, wants two witnesses, is held once, and its minutes hold the fingerprints that certificates chain to", async () => {
    // A space that has all that live mode asks for, but its ceremony.
    const environment = { CERCLE_PROGRAM_PUBLIC_HOST: "trust.valdorie.example", CERCLE_PKI_MASTER_KEY_FILE: join(keys.path, "master.key") };
    const live = await runCommand(folder.path, ["up", "--mode", "live", "--ports", "auto", "--json"], environment);
    assert.equal(live.code, 1);
    assert.equal(JSON.parse(live.err).error, "pki.no-ceremony");
    const out = join(folder.path, "minutes.json");
    const ceremony = (...witnesses: string[]) =>
      runCommand(folder.path, ["pki", "ceremony", "--witness", witnesses.join(","), "--out", out, "--json"], environment);
    assert.equal(JSON.parse((await ceremony("Anne")).err).error, "pki.witnesses-needed");
    const held = await ceremony("Anne", "Karim");
    assert.equal(held.code, 0, held.err);
    const minutes = JSON.parse(await readFile(out, "utf8")) as {
      witnesses: string[];
      authorities: { code: string; fingerprint_sha256: string; bits: number }[];
    };
    assert.deepEqual(minutes.witnesses, ["Anne", "Karim"]);
    assert.equal(JSON.parse((await ceremony("Anne", "Karim")).err).error, "pki.ceremony-done");
    const name = join(folder.path, "first");
    const issued = await runCommand(
      folder.path,
      ["certificate", "issue", "--profile", "org-sign", "--name", "CACHET", "--organization", "Clinique", "--out", name, "--json"],
      environment,
    );
    assert.equal(issued.code, 0, issued.err);
    const chain = (await readFile(`${name}.pem`, "utf8")).split(/(?<=-----END CERTIFICATE-----\n)/);
    const issuer = new X509Certificate(chain[1] ?? "");
    assert.equal(minutes.authorities.find(({ code }) => code === "ACI-EL-ORG")?.fingerprint_sha256, issuer.fingerprint256);
  });
});

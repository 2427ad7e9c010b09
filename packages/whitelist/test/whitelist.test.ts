import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { nameKey, sameName, Temporal } from "@cercle/kernel";
import fc from "fast-check";
import { compactVerify, importX509 } from "jose";
import { buildLookup, buildXml, type ListSigner, parseXml, signJson, signWhitelist, verifyWhitelist, type Whitelist } from "../src/index.ts";

// After the certificates are made, which takes a slow machine seconds.
const now = Temporal.Now.instant().add({ minutes: 10 });
const entry = (domain: string, certificateName = `CN=gw.${domain},OU=1780000001,O=Hôpital,C=FR`) => ({
  domain,
  description: "Établissement & co <test>",
  certificateName,
  contact: "",
  support: "",
  updatedAt: now.round("second").subtract({ hours: 1 }),
});
const list: Whitelist = {
  generatedAt: now.round("second"),
  sequence: 7,
  nextUpdate: now.round("second").add({ hours: 24 }),
  entries: [entry("alpha.example"), entry("beta.example")],
};

describe("whitelist", () => {
  let folder: string;
  let anchor: string;
  let signer: ListSigner;
  const sign = (args: { eku?: string; days?: string; name?: string }): ListSigner => {
    const { eku = "emailProtection", days = "30", name = "signer" } = args;
    const at = (file: string) => join(folder, file);
    execFileSync(
      "openssl",
      ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", "/O=Agence/CN=alb.example"],
      { stdio: "ignore" },
    );
    writeFileSync(at(`${name}.ext`), `extendedKeyUsage=${eku}\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n`);
    execFileSync(
      "openssl",
      [
        "x509",
        "-req",
        "-in",
        at(`${name}.csr`),
        "-CA",
        at("ca.pem"),
        "-CAkey",
        at("ca.key"),
        "-days",
        days,
        "-out",
        at(`${name}.pem`),
        "-extfile",
        at(`${name}.ext`),
      ],
      { stdio: "ignore" },
    );
    return { key: createPrivateKey(readFileSync(at(`${name}.key`))), certificate: readFileSync(at(`${name}.pem`), "utf8") };
  };
  const verify = (xml: string, facts: Partial<Parameters<typeof verifyWhitelist>[0]> = {}) =>
    verifyWhitelist({ bytes: Buffer.from(xml), trust: anchor, now, ...facts });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cercle-whitelist-"));
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        join(folder, "ca.key"),
        "-out",
        join(folder, "ca.pem"),
        "-days",
        "60",
        "-subj",
        "/O=Agence/CN=AC",
      ],
      { stdio: "ignore" },
    );
    anchor = readFileSync(join(folder, "ca.pem"), "utf8");
    signer = sign({});
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("comes back from XML as it went in", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(parseXml(buildXml(list)))), JSON.parse(JSON.stringify(list)));
  });

  it("any text of an entry survives, and none can add an element", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const clean = text.replace(/[\p{Cc}\ufffe\uffff]|\p{Cs}/gu, "");
        const [read, ...more] = parseXml(buildXml({ ...list, entries: [{ ...entry("a.example"), description: clean }] })).entries;
        assert.equal(read?.description, clean);
        assert.equal(more.length, 0);
      }),
    );
  });

  it("verifies what it signs; xmlsec1 agrees, and a list signed by xmlsec1 is read", () => {
    const xml = signWhitelist(list, signer);
    const verified = verify(xml);
    assert.equal(verified.domains, 2);
    assert.equal(verified.list.sequence, 7);
    writeFileSync(join(folder, "list.xml"), xml);
    const peer = spawnSync("xmlsec1", ["--verify", "--trusted-pem", join(folder, "ca.pem"), join(folder, "list.xml")], { encoding: "utf8" });
    assert.equal(peer.status, 0, peer.stderr);
    const template = xml
      .replace(/<SignatureValue>[^<]*<\/SignatureValue>/, "<SignatureValue/>")
      .replace(/<DigestValue>[^<]*<\/DigestValue>/, "<DigestValue/>")
      .replace(/<X509Certificate>[^<]*<\/X509Certificate>/, "");
    writeFileSync(join(folder, "template.xml"), template);
    execFileSync("xmlsec1", [
      "--sign",
      "--privkey-pem",
      `${join(folder, "signer.key")},${join(folder, "signer.pem")}`,
      "--output",
      join(folder, "peer.xml"),
      join(folder, "template.xml"),
    ]);
    assert.equal(verify(readFileSync(join(folder, "peer.xml"), "utf8")).domains, 2);
  });

  it("refuses a changed list, whichever byte of an entry changed", () => {
    const xml = signWhitelist(list, signer);
    assert.throws(() => verify(xml.replace("alpha.example", "omega.example")), { code: "whitelist.bad-signature" });
    assert.throws(() => verify(xml.replace("</Domaine>", `</Domaine>${buildXml(list).match(/<Domaine>.*?<\/Domaine>/)?.[0] ?? ""}`)), {
      code: "whitelist.bad-signature",
    });
  });

  it("refuses a signed list wrapped inside another (signature wrapping)", () => {
    const xml = signWhitelist(list, signer).replace(/<\?xml.*?\?>\s*/, "");
    const evil = buildXml({ ...list, entries: [entry("evil.example")] }).replace("</ListeBlancheMSSante>", `${xml}</ListeBlancheMSSante>`);
    assert.throws(() => verify(evil), { code: "whitelist.unsigned" });
    const signature = xml.match(/<Signature[\s\S]*<\/Signature>/)?.[0] ?? "";
    assert.throws(
      () => verify(evil.replace("</ListeBlancheMSSante>", `</ListeBlancheMSSante>${signature}`)),
      (error: { code: string }) => error.code.startsWith("whitelist."),
    );
    assert.throws(() => verify(xml.replace("</ListeBlancheMSSante>", `${signature}</ListeBlancheMSSante>`)), { code: "whitelist.weak-signature" });
  });

  it("refuses other algorithms, no signature, DOCTYPE, other files", () => {
    const xml = signWhitelist(list, signer);
    assert.throws(() => verify(xml.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256")), { code: "whitelist.weak-signature" });
    assert.throws(() => verify(buildXml(list)), { code: "whitelist.unsigned" });
    assert.throws(() => verify(`<!DOCTYPE a [<!ENTITY b "c">]>${xml}`), { code: "whitelist.not-xml" });
    for (const text of ["", "{}", "<a>", "<html/>", xml.slice(0, 500)])
      assert.throws(
        () => verify(text),
        (error: { code: string }) => error.code.startsWith("whitelist."),
      );
  });

  it("refuses a stranger, an expired signer, and a certificate made for something else", () => {
    assert.throws(() => verify(signWhitelist(list, signer), { trust: "" }), { code: "whitelist.untrusted" });
    assert.throws(() => verify(signWhitelist(list, signer), { now: now.add({ hours: 24 * 45 }) }), { code: "whitelist.signer-expired" });
    assert.throws(() => verify(signWhitelist(list, sign({ eku: "serverAuth", name: "server" })), { now: now.add({ minutes: 5 }) }), {
      code: "whitelist.signer-purpose",
    });
  });

  it("refuses an older list and an empty one", () => {
    const xml = signWhitelist(list, signer);
    assert.throws(() => verify(xml, { last: { generatedAt: list.generatedAt, sequence: 8 } }), { code: "whitelist.rollback" });
    assert.throws(() => verify(xml, { last: { generatedAt: list.generatedAt.add({ seconds: 1 }) } }), { code: "whitelist.rollback" });
    assert.equal(verify(xml, { last: { generatedAt: list.generatedAt, sequence: 7 } }).domains, 2);
    assert.throws(() => verify(signWhitelist({ ...list, entries: [] }, signer)), { code: "whitelist.empty" });
  });

  it("counts duplicates across the ways a name is written, and says what is odd", () => {
    const twice = [entry("a.example", 'CN=x, O="CLCC\u00a0 INSTITUT CURIE", C=FR'), entry("a.example", "C=FR,O=CLCC  INSTITUT CURIE,CN=x")];
    const { warnings, domains } = verify(
      signWhitelist({ ...list, nextUpdate: now.round("second").subtract({ hours: 1 }), entries: [...twice, entry("b.example", "not a name")] }, signer),
    );
    assert.equal(domains, 2);
    assert.deepEqual(new Set(warnings.map((warning) => warning.kind)), new Set(["duplicate", "unreadable-name", "outdated", "signer-expires"]));
  });

  it("binds a certificate to its domains whatever the writing of its name, and to no other", () => {
    const lookup = buildLookup({
      ...list,
      entries: [entry("a.example", 'O="Durand, fils",CN=gw'), entry("b.example", "CN=gw,O=Durand\\, fils"), entry("c.example", "CN=gw,O=Autre")],
    });
    assert.deepEqual(lookup.domainsOf("cn=GW, o=Durand\\, fils"), ["a.example", "b.example"]);
    assert.ok(lookup.binds("A.example", "CN=gw,O=Durand\\, fils"));
    assert.ok(!lookup.binds("sub.a.example", "CN=gw,O=Durand\\, fils"));
    assert.ok(!lookup.binds("c.example", "CN=gw,O=Durand\\, fils"));
    assert.equal(nameKey("no equals sign"), undefined);
    assert.ok(!sameName("", ""));
  });

  it("gives a JSON twin that jose verifies", async () => {
    const jws = await signJson(list, signer);
    const { payload } = await compactVerify(jws, await importX509(signer.certificate, "RS256"));
    assert.deepEqual(
      JSON.parse(Buffer.from(payload).toString()).domains.map((domain: { domain: string }) => domain.domain),
      ["alpha.example", "beta.example"],
    );
  });

  it("reads seven thousand rows", () => {
    const many = Array.from({ length: 7000 }, (_, i) => entry(`d${i}.example`));
    assert.equal(verify(signWhitelist({ ...list, entries: many }, signer)).domains, 7000);
  });
});

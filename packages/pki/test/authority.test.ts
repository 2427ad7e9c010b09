import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { realClock, Temporal } from "@cercle/kernel";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { type Authority, openAuthority, openVault, pkiMigrations } from "../src/index.ts";

const makeSpki = (): Buffer => generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" });
const spki = { authentication: makeSpki(), signature: makeSpki() };
const doctor = {
  type: "CPS",
  holder: { nationalId: "899700075122", familyName: "PHARMACH0007512", givenName: "CAROLE", profession: { code: "21", label: "Pharmacien" } },
  publicKeys: spki,
} as const;
const employee = {
  type: "CPE",
  holder: {
    nationalId: "30B0057881/CPET0002",
    familyName: "MARTIN",
    givenName: "Zoé",
    structure: { id: "10B0057881", name: "HOPITAL DES 3 DAMES" },
  },
  publicKeys: spki,
} as const;

function pem(der: Uint8Array): string {
  return new X509Certificate(der).toString();
}

for (const engine of testEngines) {
  describe(`the authority on ${engine}`, () => {
    let test: TestStore;
    let authority: Authority;
    const open = async (): Promise<Authority> =>
      openAuthority({ vault: await openVault({ folder: test.folder }), store: test.store, real: realClock, name: "Essai" });
    const anchors = (): string => join(test.folder, "ca.pem");
    before(async () => {
      test = await openTestStore({ engine, rooms: [pkiMigrations] });
      authority = await open();
      await writeFile(anchors(), authority.anchors());
    });
    after(() => test.close());

    const verify = async (certificate: string, ...options: string[]): Promise<string> => {
      await writeFile(join(test.folder, "leaf.pem"), certificate);
      return execFileSync("openssl", ["verify", "-x509_strict", ...options, "-CAfile", anchors(), join(test.folder, "leaf.pem")], { encoding: "utf8" });
    };

    it("issues a server certificate that openssl verifies, and gives the same one again, after a restart too", async () => {
      const issue = (from = authority) => test.store.transaction((tx) => from.issueServer(tx, { hosts: ["localhost", "127.0.0.1", "::1"] }));
      const issued = await issue();
      assert.match(await verify(issued.certificate, "-purpose", "sslserver", "-verify_hostname", "localhost"), /OK/);
      assert.ok(new X509Certificate(issued.certificate).checkIP("127.0.0.1"));
      assert.equal((await issue()).serial, issued.serial);
      const again = await open();
      assert.equal(again.anchors(), authority.anchors());
      assert.equal((await issue(again)).serial, issued.serial);
    });

    it("issues both certificates of a card with the names and the private extensions of the real ones", async () => {
      const card = await test.store.transaction((tx) => authority.issueCardCertificates(tx, { ...doctor, cardNumber: "2600301752" }));
      assert.match(await verify(pem(card.authentication), "-purpose", "sslclient"), /OK/);
      assert.match(await verify(pem(card.signature), "-purpose", "smimesign"), /OK/);
      const text = execFileSync("openssl", ["x509", "-noout", "-text", "-nameopt", "RFC2253", "-certopt", "ext_dump"], {
        input: pem(card.authentication),
        encoding: "utf8",
      });
      assert.match(text, /Subject: (GN=CAROLE\+SN=PHARMACH0007512\+CN=899700075122|SN=.*),title=Pharmacien,C=FR/);
      assert.match(text, /Issuer: CN=TEST AC ESSAI FORT PERSONNES/);
      assert.match(text, /1\.2\.250\.1\.71\.1\.2\.2:\s+0000 - 02 01 00/);
      assert.match(text, /1\.2\.250\.1\.71\.1\.2\.3:\s+0000 - 13 15 38 30 32 35/);
      assert.match(text, /1\.2\.250\.1\.71\.1\.2\.7:\s+0000 - 02 01 15/);
      assert.match(text, /Microsoft Smartcard Login|msSmartcardLogin/);
      assert.match(text, /Key Usage: critical\s+Digital Signature\n/);
      const agent = await test.store.transaction((tx) => authority.issueCardCertificates(tx, employee));
      assert.match(await verify(pem(agent.authentication)), /OK/);
      assert.match(new X509Certificate(agent.authentication).subject, /O=HOPITAL DES 3 DAMES\nOU=10B0057881\ntitle=Personnel santé ou social/);
      assert.ok(new X509Certificate(card.authentication).publicKey.equals(createPublicKey({ key: spki.authentication, format: "der", type: "spki" })));
    });

    it("says why a client certificate opens no session", async () => {
      const { store } = test;
      const card = await store.transaction((tx) => authority.issueCardCertificates(tx, doctor));
      assert.deepEqual(await authority.verifyClientCertificate(card.authentication), {
        ok: true,
        kind: "card-authentication",
        nationalId: "899700075122",
        serial: card.serials.authentication,
      });
      assert.deepEqual(await authority.verifyClientCertificate(card.signature), { ok: false, reason: "signature-only" });
      const client = await store.transaction((tx) => authority.issueClient(tx, { commonName: 'app, "one"', organization: "Éditeur" }));
      assert.deepEqual(await authority.verifyClientCertificate(new X509Certificate(client.certificate).raw), {
        ok: true,
        kind: "organisation",
        subject: 'CN=app\\, \\"one\\",O=Éditeur,C=FR',
        serial: client.serial,
      });
      const mail = await store.transaction((tx) => authority.issueMailServer(tx, { domain: "alpha.mssante.test", hosts: ["mx.alpha.mssante.test"] }));
      const mailDer = new X509Certificate(mail.certificate).raw;
      assert.deepEqual(await authority.verifyClientCertificate(mailDer), { ok: false, reason: "wrong-purpose" });
      assert.deepEqual(await authority.verifyMailCertificate(mailDer), {
        ok: true,
        hosts: ["alpha.mssante.test", "mx.alpha.mssante.test"],
        serial: mail.serial,
      });
      assert.deepEqual(await authority.verifyMailCertificate(card.authentication), { ok: false, reason: "wrong-purpose" });
      const old = await store.transaction((tx) => authority.issueCardCertificates(tx, { ...doctor, notAfter: Temporal.Instant.from("2025-01-01T00:00:00Z") }));
      assert.deepEqual(await authority.verifyClientCertificate(old.authentication), { ok: false, reason: "expired" });
      await store.transaction((tx) => authority.revoke(tx, card.serials.authentication, "keyCompromise"));
      assert.deepEqual(await authority.verifyClientCertificate(card.authentication), { ok: false, reason: "revoked" });
      assert.equal(await authority.isRevoked(card.serials.authentication), true);
      assert.equal(await authority.isRevoked(client.serial), false);
      for (const der of [Buffer.alloc(0), Buffer.from("3000", "hex"), Buffer.concat([card.authentication, Buffer.alloc(1)]), Buffer.alloc(9000, 0x30)]) {
        assert.deepEqual(await authority.verifyClientCertificate(der), { ok: false, reason: "unknown-issuer" });
      }
      await assert.rejects(
        store.transaction((tx) => authority.revoke(tx, "00", "keyCompromise")),
        { code: "pki.unknown-certificate" },
      );
    });

    it("does not take the same names under another root for its own", async () => {
      const folder = join(test.folder, "other");
      const foreign = await openTestStore({ engine: "embedded", rooms: [pkiMigrations] });
      const other = await openAuthority({ vault: await openVault({ folder }), store: foreign.store, real: realClock, name: "Essai" });
      const card = await foreign.store.transaction((tx) => other.issueCardCertificates(tx, doctor));
      await foreign.close();
      assert.deepEqual(await authority.verifyClientCertificate(card.authentication), { ok: false, reason: "unknown-issuer" });
      await assert.rejects(verify(pem(card.authentication)), /./);
    });

    it("refuses names and keys that no profile takes", async () => {
      const { store } = test;
      const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ type: "spki", format: "der" });
      const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "der" });
      for (const key of [small, curve, Buffer.from("nothing")]) {
        const request = { ...doctor, publicKeys: { ...spki, signature: key } };
        await assert.rejects(
          store.transaction((tx) => authority.issueCardCertificates(tx, request)),
          { code: "pki.invalid-key" },
        );
      }
      for (const commonName of ["", "a".repeat(65), "a\u0000b"]) {
        await assert.rejects(
          store.transaction((tx) => authority.issueClient(tx, { commonName })),
          { code: "pki.invalid-name" },
        );
      }
    });

    it("keeps no key in the store, and refuses keys sealed under another master key", async () => {
      const issued = await test.store.transaction((tx) => authority.signer(tx, "whitelist"));
      assert.equal(issued.key.type, "private");
      const rows = await test.store.query<{ pem: string }>("select pem from pki.certificate union all select pem from pki.authority");
      assert.ok(rows.length > 9 && rows.every((row) => !row.pem.includes("PRIVATE")));
      const vault = await openVault({ folder: test.folder });
      const other = await openVault({ folder: join(test.folder, "another") });
      assert.throws(() => other.unseal(vault.seal(Buffer.from("x"))), { code: "pki.unreadable-key" });
    });

    it("signs nothing for an authority whose key is not here", async () => {
      const elsewhere = await openVault({ folder: join(test.folder, "elsewhere") });
      const blind = await openAuthority({ vault: elsewhere, store: test.store, real: realClock, name: "Essai" });
      await assert.rejects(
        test.store.transaction((tx) => blind.issueClient(tx, { commonName: "x" })),
        { code: "pki.missing-key" },
      );
    });
  });
}

// Lists and OCSP: the bytes against independent readers, and revocations that come while they are made.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { createTestClock, eventually, openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { BasicOCSPResponse, OCSPResponse } from "@peculiar/asn1-ocsp";
import { AsnConvert } from "@peculiar/asn1-schema";
import { CertificateList } from "@peculiar/asn1-x509";
import fc from "fast-check";
import type { Authority } from "../src/authorities/authority.ts";
import { buildList, encodeEntry } from "../src/encoding/crl.ts";
import { longestRequest } from "../src/encoding/ocsp.ts";
import { openAuthority, openVault, pkiMigrations } from "../src/index.ts";
import { askOcsp } from "./ask-ocsp.ts";

const serialOf = (value: ArrayBuffer): string =>
  Buffer.from(value)
    .toString("hex")
    .replace(/^00(?=..)/, "");

for (const engine of testEngines) {
  describe(`what is told of certificates on ${engine}`, () => {
    let test: TestStore;
    let authority: Authority;
    const clock = createTestClock(realClock.now().toString());
    before(async () => {
      test = await openTestStore({ engine, rooms: [pkiMigrations] });
      authority = await openAuthority({ vault: await openVault({ folder: test.folder }), store: test.store, real: clock, name: "Essai" });
      await authority.inside.responder.follow();
    });
    after(() => test.close());
    const issue = () => test.store.transaction((tx) => authority.issueClient(tx, { commonName: "essai" }));
    const revoke = (serial: string) => test.store.transaction((tx) => authority.revoke(tx, serial, "superseded"));
    const list = async () => AsnConvert.parse(await authority.inside.lists.get("ACI-EL-ORG"), CertificateList).tbsCertList;
    const listed = async (): Promise<string[]> => ((await list()).revokedCertificates ?? []).map((entry) => serialOf(entry.userCertificate));
    const question = (serial: string, options?: { nonce?: Buffer; hash?: "sha1" | "sha256" }) =>
      askOcsp({ issuer: new X509Certificate(authority.inside.authorities.get("ACI-EL-ORG").pem), serial, ...options });
    const status = async (request: Uint8Array): Promise<string> => {
      const response = AsnConvert.parse(await authority.inside.responder.answer(request), OCSPResponse);
      if (!response.responseBytes) return `error ${response.responseStatus}`;
      const basic = AsnConvert.parse(response.responseBytes.response.buffer, BasicOCSPResponse);
      const single = basic.tbsResponseData.responses[0]?.certStatus;
      return single?.revoked ? "revoked" : single?.good === null ? "good" : "unknown";
    };

    it("a list read by @peculiar holds exactly what was written, through 2049 and after", async () => {
      const { name, keyId, key } = authority.inside.authorities.get("ACI-EL-ORG");
      const entry = fc.record({
        serial: fc.stringMatching(/^[1-9a-f][0-9a-f]([0-9a-f]{2}){7,19}$/),
        at: fc.integer({ min: 946_684_800, max: 4_000_000_000 }),
        reason: fc.constantFrom(0, 1, 3, 4, 5, 9),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(entry, { maxLength: 20 }), fc.integer({ min: 1, max: 2 ** 40 }), async (entries, number) => {
          const der = await buildList({
            issuer: { name, keyId, key: key() },
            number,
            thisUpdate: 1_800_000_000,
            nextUpdate: 3_000_000_000,
            entries: Buffer.concat(entries.map(encodeEntry)),
          });
          const read = AsnConvert.parse(der, CertificateList).tbsCertList;
          assert.deepEqual(
            (read.revokedCertificates ?? []).map((revoked) => [
              serialOf(revoked.userCertificate),
              revoked.revocationDate.getTime().getTime() / 1000,
              new Uint8Array(revoked.crlEntryExtensions?.[0]?.extnValue.buffer ?? new ArrayBuffer(0)).at(-1) ?? 0,
            ]),
            entries.map(({ serial, at, reason }) => [serial, at, reason]),
          );
        }),
        { numRuns: 60 },
      );
    });

    it("lists a revocation at once, numbers never repeat, eight who ask at once get the same list", async () => {
      const issued = await issue();
      assert.ok(!(await listed()).includes(issued.serial));
      await revoke(issued.serial);
      const lists = await Promise.all(Array.from({ length: 8 }, () => authority.inside.lists.get("ACI-EL-ORG")));
      assert.equal(new Set(lists.map((der) => Buffer.from(der).toString("base64"))).size, 1);
      assert.ok((await listed()).includes(issued.serial));
      const numbers = await test.store.query<{ number: number }>("select number from pki.list where issuer = 'ACI-EL-ORG'");
      clock.advance({ hours: 25 });
      await list();
      const later = await test.store.query<{ number: number }>("select number from pki.list where issuer = 'ACI-EL-ORG'");
      assert.equal(later[0]?.number, (numbers[0]?.number ?? 0) + 1);
    });

    it("the migration encodes revocations of before exactly as a revocation does", async () => {
      for (const reason of ["superseded", "keyCompromise", "unspecified"]) {
        const issued = await issue();
        await test.store.transaction((tx) => authority.revoke(tx, issued.serial, reason));
      }
      const read = () => test.store.query("select serial, issuer, encode(entry, 'hex') as entry from pki.revocation order by serial");
      const written = await read();
      const migration = await readFile(new URL("../migrations/0004_revocation.sql", import.meta.url), "utf8");
      await test.store.run("delete from pki.revocation");
      await test.store.run(/^insert into[\s\S]*?;/m.exec(migration)?.[0] ?? "");
      assert.deepEqual(await read(), written);
    });

    it("eight revocations of one certificate are one, its first reason and date kept, one event", async () => {
      const issued = await issue();
      await Promise.all(
        Array.from({ length: 8 }, (_, i) => test.store.transaction((tx) => authority.revoke(tx, issued.serial, i % 2 ? "superseded" : "keyCompromise"))),
      );
      const events = await test.store.query("select seq from store.outbox where topic = 'pki.certificate-revoked' and subject = $1", [issued.serial]);
      assert.equal(events.length, 1);
    });

    it("an answer signed ahead ends with the certificate, in the store and in memory, SHA-1 or SHA-256", async () => {
      const issued = await issue();
      for (const hash of ["sha1", "sha256"] as const) assert.equal(await status(question(issued.serial, { hash })), "good");
      const kept = () => test.store.query("select hash from pki.ocsp_answer where serial = $1", [issued.serial]);
      assert.equal((await kept()).length, 2);
      await revoke(issued.serial);
      assert.equal((await kept()).length, 0);
      assert.equal(await status(question(issued.serial, { nonce: Buffer.alloc(16, 7) })), "revoked");
      await eventually(async () => (await status(question(issued.serial))) === "revoked", 5);
    });

    it("eight who ask at once, each with a nonce, get their own certificate's state", async () => {
      const issued = await Promise.all(Array.from({ length: 8 }, issue));
      for (const { serial } of issued.slice(4)) await revoke(serial);
      const asked = issued.map(({ serial }, i) => status(question(serial, { nonce: Buffer.alloc(16, i) })));
      assert.deepEqual(await Promise.all(asked), [...Array(4).fill("good"), ...Array(4).fill("revoked")]);
    });

    it("signs ahead what will be asked, once", async () => {
      await issue();
      assert.ok((await authority.inside.responder.presign(1000)) > 0);
      assert.equal(await authority.inside.responder.presign(1000), 0);
    });

    it("ends every certificate of a holder", async () => {
      const mail = () => test.store.transaction((tx) => authority.issueMailServer(tx, { domain: "fin.mssante.test", hosts: ["mx.fin.mssante.test"] }));
      const serials = [(await mail()).serial, (await mail()).serial];
      assert.equal(await test.store.transaction((tx) => authority.revokeHolder(tx, "mail fin.mssante.test", "cessationOfOperation")), 2);
      for (const serial of serials) assert.equal(await authority.isRevoked(serial), true);
    });

    it("answers hostile requests with an error and never throws", async () => {
      const request = Buffer.from(question("40".repeat(16), { nonce: Buffer.alloc(16) }));
      await fc.assert(
        fc.asyncProperty(fc.nat(request.length - 1), fc.uint8Array({ maxLength: 40 }), async (offset, noise) => {
          const changed = Buffer.concat([request.subarray(0, offset), noise, request.subarray(offset + noise.length)]);
          assert.match(await status(changed), /^(unknown|error [1-6])$/);
        }),
        // A byte of the nonce’s extension, once repeated as it came.
        { numRuns: 150, examples: [[100, Uint8Array.from([0])]] },
      );
      assert.equal(await status(Buffer.alloc(longestRequest + 1)), "error 1");
      // RFC 9654 §2.1: a nonce has 128 octets at most; askOcsp writes lengths on one byte.
      assert.equal(await status(question("40".repeat(16), { nonce: Buffer.alloc(127) })), "unknown");
      const long = Buffer.from(question("40".repeat(16), { nonce: Buffer.alloc(1) }));
      assert.equal(await status(Buffer.concat([long, Buffer.alloc(1)])), "error 1", "bytes after the request");
    });
  });
}

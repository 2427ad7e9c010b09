import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { type Authority, openAuthority, openVault, pkiMigrations } from "../src/index.ts";

for (const engine of testEngines) {
  describe(`the small authority on ${engine}`, () => {
    let test: TestStore;
    let authority: Authority;
    before(async () => {
      test = await openTestStore({ engine, rooms: [pkiMigrations] });
      const vault = await openVault({ folder: test.folder });
      authority = await openAuthority({ vault, store: test.store, real: realClock, name: "Essai" });
    });
    after(() => test.close());

    it("issues a server certificate that openssl verifies, and gives the same one again", async () => {
      const issue = () => test.store.transaction((tx) => authority.issueServer(tx, { hosts: ["localhost", "127.0.0.1", "::1"] }));
      const issued = await issue();
      await writeFile(join(test.folder, "ca.pem"), authority.anchors());
      await writeFile(join(test.folder, "leaf.pem"), issued.certificate);
      const said = execFileSync(
        "openssl",
        [
          "verify",
          "-x509_strict",
          "-purpose",
          "sslserver",
          "-verify_hostname",
          "localhost",
          "-CAfile",
          join(test.folder, "ca.pem"),
          join(test.folder, "leaf.pem"),
        ],
        { encoding: "utf8" },
      );
      assert.match(said, /OK/);
      assert.ok(new X509Certificate(issued.certificate).checkIP("127.0.0.1"));
      assert.equal((await issue()).serial, issued.serial);
    });

    it("revokes a client certificate", async () => {
      const issued = await test.store.transaction((tx) => authority.issueClient(tx, { commonName: 'app, "one"' }));
      assert.equal(await authority.isRevoked(issued.serial), false);
      await test.store.transaction((tx) => authority.revoke(tx, issued.serial, "keyCompromise"));
      assert.equal(await authority.isRevoked(issued.serial), true);
      await assert.rejects(
        test.store.transaction((tx) => authority.revoke(tx, "00", "x")),
        { code: "pki.unknown-certificate" },
      );
    });

    it("keeps no key in the store, and refuses keys sealed under another master key", async () => {
      const issued = await test.store.transaction((tx) => authority.signer(tx, "whitelist"));
      assert.equal(issued.key.type, "private");
      const rows = await test.store.query<{ pem: string }>("select pem from pki.certificate");
      assert.ok(rows.every((row) => !row.pem.includes("PRIVATE")));
      const vault = await openVault({ folder: test.folder });
      const other = await openVault({ folder: join(test.folder, "other") });
      assert.throws(() => other.unseal(vault.seal(Buffer.from("x"))), { code: "pki.unreadable-key" });
    });
  });
}

// Authority keys in a real token: SoftHSM2 through pkcs11js. Both are optional; without them these tests say so and skip.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { openTestStore, type TestStore } from "@cercle/testkit";
import { holdCeremony, openAuthority, openKeys, openVault, pkiMigrations } from "../src/index.ts";

const module = "/usr/lib/softhsm/libsofthsm2.so";
const addon: string = "pkcs11js";
const missing = !existsSync(module)
  ? "softhsm2 is not installed"
  : await import(addon).then(
      () => undefined,
      () => "the npm module pkcs11js is not installed",
    );

describe("authority keys in a PKCS#11 token", { skip: missing ?? false }, () => {
  let test: TestStore;
  const place = { kind: "pkcs11", module, token: "cercle", pin: "1234" } as const;
  before(async () => {
    test = await openTestStore({ engine: "embedded", rooms: [pkiMigrations] });
    const tokens = join(test.folder, "tokens");
    await mkdir(tokens);
    await writeFile(join(test.folder, "softhsm2.conf"), `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
    process.env.SOFTHSM2_CONF = join(test.folder, "softhsm2.conf");
    execFileSync("softhsm2-util", ["--init-token", "--free", "--label", "cercle", "--so-pin", "12345678", "--pin", "1234"]);
  });
  after(() => test.close());

  it("makes the hierarchy in the token at a ceremony, issues and signs lists with it after a restart, and keeps no key outside", async () => {
    const vault = await openVault({ folder: test.folder });
    const options = { vault, store: test.store, real: realClock, name: "Essai" };
    await assert.rejects(openAuthority({ ...options, make: false }), { code: "pki.no-ceremony" });
    const first = await openKeys(vault, place);
    await assert.rejects(holdCeremony({ ...options, keys: first.keys, at: realClock.now(), witnesses: ["A", "A"] }), { code: "pki.witnesses-needed" });
    const minutes = await holdCeremony({ ...options, keys: first.keys, at: realClock.now(), witnesses: ["Anne", "Karim"] });
    assert.equal(minutes.keys_in, "pkcs11");
    assert.equal(minutes.authorities.length, 9);
    await assert.rejects(holdCeremony({ ...options, keys: first.keys, at: realClock.now(), witnesses: ["Anne", "Karim"] }), { code: "pki.ceremony-done" });
    first.close();
    const second = await openKeys(vault, place);
    const authority = await openAuthority({ ...options, keys: second.keys, make: false });
    const issued = await test.store.transaction((tx) => authority.issueServer(tx, { hosts: ["hsm.test"] }));
    await writeFile(join(test.folder, "ca.pem"), authority.anchors());
    await writeFile(join(test.folder, "leaf.pem"), issued.certificate);
    await writeFile(join(test.folder, "list.crl"), await authority.inside.lists.get("ACI-EL-ORG"));
    const verify = spawnSync("openssl", ["verify", "-x509_strict", "-CAfile", join(test.folder, "ca.pem"), join(test.folder, "leaf.pem")], {
      encoding: "utf8",
    });
    assert.match(verify.stdout, /OK/);
    const list = spawnSync("openssl", ["crl", "-inform", "der", "-noout", "-in", join(test.folder, "list.crl"), "-CAfile", join(test.folder, "ca.pem")], {
      encoding: "utf8",
    });
    assert.match(list.stderr, /verify OK/);
    assert.ok(
      minutes.authorities.some(
        ({ fingerprint_sha256 }) => fingerprint_sha256 === new X509Certificate(authority.inside.authorities.get("ACI-EL-ORG").pem).fingerprint256,
      ),
    );
    assert.ok((await readdir(join(test.folder, "keys"))).every((name) => !name.startsWith("authority-") && !name.startsWith("ocsp-")));
    second.close();
  });

  it("says what is wrong with the token", async () => {
    const vault = await openVault({ folder: test.folder });
    await assert.rejects(openKeys(vault, { ...place, pin: "0000" }), { code: "pki.no-token" });
    await assert.rejects(openKeys(vault, { ...place, token: "other" }), { code: "pki.no-token" });
    await assert.rejects(openKeys(vault, { ...place, module: "/nowhere.so" }), { code: "pki.no-token" });
    await assert.rejects(openKeys(vault, { kind: "pkcs11", token: "cercle" }), { code: "pki.no-token" });
  });
});

// Against ClamAV's own daemon, with one signature made by hand: no database is fetched.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hasClamd, startClamd, type TestClamd } from "@cercle/testkit";
import { createClamd } from "../src/index.ts";

describe("ClamAV's daemon", { skip: hasClamd() ? false : "no clamd" }, () => {
  let daemon: TestClamd;
  before(async () => {
    daemon = await startClamd({ largest: "1M" });
  });
  after(() => daemon?.stop());

  it("judges bytes, and a mail with its attachment, over TCP and over its Unix socket", async () => {
    const mail = `MIME-Version: 1.0\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(daemon.malware).toString("base64")}\r\n`;
    for (const place of [daemon.place, daemon.socket]) {
      const clamd = createClamd({ place });
      assert.deepEqual(await clamd.scan(Buffer.from("Bonjour")), { kind: "clean" });
      assert.deepEqual(await clamd.scan(new Uint8Array()), { kind: "clean" });
      for (const bytes of [daemon.malware, mail]) assert.deepEqual(await clamd.scan(Buffer.from(bytes)), { kind: "infected", found: daemon.found });
      assert.match((await clamd.version()) ?? "", /^ClamAV \d/);
    }
  });

  it("says what it could not judge: too large, away, silent, and never rejects; eight at once get each its own verdict", async () => {
    const clamd = createClamd({ place: daemon.place });
    assert.deepEqual(await clamd.scan(Buffer.alloc(8_000_000, "x")), { kind: "unscanned", reason: "too-large" });
    const many = await Promise.all(Array.from({ length: 8 }, (_, i) => clamd.scan(Buffer.from(i % 2 ? daemon.malware : "sain"))));
    assert.deepEqual(
      many.map(({ kind }) => kind),
      ["clean", "infected", "clean", "infected", "clean", "infected", "clean", "infected"],
    );
    assert.deepEqual(await createClamd({ place: "/nowhere/clamd" }).scan(Buffer.from("x")), { kind: "unscanned", reason: "unreachable" });
    assert.equal(await createClamd({ place: "/nowhere/clamd" }).version(), undefined);
    await daemon.pause();
    assert.deepEqual(await createClamd({ place: daemon.place, patience: 200 }).scan(Buffer.from("x")), { kind: "unscanned", reason: "unreachable" });
    await daemon.resume();
    assert.deepEqual(await clamd.scan(Buffer.from("x")), { kind: "clean" });
  });
});

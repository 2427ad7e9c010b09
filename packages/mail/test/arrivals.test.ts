// Deliveries committed together: each stored once, in order of arrival of their folder, and one that fails fails alone.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { contentOf } from "../src/bodies/bodies.ts";
import { type Arrival, type Arrivals, createArrivals } from "../src/gateway/arrivals.ts";
import { mailMigrations } from "../src/index.ts";
import { sealLetter, structureOf } from "../src/mailboxes/delivery.ts";
import { createMailboxes, type Mailboxes } from "../src/mailboxes/mailboxes.ts";
import { digestOf } from "../src/watching/trail.ts";

const address = "zoe-test@alpha.example";
const vault = { seal: (plain: Uint8Array) => plain, unseal: (sealed: Uint8Array) => sealed };

for (const engine of testEngines) {
  describe(`arrivals on ${engine}`, () => {
    let test: TestStore;
    let mailboxes: Mailboxes;
    let arrivals: Arrivals;
    const alsoDone: string[] = [];
    before(async () => {
      test = await openTestStore({ engine, rooms: [mailMigrations("alpha")] });
      mailboxes = createMailboxes({ operator: "alpha", store: test.store, vault, real: realClock });
      arrivals = createArrivals({ store: test.store, operator: "alpha", schema: mailboxes.schema, real: realClock });
      await test.store.transaction((tx) => mailboxes.create(tx, { address, kind: "personal" }));
    });
    after(() => test.close());

    const arrival = async (text: string, { to = address, fails = false } = {}): Promise<Arrival> => {
      const raw = Buffer.from(`Subject: ${text}\r\n\r\n${text}`);
      const acceptance = digestOf(raw);
      const sealed = sealLetter(mailboxes.bodies, await mailboxes.key(address), contentOf(raw), structureOf(contentOf(raw)));
      return {
        acceptance,
        letters: [{ address: to, folder: "INBOX", flags: [], internalDate: realClock.now(), digest: acceptance, acceptance, ...sealed }],
        note: { acceptance, digest: acceptance, what: "received", facts: { text } },
        async also() {
          if (fails) throw new Error("no");
          alsoDone.push(text);
        },
      };
    };
    const texts = async (): Promise<readonly string[]> => {
      const key = await mailboxes.key(address);
      const rows = await test.store.query<{ sealed: Uint8Array; uid: number }>(
        `select b.sealed, m.uid from mail_alpha.message m join mail_alpha.body b on b.id = m.body_id order by m.folder_id, m.uid`,
      );
      return rows.map(({ sealed }) => key.unseal(sealed).toString().split("\r\n").at(-1) ?? "");
    };

    it("stores what arrives together, each once, though some are sent several times at once", async () => {
      const names = Array.from({ length: 30 }, (_, i) => `m${i}`);
      const made = await Promise.all(names.map((name) => arrival(name)));
      await Promise.all([...made, ...made, ...made].map((one) => arrivals.put(one)));
      await arrivals.put(made[3] as Arrival);
      assert.deepEqual((await texts()).toSorted(), names.toSorted());
      assert.deepEqual(alsoDone.toSorted(), names.toSorted());
      const box = await mailboxes.find(test.store, address);
      assert.equal(
        box?.used_bytes,
        made.reduce((sum, { letters: [one] }) => sum + (one?.size ?? 0), 0),
      );
      const { trail } = await mailboxes.trail.of(test.store, (made[3] as Arrival).acceptance);
      assert.equal(trail.length, 1);
      const uids = await test.store.query<{ uid: number }>("select uid from mail_alpha.message order by uid");
      assert.deepEqual(
        uids.map(({ uid }) => uid),
        names.map((_, i) => i + 1),
      );
    });

    it("a delivery that fails fails alone, and leaves nothing", async () => {
      const before = await texts();
      const good = await Promise.all(["n1", "n2", "n3"].map((name) => arrival(name)));
      const bad = [await arrival("n4", { fails: true }), await arrival("n5", { to: "nobody@alpha.example" })];
      // The first is at work alone while the others gather behind it.
      const results = await Promise.allSettled([await arrival("n0"), ...good, ...bad].map((one) => arrivals.put(one)));
      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "fulfilled", "fulfilled", "fulfilled", "rejected", "rejected"],
      );
      assert.deepEqual((await texts()).toSorted(), [...before, "n0", "n1", "n2", "n3"].toSorted());
      for (const { acceptance } of bad) {
        assert.equal((await mailboxes.trail.of(test.store, acceptance)).trail.length, 0);
        assert.equal(await test.store.first("select 1 from mail_alpha.accepted where digest = $1", [acceptance]), undefined);
      }
      // What failed was not remembered as accepted: sent again, it is stored.
      await arrivals.put(await arrival("n4"));
      assert.equal((await texts()).filter((text) => text === "n4").length, 1);
    });

    it("large ones and small ones do not wait for each other, and all are stored", async () => {
      const before = (await texts()).length;
      const bulky = randomBytes(900_000).toString("base64");
      const made = await Promise.all(["s1", bulky, "s2", bulky.slice(1), bulky.slice(2), "s3"].map((text) => arrival(text)));
      await Promise.all(made.map((one) => arrivals.put(one)));
      assert.equal((await texts()).length, before + made.length);
    });
  });
}

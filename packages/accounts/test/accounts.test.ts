import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createEvidence, evidenceMigrations } from "@cercle/evidence";
import { createTestClock, openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { type Accounts, accountsMigrations, createAccounts } from "../src/index.ts";

for (const engine of testEngines) {
  describe(`accounts on ${engine}`, () => {
    const clock = createTestClock();
    let test: TestStore;
    let accounts: Accounts;
    before(async () => {
      test = await openTestStore({ engine, rooms: [evidenceMigrations, accountsMigrations] });
      accounts = createAccounts({ store: test.store, evidence: createEvidence({ store: test.store, clock, real: clock }), real: clock });
    });
    after(() => test.close());

    const invite = () => test.store.transaction((tx) => accounts.invite(tx, { name: "Anne Kermarec", roles: ["officer"] }));

    it("lets an invitation be used once when eight try at the same time, and never after an hour", async () => {
      const { token } = await invite();
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => test.store.transaction((tx) => accounts.takeInvitation(tx, token))));
      assert.equal(tries.filter((attempt) => attempt.status === "fulfilled").length, 1);
      const late = await invite();
      clock.advance({ minutes: 61 });
      await assert.rejects(
        test.store.transaction((tx) => accounts.takeInvitation(tx, late.token)),
        { code: "accounts.bad-invitation" },
      );
    });

    it("binds an API key to one account, one role and an expiry", async () => {
      const { account } = await invite();
      const make = (role: "officer" | "auditor", days = 2) => test.store.transaction((tx) => accounts.createApiKey(tx, { account, role, label: "ci", days }));
      await assert.rejects(make("auditor"), { code: "accounts.role-not-held" });
      const { key, id } = await make("officer");
      const actor = await accounts.identify({ authorization: `Bearer ${key}` });
      assert.ok(actor.kind === "account" && actor.by === "api-key");
      assert.deepEqual(actor.roles, ["officer"]);
      await test.store.transaction((tx) => accounts.revokeApiKey(tx, account, id));
      await assert.rejects(accounts.identify({ authorization: `Bearer ${key}` }), { code: "accounts.bad-api-key" });
      const other = await make("officer", 1);
      clock.advance({ hours: 25 });
      await assert.rejects(accounts.identify({ authorization: `Bearer ${other.key}` }), { code: "accounts.bad-api-key" });
    });

    it("ends a session when it is idle, and all sessions of a disabled account", async () => {
      const { account } = await invite();
      const start = () => test.store.transaction((tx) => accounts.startSession(tx, account));
      const idle = await start();
      assert.equal((await accounts.identify({ session: idle })).kind, "account");
      clock.advance({ minutes: 61 });
      assert.equal((await accounts.identify({ session: idle })).kind, "nobody");
      const live = await start();
      await test.store.transaction((tx) => accounts.disable(tx, account));
      assert.equal((await accounts.identify({ session: live })).kind, "nobody");
    });
  });
}

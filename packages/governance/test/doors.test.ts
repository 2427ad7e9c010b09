import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { evidenceMigrations, verifyFile } from "@cercle/evidence";
import { realClock, Temporal } from "@cercle/kernel";
import { defaultPolicy } from "@cercle/law";
import { eventually, openTestStore, type TestStore, testEngines } from "@cercle/testkit";
import { type CurrentRight, createGovernance, type Governance, governanceMigrations } from "../src/index.ts";

for (const engine of testEngines) {
  describe(`file, right, door on ${engine}`, () => {
    let test: TestStore;
    let governance: Governance;
    before(async () => {
      test = await openTestStore({ engine, rooms: [evidenceMigrations, governanceMigrations] });
      governance = await createGovernance({ store: test.store, mode: "sandbox", policy: defaultPolicy, real: realClock });
    });
    after(async () => {
      await governance?.stop();
      await test.close();
    });

    const grant = (subject: string) =>
      test.store.transaction((tx) =>
        governance.grants.grant(tx, { right: "client.sign-in", subject, holder: "vendor:demo", actor: "operator", limits: { environment: "bas" } }),
      );

    it("opens and closes a door through a file, within a second, and the file says when all doors had it", async () => {
      const seen: CurrentRight[] = [];
      const doors = await Promise.all(
        ["one", "two"].map((name) =>
          governance.doors.register({
            name,
            rights: ["client.sign-in"],
            apply: (rights) => void seen.push(...rights),
          }),
        ),
      );
      const reference = await grant("app-1");
      await eventually(() => seen.filter((right) => right.subject === "app-1" && right.state === "open").length === 2);
      const started = performance.now();
      await test.store.transaction((tx) => governance.grants.withdraw(tx, { right: "client.sign-in", subject: "app-1", actor: "operator" }));
      await eventually(() => seen.filter((right) => right.subject === "app-1" && right.state === "closed").length === 2);
      assert.ok(performance.now() - started < 1000);
      const file = await governance.files.get(test.store, reference);
      const entries = () => governance.evidence.list(test.store, file.id);
      await eventually(async () => (await entries()).filter((entry) => entry.type === "doors-applied").length === 2);
      assert.equal((await entries()).find((entry) => entry.type === "doors-applied")?.payload?.doors, 2);
      assert.equal((await governance.doors.unsettled(test.store)).length, 0);
      assert.equal(verifyFile(await governance.evidence.export(test.store, file.id)).verdict, "intact");
      await Promise.all(doors.map((door) => door.close()));
    });

    it("acknowledges what changed before it was there, and waits for nobody where there is no door", async () => {
      await grant("app-early");
      assert.deepEqual(await governance.doors.unsettled(test.store), []);
      const late = await governance.doors.register({ name: "late", rights: ["client.sign-in"], apply: () => undefined });
      await eventually(async () => (await governance.doors.unsettled(test.store)).length === 0);
      const waiting = await test.store.first<{ n: number }>("select count(*) as n from governance.change where settled_at is null");
      assert.equal(waiting?.n, 0);
      await late.close();
    });

    it("refuses to withdraw what is not open, and leaves no entry", async () => {
      const reference = await grant("app-2");
      const withdraw = () => test.store.transaction((tx) => governance.grants.withdraw(tx, { right: "client.sign-in", subject: "app-2", actor: "operator" }));
      await withdraw();
      await assert.rejects(withdraw(), { code: "governance.forbidden-entry" });
      const file = await governance.files.get(test.store, reference);
      assert.equal((await governance.evidence.list(test.store, file.id)).filter((entry) => entry.type === "withdrawn").length, 1);
    });

    it("numbers files without a gap or a double when eight open at once", async () => {
      const references = await Promise.all(Array.from({ length: 8 }, (_, i) => grant(`app-many-${i}`)));
      assert.equal(new Set(references).size, 8);
    });

    it("says which content was lawfully erased, and finds an altered one", async () => {
      const reference = await grant("app-3");
      const file = await governance.files.get(test.store, reference);
      await test.store.transaction((tx) => governance.evidence.erase(tx, file.id, 1, { basis: "PSC 8.2", actor: "operator" }));
      const exported = await governance.evidence.export(test.store, file.id);
      const verdict = verifyFile(exported);
      assert.ok(verdict.verdict === "lawfully-erased");
      assert.equal(verdict.erased[0]?.seq, 1);
      const forged = { ...exported, entries: exported.entries.map((entry, i) => (i === 1 ? { ...entry, actor: "someone" } : entry)) };
      assert.deepEqual(verifyFile(forged), { verdict: "altered", first: 2, reason: "the entry differs from its digest" });
    });

    it("moves its clock forward only, and not back once entries lie under it", async () => {
      const before = governance.clock.now();
      await test.store.transaction((tx) => governance.clock.set(tx, { by: Temporal.Duration.from("P6M") }));
      assert.ok(Temporal.Instant.compare(governance.clock.now(), before.add({ hours: 24 * 180 })) > 0);
      await assert.rejects(
        test.store.transaction((tx) => governance.clock.set(tx, { at: before })),
        { code: "governance.clock-backwards" },
      );
      await grant("app-4");
      await assert.rejects(
        test.store.transaction((tx) => governance.clock.reset(tx)),
        { code: "governance.clock-used" },
      );
    });
  });
}

// Robots: the rule as a property, and through the pages. Four hundred persons behind one address pass; a list being tried does not.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "@cercle/testkit";
import fc from "fast-check";
import { createRobotBins, judgeForm } from "../src/sign-in/robots.ts";
import { begin, configure, identify } from "./flow.ts";
import { kit, openRoom, type Room, subject } from "./harness.ts";

describe("the rule", () => {
  it("four hundred persons in twenty minutes behind one address pass, each with a browser of their own", () => {
    let clock = 0;
    const bins = createRobotBins(() => clock);
    for (let i = 0; i < 400; i++) {
      clock += 3000;
      const seen = bins.see(
        { browser: `workstation-${i % 120}`, software: "the same everywhere", address: "10.0.0.1" },
        `8100000${String(i).padStart(5, "0")}`,
        i % 12 !== 0,
      );
      const judged = judgeForm({ ...seen, pageMadeAt: clock - 5000, now: clock });
      assert.equal(judged.verdict, "passes", `person ${i}: ${judged.signals}`);
    }
  });

  it("never on the address alone: whatever an address has seen, a person who reads the page and exists among others passes", () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 700, max: 600_000 }), fc.integer({ min: 1, max: 8 }), (allAtAddress, millis, identifiersInBrowser) => {
        const facts = { pageMadeAt: 0, now: millis, identifiersInBrowser, allAtAddress, unknownAtAddress: Math.floor(allAtAddress / 2), earlier: 0 };
        assert.equal(judgeForm(facts).verdict, "passes");
      }),
    );
  });

  it("without the page, faster than a hand, many identifiers: slowed, then refused", () => {
    const human = { pageMadeAt: 0, now: 5000, identifiersInBrowser: 1, allAtAddress: 1, unknownAtAddress: 0, earlier: 0 };
    assert.deepEqual(judgeForm({ ...human, pageMadeAt: undefined }).signals, ["no-page"]);
    assert.equal(judgeForm({ ...human, now: 100 }).verdict, "slowed");
    assert.equal(judgeForm({ ...human, now: 100, earlier: 3 }).verdict, "refused");
    assert.equal(judgeForm({ ...human, identifiersInBrowser: 9 }).verdict, "slowed");
    assert.equal(judgeForm({ ...human, unknownAtAddress: 30, allAtAddress: 40 }).verdict, "refused");
  });
});

describe("robots on the pages", () => {
  let room: Room;
  before(async () => {
    room = await openRoom({ automation: "refused" });
    for (let i = 0; i < 20; i++)
      room.people.set(`89970010${String(i).padStart(4, "0")}`, {
        ...kit,
        nationalId: `89970010${String(i).padStart(4, "0")}`,
        subjectId: subject(`89970010${String(i).padStart(4, "0")}`),
      });
  });
  after(() => room.close());

  it("[PSC-13] a script that skips the page is refused and traced, while a person with the page passes", async () => {
    const { id, secret } = await room.addClient("robotic");
    const config = await configure(room, id, secret);
    const begun = await begin(config);
    let last = begun.page;
    for (let i = 0; i < 6 && last.status !== 429; i++) {
      last = await begun.browser.ask(`${begun.page.url}/e-cps`, { identifier: `89970010${String(i).padStart(4, "0")}` }, { "user-agent": "script" });
    }
    assert.equal(last.status, 429);
    assert.match(last.body, /connect\.too-fast/);
    const traced = await room.store.query<{ payload: { seen: { verdict: string; signals: string[] }[] } }>(
      "select payload from evidence.trace where type = 'robots'",
    );
    assert.ok(traced.some(({ payload: { seen } }) => seen[0]?.verdict === "refused" && seen[0].signals.includes("no-page")));

    const person = await begin(config);
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.match((await identify(person)).body, /class="match"/);
  });

  it("[PSC-13] in the sandbox the operator's authorisation lets scripts through: said on the page, still traced", async () => {
    const open = await openRoom();
    try {
      const { id, secret } = await open.addClient("scripted");
      const begun = await begin(await configure(open, id, secret));
      assert.match(begun.page.body, /autorise les connexions automatiques/);
      const page = await begun.browser.go(`${begun.page.url}/e-cps`, "http://localhost:9", { identifier: kit.nationalId });
      assert.match(page.body, /class="match"/);
      const traced = (): Promise<readonly { payload: { seen: { verdict: string }[] } }[]> =>
        open.store.query("select payload from evidence.trace where type = 'robots'");
      await eventually(async () => (await traced()).length > 0);
      assert.deepEqual(
        (await traced()).flatMap(({ payload }) => payload.seen.map((one) => one.verdict)),
        ["authorised"],
      );
    } finally {
      await open.close();
    }
  });
});

// How days are counted; the past replayed, late evidence, the forecast.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { active, ask, clock, connected, ecps, mss, notice, one, open, psc, type Row, ready, refusal, signed, validated } from "./asking.ts";

describe("counting", () => {
  it("tells jours ouvrés, ouvrables and calendar days apart over the holidays of May 2026, and Moselle", async () => {
    const count = async (territory: string, from: string, length: number, unit: string): Promise<string> =>
      (await one({ instrument: "mssante-operator", territory }, { about: "count", from, length, unit })).last_day;
    assert.equal(await count("metropole", "2026-04-30", 15, "jours-ouvres"), "2026-05-27");
    assert.equal(await count("metropole", "2026-04-30", 15, "jours-ouvrables"), "2026-05-21");
    assert.equal(await count("metropole", "2026-04-30", 15, "days"), "2026-05-15");
    assert.equal(await count("metropole", "2026-04-02", 1, "jours-ouvres"), "2026-04-03");
    assert.equal(await count("alsace-moselle", "2026-04-02", 1, "jours-ouvres"), "2026-04-07");
    assert.equal(await count("metropole", "2026-12-24", 1, "jours-ouvrables"), "2026-12-26");
    assert.equal(await count("alsace-moselle", "2026-12-24", 1, "jours-ouvrables"), "2026-12-28");
    assert.equal(await count("alsace-moselle", "2026-12-24", 1, "jours-ouvres"), await count("metropole", "2026-12-24", 1, "jours-ouvres"));
    assert.equal(await count("la-reunion", "2027-12-17", 1, "jours-ouvrables"), "2027-12-18");
    assert.equal(await count("la-reunion", "2027-12-18", 1, "jours-ouvrables"), "2027-12-21");
  });
});

describe("replay, late evidence, forecast", () => {
  it("answers the past with what was known then, and says what late evidence changed and who relied on it", async () => {
    const file = mss([
      ...signed(),
      { type: "formal-notice-sent", at: "2026-01-30" },
      { type: "fruitless-recorded", at: "2026-03-03" },
      { type: "breach-repaired", at: "2026-02-20", recorded_at: "2026-03-10" },
    ]);
    assert.equal(clock(await one(file, { about: "MSS 12.2", on: "2026-03-04", known_on: "2026-03-04" }), "MSS-12.2").state, "open");
    assert.equal(clock(await one(file, { about: "MSS 12.2", on: "2026-03-04", known_on: "2026-03-10" }), "MSS-12.2").state, "cured");
    const [change] = (await one(file, "recomputed")).recomputed;
    assert.deepEqual([change?.entry, change?.before.state, change?.after.state, change?.review, change?.late_evidence], [6, "open", "cured", [5], true]);
  });
  it("refuses a date that does not exist, one in the future, and a proof older than its letter", async () => {
    const response = await fetch(`${ready.portal}/api/law/ask`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(mss([{ type: "contract-signed", at: "2027-02-29", by: "agency" }])),
    });
    assert.equal(response.status, 422);
    assert.equal(((await response.json()) as { code: string }).code, "law.bad-file");
    const before = [...connected, notice, { type: "letter-received", at: "2026-01-29", recorded_at: "2026-02-04", about: "n" }];
    assert.equal((await refusal(psc(before))).code, "law.impossible-date");
  });
  it("takes words of the language for words, and bounds what is asked", async () => {
    const odd = await ask(
      mss([
        { type: "constructor", at: "2026-01-01" },
        { type: "toString", at: "2026-01-01", channel: "constructor" },
      ]),
    );
    assert.deepEqual(
      odd.entries.map((entry) => entry.refusal.code),
      ["law.unknown-entry", "law.unknown-entry"],
    );
    const post = async (file: Row): Promise<number> =>
      (await fetch(`${ready.portal}/api/law/ask`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(file) })).status;
    assert.equal(await post(mss(Array.from({ length: 151 }, () => ({ type: "contract-signed", at: "2026-01-01", by: "agency" })))), 422);
    assert.equal(await post(mss([], { ask: Array(13).fill("state") })), 422);
    assert.equal(await post(mss([{ type: "contract-signed", at: "+275760-09-13T00:00:00Z", by: "agency" }])), 422);
    assert.equal(await post(mss([], { ask: ["what is the weather"] })), 422);
    assert.equal(await post(mss([], { territory: "guyane", policy: "fr-metropole-2026.1" })), 422);
    assert.equal(await post(mss([], { ask: [{ about: "count", from: "2026-01-01", length: 1e9, unit: "jours-ouvres" }] })), 422);
  });
  it("foretells what is found when the day has come", async () => {
    for (const file of [
      mss([...validated(), { type: "reference-published", at: "2026-03-03", version: "2" }, { type: "termination-notified", at: "2026-08-20" }]),
      mss(signed()),
      ecps([...active, { type: "terms-published", at: "2026-03-02", version: "2", effective_on: "2026-04-01" }, { type: "terms-refused", at: "2026-03-03" }]),
    ]) {
      const { forecast } = await one(file, "forecast");
      assert.ok(forecast.length > 0);
      for (const line of forecast) {
        const [state, rights] = (
          await ask({
            ...file,
            ask: [
              { about: "state", on: line.on },
              { about: "rights", on: line.on },
            ],
          })
        ).answers;
        assert.equal(line.leaves.phase, state?.phase);
        assert.deepEqual(line.leaves.rights.map((right) => `${right.right} ${right.subject}`).sort(), rights ? open(rights).sort() : []);
      }
    }
  });
  it("explains any right with its clause and its entry, in both languages", async () => {
    const { explanations } = await one(mss(validated()), "domain.exchange");
    assert.deepEqual([explanations[0]?.clause, explanations[0]?.entries], ["MSS 4.2", [7]]);
    assert.match(explanations[0]?.text.fr ?? "", /ouvert depuis le vendredi 6 février 2026 \(MSS 4\.2, entrée 7\)/);
    assert.match(explanations[0]?.text.en ?? "", /open since/);
  });
});

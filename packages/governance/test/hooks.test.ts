// Rules of news: which addresses are taken, how long it is tried, which step a day is.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { realClock, Temporal } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import { createHooks } from "../src/hooks/hooks.ts";
import { pauseAfter } from "../src/hooks/message.ts";
import { stepOf } from "../src/hooks/reminders.ts";

const seal = (plain: Uint8Array): Uint8Array => plain;
const explode = (): never => {
  throw new Error("nothing is written");
};
const tx = { run: explode, first: explode, query: explode } as unknown as Tx;
const hooksOf = (guarded: boolean) =>
  createHooks({
    real: realClock,
    keys: { seal, unseal: seal },
    outgoing: { guarded, isInside: (host) => host.startsWith("10."), origin: "", post: explode },
  });

describe("news of files, rules", () => {
  it("takes https to an outside address only, outside a sandbox", async () => {
    for (const [url, code] of [
      ["http://example.org/", "governance.plain-hook"],
      ["https://10.1.2.3/", "governance.inside-hook"],
      ["https://localhost/", "governance.inside-hook"],
      ["https://me:secret@example.org/", "governance.hook-with-password"],
    ] as const)
      await assert.rejects(
        hooksOf(true).add(tx, { party: null, file: undefined, url, by: "operator" }),
        (error: { code?: string }) => error.code === code,
        url,
      );
    await assert.rejects(hooksOf(false).add(tx, { party: null, file: undefined, url: "http://10.1.2.3/", by: "operator" }), /nothing is written/);
  });

  it("tries for about two days with growing pauses, then gives up", () => {
    const pauses = Array.from({ length: 9 }, (_, i) => pauseAfter(i + 1));
    assert.equal(pauses.at(-1), undefined);
    const kept = pauses.filter((pause) => pause !== undefined);
    assert.deepEqual(
      kept,
      kept.toSorted((a, b) => a - b),
    );
    const hours = kept.reduce((sum, pause) => sum + pause, 0) / 3600;
    assert.ok(hours > 40 && hours < 50, String(hours));
  });

  it("a last day is near for a week, then the eve, then late for a month", () => {
    const today = Temporal.PlainDate.from("2026-05-10");
    const steps = [-40, -31, -1, 0, 1, 2, 7, 8].map((days) => stepOf(today.add({ days }), today));
    assert.deepEqual(steps, [undefined, "late", "late", "eve", "eve", "week", "week", undefined]);
  });
});

// Differences of two versions of the terms: whatever the texts, the runs give both back; articles added, removed, moved.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareTerms, compareWords } from "../src/terms/difference.ts";

const article = (number: string, text: string) => ({ number, title: { fr: `t${number}`, en: `t${number}` }, text: { fr: text, en: text } });
const version = (name: string, ...articles: ReturnType<typeof article>[]) => ({
  version: name,
  in_force_on: "2026-01-01",
  title: { fr: "t", en: "t" },
  articles,
});

describe("differences of terms", () => {
  it("words: what is not added gives the text before, what is not removed the text after", () => {
    const words = ["le", "la", "agence", "peut", "doit", "un", "mois", " ", "é"];
    let seed = 7;
    const draw = (most: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % most;
    };
    const text = (): string => Array.from({ length: draw(40) }, () => words[draw(words.length)]).join(" ");
    for (let run = 0; run < 300; run++) {
      const [before, after] = [text(), text()];
      const runs = compareWords(before, after);
      const without = (kind: string): string =>
        runs
          .filter((one) => one.kind !== kind)
          .map((one) => one.text)
          .join("");
      assert.equal(without("added").trim(), before.trim());
      assert.equal(without("removed").trim(), after.trim());
      assert.equal(
        runs.some(({ kind }) => kind !== "same"),
        before.trim() !== after.trim(),
      );
    }
    const kinds = compareWords("un mois après réception", "deux mois après réception").map(({ kind, text: said }) => [kind, said]);
    assert.deepEqual(kinds, [
      ["removed", "un "],
      ["added", "deux "],
      ["same", "mois après réception "],
    ]);
  });

  it("articles: each once, in the order of the later version, a removed one where it stood", () => {
    const before = version("1", article("1", "a"), article("2", "b"), article("3", "c"));
    const after = version("2", article("1", "a"), article("3", "c d"), article("4", "e"));
    assert.deepEqual(
      compareTerms(before, after, "fr").map(({ number, change }) => [number, change]),
      [
        ["1", "same"],
        ["2", "removed"],
        ["3", "changed"],
        ["4", "added"],
      ],
    );
    const moved = version("3", article("3", "c"), article("1", "a"));
    assert.deepEqual(
      compareTerms(before, moved, "fr")
        .map(({ number }) => number)
        .toSorted(),
      ["1", "2", "3"],
    );
  });
});

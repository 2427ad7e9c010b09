import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { missingPcsc, type PcscStack, startPcsc, startProgram, type TestProgram } from "@cercle/testkit";

const main = resolve(import.meta.dirname, "../src/main.ts");

describe("conformity of the card", { skip: missingPcsc() ?? false }, () => {
  let stack: PcscStack;
  let program: TestProgram;
  before(async () => {
    stack = await startPcsc();
    program = await startProgram({ inside: stack.inside });
  });
  after(async () => {
    await program?.stop();
    await stack?.stop();
  });
  const cercle = (...words: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((done) =>
      execFile(
        process.execPath,
        [main, ...words],
        { env: { ...process.env, ...stack.environment, CERCLE_DATA: program.data, LANG: "en_US.UTF-8" }, timeout: 80_000 },
        (error, out, err) => done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
      ),
    );

  it("[CPS-06] runs every test, and writes a result file signed by a card; one letter changed is told", async () => {
    const file = join(program.data, "out.json");
    const run = await cercle("conformity", "card", "--report", file, "--software", "Essai 1.0", "--json");
    assert.equal(run.code, 0, run.err);
    const results = JSON.parse(run.out) as { passed: boolean }[];
    assert.ok(results.length >= 9 && results.every((result) => result.passed));
    const checked = await cercle("conformity", "check", file, "--json");
    assert.equal(checked.code, 0, checked.err);
    assert.match(checked.out, /Essai 1\.0/);
    writeFileSync(file, readFileSync(file, "utf8").replace("Essai 1.0", "Essai 2.0"));
    const altered = await cercle("conformity", "check", file, "--json");
    assert.equal(altered.code, 1);
    assert.match(altered.err, /conformity\.bad-result/);
  });
});

// The run of the tests itself: a file that hangs, crashes or leaves something behind is a failure, and never holds up the rest.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "@cercle/testkit";
import { type FileRun, runFile } from "../test-run/run-file.ts";

const root = resolve(import.meta.dirname, "../..");

async function runText(text: string, limitSeconds?: number): Promise<FileRun> {
  const folder = await temporaryFolder();
  try {
    const file = join(folder.path, "planted.mjs");
    await mkdir(join(folder.path, "out"));
    await writeFile(file, `import { spawn } from "node:child_process"; import { describe, test } from "node:test";\n${text}`);
    return await runFile({ file: relative(root, file), folder: join(folder.path, "out"), root, ...(limitSeconds ? { limitSeconds } : {}) });
  } finally {
    await folder.remove();
  }
}

describe("a test file in the run", () => {
  test("gives its tests by outcome, suites not counted", async () => {
    const run = await runText(
      `describe("suite", () => { test("good", () => {}); test("bad", () => { throw new Error("x"); }); test("left out", { skip: true }, () => {}); });`,
    );
    assert.deepEqual(run.tests.map(({ name, outcome }) => `${name} ${outcome}`).sort(), ["bad failed", "good passed", "left out skipped"]);
    assert.deepEqual(run.faults, []);
  });

  test("is ended when it hangs, with what it started, though that keeps its output open", async () => {
    const run = await runText(
      `test("hangs", async () => { spawn("sleep", ["600"], { stdio: "inherit" }); await new Promise(() => setInterval(() => {}, 1e6)); });`,
      2,
    );
    assert.match(run.faults.join("\n"), /not ended after 2 s/);
    assert.match(run.faults.join("\n"), /left running: sleep 600/);
  });

  test("fails for a process it leaves behind", async () => {
    const run = await runText(`test("leaves", () => { spawn("sleep", ["600"], { stdio: "ignore", detached: true }).unref(); });`);
    assert.deepEqual(run.tests, [{ name: "leaves", outcome: "passed" }]);
    assert.match(run.faults.join("\n"), /left running: sleep 600/);
  });

  test("fails when it crashes, or has no test", async () => {
    assert.match((await runText("process.exit(3);")).faults.join("\n"), /exit code 3/);
    assert.match((await runText("")).faults.join("\n"), /no test in it/);
  });
});

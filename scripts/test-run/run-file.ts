// One test file in a process of its own, that cannot hold up the run: past its limit everything it started is ended, a
// process it leaves behind is its failure, and so is an end without a word (a crash).
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { endAll, findMarked, type MarkedProcess } from "./processes.ts";
import type { TestEnd } from "./reporter.ts";

export type FileRun = {
  readonly file: string;
  readonly seconds: number;
  readonly output: string;
  readonly tests: readonly TestEnd[];
  readonly faults: readonly string[];
};

/** Runs `file` (a path from `root`) and waits for its end, at most seven minutes unless told. `folder` takes its output. */
export async function runFile({
  file,
  folder,
  root,
  limitSeconds = 420,
}: {
  file: string;
  folder: string;
  root: string;
  limitSeconds?: number;
}): Promise<FileRun> {
  const mark = `TEST_FILE_MARK=${randomUUID()}`;
  const [name, value] = mark.split("=") as [string, string];
  const output = join(folder, `${value}.log`);
  const results = join(folder, `${value}.jsonl`);
  // Files, not pipes: a grandchild that keeps a pipe open would keep the run waiting for its end.
  const log = openSync(output, "w");
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${join(root, "scripts/test-run/reporter.ts")}`,
      `--test-reporter-destination=${results}`,
      join(root, file),
    ],
    { cwd: root, env: { ...process.env, NODE_TEST_CONTEXT: undefined, [name]: value }, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limitSeconds * 1000);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearTimeout(limit);

  const tests = readTests(results);
  const faults: string[] = [];
  if (late) faults.push(`not ended after ${limitSeconds} s`);
  else if (code !== 0 && tests.every((test) => test.outcome !== "failed")) faults.push(`ended with exit code ${code} and no failed test`);
  if (!late && code === 0 && tests.length === 0) faults.push("no test in it");
  for (const left of await endLeft(mark)) faults.push(`left running: ${left.command} (${left.pid})`);
  return { file, seconds: (performance.now() - began) / 1000, output: readFileSync(output, "utf8"), tests, faults };
}

/** Gives what the file started a moment to end, then ends it; answers what had to be ended. */
async function endLeft(mark: string): Promise<readonly MarkedProcess[]> {
  const end = performance.now() + 3000;
  let left = findMarked(mark);
  while (left.length > 0 && performance.now() < end) {
    await wait(100);
    left = findMarked(mark);
  }
  endAll(left);
  return left;
}

function readTests(results: string): readonly TestEnd[] {
  const lines = existsSync(results) ? readFileSync(results, "utf8").split("\n") : [];
  // A file ended by force may end in the middle of a line.
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as TestEnd);
}

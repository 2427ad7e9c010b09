// `npm test`: every test file of the tree on the pinned Node, one PostgreSQL and one prepared data folder for the whole run,
// and a closing line with the counts. `npm test -- PATTERN…` runs the files whose path contains one of the patterns.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { prepareData, startPostgres } from "../packages/testkit/src/index.ts";
import { ensureSystemPackages } from "./system-packages.ts";
import { type FileRun, runFile } from "./test-run/run-file.ts";

const root = resolve(import.meta.dirname, "..");
const patterns = process.argv.slice(2).filter((word) => !word.startsWith("-"));
// Where nothing may be left out (CI), what could not run is a failure.
const strict = process.env.CI !== undefined || process.argv.includes("--strict");

const missing = ensureSystemPackages();
if (strict) spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", join(root, "scripts/setup-card.ts")], { stdio: "inherit" });

// Everything a test writes lies in one folder, so that what is left behind shows.
const folder = mkdtempSync(join(tmpdir(), "cercle-run-"));
chmodSync(folder, 0o711);
process.env.TMPDIR = folder;
const postgres = missing.some((need) => need.packages === "postgresql") ? undefined : await startPostgres();
if (postgres) process.env.TEST_POSTGRES_URL = postgres.url;
process.env.TEST_PREPARED_DATA = await prepareData(join(folder, "prepared"));

const began = performance.now();
const runs = await runAll(listFiles());
postgres?.stop();

const tests = runs.flatMap(({ file, tests }) => tests.map((test) => ({ file, ...test })));
const count = (outcome: string): number => tests.filter((test) => test.outcome === outcome).length;
const failures = [
  ...tests.filter((test) => test.outcome === "failed").map(({ file, name }) => `${file}: ${name}`),
  ...runs.flatMap(({ file, faults }) => faults.map((fault) => `${file}: ${fault}`)),
  ...readdirSync(folder)
    .filter((name) => name.startsWith("cercle-test-"))
    .map((name) => `left in the temporary folder by a test: ${name}`),
];
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

// Only a whole run says what is covered.
if (patterns.length === 0) {
  const passed = tests.filter((test) => test.outcome === "passed").map(({ file, name }) => ({ file, title: name }));
  writeFileSync(join(root, "coverage.json"), JSON.stringify(passed));
}
const slowest = [...runs].sort((a, b) => b.seconds - a.seconds).slice(0, 10);
console.log(
  `\n${Math.round((performance.now() - began) / 1000)} s; slowest: ${slowest.map(({ file, seconds }) => `${file} ${Math.round(seconds)} s`).join(", ")}`,
);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join("\n")}`);
for (const need of missing) console.log(`Left out: ${need.what}. To enable it: apt-get install ${need.packages}`);
const skipped = tests.filter((test) => test.outcome === "skipped");
if (skipped.length > 0) console.log(`Skipped:\n${skipped.map(({ file, name }) => `  ${file}: ${name}`).join("\n")}`);
const failed = failures.length + (strict ? missing.length + skipped.length : 0);
console.log(`\n${count("passed")} passed, ${failed} failed`);
process.exit(failed > 0 || count("passed") === 0 ? 1 : 0);

function listFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.test.ts"], { cwd: root, encoding: "utf8" });
  return listed.split("\n").filter((file) => file !== "" && (patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))));
}

/**
 * One file more at a time than there are cores, since each waits for a quarter of its time (for browsers, clocks, other programs); in the
 * order listed (the long ones, of whole programs, come first).
 */
async function runAll(files: readonly string[]): Promise<readonly FileRun[]> {
  const waiting = [...files];
  const ended: FileRun[] = [];
  let readersTaken = false;
  const takeTurns = async (): Promise<void> => {
    for (;;) {
      const at = waiting.findIndex((file) => !readersTaken || !usesReaders(file));
      const file = waiting[at];
      if (file === undefined) {
        if (waiting.length === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
        continue;
      }
      waiting.splice(at, 1);
      const readers = usesReaders(file);
      if (readers) readersTaken = true;
      const run = await runFile({ file, folder, root });
      if (readers) readersTaken = false;
      ended.push(run);
      console.log(`\n# ${file} (${Math.round(run.seconds)} s)\n${run.output}${run.faults.map((fault) => `✖ ${fault}\n`).join("")}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, takeTurns));
  return ended;
}

/** There is one PC/SC daemon a machine: files that need it take turns, and none waits for it in a turn of its own. */
function usesReaders(file: string): boolean {
  return /startPcsc|\.\/cards\.ts/.test(readFileSync(join(root, file), "utf8"));
}

// `npm test`: every test file of the tree on the pinned Node, one PostgreSQL for the whole run, and a closing line with the counts.
// `npm test -- PATTERN…` runs the files whose path contains one of the patterns.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { startPostgres } from "../packages/testkit/src/index.ts";
import { ensureSystemPackages } from "./system-packages.ts";

const root = resolve(import.meta.dirname, "..");
const patterns = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const strict = process.env.CI !== undefined || process.argv.includes("--strict");

const missing = ensureSystemPackages();

// Everything a test writes lies in one folder and every process it starts carries one mark, so that what is left behind shows.
const runId = randomUUID();
const folder = mkdtempSync(join(tmpdir(), "cercle-run-"));
chmodSync(folder, 0o711);
process.env.TMPDIR = folder;
process.env.TEST_RUN_ID = runId;

const postgres = missing.some((need) => need.packages === "postgresql") ? undefined : await startPostgres();
if (postgres) process.env.TEST_POSTGRES_URL = postgres.url;

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.test.ts"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && (patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))))
  .map((file) => resolve(root, file));

const counts = { passed: 0, failed: 0, skipped: 0 };
const passedTitles: { file: string; title: string }[] = [];
const failures: string[] = [];
const stream = run({ files, concurrency: 2, timeout: 600_000 });
stream.on("test:pass", (event) => {
  if (event.details.type === "suite") return;
  if (event.skip !== undefined && event.skip !== false) counts.skipped += 1;
  else {
    counts.passed += 1;
    passedTitles.push({ file: event.file ?? "", title: event.name });
  }
});
stream.on("test:fail", (event) => {
  if (event.details.type === "suite") return;
  counts.failed += 1;
  failures.push(`${event.file?.replace(`${root}/`, "") ?? ""}: ${event.name}`);
});
const closed = new Promise<void>((resolve) => stream.once("end", resolve));
stream.compose<NodeJS.ReadableStream>(new spec()).pipe(process.stdout);
await closed;
await new Promise((resolve) => setTimeout(resolve, 200));

postgres?.stop();
await new Promise((resolve) => setTimeout(resolve, 500));
for (const { pid, command } of findLeftProcesses()) {
  counts.failed += 1;
  failures.push(`left running by a test: ${command} (${pid})`);
  process.kill(pid, "SIGKILL");
}
for (const name of readdirSync(folder).filter((name) => name.startsWith("cercle-test-"))) {
  counts.failed += 1;
  failures.push(`left in the temporary folder by a test: ${name}`);
}
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

// Only a whole run says what is covered.
if (patterns.length === 0) {
  writeFileSync(resolve(root, "coverage.json"), JSON.stringify(passedTitles.map(({ file, title }) => ({ file: file.replace(`${root}/`, ""), title }))));
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join("\n")}`);
for (const need of missing) console.log(`Left out: ${need.what}. To enable it: apt-get install ${need.packages}`);
if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
// Where nothing may be left out (CI), what could not run is a failure.
if (strict) counts.failed += missing.length + counts.skipped;
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);

/** Processes that carry this run's mark, besides this one (Linux; elsewhere none are seen). */
function findLeftProcesses(): { pid: number; command: string }[] {
  const found: { pid: number; command: string }[] = [];
  const entries = existsSync("/proc") ? readdirSync("/proc") : [];
  for (const name of entries.filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)) {
    try {
      if (!readFileSync(`/proc/${name}/environ`, "utf8").includes(runId)) continue;
      found.push({ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim() });
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return found.filter(({ command }) => command !== "");
}

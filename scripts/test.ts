// `npm test`: every test file of the tree on the pinned Node, one PostgreSQL for the whole run, and a closing line with the counts.
// `npm test -- PATTERN…` runs the files whose path contains one of the patterns.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { startPostgres } from "../packages/testkit/src/index.ts";
import { ensureSystemPackages } from "./system-packages.ts";

const root = resolve(import.meta.dirname, "..");
const patterns = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const strict = process.env.CI !== undefined || process.argv.includes("--strict");

const missing = ensureSystemPackages();
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

writeFileSync(resolve(root, "coverage.json"), JSON.stringify(passedTitles.map(({ file, title }) => ({ file: file.replace(`${root}/`, ""), title }))));
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join("\n")}`);
for (const need of missing) console.log(`Left out: ${need.what}. To enable it: apt-get install ${need.packages}`);
const left = strict && missing.length > 0;
console.log(`\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`);
postgres?.stop();
process.exit(counts.failed > 0 || counts.passed === 0 || left ? 1 : 0);

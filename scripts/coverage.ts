// `npm run coverage:requirements`: which requirement ids a passing test of the last `npm test` names, per system.
// An id counts only through a public surface: tests of packages' inner functions carry no id.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

const register = readFileSync(join(root, "docs", "requirements", "register.md"), "utf8");
const ids = [...register.matchAll(/^\| ([A-Z]+-\d\d) \|/gm)].map((match) => match[1] ?? "");
const titles = JSON.parse(readFileSync(join(root, "coverage.json"), "utf8")) as { title: string }[];
const named = new Set(
  titles.flatMap(({ title }) => [...title.matchAll(/\[((?:[A-Z]+-\d\d[,\s]*)+)\]/g)].flatMap((match) => match[1]?.match(/[A-Z]+-\d\d/g) ?? [])),
);
const unknown = [...named].filter((id) => !ids.includes(id));

for (const system of [...new Set(ids.map((id) => id.split("-")[0] ?? ""))]) {
  const own = ids.filter((id) => id.startsWith(`${system}-`));
  const covered = own.filter((id) => named.has(id));
  const open = own.filter((id) => !named.has(id));
  console.log(`${system.padEnd(5)} ${String(covered.length).padStart(3)} of ${own.length}${open.length > 0 ? `   open: ${open.join(", ")}` : ""}`);
}
console.log(`all   ${ids.filter((id) => named.has(id)).length} of ${ids.length}`);
if (unknown.length > 0) {
  console.log(`ids that no register has: ${unknown.join(", ")}`);
  process.exitCode = 1;
}

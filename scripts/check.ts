// `npm run check`: everything that must hold before tests are worth running. All steps run; the exit code says whether all passed.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { checkDeclarations } from "./checks/declarations.ts";
import { checkDirections } from "./checks/directions.ts";
import { checkListed } from "./checks/listed.ts";
import { checkMigrations } from "./checks/migrations.ts";
import { checkPageTexts } from "./checks/page-texts.ts";
import { checkOwnSchema } from "./checks/schema.ts";
import { checkSpaceWords } from "./checks/space-words.ts";
import { findStalePages } from "./generate-pages.ts";

const root = resolve(import.meta.dirname, "..");

function tool(name: string, args: readonly string[]): () => Promise<readonly string[]> {
  return async () => {
    const result = spawnSync(join(root, "node_modules", ".bin", name), args, { cwd: root, encoding: "utf8" });
    return result.status === 0 ? [] : [`${result.stdout}${result.stderr}`.trim()];
  };
}

const steps: readonly (readonly [string, () => Promise<readonly string[]>])[] = [
  ["types", tool("tsc", ["-p", "tsconfig.json"])],
  ["types of the wallet", tool("tsc", ["-p", "apps/wallet/tsconfig.json"])],
  ["lint and format", tool("biome", ["ci", "--max-diagnostics=40", "."])],
  ["room directions and cycles", () => checkDirections(root)],
  ["unused exports and dependencies", tool("knip", ["--no-config-hints"])],
  ["declarations: languages, codes, secrets", async () => checkDeclarations()],
  ["declarations: all listed", async () => checkListed(root)],
  ["pages: no text in one language", async () => checkPageTexts(root)],
  ["a space is data: no country's words in rooms", async () => checkSpaceWords(root)],
  ["migrations", checkMigrations],
  ["SQL fresh against upgraded", checkOwnSchema],
  ["generated pages", () => findStalePages(root)],
];

let failed = 0;
for (const [name, step] of steps) {
  const started = performance.now();
  const problems = await step();
  if (problems.length > 0) failed += 1;
  console.log(`${problems.length > 0 ? "✖" : "✔"} ${name} (${Math.round(performance.now() - started)} ms)`);
  for (const problem of problems.slice(0, 60)) console.log(`    ${problem}`);
}
process.exitCode = failed > 0 ? 1 : 0;

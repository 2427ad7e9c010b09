// Room directions and cycles, by dependency-cruiser. It must see: fewer modules than git lists is a failure of the check itself.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

const places = ["packages", "apps", "conformity"];

/** Answers what is wrong, a line each. `folder` is the tree to look at. */
export async function checkDirections(folder: string): Promise<readonly string[]> {
  const rules = JSON.parse(readFileSync(join(folder, ".dependency-cruiser.json"), "utf8"));
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...places], { cwd: folder, encoding: "utf8" })
    .split("\n")
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
  const present = [...new Set(listed.map((file) => file.split("/")[0] ?? ""))].filter((place) => place !== "");
  const before = process.cwd();
  process.chdir(folder);
  try {
    const { exclude, doNotFollow, ...rest } = rules.options;
    const result = await cruise(
      present,
      { ...rest, exclude, doNotFollow, ruleSet: { forbidden: rules.forbidden }, validate: true, outputType: "json" },
      rules.options.enhancedResolveOptions,
      { tsConfig: extractTSConfig(join(folder, rules.options.tsConfig.fileName)) },
    );
    const output = (typeof result.output === "string" ? JSON.parse(result.output) : result.output) as ICruiseResult;
    const seen = new Set(output.modules.map((module) => module.source));
    const unseen = listed.filter((file) => !seen.has(file));
    return [
      ...unseen.map((file) => `not seen by the check: ${file}`),
      ...output.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`),
    ];
  } finally {
    process.chdir(before);
  }
}

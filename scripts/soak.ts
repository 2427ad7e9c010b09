// `npm run soak`: the long runs that `npm test` does five times only.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const files = ["apps/cercle/test/spaces.test.ts"];
const run = spawnSync(process.execPath, ["--test", "--test-timeout=3600000", ...files], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, SOAK_ROUNDS: process.env.SOAK_ROUNDS ?? "50" },
});
process.exitCode = run.status ?? 1;

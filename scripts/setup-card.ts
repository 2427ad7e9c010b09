// `npm run setup:card`: builds the PKCS#11 transport's native module against the pinned Node's own headers, into
// packages/api-cps/native. PC/SC needs no compiler (pcsc-mini comes built).
import { spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { ensureSystemPackages } from "./system-packages.ts";

const root = resolve(import.meta.dirname, "..");
ensureSystemPackages();
const node = dirname(dirname(process.execPath));
const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", resolve(root, "packages/api-cps/native")], {
  stdio: "inherit",
  // N-API: what is built under one Node loads under another.
  env: { ...process.env, npm_config_nodedir: node, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}` },
});
process.exitCode = result.status ?? 1;

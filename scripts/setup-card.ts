// `npm run setup:card`: builds the PKCS#11 native module (cards through PKCS#11, authority keys in a token) against the pinned
// Node's own headers: from the npm registry and a compiler, nothing else. Done already: says so at once. PC/SC needs no
// compiler (pcsc-mini comes built). `npm test` runs it first where nothing may be left out (CI).
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { ensureSystemPackages } from "./system-packages.ts";

const root = resolve(import.meta.dirname, "..");
const place = resolve(root, "packages/api-cps/native");
/** Where the PKI looks for it: an addon of this clone, never in the lock file. */
const link = resolve(root, "node_modules/pkcs11js");

const loads = (from: string): boolean => {
  try {
    createRequire(from)("pkcs11js");
    return true;
  } catch {
    return false;
  }
};

function build(): boolean {
  ensureSystemPackages();
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", place], {
    stdio: "inherit",
    // N-API: what is built under one Node loads under another. npm carries node-gyp; the headers are the pinned Node's.
    env: { ...process.env, npm_config_nodedir: dirname(dirname(process.execPath)), PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}` },
  });
  return result.status === 0 && loads(`${place}/`);
}

if (!loads(`${place}/`) && !build()) {
  console.log("pkcs11js is not built. It needs a C++ compiler: apt-get install build-essential python3");
  process.exitCode = 1;
} else if (!existsSync(link)) {
  rmSync(link, { force: true });
  symlinkSync(resolve(place, "node_modules/pkcs11js"), link, "dir");
}

// Builds the package that vendors install: `packages/api-cps/dist`, compiled for Node 20 and later, with types, manual and its own
// package.json. `npm pack packages/api-cps/dist` makes the archive. Another folder may be named as its argument.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "packages/api-cps");
const out = process.argv[2] ? resolve(process.argv[2]) : join(source, "dist");
rmSync(out, { recursive: true, force: true });
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", join(source, "tsconfig.build.json"), "--outDir", out], { stdio: "inherit" });
const { name, version, license, type, description, engines, dependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(source, "package.json"), "utf8"),
);
const published = {
  name,
  version,
  license,
  type,
  description,
  engines,
  exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
  bin: { "cps-doctor": "./cps-doctor.js" },
  dependencies,
  optionalDependencies,
  peerDependencies: { pkcs11js: "^2.1.7" },
  peerDependenciesMeta: { pkcs11js: { optional: true } },
};
writeFileSync(join(out, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
copyFileSync(join(source, "manual.md"), join(out, "README.md"));

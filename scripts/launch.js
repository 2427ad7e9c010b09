// First thing that runs, under whatever Node (20.19 or later) the machine has: installs dependencies when they are missing
// or stale, then runs the given TypeScript file on the pinned Node. Plain JavaScript, no dependency.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".cercle-installed");
const lockDigest = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

/** Runs `npm install` at the locked versions when `node_modules` does not match the lock file. */
export function ensureInstalled() {
  const wanted = lockDigest();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installation des dépendances / installing dependencies…\n");
  try {
    execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  } catch {
    process.stderr.write("npm install a échoué (réseau ? disque plein ?) / npm install failed (network? full disk?)\n");
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

/** The pinned Node of this platform, or this one when it is 24 or later. */
export function findNode() {
  const pinned = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  process.stderr.write("Cercle demande Node 24 sur cette machine / Cercle needs Node 24 on this machine: https://nodejs.org\n");
  process.exit(1);
}

/**
 * Room for short-lived objects: V8 takes many times this for them where memory is plenty (a program of 190 MB took 350),
 * and gives little of it back. Measured by `npm run bench connect -- --sign-ins N`.
 */
export const memoryFlags = ["--max-semi-space-size=8"];

/** Runs a TypeScript file on the pinned Node; signals go through, and so does the exit code. */
export function launch(file, args) {
  ensureInstalled();
  // Compiled modules are kept beside the dependencies: half of what a start computes is compiling.
  const cache = process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node");
  const child = spawn(findNode(), ["--disable-warning=ExperimentalWarning", ...memoryFlags, file, ...args], {
    stdio: "inherit",
    env: { ...process.env, NODE_COMPILE_CACHE: cache, CERCLE_LAUNCHED: "1", PATH: `${dirname(findNode())}:${process.env.PATH ?? ""}` },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (file) launch(resolve(root, file), args);
}

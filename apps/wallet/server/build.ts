// The application, built once per content: `dist/<key>/`, where the key is a digest of the sources and of the lock file.
// Two processes may build at once; each in a folder of its own, and the rename of one wins.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "..");
const dist = join(folder, "dist");
const root = resolve(folder, "../..");

function listFiles(place: string): readonly string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Where the build of the present sources lies, whether it exists or not. */
export function distPath(): string {
  const digest = createHash("sha256");
  const sources = [
    ...listFiles(join(folder, "src")),
    ...listFiles(join(folder, "public")),
    ...listFiles(join(root, "packages/e-cps/src/device")),
    ...["index.html", "vite.config.ts", "package.json"].map((name) => join(folder, name)),
  ];
  for (const file of sources) digest.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  return join(dist, digest.digest("hex").slice(0, 16));
}

/** Builds what is missing; some milliseconds when nothing changed. Answers the folder. */
export async function ensureBuilt(): Promise<string> {
  const path = distPath();
  if (existsSync(path)) return path;
  // Loaded here only: a start with nothing to build does not read the bundler.
  const { build } = await import("vite");
  const outDir = join(dist, `.${process.pid}-${Date.now()}`);
  await mkdir(dirname(outDir), { recursive: true });
  await build({ root: folder, configFile: join(folder, "vite.config.ts"), logLevel: "error", build: { outDir, emptyOutDir: true } });
  await rename(outDir, path).catch(async (error: unknown) => {
    await rm(outDir, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  });
  return path;
}

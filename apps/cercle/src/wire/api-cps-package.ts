// The real package of the card library under a version number: compiled once for a process, packed so that the same sources give the same bytes.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { BuiltPackage } from "@cercle/distribution";

const root = resolve(import.meta.dirname, "../../../..");
const run = promisify(execFile);

type Compiled = { readonly folder: string; readonly sources: string };

export function createPackages(): { build(number: string): Promise<BuiltPackage>; close(): Promise<void> } {
  let compiled: Promise<Compiled> | undefined;
  const compile = async (): Promise<Compiled> => {
    const folder = await mkdtemp(join(tmpdir(), "cercle-api-cps-"));
    await run(process.execPath, [join(root, "scripts/build-api-cps.ts"), join(folder, "package")], { timeout: 120_000 });
    const sources = await pack(join(root, "packages/api-cps"), ["src", "manual.md", "package.json"]);
    return { folder, sources: createHash("sha256").update(sources).digest("hex") };
  };
  return {
    async build(number) {
      // A compilation that failed is tried again by the next who asks.
      compiled ??= compile().catch((error: unknown) => {
        compiled = undefined;
        throw error;
      });
      const { folder, sources } = await compiled;
      const work = await mkdtemp(join(tmpdir(), "cercle-api-cps-"));
      try {
        await cp(join(folder, "package"), join(work, "package"), { recursive: true });
        const place = join(work, "package/package.json");
        const facts = JSON.parse(await readFile(place, "utf8")) as { name: string };
        await writeFile(place, `${JSON.stringify({ ...facts, version: number }, null, 2)}\n`);
        const bytes = new Uint8Array(gzipSync(await pack(work, ["package"]), { level: 9 }));
        const manual = new Uint8Array(await readFile(join(work, "package/README.md")));
        return { name: `${facts.name.replace("@", "").replace("/", "-")}-${number}.tgz`, bytes, manual, sources };
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
    async close() {
      const made = await compiled?.catch(() => undefined);
      if (made) await rm(made.folder, { recursive: true, force: true });
    },
  };
}

/** One archive for the same files, whoever packs them and when. */
async function pack(folder: string, names: readonly string[]): Promise<Buffer> {
  const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"];
  const { stdout } = await run("tar", [...fixed, "-cf", "-", "-C", folder, ...names], { encoding: "buffer", maxBuffer: 64_000_000 });
  return stdout;
}

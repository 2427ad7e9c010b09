// The prepared snapshot of the embedded engine: an empty, migrated database, so that a first start does not wait for initdb.
// Made once per set of migrations, kept beside the installed dependencies.
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { listMigrations, migrate, openEmbedded, storeMigrations } from "@cercle/store";
import { allMigrations } from "./rooms.ts";

const cache = resolve(import.meta.dirname, "../../../node_modules/.cache/cercle");

async function snapshotPath(): Promise<string> {
  const migrations = await listMigrations([storeMigrations, ...allMigrations()]);
  const digest = createHash("sha256")
    .update(migrations.map((migration) => migration.digest).join(" "))
    .digest("hex");
  return join(cache, `database-${digest.slice(0, 16)}.tar`);
}

/** The snapshot for the current migrations, if it was made. */
export async function findSnapshot(): Promise<string | undefined> {
  const path = await snapshotPath();
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/** Makes the snapshot when it is missing; answers its path. */
export async function prepareSnapshot(): Promise<string> {
  const found = await findSnapshot();
  if (found) return found;
  const path = await snapshotPath();
  const folder = await mkdtemp(join(tmpdir(), "cercle-snapshot-"));
  try {
    const engine = await openEmbedded({ folder });
    await migrate(engine, [storeMigrations, ...allMigrations()]);
    const tar = await engine.dump();
    await engine.close();
    await mkdir(cache, { recursive: true });
    await writeFile(`${path}.${process.pid}`, tar);
    await rename(`${path}.${process.pid}`, path);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

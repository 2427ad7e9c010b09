// The prepared snapshot of the embedded engine: an empty, migrated database, so that a first start does not wait for initdb.
// Made once per set of migrations, kept beside the installed dependencies.
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { listMigrations, migrate, openEmbedded, storeMigrations } from "@cercle/store";
import { allMigrations } from "./rooms.ts";

const cache = resolve(import.meta.dirname, "../../../node_modules/.cache/cercle");

async function snapshotPath(alone: boolean): Promise<string> {
  const migrations = await listMigrations([storeMigrations, ...allMigrations(alone)]);
  const digest = createHash("sha256")
    .update(migrations.map((migration) => migration.digest).join(" "))
    .digest("hex");
  return join(cache, `database-${digest.slice(0, 16)}.tar`);
}

/** The snapshot for the current migrations of a space, or of an operator alone, if it was made. */
export async function findSnapshot(alone: boolean): Promise<string | undefined> {
  const path = await snapshotPath(alone);
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/** Makes the snapshot when it is missing; answers its path. */
export async function prepareSnapshot(alone: boolean): Promise<string> {
  const found = await findSnapshot(alone);
  if (found) return found;
  const path = await snapshotPath(alone);
  const folder = await mkdtemp(join(tmpdir(), "cercle-snapshot-"));
  try {
    const engine = await openEmbedded({ folder });
    await migrate(engine, [storeMigrations, ...allMigrations(alone)]);
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

// Stores for tests: the embedded engine and PostgreSQL, in places of their own, gone afterwards.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type RoomMigrations, type Store } from "@cercle/store";
import { createDatabase, hasPostgres } from "./postgres.ts";

export type TestEngine = "embedded" | "postgres";
/** The engines that this machine can test; `.ci/run` makes sure that it is both. */
export const testEngines: readonly TestEngine[] = hasPostgres() ? ["embedded", "postgres"] : ["embedded"];

export type TestStore = { readonly store: Store; readonly folder: string; readonly databaseUrl: string | undefined; close(): Promise<void> };

/** Opens a migrated, empty store on one engine. */
export async function openTestStore({ engine, rooms = [] }: { engine: TestEngine; rooms?: readonly RoomMigrations[] }): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), "cercle-test-"));
  const database = engine === "postgres" ? await createDatabase() : undefined;
  const store = await openStore({ folder, databaseUrl: database?.url, rooms });
  return {
    store,
    folder,
    databaseUrl: database?.url,
    async close() {
      await store.close();
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestFolder = { readonly path: string; remove(): Promise<void> };

/** A folder of the test's own. */
export async function temporaryFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), "cercle-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

// Opening a space's store: PostgreSQL when a URL is given, else the embedded engine in the data folder, from a prepared
// snapshot when there is one (a first start then does not wait for initdb).
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@cercle/kernel";
import { openEmbedded } from "./embedded.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { migrate, type RoomMigrations } from "./migrate.ts";
import { openPostgres } from "./postgres.ts";
import { createStore, type Store } from "./store.ts";

export type OpenStoreOptions = {
  /** The data folder; locked for as long as the store is open. */
  folder: string;
  databaseUrl?: string | undefined;
  poolSize?: number;
  rooms: readonly RoomMigrations[];
  /** A tar archive made by `EmbeddedEngine.dump`, used when the embedded database does not exist yet. */
  snapshot?: string | undefined;
  clock?: Clock;
};

/** The store's own migrations; always first. */
export const storeMigrations: RoomMigrations = { room: "store", folder: new URL("../migrations", import.meta.url) };

/** The store of a space; `hold` keeps the embedded engine at rest for a copy of its folder. */
export type OpenedStore = Store & { hold?<T>(work: () => Promise<T>): Promise<T> };

/** Locks the data folder, opens the engine, applies missing migrations. Throws `store.locked`, `store.damaged`, `store.unreachable`. */
export async function openStore({ folder, databaseUrl, poolSize = 10, rooms, snapshot, clock }: OpenStoreOptions): Promise<OpenedStore> {
  const lock: FolderLock | undefined = databaseUrl ? undefined : await lockFolder(folder);
  try {
    const embedded = databaseUrl ? undefined : await openEmbedded(await embeddedPlace(folder, snapshot));
    const engine = embedded ?? (await openPostgres({ url: databaseUrl ?? "", poolSize }));
    await migrate(engine, [storeMigrations, ...rooms]);
    const store = createStore({ engine, ...(clock ? { clock } : {}) });
    return {
      ...store,
      ...(embedded ? { hold: embedded.hold } : {}),
      async close() {
        await store.close();
        await lock?.release();
      },
    };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

async function embeddedPlace(folder: string, snapshot: string | undefined): Promise<{ folder: string; snapshot?: string }> {
  const place = join(folder, "database");
  const exists = await access(join(place, "PG_VERSION")).then(
    () => true,
    () => false,
  );
  if (!exists) await mkdir(place, { recursive: true, mode: 0o700 });
  return !exists && snapshot ? { folder: place, snapshot } : { folder: place };
}

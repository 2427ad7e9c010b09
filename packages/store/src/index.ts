// The store's public names. Rooms receive a `Store` and pass `Tx`; only the program opens one.
export { DatabaseError, type EmbeddedEngine, openEmbedded } from "./embedded.ts";
export { storeErrors } from "./errors.ts";
export { type FolderLock, lockFolder } from "./folder-lock.ts";
export type { Jobs } from "./jobs.ts";
export { listMigrations, type Migration, migrate, type RoomMigrations } from "./migrate.ts";
export { type OpenStoreOptions, openStore, storeMigrations } from "./open.ts";
export type { Consumer, StoredEvent } from "./outbox.ts";
export { openPostgres } from "./postgres.ts";
export type { Queryable, Tx } from "./queryable.ts";
export { storeSettings } from "./settings.ts";
export { type CopyRow, createStore, type Store } from "./store.ts";
export { dropTemplate, restoreTemplate, saveTemplate } from "./template.ts";
export { json } from "./values.ts";

// Numbered SQL files, one PostgreSQL schema per room, applied once each under an advisory lock.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Engine } from "./engine.ts";
import { storeErrors } from "./errors.ts";

/** A room's migrations: `folder` holds `NNNN_name.sql`; the schema carries the room's name. */
export type RoomMigrations = { readonly room: string; readonly folder: URL };

const lockKey = 7_206_519;

export type Migration = { room: string; name: string; sql: string; digest: string };

/** All migrations of the rooms, in the order they apply: rooms as given, numbers ascending. */
export async function listMigrations(rooms: readonly RoomMigrations[]): Promise<Migration[]> {
  const found: Migration[] = [];
  for (const { room, folder } of rooms) {
    for (const name of (await readdir(folder)).filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file)).sort()) {
      const sql = await readFile(new URL(name, `${folder.href.replace(/\/$/, "")}/`), "utf8");
      found.push({ room, name, sql, digest: createHash("sha256").update(sql).digest("hex") });
    }
  }
  return found;
}

/** Applies what is missing; each file in a transaction of its own. Answers the names that were applied. */
export async function migrate(engine: Engine, rooms: readonly RoomMigrations[]): Promise<readonly string[]> {
  const migrations = await listMigrations(rooms);
  const applied: string[] = [];
  await engine.session(async (session) => {
    await session.query("create schema if not exists store");
    await session.query(
      "create table if not exists store.migration (room text not null, name text not null, digest text not null, applied_at timestamptz not null default now(), primary key (room, name))",
    );
  });
  for (const migration of migrations) {
    const label = `${migration.room}/${migration.name}`;
    await engine.session(async (session) => {
      await session.query("begin");
      try {
        await session.query("select pg_advisory_xact_lock($1)", [lockKey]);
        const known = await session.query("select digest from store.migration where room = $1 and name = $2", [migration.room, migration.name]);
        const digest = known.rows[0]?.digest;
        if (digest !== undefined && digest !== migration.digest) throw storeErrors.refuse("store.migration-changed", { params: { name: label } });
        if (digest === undefined) {
          await session.query(`create schema if not exists "${migration.room}"`);
          // A folder of migrations may serve several schemas (one per operator of the demo): names without a schema mean the room's.
          await session.query(`set local search_path to "${migration.room}"`);
          await engine.execute(session, migration.sql);
          await session.query("insert into store.migration (room, name, digest) values ($1, $2, $3)", [migration.room, migration.name, migration.digest]);
          applied.push(label);
        }
        await session.query("commit");
      } catch (error) {
        await session.query("rollback");
        throw error;
      }
    });
  }
  return applied;
}

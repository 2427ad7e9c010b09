// SQL fresh against upgraded: a database that received every migration at once, room after room, and one that grew the way an
// old space does (every room's first migration, then every second, …, each on a database opened anew) must be the same.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { allMigrations } from "../../apps/cercle/src/rooms.ts";
import { type EmbeddedEngine, listMigrations, type Migration, openEmbedded, type RoomMigrations, storeMigrations } from "../../packages/store/src/index.ts";

const described = `
  select 'column ' || table_schema || '.' || table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable || ' ' || coalesce(column_default, '') as line
    from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
  union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid > 0
  union all select 'index ' || indexdef from pg_indexes where schemaname not in ('pg_catalog', 'information_schema')
  union all select 'trigger ' || tgrelid::regclass || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select 'function ' || p.oid::regprocedure || ' ' || md5(p.prosrc) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname not in ('pg_catalog', 'information_schema') and p.prolang = (select oid from pg_language where lanname = 'plpgsql')
  order by 1`;

const cache = resolve(import.meta.dirname, "../../node_modules/.cache/cercle/schema-compared");

/** The product's own migrations; the same set is compared once. */
export async function checkOwnSchema(): Promise<readonly string[]> {
  const rooms = [storeMigrations, ...allMigrations()];
  const migrations = await listMigrations(rooms);
  const digest = createHash("sha256")
    .update(JSON.stringify(migrations.map(({ room, name, digest: own }) => [room, name, own])))
    .digest("hex");
  if ((await readFile(cache, "utf8").catch(() => "")) === digest) return [];
  const problems = await checkSchema(rooms);
  if (problems.length === 0) {
    await mkdir(dirname(cache), { recursive: true });
    await writeFile(cache, digest);
  }
  return problems;
}

/** Lines that only one of the two databases has. */
export async function checkSchema(rooms: readonly RoomMigrations[]): Promise<readonly string[]> {
  const migrations = await listMigrations(rooms);
  const byNumber = migrations.toSorted((a, b) => Number(a.name.slice(0, 4)) - Number(b.name.slice(0, 4)));
  const steps = [...new Set(byNumber.map((migration) => migration.name.slice(0, 4)))];
  const fresh = await build([migrations]);
  const upgraded = await build(steps.map((step) => byNumber.filter((migration) => migration.name.startsWith(step))));
  return [
    ...fresh.filter((line) => !upgraded.includes(line)).map((line) => `only in a fresh database: ${line}`),
    ...upgraded.filter((line) => !fresh.includes(line)).map((line) => `only in an upgraded database: ${line}`),
  ];
}

async function build(steps: readonly (readonly Migration[])[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "cercle-schema-"));
  try {
    let lines: readonly string[] = [];
    for (const step of steps) {
      const engine = await openEmbedded({ folder });
      await apply(engine, step);
      lines = (await engine.query(described)).rows.map((row) => String(row.line));
      await engine.close();
    }
    return lines;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function apply(engine: EmbeddedEngine, step: readonly Migration[]): Promise<void> {
  await engine.session(async (session) => {
    for (const { room, sql } of step) {
      await session.query(`create schema if not exists "${room}"`);
      // As the migrator does: names without a schema mean the room's.
      await engine.execute(session, `set search_path to "${room}"; ${sql}; set search_path to default`);
    }
  });
}

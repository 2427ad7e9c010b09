// SQL: migrations are numbered without a gap, a room touches its own schema only, and nothing beyond PostgreSQL 15 is used.

import { allMigrations, rooms } from "../../apps/cercle/src/rooms.ts";
import { listMigrations, storeMigrations } from "../../packages/store/src/index.ts";

const tooNew = /\b(uuidv7|uuidv4|any_value|json_scalar|json_table|merge\s+into[\s\S]*returning)\b/i;

export async function checkMigrations(): Promise<readonly string[]> {
  const problems: string[] = [];
  const schemas = new Set(["store", ...rooms.map((room) => room.name)]);
  const last = new Map<string, number>();
  for (const { room, name, sql } of await listMigrations([storeMigrations, ...allMigrations()])) {
    const number = Number(name.slice(0, 4));
    if (number !== (last.get(room) ?? 0) + 1) problems.push(`${room}/${name}: numbers must follow each other`);
    last.set(room, number);
    if (tooNew.test(sql)) problems.push(`${room}/${name}: uses what PostgreSQL 15 does not have`);
    for (const [, schema] of sql.replace(/--.*$/gm, "").matchAll(/\b([a-z_]+)\.[a-z_]+\b/g)) {
      if (schema && schemas.has(schema) && schema !== room) problems.push(`${room}/${name}: touches the schema of ${schema}`);
    }
  }
  return problems;
}

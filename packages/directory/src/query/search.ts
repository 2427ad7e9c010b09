// Searching the registers: entries in a stable order by key, a page at a time, all pages of one search on one snapshot.
import type { Store } from "@cercle/store";
import type { PersonRow } from "../professional.ts";
import { readSnapshot, type Snapshot, visible } from "../revisions.ts";
import { type Condition, compileCondition } from "./compile.ts";
import { type EntityName, entities } from "./fields.ts";

export type SituationRow = { situation_id: string; national_id: string; structure_id: string | null; rev_from: number; record: string };
export type StructureRow = {
  structure_id: string;
  rev_from: number;
  name: string;
  legacy_id: string;
  finess: string;
  finess_legal: string;
  siret: string;
  siren: string;
  active: boolean;
  record: string;
};
export type MailboxRow = {
  mailbox_id: string;
  rev_from: number;
  source: number;
  address: string;
  kind: "PER" | "ORG" | "APP" | "CAB";
  national_id: string | null;
  structure_id: string | null;
  service: string;
  description: string;
  paperless: string;
  rank: number;
  operator: string | null;
  record: string;
};
export type Rows = { person: PersonRow; situation: SituationRow; structure: StructureRow; mailbox: MailboxRow };

export type SearchQuery<E extends EntityName> = {
  readonly entity: E;
  readonly where: Condition;
  readonly limit: number;
  /** Key of the last entry of the page before. */
  readonly after?: string | undefined;
  /** Of the first page, for the following ones. */
  readonly snapshot?: Snapshot | undefined;
};

export type SearchPage<E extends EntityName> = { readonly rows: readonly Rows[E][]; readonly snapshot: Snapshot; readonly next: string | undefined };

export type Search = {
  search<E extends EntityName>(query: SearchQuery<E>): Promise<SearchPage<E>>;
  count(query: { entity: EntityName; where: Condition; snapshot?: Snapshot | undefined }): Promise<number>;
  /** The planner's guess, for `_total=estimate`. */
  estimate(query: { entity: EntityName; where: Condition }): Promise<number>;
  /** Every visible row whose key column (`field` of the entity) is one of the values. */
  listBy<E extends EntityName>(entity: E, field: string, values: readonly string[], snapshot: Snapshot): Promise<readonly Rows[E][]>;
};

/** Made once per shape of search, so that the engine prepares it once. */
export function createSearch(store: Store): Search {
  const body = (name: EntityName, where: string): string => {
    const entity = entities[name];
    return `from ${entity.table} ${entity.alias} where ${visible(entity.alias)}${entity.where ? ` and ${entity.where}` : ""} and ${where}`;
  };
  return {
    async search({ entity: name, where, limit, after, snapshot: given }) {
      const entity = entities[name];
      const snapshot = given ?? (await readSnapshot(store));
      const { where: sql, params } = compileCondition(name, where);
      const all: unknown[] = [snapshot.current, snapshot.pending, ...params];
      const from = after === undefined ? "" : ` and ${entity.key} > $${all.push(after)}`;
      const rows = await store.query<Rows[typeof name]>(
        `select ${entity.distinct ? `distinct on (${entity.key}) ` : ""}${entity.columns} ${body(name, sql)}${from} order by ${entity.key} limit $${all.push(limit + 1)}`,
        all,
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1) as unknown as Record<string, string> | undefined;
      return { rows: page, snapshot, next: rows.length > limit ? last?.[entity.key.split(".")[1] ?? ""] : undefined };
    },
    async count({ entity: name, where, snapshot: given }) {
      const snapshot = given ?? (await readSnapshot(store));
      const { where: sql, params } = compileCondition(name, where);
      const what = entities[name].distinct ? `count(distinct ${entities[name].key})` : "count(*)";
      const row = await store.first<{ n: number }>(`select ${what} as n ${body(name, sql)}`, [snapshot.current, snapshot.pending, ...params]);
      return row?.n ?? 0;
    },
    async estimate({ entity: name, where }) {
      const snapshot = await readSnapshot(store);
      const { where: sql, params } = compileCondition(name, where);
      const [row] = await store.query<Record<string, unknown>>(`explain (format json) select 1 ${body(name, sql)}`, [
        snapshot.current,
        snapshot.pending,
        ...params,
      ]);
      const plan = row?.["QUERY PLAN"] as { Plan: { "Plan Rows": number } }[] | string | undefined;
      const parsed = typeof plan === "string" ? (JSON.parse(plan) as { Plan: { "Plan Rows": number } }[]) : plan;
      return parsed?.[0]?.Plan["Plan Rows"] ?? 0;
    },
    async listBy(name, field, values, snapshot) {
      if (values.length === 0) return [];
      const entity = entities[name];
      const column = entity.fields[field]?.sql ?? entity.key;
      return store.query<Rows[typeof name]>(
        `select ${entity.distinct ? `distinct on (${entity.key}) ` : ""}${entity.columns} ${body(name, `${column} = any($3::text[])`)} order by ${entity.key}`,
        [snapshot.current, snapshot.pending, [...new Set(values)]],
      );
    },
  };
}

// Searching the registers: entries in a stable order, a page at a time, all pages of one search on one snapshot. A page is one
// statement after one that says what stands now: what is shown with an entry (mailboxes, diplomas, holder) comes with it.
import type { Store } from "@cercle/store";
import { directoryErrors } from "../errors.ts";
import { nextSnapshot, type Snapshot, visible } from "../revisions.ts";
import { byHolder, narrows } from "./by-holder.ts";
import { type Condition, compileCondition } from "./compile.ts";
import { type Entity, type EntityName, entities } from "./fields.ts";
import type { Rows } from "./rows.ts";

export type SearchQuery<E extends EntityName> = {
  readonly entity: E;
  readonly where: Condition;
  readonly limit: number;
  /** Where the page before ended, as `next` said. */
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
  listBy<E extends EntityName>(entity: E, field: string, values: readonly string[], snapshot?: Snapshot): Promise<readonly Rows[E][]>;
};

export function createSearch(store: Store): Search {
  const body = (name: EntityName, where: string): string => {
    const entity = entities[name];
    return `from ${entity.table} ${entity.alias} where ${visible(entity.alias)}${entity.where ? ` and ${entity.where}` : ""} and ${where}`;
  };
  /** Entries chosen by the inner statement, with what is shown beside them: fetched for these alone. */
  const withAlongside = ({ alias, alongside }: Entity, inner: string): string => `select ${alias}.*, ${alongside} from (${inner}) ${alias}`;

  return {
    async search({ entity: name, where, limit, after, snapshot: given }) {
      const entity = entities[name];
      const snapshot = given ?? (await nextSnapshot(store));
      const walk = name === "address" ? byHolder(where) : undefined;
      if (walk) {
        const place = after === undefined ? undefined : readCursor(after, walk.length);
        const { rows, next } = await walk.page(store, { snapshot, after: place, limit });
        return { rows: rows as readonly Rows[typeof name][], next, snapshot };
      }
      const { where: sql, params } = compileCondition(name, where);
      const all: unknown[] = [snapshot.current, snapshot.pending, ...params];
      const order = orderOf(entity, where);
      const columns = order.map((column) => `${entity.alias}.${column}`).join(", ");
      // A few entries are gathered and sorted: an expression keeps the planner from walking the key's index until it meets them.
      const sorted = order.length === 1 && isSelective(entity, where) ? `(${columns} || '')` : columns;
      const from = after === undefined ? "" : ` and (${columns}) > (${readCursor(after, order.length).map((value) => `$${all.push(value)}`)})`;
      const inner = `select ${entity.distinct ? `distinct on (${sorted}) ` : ""}${entity.columns} ${body(name, sql)}${from} order by ${sorted} limit $${all.push(limit + 1)}`;
      const rows = await store.query<Rows[typeof name]>(withAlongside(entity, inner), all);
      return { ...cut(rows, order, limit), snapshot };
    },
    async count({ entity: name, where, snapshot: given }) {
      const { where: sql, params } = compileCondition(name, where);
      const { current, pending } = given ?? (await nextSnapshot(store));
      const what = entities[name].distinct ? `count(distinct ${entities[name].key})` : "count(*)";
      const row = await store.first<{ n: number }>(`select ${what} as n ${body(name, sql)}`, [current, pending, ...params]);
      return row?.n ?? 0;
    },
    async estimate({ entity: name, where }) {
      const snapshot = await nextSnapshot(store);
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
    async listBy(name, field, values, given) {
      if (values.length === 0) return [];
      const { current, pending } = given ?? (await nextSnapshot(store));
      const entity = entities[name];
      const column = entity.fields[field]?.sql ?? entity.key;
      const inner = `select ${entity.distinct ? `distinct on (${entity.key}) ` : ""}${entity.columns} ${body(name, `${column} = any($3::text[])`)} order by ${entity.key}`;
      return store.query<Rows[typeof name]>(withAlongside(entity, inner), [current, pending, [...new Set(values)]]);
    },
  };
}

/** One row more than the page was asked for: it says that there is another. */
function cut<R>(rows: readonly R[], order: readonly string[], limit: number): { rows: readonly R[]; next: string | undefined } {
  const page = rows.slice(0, limit);
  const last = page.at(-1) as Record<string, string> | undefined;
  return { rows: page, next: rows.length > limit && last ? JSON.stringify(order.map((column) => last[column])) : undefined };
}

/** Columns a search comes ordered by: those of an index that serves it, else the key. */
function orderOf(entity: Entity, where: Condition): readonly string[] {
  for (const [field, order] of Object.entries(entity.orders ?? {})) if (narrows(where, field)) return order;
  return [entity.key.split(".")[1] ?? ""];
}

/** Whether a term that everything found must meet leaves few entries. */
function isSelective(entity: Entity, where: Condition): boolean {
  if ("and" in where) return where.and.some((part) => isSelective(entity, part));
  if ("or" in where) return where.or.length > 0 && where.or.every((part) => isSelective(entity, part));
  if (!("field" in where) || entity.fields[where.field]?.common) return false;
  return where.is === "eq" || (where.is === "prefix" && (where.value ?? "").length >= selectivePrefix);
}

const selectivePrefix = 3;

/** Throws `directory.bad-search` on a place of another order. */
function readCursor(after: string, length: number): readonly string[] {
  const values: unknown = JSON.parse(after);
  if (!Array.isArray(values) || values.length !== length) throw directoryErrors.refuse("directory.bad-search", { params: { problem: "_getpages" } });
  return values.map(String);
}

// A condition tree → SQL with parameters. Values never enter the text; fields come from the table and nowhere else.
import { directoryErrors } from "../errors.ts";
import { visible } from "../revisions.ts";
import { type Entity, type EntityName, entities, type Field } from "./fields.ts";

export type Comparison = "eq" | "prefix" | "suffix" | "contains" | "present" | "ge" | "gt" | "le" | "lt";
export type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly field: string; readonly is: Comparison; readonly value?: string };

/** Deeper or wider conditions are refused. */
const maximumDepth = 16;
const maximumTerms = 64;

type Via = NonNullable<Field["via"]>;

export type Compiled = { readonly where: string; readonly params: unknown[] };

/** `$1` and `$2` are the snapshot's. Throws `directory.bad-search`. */
export function compileCondition(name: EntityName, condition: Condition): Compiled {
  const entity = entities[name];
  const params: unknown[] = [];
  let terms = 0;
  const bind = (value: string): string => `$${params.push(value) + 2}`;
  const walk = (node: Condition, depth: number): string => {
    if (depth > maximumDepth) throw directoryErrors.refuse("directory.bad-search", { params: { problem: "depth" } });
    if ("and" in node) return node.and.length === 0 ? "true" : `(${walkAll(node.and, depth + 1).join(" and ")})`;
    if ("or" in node) return node.or.length === 0 ? "false" : `(${node.or.map((part) => walk(part, depth + 1)).join(" or ")})`;
    if ("not" in node) return `not coalesce(${walk(node.not, depth + 1)}, false)`;
    terms += 1;
    if (terms > maximumTerms) throw directoryErrors.refuse("directory.bad-search", { params: { problem: "terms" } });
    return compileTerm(entity, node.field, node.is, node.value ?? "", bind);
  };
  /** Terms on the one row of another table that an entry leads to are asked of it together. */
  const walkAll = (nodes: readonly Condition[], depth: number): readonly string[] => {
    const together = new Map<Via, string[]>();
    const tests = nodes.flatMap((node) => {
      const field = "field" in node && Object.hasOwn(entity.fields, node.field) ? entity.fields[node.field] : undefined;
      if (!("field" in node) || !field?.via?.single) return [walk(node, depth)];
      const same = [...together.keys()].find((via) => via.table === field.via?.table) ?? field.via;
      terms += 1;
      if (terms > maximumTerms) throw directoryErrors.refuse("directory.bad-search", { params: { problem: "terms" } });
      together.set(same, [...(together.get(same) ?? []), compareField(field, node.is, node.value ?? "", bind)]);
      return [];
    });
    return [...tests, ...[...together].map(([via, own]) => compileVia(via, own.join(" and ")))];
  };
  const sql = walk(condition, 0);
  return { where: sql, params };
}

/** Terms on the one row that entries lead to, as tests on that row's own alias; undefined when some are on another. */
export function compileOnRow(name: EntityName, condition: Condition, table: string): (Compiled & { readonly fields: readonly string[] }) | undefined {
  const params: unknown[] = [];
  const tests: string[] = [];
  const fields: string[] = [];
  const walk = (node: Condition): boolean => {
    if ("and" in node) return node.and.every(walk);
    if (!("field" in node) || !Object.hasOwn(entities[name].fields, node.field)) return false;
    const field = entities[name].fields[node.field];
    if (!field?.via?.single || field.via.table !== table || tests.length >= maximumTerms) return false;
    tests.push(compareField(field, node.is, node.value ?? "", (value) => `$${params.push(value) + 2}`));
    fields.push(node.field);
    return true;
  };
  return walk(condition) && tests.length > 0 ? { where: tests.join(" and "), params, fields } : undefined;
}

function compileTerm(entity: Entity, name: string, is: Comparison, value: string, bind: (value: string) => string): string {
  const field = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined;
  if (!field) throw directoryErrors.refuse("directory.bad-search", { params: { problem: name } });
  const test = compareField(field, is, value, bind);
  return field.via ? compileVia(field.via, test) : test;
}

function compareField(field: Field, is: Comparison, value: string, bind: (value: string) => string): string {
  return compare(field, is, field.fold ? field.fold(value) : value, bind);
}

function compileVia(via: Via, test: string): string {
  return `${via.key} in (select ${via.select} from ${via.table} ${via.alias} where ${visible(via.alias)}${via.where ? ` and ${via.where}` : ""} and ${test})`;
}

function compare({ sql, revision }: Field, is: Comparison, value: string, bind: (value: string) => string): string {
  if (revision) {
    const sign = { ge: ">=", gt: ">", le: "<=", lt: "<", eq: "=" }[is as "ge"] ?? ">=";
    const shownWhen = (than: string): string => `select v.number from directory.revision v where v.visible_at ${than} ${bind(value)}::timestamptz`;
    const own = `${sql} in (${shownWhen(sign)})`;
    if (!revision.also) return own;
    if (sign === ">=" || sign === ">") return `(${own} or ${revision.key} in (${revision.also(shownWhen(sign))}))`;
    // Before an instant: and nothing of it changed since.
    const later = sign === "<" ? ">=" : ">";
    return `(${own} and (${revision.key}) not in (${revision.also(shownWhen(later))}))`;
  }
  switch (is) {
    case "eq":
      return `${sql} = ${bind(value)}`;
    case "prefix":
      // A range, so that the index serves it whatever the plan; U+10FFFF sorts after every name.
      return value === "" ? "true" : `(${sql} >= ${bind(value)} and ${sql} < ${bind(`${value}\u{10FFFF}`)})`;
    case "suffix":
      return `${sql} like ${bind(`%${escapeLike(value)}`)}`;
    case "contains":
      return `${sql} like ${bind(`%${escapeLike(value)}%`)}`;
    case "present":
      return `coalesce(${sql}::text, '') <> ''`;
    default: {
      const sign = { ge: ">=", gt: ">", le: "<=", lt: "<" }[is];
      return `${sql} ${sign} ${bind(value)}`;
    }
  }
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

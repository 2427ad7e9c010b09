// What the copy in memory can answer: an address, a number, or the holder's family name with more about the holder. Everything
// else is the store's. Pure.
import type { Comparison, Condition } from "../query/compile.ts";
import { entities } from "../query/fields.ts";
import type { Shown } from "./entry.ts";

export type Test = { readonly field: "address" | "number" | "family" | "given"; readonly is: Comparison; readonly value: string };
export type Plan = { readonly by: "address" | "number" | "family"; readonly value: string; readonly tests: readonly Test[] };

const testable: readonly string[] = ["address", "number", "family", "given"] satisfies readonly Test["field"][];
const comparisons: readonly Comparison[] = ["eq", "prefix", "suffix", "contains"];

/** Nothing when the copy cannot say. What it finds may be more than is asked for, never less. */
export function planOf(where: Condition): Plan | undefined {
  const tests: Test[] = [];
  let whole = true;
  const walk = (node: Condition): void => {
    if ("and" in node) for (const part of node.and) walk(part);
    else if ("field" in node && testable.includes(node.field) && comparisons.includes(node.is)) {
      const fold = entities.address.fields[node.field]?.fold;
      tests.push({ field: node.field as Test["field"], is: node.is, value: fold ? fold(node.value ?? "") : (node.value ?? "") });
    } else whole = false;
  };
  walk(where);
  for (const by of ["address", "number"] as const) {
    const exact = tests.find((test) => test.field === by && test.is === "eq" && test.value !== "");
    if (exact) return { by, value: exact.value, tests };
  }
  const family = tests.find((test) => test.field === "family" && (test.is === "eq" || test.is === "prefix") && test.value !== "");
  // Ordered by the holder's name only when everything asked is about the holder, as the store orders them (`query/by-holder.ts`).
  return family && whole && tests.every((test) => test.field !== "address") ? { by: "family", value: family.value, tests } : undefined;
}

/** All lines of a family name begin so: the more of the name is known, the fewer. */
export function beginningOf({ value, tests }: Plan, separator: string): string {
  const exact = tests.some((test) => test.field === "family" && test.is === "eq" && test.value === value);
  if (!exact) return value;
  const given = tests.find((test) => test.field === "given" && (test.is === "eq" || test.is === "prefix"));
  return `${value}${separator}${given ? given.value : ""}${given?.is === "eq" ? separator : ""}`;
}

/** As the store compares: folded values with folded columns. */
export function meets(shown: Shown, tests: readonly Test[]): boolean {
  for (const { field, is, value } of tests) {
    const own = field === "family" ? shown.familyFolded : field === "given" ? shown.givenFolded : field === "number" ? shown.number : shown.address;
    const met = is === "eq" ? own === value : is === "prefix" ? own.startsWith(value) : is === "suffix" ? own.endsWith(value) : own.includes(value);
    if (!met) return false;
  }
  return true;
}

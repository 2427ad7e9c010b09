// From an LDAP filter to a condition of the query layer. The condition may select more than the filter, never less: the server
// evaluates the filter again, in three values, on what comes.
import type { Filter } from "@cercle/ldap";
import type { Condition } from "../query/compile.ts";
import { findAttribute } from "./attributes.ts";

/** Everything: what a part means when the query layer cannot say it. */
const everything: Condition = { and: [] };

export function toCondition(filter: Filter): Condition {
  switch (filter.kind) {
    case "and":
      return { and: filter.parts.map(toCondition).filter((part) => part !== everything) };
    case "or": {
      const parts = filter.parts.map(toCondition);
      return parts.includes(everything) || parts.some((part) => "and" in part && part.and.length === 0) ? everything : { or: parts };
    }
    case "equal":
    case "approx":
      return term(filter.attribute, "eq", filter.value);
    case "substring": {
      const parts = [
        ...(filter.initial === undefined ? [] : [term(filter.attribute, "prefix", filter.initial)]),
        ...filter.any.map((text) => term(filter.attribute, "contains", text)),
        ...(filter.final === undefined ? [] : [term(filter.attribute, "suffix", filter.final)]),
      ].filter((part) => part !== everything);
      return parts.length === 0 ? everything : { and: parts };
    }
    default:
      return everything;
  }
}

function term(name: string, is: "eq" | "prefix" | "contains" | "suffix", value: string): Condition {
  const attribute = findAttribute(name);
  if (!attribute?.field || value.trim() === "") return everything;
  return { field: attribute.field, is, value: attribute.upper ? value.toUpperCase() : value };
}

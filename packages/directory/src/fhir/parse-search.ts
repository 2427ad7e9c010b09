// From a FHIR query string to one condition and the controls of the reply. Pure.
import { foldName } from "@cercle/kernel";
import { directoryErrors } from "../errors.ts";
import type { Condition } from "../query/compile.ts";
import { includes, parameters, type ResourceName, revincludes } from "./parameters.ts";

export type FhirSearch = {
  readonly where: Condition;
  readonly count: number;
  readonly total: "none" | "estimate" | "accurate";
  readonly include: readonly string[];
  readonly revinclude: readonly string[];
  readonly elements: readonly string[];
  /** Beginnings of names, for whoever watches over harvesting. */
  readonly prefix: string | undefined;
};

export const defaultCount = 50;
export const maximumCount = 200;
const maximumValues = 100;

const bad = (problem: string): Error => directoryErrors.refuse("directory.bad-search", { params: { problem } });

/** Throws `directory.bad-search` on an unknown parameter, unless `lenient` (`Prefer: handling=lenient`, FHIR R4 §3.1.1.3). */
export function parseSearch(resource: ResourceName, query: URLSearchParams, lenient: boolean): FhirSearch {
  const conditions: Condition[] = [];
  const controls: Record<string, string> = {};
  const include = new Set<string>();
  const revinclude = new Set<string>();
  const prefixes: string[] = [];
  let values = 0;
  for (const [key, value] of query) {
    const [name = "", modifier] = key.split(":", 2);
    if (name === "_include" || name === "_revinclude") {
      const known = name === "_include" ? includes[resource] : revincludes[resource];
      const wanted = value === "*" || value === `${resource}:*` ? known : known.filter((one) => one === value || value.startsWith(`${one}:`));
      if (wanted.length === 0 && !lenient) throw bad(`${name}=${value.slice(0, 60)}`);
      for (const one of wanted) (name === "_include" ? include : revinclude).add(one);
    } else if (["_count", "_total", "_elements", "_format", "_pretty"].includes(key)) controls[key] = value;
    else {
      const parameter = parameters[resource].find((one) => one.name === name);
      if (!parameter) {
        if (lenient) continue;
        throw bad(`Parameter ${name.slice(0, 60)} not found`);
      }
      if (modifier !== undefined && !parameter.modifiers.includes(modifier)) throw bad(`${name}:${modifier.slice(0, 20)}`);
      const parts = splitValues(value).filter((part) => part !== "");
      values += parts.length;
      if (values > maximumValues) throw bad(`> ${maximumValues}`);
      if (parts.length === 0) continue;
      const built = parts.map((part) => parameter.build(part, modifier));
      // `:not` over several values means none of them.
      conditions.push(built.length === 1 ? (built[0] as Condition) : modifier === "not" ? { and: built } : { or: built });
      if (parameter.type === "string" && modifier !== "exact") prefixes.push(foldName(parts[0] ?? ""));
    }
  }
  return {
    where: { and: conditions },
    count: parseCount(controls._count),
    total: parseTotal(controls._total),
    include: [...include],
    revinclude: [...revinclude],
    elements: (controls._elements ?? "").split(",").filter((element) => /^[a-zA-Z]{1,40}$/.test(element)),
    prefix: prefixes.length > 0 ? prefixes.join(" ") : undefined,
  };
}

/** `,` is "or"; `\,` is a comma (FHIR R4 §3.1.1.4.0.2). */
function splitValues(value: string): string[] {
  return value.split(/(?<!\\),/).map((part) => part.replace(/\\([,$|\\])/g, "$1"));
}

function parseCount(text: string | undefined): number {
  if (text === undefined) return defaultCount;
  if (!/^\d{1,6}$/.test(text)) throw bad("_count");
  return Math.min(Number(text), maximumCount);
}

function parseTotal(text: string | undefined): FhirSearch["total"] {
  if (text === undefined || text === "none" || text === "estimate" || text === "accurate") return text ?? "none";
  throw bad("_total");
}

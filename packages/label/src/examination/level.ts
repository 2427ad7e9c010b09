// The level, computed from what the examination recorded and never typed in (LAB 3.2). Pure.
import type { Requirement } from "./referential.ts";

export type Level = "standard" | "advanced";
export type Result = "met" | "not-met" | "not-tested";
export type Computed = {
  readonly level: Level | undefined;
  /** What keeps each level out of reach, in the referential's order. */
  readonly missing: Readonly<Record<Level, readonly string[]>>;
  /** Out of scope for health centres (rounds, mobile access): neither for nor against. */
  readonly outOfScope: readonly string[];
};

/** Level 1 needs every STD requirement, level 2 every STD and AV one; a recommendation (may) counts for nothing. */
export function computeLevel(requirements: readonly Requirement[], results: ReadonlyMap<string, Result>): Computed {
  const inScope = requirements.filter((requirement) => requirement.scope === "all");
  const lacking = (level: Requirement["level"]): readonly string[] =>
    inScope.filter((one) => one.kind === "must" && one.level === level && results.get(one.id) !== "met").map((one) => one.id);
  const standard = lacking("STD");
  const advanced = [...standard, ...lacking("AV")];
  // A referential without any STD requirement in scope gives no level: nothing was shown.
  const shown = inScope.some((one) => one.kind === "must" && one.level === "STD");
  const level = !shown || standard.length > 0 ? undefined : advanced.length > 0 ? "standard" : "advanced";
  return { level, missing: { standard, advanced }, outOfScope: requirements.filter((one) => one.scope !== "all").map((one) => one.id) };
}

// The life of a version as a table: which act, from which state, to which. Pure.
import { qualificationTests } from "@cercle/law";
import { distributionErrors } from "./errors.ts";

export type VersionState = "draft" | "qualified" | "published" | "prohibited" | "retired";

const acts = {
  announce: { from: ["draft"], to: undefined, clause: "CPS 12.1" },
  qualify: { from: ["draft"], to: "qualified", clause: "CPS 10.2.4" },
  publish: { from: ["qualified"], to: "published", clause: "CPS 10.2.3" },
  prohibit: { from: ["qualified", "published"], to: "prohibited", clause: "CPS 17.2.4" },
  retire: { from: ["published", "prohibited"], to: "retired", clause: "CPS 10.2.1" },
} as const satisfies Readonly<Record<string, { from: readonly VersionState[]; to: VersionState | undefined; clause: string }>>;
export type VersionAct = keyof typeof acts;

/** The state after an act; throws when the version is not where the act begins. */
export function move(act: VersionAct, { number, state }: { number: string; state: VersionState }): VersionState {
  const { from, to, clause } = acts[act];
  if (!from.some((one) => one === state))
    throw distributionErrors.refuse("distribution.wrong-state", { params: { number, state, needs: from.join(", ") }, clause });
  return to ?? state;
}

export type Test = { readonly name: string; readonly platform: string; readonly passed: boolean };
export const listMissingTests = (tests: readonly Test[]): readonly string[] =>
  qualificationTests.filter((name) => !tests.some((test) => test.name === name && test.passed && test.platform.trim() !== ""));

export function parseVersion(number: string): readonly number[] {
  const match = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/.exec(number);
  if (!match) throw distributionErrors.refuse("distribution.bad-version", { params: { number: number.slice(0, 40) } });
  return match.slice(1).map(Number);
}

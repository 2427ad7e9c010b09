// What a row of the table is.
import type { Target } from "./target.ts";
import type { Said } from "./wire.ts";

export type Bench = { readonly target: Target; readonly said: Said };
export type Check = {
  readonly id: string;
  readonly requirement: string;
  readonly article: string;
  readonly severity: "must" | "should";
  /** The national audit domain that asks the same (docs/conformity.md). */
  readonly probe?: string;
  readonly about: { readonly fr: string; readonly en: string };
  run(bench: Bench): Promise<void>;
};

// An entry about to be recorded.
import type { Json, Temporal } from "@cercle/kernel";

export type NewEntry = {
  readonly type: string;
  /** Key of who acted (`operator`, `account:…`, `door:…`): never a name. */
  readonly actor: string;
  readonly payload: { readonly [key: string]: Json | undefined };
  /** Legal date; the moment of recording when absent. */
  readonly happenedAt?: Temporal.Instant;
};

export type Rectification = {
  readonly reason: string;
  readonly actor: string;
  /** The whole of what holds instead, and its legal date when it is another. */
  readonly instead?: { readonly [key: string]: Json | undefined };
  readonly insteadAt?: Temporal.Instant;
};

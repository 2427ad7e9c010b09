// File → right → door. A file is the append-only life of one relation; its entries give rights; doors let through with rights.
import type { Json, Temporal, Text } from "@cercle/kernel";
import type { CountingPolicy } from "./calendar/policy.ts";

/** One entry of a file, as the law reads it. Nothing in it ever changes. */
export type Entry = {
  /** Position in its file, from 1. Order is the sequence, whatever the dates say. */
  readonly seq: number;
  readonly type: string;
  /** When it happened (legal date), and when it was recorded here: the past can be asked with what was known then. */
  readonly happenedAt: Temporal.Instant;
  readonly recordedAt: Temporal.Instant;
  /** Key of who acted; a name is never here. */
  readonly actor: string;
  /** Absent when it was lawfully erased. */
  readonly payload: { readonly [key: string]: Json | undefined } | undefined;
};

export type RightState = "open" | "closed";

/** What a file gives at one instant. Computed from the entries by an instrument; nobody types one in. */
export type Right = {
  /** `client.sign-in`, `domain.exchange`, `mailbox.use`… */
  readonly right: string;
  /** To what it is given: a client id, a domain, an address. */
  readonly subject: string;
  readonly state: RightState;
  /** Qualities of an open right, e.g. `{ phase: "provisional" }`. */
  readonly limits: { readonly [key: string]: Json | undefined };
  readonly since: Temporal.Instant;
  /** The entry that made it so, and the clause that says so. */
  readonly entry: number;
  readonly clause: string;
};

/** One instrument: a contract, terms, a label. Pure. */
export type Instrument<State = unknown> = {
  readonly id: string;
  /** Prefix of the references people see: `OP` in `OP-2026-00042`. */
  readonly prefix: string;
  /** Entry types that it knows; another type is refused before it is recorded. */
  readonly entries: readonly string[];
  /** `policy` says how days are counted; the default one when absent. */
  fold(entries: readonly Entry[], policy?: CountingPolicy): State;
  /** All rights the file has ever given, open or closed, at this instant of governance's clock. */
  rights(state: State, now: Temporal.Instant): readonly Right[];
  /** Why this entry may not be recorded now, or undefined when it may. */
  forbids(
    state: State,
    type: string,
    payload: Entry["payload"],
    now: Temporal.Instant,
    /** Legal date of the entry; `now` when absent. */
    happenedAt?: Temporal.Instant,
  ): { code: string; clause: string; reason?: Text } | undefined;
};

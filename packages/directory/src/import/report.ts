// What a load did, as `cercle import` prints it.
import type { Doubt, DoubtKind } from "./doubts.ts";

export type ChangeCounts = { added: number; changed: number; gone: number; returned: number };

export type LoadReport = {
  readonly file: string;
  readonly layout: string;
  readonly columns: number;
  readonly lines: { read: number; added: number; closed: number; same: number; duplicate: number; rejected: number };
  readonly persons: ChangeCounts;
  readonly structures: ChangeCounts;
  /** Of lines not known before; known ones were looked at when they came. */
  readonly doubts: { readonly counts: Readonly<Partial<Record<DoubtKind, number>>>; readonly first: readonly Doubt[] };
  readonly seconds: number;
};

/** A load under way. */
export type LoadProgress = {
  readonly id: string;
  readonly file: string;
  readonly phase: "reading" | "comparing" | "indexing" | "done";
  readonly bytes: number;
  readonly total: number;
  readonly lines: number;
  readonly seconds: number;
};

export const noChanges = (): ChangeCounts => ({ added: 0, changed: 0, gone: 0, returned: 0 });

// What the room needs of others; the wiring hands it over.
import type { Json } from "@cercle/kernel";
import type { Tx } from "@cercle/store";

/** Writes an operational trace (`evidence.trace`, the room filled in). */
export type Trace = (tx: Tx, trace: { type: string; subject?: string; payload: { readonly [key: string]: Json | undefined } }) => Promise<void>;

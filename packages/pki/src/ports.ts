// What the room needs of others; the wiring hands it over.
import type { Json } from "@cercle/kernel";
import type { Tx } from "@cercle/store";

/** Writes an operational trace (`evidence.trace`, the room filled in). */
export type Trace = (tx: Tx, trace: { type: string; subject?: string; payload: { readonly [key: string]: Json | undefined } }) => Promise<void>;

/** The right to hold a certificate, kept by governance: opened with the certificate, closed with it. */
export type HoldRights = {
  /** Answers the reference of the file that gives the right, if one does. */
  open(tx: Tx, hold: { serial: string; profile: string; actor: string }): Promise<string | undefined>;
  close(tx: Tx, hold: { serial: string; actor: string }): Promise<void>;
};

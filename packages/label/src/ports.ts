// What the room needs of others; the wiring hands it over.
import type { Signer } from "@cercle/evidence";
import type { Json, Temporal } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";

/** Governance's files, as far as this room needs them. */
export type LabelFiles = {
  /** For whom this actor acts in a label file; undefined for nobody, or when it is another instrument's file. */
  actsFor(actor: Actor, reference: string): Promise<"agency" | "holder" | undefined>;
  /** Whether this actor reads a label file and may do nothing in it: an outside controller while a mandate runs, an auditor. */
  reads(actor: Actor, reference: string): Promise<boolean>;
  /** The label files in which this actor acts, in the order of their opening. */
  listOwn(actor: Actor): Promise<readonly string[]>;
  /** The holder's name, as the public list shows it. */
  holderName(reference: string): Promise<string>;
  record(tx: Tx, reference: string, entry: { type: string; actor: Actor; payload: { readonly [key: string]: Json } }): Promise<{ readonly seq: number }>;
  /** Phases and rights by date, for the agency and the holder only. */
  history(reference: string): Promise<readonly { readonly on: string; readonly type: string; readonly clause: string | null }[]>;
  /** Where the file stands: `examination`, `labelled`, `ended`. */
  phaseOf(reference: string): Promise<string>;
  /** Files in which the label is open. */
  listLabelled(): Promise<readonly string[]>;
};

/** What the door of the public list knows: the rights open at this instant, by product. */
export type OpenRight = { readonly subject: string; readonly level: string | undefined };

export type LabelPorts = {
  readonly files: LabelFiles;
  readonly vault: { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };
  /** What a scanner finds in these bytes, undefined for nothing; throws when it does not answer. Absent where none is set. */
  readonly scan?: ((bytes: Uint8Array) => Promise<string | undefined>) | undefined;
  /** The space's seal for what it issues. */
  signer(tx: Tx): Promise<Signer>;
  /** Governance's clock. */
  now(): Temporal.Instant;
  /** Its day, where the space counts its days. */
  today(): Temporal.PlainDate;
  readonly origin: string;
};

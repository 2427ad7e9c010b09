// What the parts of a file's page are made of.
import type { FileView } from "@cercle/governance";
import type { Temporal } from "@cercle/kernel";
import type { FullInstrument } from "@cercle/law";
import type { Html } from "@cercle/pages";

/** What doors have not applied yet, and which of them are silent. */
export type DoorState = {
  readonly unsettled: readonly { readonly right: string; readonly subject: string }[];
  readonly doors: readonly { readonly name: string; readonly rights: readonly string[]; readonly answers: boolean }[];
};

export type FilePage = {
  readonly reference: string;
  readonly instrument: FullInstrument;
  readonly instrumentName: string;
  readonly party: string;
  /** For whom the reader acts; undefined for one who only reads. */
  readonly reader: string | undefined;
  /** The instant at which the file is read. */
  readonly now: Temporal.Instant;
  readonly view: FileView;
  readonly doors: DoorState;
  readonly tabs: Html;
  /** Decisions of this file that wait for a second person. */
  readonly waiting: Html | "";
  /** Which version of the terms binds the file today; empty as of another day. */
  readonly binding: Html | "";
  /** The file seen as of another day: nothing can be recorded. */
  readonly past?: { readonly on: string; readonly knownOn: string | undefined };
};

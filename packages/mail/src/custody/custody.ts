// Custody of one operator's mailboxes: how long things are kept, what a legal hold keeps longer, who of the operator reads them with whom.
import type { MailAccount } from "@cercle/imap";
import type { Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { SignedIn } from "../mailboxes/users.ts";
import type { TraceMail } from "../ports.ts";
import { type Accesses, createAccesses } from "./accesses.ts";
import { createEraser, type Eraser } from "./eraser.ts";
import { createHolds, type Holds } from "./holds.ts";

export type CustodyParts = {
  readonly domain: string;
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  /** An account that reads what a removed mailbox, or a hold, still keeps. */
  openKept(who: SignedIn): Promise<MailAccount>;
  tell(tx: Tx, address: string, notice: Buffer): Promise<void>;
  /** The name of an administrator. */
  nameOf(from: Queryable, holder: string): Promise<string>;
  readonly trace: TraceMail;
  /** The space's clock: terms and ends are legal time. */
  now(): Temporal.Instant;
  /** Wakes the eraser. */
  work(): void;
};

export type Custody = { readonly holds: Holds; readonly accesses: Accesses; readonly eraser: Eraser };

export function createCustody(given: Omit<CustodyParts, "work"> & { onError(error: unknown): void }): Custody {
  const eraser = createEraser(given);
  const parts: CustodyParts = { ...given, work: () => void eraser.round().catch(given.onError) };
  return { eraser, holds: createHolds(parts), accesses: createAccesses(parts) };
}

// What the parts of custody share: rows as they are stored, and what each is given.
import type { MailAccount } from "@cercle/imap";
import type { Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { SignedIn } from "../mailboxes/users.ts";
import type { TraceMail } from "../ports.ts";

export type HoldRow = {
  readonly id: string;
  readonly address: string;
  readonly reference: string;
  readonly reason: string;
  readonly tell_owner: boolean;
  readonly placed_by: string;
  readonly placed_at: Temporal.Instant;
  readonly decision: string | null;
  readonly lift_reason: string | null;
  readonly lifting_by: string | null;
  readonly lifted_by: string | null;
  readonly lifted_at: Temporal.Instant | null;
};

export type AccessRow = {
  readonly id: string;
  readonly address: string;
  readonly folder: string | null;
  readonly since: Temporal.Instant | null;
  readonly before: Temporal.Instant | null;
  readonly message: string | null;
  readonly reason: string;
  readonly asked_by: string;
  readonly asked_at: Temporal.Instant;
  readonly ends_at: Temporal.Instant;
  readonly decision: string;
  readonly opened_by: string | null;
  readonly opened_at: Temporal.Instant | null;
  readonly closed_by: string | null;
  readonly closed_at: Temporal.Instant | null;
  readonly told_at: Temporal.Instant | null;
};

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

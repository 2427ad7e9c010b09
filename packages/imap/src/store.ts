// What the server asks of a mail store: the one port of this package. One `MailAccount` is one signed-in person; whatever it
// reads or changes is traced by the store in the same transaction.

import type { Structure } from "./mime.ts";
import type { SearchKey } from "./search.ts";

export type Mailbox = {
  readonly id: string;
  /** UTF-8, levels separated by `/`; `INBOX` in capitals. */
  readonly name: string;
  /** `\Sent`, `\Trash`, … (RFC 6154). */
  readonly specialUse?: string;
  readonly subscribed: boolean;
  /** A level of the tree that holds no messages. */
  readonly noSelect?: boolean;
  readonly readOnly?: boolean;
};

export type OpenMailbox = Mailbox & {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: number;
  /** Sorted. */
  readonly uids: readonly number[];
  readonly firstUnseen?: number;
};

export type Status = {
  readonly messages: number;
  readonly uidNext: number;
  readonly uidValidity: number;
  readonly unseen: number;
  readonly highestModseq: number;
  readonly size: number;
};

export type StoredMessage = {
  readonly uid: number;
  readonly modseq: number;
  /** `\Seen`, `$MDNSent`, … as stored. */
  readonly flags: readonly string[];
  readonly internalDate: number;
  readonly size: number;
  /** Present when asked for. */
  readonly structure?: Structure;
};

/** The bytes of a message: in memory when they are few, else read in pieces while they go out. */
export type MessageBytes = Buffer | { readonly length: number; read(from: number, to: number): AsyncIterable<Buffer> };

export type Changes = {
  readonly modseq: number;
  readonly added: readonly number[];
  readonly removed: readonly number[];
  readonly flags: readonly { readonly uid: number; readonly flags: readonly string[]; readonly modseq: number }[];
};

export type FlagChange = { readonly mode: "set" | "add" | "remove"; readonly flags: readonly string[]; readonly unchangedSince?: number };
export type Copied = { readonly uidValidity: number; readonly from: readonly number[]; readonly to: readonly number[] };

/** A refusal with its response code (RFC 5530): `NONEXISTENT`, `ALREADYEXISTS`, `TRYCREATE`, `OVERQUOTA`, `NOPERM`, `LIMIT`… */
export class MailRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "MailRefusal";
    this.code = code;
  }
}

export type MailAccount = {
  /** Shown in the trace of the connection; never a secret. */
  readonly key: string;
  /** What the user must be told at sign-in (RFC 3501 §7.1 ALERT), in ASCII. */
  readonly alert?: string | undefined;
  list(): Promise<readonly Mailbox[]>;
  open(name: string, readOnly: boolean): Promise<OpenMailbox>;
  /** What is not wanted is not counted, and told as 0; without `wanted`, all of it. */
  status(name: string, wanted?: { readonly unseen?: boolean; readonly size?: boolean }): Promise<Status>;
  create(name: string): Promise<void>;
  delete(name: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  subscribe(name: string, subscribed: boolean): Promise<void>;
  append(name: string, message: { raw: Buffer; flags: readonly string[]; internalDate?: number }): Promise<{ uidValidity: number; uid: number }>;
  /** In order of UID; a message gone meanwhile is left out. */
  fetch(mailbox: string, uids: readonly number[], want: { structure: boolean; changedSince?: number; date?: boolean }): AsyncIterable<StoredMessage>;
  raw(mailbox: string, uid: number): Promise<Buffer | undefined>;
  /** Several, in the order given, as many at a time as fit in memory; a message gone meanwhile is left out. */
  raws(
    mailbox: string,
    messages: readonly { readonly uid: number; readonly size: number }[],
  ): AsyncIterable<{ readonly uid: number; readonly raw: MessageBytes }>;
  setFlags(mailbox: string, uids: readonly number[], change: FlagChange): Promise<{ changed: Changes["flags"]; refused: readonly number[] }>;
  /** Removes `\Deleted` messages, of these UIDs only when given. */
  expunge(mailbox: string, uids: readonly number[] | undefined): Promise<readonly number[]>;
  copy(mailbox: string, uids: readonly number[], target: string): Promise<Copied>;
  move(mailbox: string, uids: readonly number[], target: string): Promise<Copied>;
  search(mailbox: string, key: SearchKey): Promise<readonly number[]>;
  changes(mailbox: string, since: number): Promise<Changes>;
  /** Calls back when something changed in the mailbox, in any process; answers how to stop. */
  watch(mailbox: string, changed: () => void): () => void;
  quota(): Promise<{ usedBytes: number; limitBytes: number } | undefined>;
};

export type Credentials =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "bearer"; readonly user: string; readonly token: string }
  /** SASL EXTERNAL: the client certificate of the connection, DER. */
  | { readonly kind: "certificate"; readonly certificate: Buffer; readonly user: string };

/** Who these credentials are, or undefined; a `MailRefusal` says more. */
export type Authenticate = (credentials: Credentials, facts: { address: string }) => Promise<MailAccount | undefined>;

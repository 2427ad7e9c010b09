// The state of one connection (RFC 3501 §3): not authenticated, authenticated, selected; and the view of the selected mailbox,
// whose sequence numbers change only when the client may hear of it.
import { formatSet, lowerBound } from "./numbers.ts";
import type { Authenticate, Changes, MailAccount, OpenMailbox } from "./store.ts";

/** The client went away while it was being asked something: nobody is left to answer. */
export class ConnectionEnded extends Error {}

export type Io = {
  /** Text is latin1: one character a byte. */
  write(data: string | Buffer): void;
  /** Waits for a slow reader. */
  drained(): Promise<void>;
  /** Asks the client for one more line (`+ …`); rejects when the connection ends. */
  ask(prompt: string): Promise<string>;
  /** The next line without a prompt (DONE of IDLE). */
  line(): Promise<string>;
  startTls(): Promise<void>;
  close(): void;
  readonly secure: () => boolean;
  readonly clientCertificate: () => Buffer | undefined;
  readonly address: string;
};

export type Selected = {
  readonly mailbox: OpenMailbox;
  readonly readOnly: boolean;
  uids: number[];
  modseq: number;
};

export type SessionLimits = {
  readonly appendBytes: number;
  readonly idleSeconds: number;
  readonly failedLogins: number;
  readonly fetchBatch: number;
};

export type SessionOptions = {
  readonly authenticate: Authenticate;
  readonly limits: SessionLimits;
  /** Passwords may be tried (a setting); bearer tokens always may. */
  readonly passwords: boolean;
  readonly offersStartTls: boolean;
  readonly name: string;
};

export class Session {
  readonly io: Io;
  readonly options: SessionOptions;
  account: MailAccount | undefined;
  selected: Selected | undefined;
  /** Extensions switched on by ENABLE or by use. */
  readonly enabled = new Set<"CONDSTORE" | "UTF8=ACCEPT">();
  failedLogins = 0;
  /** Tag of the command being answered. */
  tag = "*";
  over = false;

  constructor(io: Io, options: SessionOptions) {
    this.io = io;
    this.options = options;
  }

  get state(): "plain" | "authenticated" | "selected" {
    return this.selected ? "selected" : this.account ? "authenticated" : "plain";
  }

  untagged(text: string): void {
    this.io.write(`* ${text}\r\n`);
  }

  capabilities(): string {
    const secure = this.io.secure();
    const plain = this.account === undefined;
    const words = ["IMAP4rev1", "LITERAL+", "SASL-IR", "ID", "IDLE", "NAMESPACE", "ENABLE"];
    if (plain) {
      if (!secure && this.options.offersStartTls) words.push("STARTTLS");
      if (secure) words.push("AUTH=OAUTHBEARER", "AUTH=XOAUTH2", ...(this.io.clientCertificate() ? ["AUTH=EXTERNAL"] : []));
      // RFC 3501 §6.2.3: never a password in the clear.
      words.push(...(secure && this.options.passwords ? ["AUTH=PLAIN"] : ["LOGINDISABLED"]));
    } else {
      words.push("UIDPLUS", "MOVE", "SPECIAL-USE", "LIST-EXTENDED", "LIST-STATUS", "CONDSTORE", "ESEARCH", "UNSELECT", "CHILDREN", "QUOTA", "STATUS=SIZE");
      words.push(`APPENDLIMIT=${this.options.limits.appendBytes}`);
    }
    return words.join(" ");
  }

  /** Tells the client what changed in its mailbox. Removals shift sequence numbers: only where RFC 3501 §7.4.1 allows. */
  async synchronise({ removals }: { removals: boolean }): Promise<void> {
    const { selected, account } = this;
    if (!selected || !account) return;
    const changes = await account.changes(selected.mailbox.id, selected.modseq);
    if (changes.modseq === selected.modseq && changes.added.length === 0 && changes.removed.length === 0) return;
    // Held back removals come with the next look, so the point in time stays.
    if (!removals && changes.removed.length > 0) return;
    this.announce(changes);
  }

  /** Applies changes to the view and writes them: EXPUNGE, EXISTS, FETCH. */
  announce(changes: Changes): void {
    const { selected } = this;
    if (!selected) return;
    this.announceRemovals(changes.removed);
    const added = changes.added.filter((uid) => uid > (selected.uids.at(-1) ?? 0));
    if (added.length > 0) {
      selected.uids.push(...added);
      this.untagged(`${selected.uids.length} EXISTS`);
      this.untagged("0 RECENT");
    }
    for (const { uid, flags, modseq } of changes.flags) {
      const sequence = this.sequenceOf(uid);
      if (sequence !== undefined && !added.includes(uid)) this.untagged(`${sequence} FETCH (${this.flagItems(uid, flags, modseq)})`);
    }
    selected.modseq = Math.max(selected.modseq, changes.modseq);
  }

  announceRemovals(uids: readonly number[]): void {
    const { selected } = this;
    if (!selected) return;
    for (const uid of uids) {
      const at = lowerBound(selected.uids, uid);
      if (selected.uids[at] !== uid) continue;
      selected.uids.splice(at, 1);
      this.untagged(`${at + 1} EXPUNGE`);
    }
  }

  /** `UID 7 FLAGS (\Seen)`, with the modseq once the client knows of it. */
  flagItems(uid: number, flags: readonly string[], modseq: number): string {
    const items = [`UID ${uid}`, `FLAGS (${flags.join(" ")})`];
    if (this.enabled.has("CONDSTORE")) items.push(`MODSEQ (${modseq})`);
    return items.join(" ");
  }

  sequenceOf(uid: number): number | undefined {
    const uids = this.selected?.uids ?? [];
    const at = lowerBound(uids, uid);
    return uids[at] === uid ? at + 1 : undefined;
  }

  /** Numbers as the command speaks of them: UIDs, or sequence numbers. */
  formatNumbers(uids: readonly number[], byUid: boolean): string {
    return formatSet(byUid ? uids : uids.flatMap((uid) => this.sequenceOf(uid) ?? []));
  }
}

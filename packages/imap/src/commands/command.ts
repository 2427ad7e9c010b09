// A command is state, arguments and handler, as data.
import type { Selected, Session } from "../session.ts";
import type { MailAccount } from "../store.ts";
import type { Arguments } from "../token.ts";

/** The tagged reply: `OK`, `NO`, `BAD` are thrown or returned as text after `OK `. */
export type Done = string;

export type CommandHandler =
  | { readonly state: "any" | "plain"; run(session: Session, args: Arguments): Promise<Done> }
  | { readonly state: "authenticated"; run(session: Session, args: Arguments, account: MailAccount): Promise<Done> }
  | {
      readonly state: "selected";
      /** The same command exists as `UID NAME`. */
      readonly uid?: boolean;
      /** Sequence numbers may not shift while it is answered (RFC 3501 §7.4.1). */
      readonly holdsNumbers?: boolean;
      run(session: Session, args: Arguments, place: { account: MailAccount; selected: Selected; byUid: boolean }): Promise<Done>;
    };

export type CommandTable = Readonly<Record<string, CommandHandler>>;

/** Ends a command with `NO [code] text`. */
export class No extends Error {
  readonly code: string | undefined;
  constructor(message: string, code?: string) {
    super(message);
    this.name = "No";
    this.code = code;
  }
}

// A refusal: the one shape of "no" in the whole product. Each surface has one encoder of it
// (problem+json in web, command line in the program, OAuth in connect, SMTP and IMAP in mail).
// A refusal can say which right is missing, since when, because of which entry, under which clause.
import type { Text, TextParams } from "./texts.ts";

export type ErrorDeclaration = {
  /** HTTP status of the class of refusal; other surfaces map from it. */
  status: number;
  /** What the person reads; must say what to do. */
  text: Text;
};
export type ErrorDeclarations = Readonly<Record<string, ErrorDeclaration>>;

export type RefusalFacts = {
  params?: TextParams;
  /** Article or clause that asks for the refusal, e.g. `MSS 4.1`. */
  clause?: string;
  /** Sequence of the entry that caused it, in its file. */
  entry?: number;
  /** Since when, ISO 8601. */
  since?: string;
  /** The right that is missing. */
  right?: string;
  /** Private detail for the log; never leaves the process. No secret, no personal data. */
  detail?: string;
  cause?: unknown;
};

export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly text: Text;
  readonly params: TextParams;
  readonly clause: string | undefined;
  readonly entry: number | undefined;
  readonly since: string | undefined;
  readonly right: string | undefined;
  readonly detail: string | undefined;

  constructor(code: string, declaration: ErrorDeclaration, facts: RefusalFacts = {}) {
    super(`${code}${facts.detail ? `: ${facts.detail}` : ""}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "Refusal";
    this.code = code;
    this.status = declaration.status;
    this.text = declaration.text;
    this.params = facts.params ?? {};
    this.clause = facts.clause;
    this.entry = facts.entry;
    this.since = facts.since;
    this.right = facts.right;
    this.detail = facts.detail;
  }
}

export type ErrorCatalogue<D extends ErrorDeclarations> = {
  readonly declarations: D;
  /** Makes the refusal with this code, to be thrown. */
  refuse(code: keyof D & string, facts?: RefusalFacts): Refusal;
};

/** Declares a room's closed list of errors. Codes are `room.what-is-wrong`. */
export function defineErrors<const D extends ErrorDeclarations>(declarations: D): ErrorCatalogue<D> {
  return {
    declarations,
    refuse(code, facts) {
      const declaration = declarations[code];
      if (!declaration) throw new TypeError(`undeclared error ${code}`);
      return new Refusal(code, declaration, facts);
    },
  };
}

// What the server asks of a directory: the one port of this package.
import type { Filter } from "./filter.ts";
import type { ResultCode } from "./message.ts";

export type LdapEntry = {
  /** RFC 4514 text. */
  readonly name: string;
  /** Attribute names as the schema writes them. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
};

export type Bound = {
  /** Key of who is bound, for limits and traces; never a secret. */
  readonly key: string;
};

export type DirectoryQuery = {
  readonly base: string;
  readonly scope: "base" | "one" | "sub";
  readonly filter: Filter;
  /** Where the page before ended, as `next` said. */
  readonly after?: string;
  /** At most this many entries are of use. */
  readonly limit: number;
  readonly who: Bound | undefined;
  readonly signal: AbortSignal;
};

export type DirectoryPage = {
  readonly entries: readonly LdapEntry[];
  /** Where to go on; absent at the end. Opaque to the server. */
  readonly next?: string;
};

export type LdapDirectory = {
  /** The top of the tree, e.g. `dc=mssante,dc=example`. */
  readonly base: string;
  /** Every attribute that entries may have. */
  readonly attributes: readonly { readonly name: string; readonly about: string; readonly single?: boolean }[];
  readonly objectClasses: readonly { readonly name: string; readonly about: string; readonly must: readonly string[]; readonly may: readonly string[] }[];
  /** Whether anyone may search without having bound. */
  readonly anonymous: boolean;
  /** Who these credentials are; undefined when wrong. */
  authenticate(name: string, password: string): Promise<Bound | undefined>;
  /**
   * Entries in a stable order, from `after` on. It may answer more than the filter selects (the server evaluates it again),
   * never less. `undefined` when the base does not exist. Throws `DirectoryRefusal` to end the search with a code.
   */
  search(query: DirectoryQuery): Promise<DirectoryPage | undefined>;
};

/** Ends a search or compare with this result (limits, purposes, harvesting). */
export class DirectoryRefusal extends Error {
  readonly code: ResultCode;
  constructor(code: ResultCode, message: string) {
    super(message);
    this.name = "DirectoryRefusal";
    this.code = code;
  }
}

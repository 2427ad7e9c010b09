// The passes that are allowed, one table (CGU PSC 5 and definitions). What no row allows is refused by the last row that fits.
import type { Standing } from "./extension.ts";

/** Someone who holds a token, or asks for one. */
export type Party = "community" | "proxy-operator" | "data-provider" | "none";
/** What the token is asked for: data of a data provider, data of anyone else, or to sign the person in. */
export type Target = "data-provider" | "other" | "sign-in";

export type PassRow = {
  readonly from: Party | "any";
  readonly to: Target | "any";
  /** Allowed only to the audience of the pass before. */
  readonly asAudience?: true;
  readonly allowed: boolean;
  readonly clause: string;
  readonly why: string;
};

export const passTable: readonly PassRow[] = [
  { from: "none", to: "any", allowed: false, clause: "PSC 3.1", why: "this client has no open right at the provider" },
  { from: "community", to: "sign-in", allowed: false, clause: "PSC 3.2", why: "the proxy serves software in the trust extension only" },
  {
    from: "community",
    to: "any",
    allowed: false,
    clause: "PSC definitions (Proxy PSC)",
    why: "a client of the community level passes no token into the trust extension",
  },
  { from: "data-provider", to: "sign-in", allowed: false, clause: "PSC 5", why: "a data provider does not authenticate anyone with the token" },
  { from: "proxy-operator", to: "sign-in", allowed: true, clause: "PSC 5", why: "authentication" },
  { from: "any", to: "other", allowed: false, clause: "PSC 5", why: "a token is passed to a data provider only" },
  {
    from: "proxy-operator",
    to: "data-provider",
    asAudience: true,
    allowed: true,
    clause: "PSC 5",
    why: "a service provider passes the token to a data provider",
  },
  {
    from: "data-provider",
    to: "data-provider",
    asAudience: true,
    allowed: true,
    clause: "PSC 5",
    why: "a data provider passes the token to another data provider",
  },
  { from: "any", to: "any", allowed: false, clause: "PSC 5", why: "a token goes on only from who received it" },
];

/** The row that decides. `isAudience`: the presenter is the audience of the pass before (true for the first pass of a provider's own token). */
export function decidePass(pass: { from: Party; to: Target; isAudience: boolean }): PassRow {
  const fits = (row: PassRow): boolean =>
    (row.from === "any" || row.from === pass.from) && (row.to === "any" || row.to === pass.to) && (!row.asAudience || pass.isAudience);
  const row = passTable.find(fits);
  if (!row) throw new TypeError("the table ends with a row that fits everything");
  return row;
}

/** How a standing stands in the table. */
export function partyOf(standing: Standing): Party {
  if (standing.level === "extension") return standing.role;
  return standing.level === "community" ? "community" : "none";
}

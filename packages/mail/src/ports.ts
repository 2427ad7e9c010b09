// What mail needs of the other rooms; the program hands it over.
import type { Tx } from "@cercle/store";

export type DomainRight = { readonly state: "open" | "closed"; readonly clause: string; readonly phase: string | undefined };

/** The rights of domains as the doors last heard them. */
export type MailRights = { find(domain: string): DomainRight | undefined };

/** From the authority: chain, validity, revocation, purpose. */
export type PeerVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** An operational trace, in the caller's transaction. No content, no address. */
export type TraceMail = (tx: Tx, type: string, payload: Record<string, string | number>) => Promise<void>;

/** A Pro Santé Connect access token, asked at sign-in: whose it is, or undefined. */
export type VerifyBearer = (token: string) => Promise<{ nationalId: string } | undefined>;

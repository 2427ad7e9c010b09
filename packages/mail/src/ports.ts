// What mail needs of the other rooms; the program hands it over.
import type { Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";

export type MailboxKind = "personal" | "organisational" | "applicative";

export type DomainRight = { readonly state: "open" | "closed"; readonly clause: string; readonly phase: string | undefined };

/** The rights of domains as the doors last heard them. */
export type MailRights = { find(domain: string): DomainRight | undefined };

/** From the authority: chain, validity, revocation, purpose. */
export type PeerVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** An operational trace, in the caller's transaction. No content, no address. */
export type TraceMail = (tx: Tx, type: string, payload: Record<string, string | number>) => Promise<void>;

/** A Pro Santé Connect access token, asked at sign-in: whose it is, or undefined. */
export type VerifyBearer = (token: string) => Promise<{ nationalId: string } | undefined>;

/** Persons, as the directory knows them. */
export type MailPeople = {
  isActive(nationalId: string): Promise<boolean>;
  /** The test person who answers for mailboxes of a sandbox that name nobody; undefined outside a sandbox. */
  demo(): Promise<string | undefined>;
  isDemo(nationalId: string): Promise<boolean>;
};

/** The directory's API, as outside operators use it. */
export type Publication = {
  publish(mailbox: {
    address: string;
    kind: MailboxKind;
    responsible: string;
    structure: string | undefined;
    service: string;
    redList: boolean;
  }): Promise<void>;
  /** What was never published is passed over. */
  remove(address: string): Promise<void>;
  find(address: string): Promise<boolean>;
};

/** Acts that two named persons decide; the house keeps the decisions. */
export type TwoPersons = {
  /** Answers the decision's reference. Refuses whoever is not a named person. */
  propose(tx: Tx, act: { kind: "mail.access-open" | "mail.hold-lift"; id: string }): Promise<string>;
};

/** The same for whoever asks, and what another administrator answers. */
export type CustodyDecisions = {
  by(actor: Actor, domain: string): TwoPersons;
  /** Another than who proposed: the act is done in the same transaction. */
  confirm(tx: Tx, reference: string, actor: Actor): Promise<void>;
  refuse(tx: Tx, reference: string, actor: Actor, reason: string): Promise<void>;
};

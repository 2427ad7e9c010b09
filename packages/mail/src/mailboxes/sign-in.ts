// Who opens a mailbox: by a password of one device, a token of Pro Santé Connect asked at sign-in, or a component's certificate.
// Always a person or a component of that mailbox (MSS 6.2), and after the evidence agreement (MSS 5.1).
import { MailRefusal } from "@cercle/imap";
import type { Store } from "@cercle/store";
import type { PeerVerdict, VerifyBearer } from "../ports.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { SignedIn } from "./users.ts";

export type SignIn = {
  withPassword(user: string, password: string): Promise<SignedIn | undefined>;
  withBearer(user: string, token: string): Promise<SignedIn | undefined>;
  /** SASL EXTERNAL (RFC 4422 appendix A): the component that a certificate is bound to; an empty `user` is its only mailbox. */
  withCertificate(user: string, der: Uint8Array): Promise<SignedIn | undefined>;
  /** Whether this person uses the mailbox. */
  asPerson(address: string, holder: string): Promise<SignedIn | undefined>;
};

export type SignInOptions = {
  readonly mailboxes: Mailboxes;
  readonly store: Store;
  readonly verifyBearer?: VerifyBearer | undefined;
  /** Chain, dates, purpose and revocation of a component's certificate. */
  verifyComponent(der: Uint8Array): Promise<PeerVerdict>;
  /** Whether a device may have a password of its own. */
  readonly passwords: boolean;
  /** Version in force, and where it is read and accepted. */
  readonly agreement: { readonly version: string; readonly place: string };
};

/** Throws `MailRefusal` with CONTACTADMIN while the agreement is not accepted. */
export function createSignIn({ mailboxes, store, verifyBearer, verifyComponent, passwords, agreement }: SignInOptions): SignIn {
  const { users } = mailboxes;
  const asPerson = async (address: string, holder: string): Promise<SignedIn | undefined> => {
    const mailbox = await mailboxes.find(store, address);
    const user = mailbox && (await users.find(store, address, holder));
    if (!mailbox || !user) return undefined;
    if (user.kind === "person" && !(await users.hasAccepted(store, holder, agreement.version))) {
      throw new MailRefusal("CONTACTADMIN", `the evidence agreement (version ${agreement.version}) must be accepted first: ${agreement.place}`);
    }
    return { address, mailbox: mailbox.kind, ...user };
  };
  return {
    asPerson,
    async withPassword(user, password) {
      // One made while they were on opens nothing now.
      if (!passwords) return undefined;
      const address = user.trim().toLowerCase();
      const holder = await mailboxes.checkPassword(address, password);
      return holder === undefined ? undefined : asPerson(address, holder);
    },
    async withBearer(user, token) {
      const person = await verifyBearer?.(token);
      return person && asPerson(user.trim().toLowerCase(), person.nationalId);
    },
    async withCertificate(user, der) {
      const wanted = user.trim().toLowerCase();
      const bound = await mailboxes.components.find(store, der);
      const own = wanted === "" ? (bound.length === 1 ? bound[0] : undefined) : bound.find(({ address }) => address === wanted);
      // Asked at each sign-in: one that was revoked a moment ago opens nothing.
      if (!own || !(await verifyComponent(der)).ok) return undefined;
      const who = await asPerson(own.address, own.holder);
      return who?.kind === "component" ? who : undefined;
    },
  };
}

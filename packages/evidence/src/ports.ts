// What the room needs of others; the wiring hands it over (apps/cercle/src/wire/evidence.ts).
import type { KeyObject } from "node:crypto";
import type { Id } from "@cercle/kernel";
import type { Entry } from "@cercle/law";
import type { Queryable, Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";
import type { NewEntry, Rectification } from "./new-entry.ts";

/** Keys at rest: the vault of pki. */
export type Keys = {
  secret(name: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array>;
  seal(plain: Uint8Array): Uint8Array;
  unseal(sealed: Uint8Array): Uint8Array;
};

/** Signs heads and proofs; the certificate is PEM, followed by those between it and an anchor. */
export type Signer = { readonly key: KeyObject; readonly certificate: string };
export type SignerPort = (tx: Tx) => Promise<Signer>;

/** Files in use: governance's. Reads go outside or inside the transaction, as the caller stands. */
export type Acts = {
  find(from: Queryable, reference: string): Promise<{ readonly id: Id<"file">; readonly holder: string } | undefined>;
  /** Records an act that the file's instrument knows; refuses with its clause. */
  record(tx: Tx, reference: string, entry: NewEntry): Promise<Entry>;
  /** Appends the rectification of one entry; what holds instead is judged at its place, and rights and dates are computed again. */
  rectify(tx: Tx, reference: string, seq: number, how: Rectification): Promise<{ readonly entry: Entry; readonly review: readonly number[] }>;
  /** Channels that the clause of an act accepts, and the only address when the clause names one; undefined when any will do. */
  accepted(from: Queryable, reference: string, act: string): Promise<AcceptedChannels | undefined>;
};
export type AcceptedChannels = { readonly accepts: readonly string[]; readonly article: string; readonly address?: string };

/** For which parties an actor may act: `agency`, and the holders of files. */
export type Parties = {
  of(actor: Actor): Promise<readonly string[]>;
  /**
   * A controller from outside, who acts for nobody: whether a mandate lets them read what lies beside this file, now. `undefined`
   * for everybody else. `what` is traced.
   */
  controls(actor: Actor, file: string, what: string): Promise<boolean | undefined>;
};

/** Passkeys of accounts: accounts' own. */
export type SigningPasskeys = {
  find(credential: string): Promise<{ readonly account: string; readonly publicKey: Uint8Array; readonly counter: number } | undefined>;
  /** Host name and origin of the pages where passkeys live. */
  place(): { readonly id: string; readonly origin: string };
};

/** Whether a certificate is a card's signature certificate in force, and whose. */
export type SigningCards = (
  certificate: Uint8Array,
) => Promise<{ readonly ok: true; readonly nationalId: string; readonly serial: string } | { readonly ok: false; readonly reason: string }>;

/** Seals of documents: the agency's own; a certificate for a party without one (PKCS#8 and certificates, PEM). */
export type Seals = { readonly agency: SignerPort; issue(tx: Tx, party: { name: string }): Promise<{ readonly key: string; readonly certificate: string }> };

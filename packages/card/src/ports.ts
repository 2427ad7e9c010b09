// What the room needs of others; the wiring hands it over.
import type { Json, Language, Temporal } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import type { Reply } from "@cercle/web";
import type { CardType, Coded, Holder } from "./card-data.ts";

/** The PKI's side. */
export type CardIssuer = {
  issueCardCertificates(
    tx: Tx,
    request: {
      readonly type: CardType;
      readonly holder: {
        readonly nationalId: string;
        readonly familyName: string;
        readonly givenName: string;
        readonly profession?: Coded;
        readonly structure?: { readonly id: string; readonly name: string };
      };
      readonly publicKeys: { readonly authentication: Uint8Array; readonly signature: Uint8Array };
      readonly notAfter?: Temporal.Instant;
      readonly notBefore?: Temporal.Instant;
      readonly cardNumber?: string;
    },
  ): Promise<{
    readonly authentication: Uint8Array;
    readonly signature: Uint8Array;
    readonly serials: { readonly authentication: string; readonly signature: string };
  }>;
  revoke(tx: Tx, serial: string, reason: string): Promise<void>;
};

/** The directory's side: what a card says of an active professional; undefined when there is none. */
export type Holders = { findHolder(nationalId: string): Promise<Holder | undefined> };

export type CardReason = "unknown-issuer" | "expired" | "not-yet-valid" | "revoked" | "signature-only" | "wrong-purpose";
/** What a certificate shown in a TLS handshake is worth. */
export type CardVerdict =
  | { readonly ok: true; readonly kind: "card-authentication"; readonly nationalId: string; readonly serial: string }
  | { readonly ok: true; readonly kind: "organisation"; readonly subject: string; readonly serial: string }
  | { readonly ok: false; readonly reason: CardReason };

/** What the card's page opens: the PKI judges, the sign-in service and the e-CPS act. Each refuses by a `Refusal`. */
export type CardDoors = {
  verify(der: Uint8Array): Promise<CardVerdict>;
  /** Where the sign-in `uid` goes on. Refuses, and traces, a verdict that is no person's. */
  signIn(uid: string, verdict: CardVerdict): Promise<string>;
  /** Where the same sign-in goes on without a card. */
  otherWay(uid: string): string;
  /** The page that links a telephone to a card's holder. */
  linkTelephone(holder: { readonly nationalId: string; readonly language: Language }): Promise<Reply>;
};

/** The vault's side. */
export type Seal = { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };

export type Trace = (tx: Tx, trace: { type: string; subject: string; payload: { readonly [key: string]: Json | undefined } }) => Promise<void>;

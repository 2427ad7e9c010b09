// What the room needs of others; the wiring hands it over.
import type { Json, Temporal } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
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

/** The vault's side. */
export type Seal = { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };

export type Trace = (tx: Tx, trace: { type: string; subject: string; payload: { readonly [key: string]: Json | undefined } }) => Promise<void>;

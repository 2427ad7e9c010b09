// What the room needs of others; the wiring hands it over (apps/cercle/src/wire/evidence.ts).
import type { KeyObject } from "node:crypto";
import type { Tx } from "@cercle/store";

/** Keys at rest: the vault of pki. */
export type Keys = {
  secret(name: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array>;
  seal(plain: Uint8Array): Uint8Array;
  unseal(sealed: Uint8Array): Uint8Array;
};

/** Signs heads and proofs; the certificate is PEM, followed by those between it and an anchor. */
export type Signer = { readonly key: KeyObject; readonly certificate: string };
export type SignerPort = (tx: Tx) => Promise<Signer>;

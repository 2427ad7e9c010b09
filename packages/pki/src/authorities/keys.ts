// Signing keys behind one interface: sealed in the vault, or inside a PKCS#11 token (`pkcs11.ts`).
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import type { Vault } from "./vault.ts";

export type SigningKey = {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** RSASSA-PKCS1-v1_5 over SHA-256. */
  sign(data: Uint8Array): Promise<Uint8Array>;
};

export type KeyStore = {
  readonly kind: "vault" | "pkcs11";
  find(name: string): Promise<SigningKey | undefined>;
  /** The key with this name, made the first time. */
  get(name: string, bits: number): Promise<SigningKey>;
};

const makeKeyPair = promisify(generateKeyPair);
const signInPool = promisify(sign) as unknown as (algorithm: string, data: Uint8Array, key: KeyObject) => Promise<Buffer>;

/** PKCS#8, DER. */
export async function makePrivateKey(bits: number): Promise<Uint8Array> {
  const { privateKey } = await makeKeyPair("rsa", { modulusLength: bits });
  return privateKey.export({ type: "pkcs8", format: "der" });
}

export function openKey(pkcs8: Uint8Array): SigningKey & { readonly key: KeyObject } {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  return {
    key,
    spki: createPublicKey(key).export({ type: "spki", format: "der" }),
    // In the thread pool, so that a burst of signatures does not hold up the loop.
    sign: (data) => signInPool("sha256", data, key),
  };
}

export function createVaultKeys(vault: Vault): KeyStore {
  return {
    kind: "vault",
    async find(name) {
      const sealed = await vault.find(name);
      return sealed && openKey(sealed);
    },
    get: async (name, bits) => openKey(await vault.secret(name, () => makePrivateKey(bits))),
  };
}

/** RFC 5280 §4.2.1.2 (1): SHA-1 of the key's bits; what the world writes, an identifier and not a proof. */
export function keyIdentifier(publicKeyBits: ArrayBuffer): Buffer {
  return createHash("sha1").update(Buffer.from(publicKeyBits)).digest();
}

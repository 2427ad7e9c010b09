// A key per mailbox, sealed by the vault; bodies and structures sealed under it. A stolen database shows no content.
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from "node:crypto";

/** Seals and unseals under the space's master key, outside the store. */
export type Vault = { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };

export type MailboxKey = {
  seal(plain: Uint8Array): Buffer;
  /** The same as pieces to be put one behind the other, so that a large message is not copied once more. */
  pieces(plain: Uint8Array): readonly Buffer[];
  unseal(sealed: Uint8Array): Buffer;
  /** Another secret of the mailbox, for one purpose (RFC 5869). */
  derive(purpose: string): Buffer;
};

const nonceBytes = 12;
const tagBytes = 16;

/** A fresh mailbox key, as it is stored. */
export function makeSealedKey(vault: Vault): Uint8Array {
  return vault.seal(randomBytes(32));
}

/** AES-256-GCM under an opened mailbox key. */
export function openKey(vault: Vault, sealedKey: Uint8Array): MailboxKey {
  const key = createSecretKey(vault.unseal(sealedKey));
  const pieces = (plain: Uint8Array): readonly Buffer[] => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = cipher.update(plain);
    // A stream cipher has nothing left at the end.
    cipher.final();
    return [nonce, sealed, cipher.getAuthTag()];
  };
  return {
    pieces,
    derive: (purpose) => Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), purpose, 32)),
    seal: (plain) => Buffer.concat(pieces(plain)),
    unseal(sealed) {
      const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      const plain = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
      // Throws when what was stored is not what was sealed.
      decipher.final();
      return plain;
    },
  };
}

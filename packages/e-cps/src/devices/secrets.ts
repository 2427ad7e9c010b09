// Everything of this room that is computed with a key kept outside the store.
import { createHmac, createPublicKey, randomBytes, randomInt, timingSafeEqual, verify } from "node:crypto";
import type { Vault } from "../ports.ts";

export type Secrets = {
  /** HMAC-SHA-256 of PIN, salt and device: useless without the key, so four digits cannot be guessed from the database. */
  pinVerifier(facts: { pin: string; salt: Uint8Array; device: string }): Uint8Array;
  codeDigest(verification: string, code: string): string;
  /** A challenge carries the device's counter at issue and its time, authenticated; nothing is stored. */
  makeChallenge(facts: { device: string; counter: number; atMillis: number }): string;
  readChallenge(device: string, challenge: string): { counter: number; atMillis: number } | undefined;
  sealJson(value: unknown): Uint8Array;
  unsealJson<T>(sealed: Uint8Array): T;
};

export async function openSecrets(vault: Vault): Promise<Secrets> {
  const key = (name: string): Promise<Uint8Array> => vault.secret(name, () => randomBytes(32));
  const [pinKey, codeKey, challengeKey] = [await key("e-cps-pin"), await key("e-cps-code"), await key("e-cps-challenge")];
  const mac = (secret: Uint8Array, ...parts: (string | Uint8Array)[]): Buffer => {
    const hmac = createHmac("sha256", secret);
    // Each part with its length: no two lists of parts give the same bytes.
    for (const part of parts) {
      const bytes = typeof part === "string" ? Buffer.from(part, "utf8") : part;
      hmac.update(`${bytes.length}:`).update(bytes);
    }
    return hmac.digest();
  };
  return {
    pinVerifier: ({ pin, salt, device }) => mac(pinKey, "pin", device, salt, pin),
    codeDigest: (verification, code) => mac(codeKey, "code", verification, code).toString("base64url"),
    makeChallenge({ device, counter, atMillis }) {
      const head = `${counter}.${atMillis}.${randomBytes(9).toString("base64url")}`;
      return `${head}.${mac(challengeKey, "challenge", device, head).toString("base64url")}`;
    },
    readChallenge(device, challenge) {
      const cut = challenge.lastIndexOf(".");
      const head = challenge.slice(0, Math.max(cut, 0));
      if (!sameBytes(mac(challengeKey, "challenge", device, head), Buffer.from(challenge.slice(cut + 1), "base64url"))) return undefined;
      const [counter, atMillis] = head.split(".");
      return { counter: Number(counter), atMillis: Number(atMillis) };
    },
    sealJson: (value) => vault.seal(Buffer.from(JSON.stringify(value), "utf8")),
    unsealJson: <T>(sealed: Uint8Array) => JSON.parse(Buffer.from(vault.unseal(sealed)).toString("utf8")) as T,
  };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Six digits, for a telephone or an e-mail. */
export function makeCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

const letters = "ABCDEFGHJKMNPQRSTVWXYZ23456789";

/** A code for a person to type: letters and digits that are not mistaken for one another, 4.9 bits each. */
export function makeTypedCode(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** Verifies an ECDSA P-256 SHA-256 signature in the form that WebCrypto makes (IEEE P1363, base64url). */
export function verifySignature(publicKey: Uint8Array, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
    return verify("sha256", Buffer.from(text, "utf8"), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}

/** Whether these bytes are the SPKI of an ECDSA P-256 key. */
export function isDeviceKey(publicKey: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  } catch {
    return false;
  }
}

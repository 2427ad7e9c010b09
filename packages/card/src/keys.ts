// Keys made in the card: the private half is a PKCS#8 blob that only the sealed image holds.
import { constants, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, privateDecrypt } from "node:crypto";
import { promisify } from "node:util";
import type { PrivateOperation } from "./inside.ts";

export type CardKey = { readonly pkcs8: Uint8Array; readonly publicKey: Uint8Array };

const makePair = promisify(generateKeyPair);

/** RSA-2048, as on the real CPS3. Answers the private key (PKCS#8 DER) and the public one (SPKI DER). */
export async function generateCardKey(): Promise<CardKey> {
  const { privateKey, publicKey } = await makePair("rsa", { modulusLength: 2048 });
  return { pkcs8: privateKey.export({ type: "pkcs8", format: "der" }), publicKey: publicKey.export({ type: "spki", format: "der" }) };
}

/** The raw private operation of one key. */
export function openKey(pkcs8: Uint8Array): PrivateOperation {
  const key: KeyObject = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  const modulus = Buffer.from(createPublicKey(key).export({ format: "jwk" }).n ?? "", "base64url");
  return (block) => {
    if (block.length !== modulus.length || Buffer.compare(block, modulus) >= 0) return undefined;
    return Uint8Array.from(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  };
}

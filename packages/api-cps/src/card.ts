// The card as a program sees it.
import { constants, publicEncrypt, randomBytes, verify, X509Certificate } from "node:crypto";
import { CpsError } from "./errors.ts";
import { type Identity, readIdentity, readSituations, type Situation } from "./identity.ts";
import type { CardOperations, CardSession, KeyUse } from "./transport.ts";

export type Pin = { readonly pin: string };
export type Certificates = { readonly authentication: X509Certificate; readonly signature: X509Certificate };

export type Card = {
  readonly reader: string;
  /** Who holds the card, without the code. Throws `unknown-version`. */
  identity(): Promise<Identity>;
  /** Where the holder practises, with the code. */
  situations(code: Pin): Promise<readonly Situation[]>;
  certificates(): Promise<Certificates>;
  /** Tries left of the holder's code; 0 is blocked. Costs none. */
  triesLeft(): Promise<number>;
  /** Presents the code. Throws `wrong-pin` with the tries left, `pin-blocked`. */
  verifyPin(pin: string): Promise<void>;
  changePin(pin: string, next: string): Promise<void>;
  /** Throws `wrong-pin` with the tries left of the unblocking code, `puk-blocked`. */
  unblock(puk: string, next: string): Promise<void>;
  /** Answers a challenge with the authentication key: what `verifyAnswer` accepts. */
  authenticate(challenge: Uint8Array, code: Pin): Promise<Uint8Array>;
  /** Signs content with the signature key: RSA PKCS#1 v1.5 over SHA-256. */
  sign(content: Uint8Array, code: Pin): Promise<Uint8Array>;
  /** Opens one block encrypted for the authentication certificate. */
  decipher(cryptogram: Uint8Array, code: Pin): Promise<Uint8Array>;
  random(count: number): Promise<Uint8Array>;
  /** Several operations with nobody between. */
  transaction<T>(work: (card: CardOperations) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** A program's card on one session. */
export function createCard(session: CardSession): Card {
  const { transaction } = session;
  const withPin = <T>({ pin }: Pin, work: (card: CardOperations) => Promise<T>): Promise<T> =>
    transaction(async (card) => {
      await card.verifyPin(pin);
      return work(card);
    });
  /** No signature leaves that the card's own certificate does not verify. */
  const sign = (use: KeyUse, content: Uint8Array, code: Pin): Promise<Uint8Array> =>
    withPin(code, async (card) => {
      const { publicKey } = new X509Certificate(await card.certificate(use));
      const signature = await card.sign(use, content);
      if (!verify("sha256", content, publicKey, signature)) throw new CpsError("wrong-signature");
      return signature;
    });
  return {
    reader: session.reader,
    identity: () => transaction(readIdentity),
    situations: (code) => withPin(code, readSituations),
    certificates: () =>
      transaction(async (card) => ({
        authentication: new X509Certificate(await card.certificate("authentication")),
        signature: new X509Certificate(await card.certificate("signature")),
      })),
    triesLeft: () => transaction((card) => card.triesLeft()),
    verifyPin: (pin) => transaction((card) => card.verifyPin(pin)),
    changePin: (pin, next) => transaction((card) => card.changePin(pin, next)),
    unblock: (puk, next) => transaction((card) => card.unblock(puk, next)),
    authenticate: (challenge, code) => sign("authentication", boundChallenge(challenge), code),
    sign: (content, code) => sign("signature", content, code),
    decipher: (cryptogram, code) => withPin(code, (card) => card.decipher(cryptogram)),
    random: (count) => transaction((card) => card.random(count)),
    transaction,
    close: () => session.close(),
  };
}

/** A challenge is never signed bare: an answer can be no document's signature. */
function boundChallenge(challenge: Uint8Array): Uint8Array {
  if (challenge.length < 16 || challenge.length > 1024) throw new CpsError("bad-argument", { problem: "challenge: 16 to 1024 bytes" });
  return Buffer.concat([Buffer.from("cps-challenge-v1\0", "latin1"), challenge]);
}

/** Thirty-two fresh random bytes, for `authenticate`. */
export function createChallenge(): Uint8Array {
  return randomBytes(32);
}

/** Whether an answer is that of the holder of this authentication certificate to this challenge. The chain is `verifyCertificate`'s business. */
export function verifyAnswer({ challenge, answer, certificate }: { challenge: Uint8Array; answer: Uint8Array; certificate: X509Certificate }): boolean {
  return verify("sha256", boundChallenge(challenge), certificate.publicKey, answer);
}

/** One RSA block for a card (at most 245 bytes), to be opened by `decipher`. */
export function encipher(content: Uint8Array, certificate: X509Certificate): Uint8Array {
  if (content.length > 245) throw new CpsError("bad-argument", { problem: "content: 245 bytes at most; use encryptFor" });
  return publicEncrypt({ key: certificate.publicKey, padding: constants.RSA_PKCS1_PADDING }, content);
}

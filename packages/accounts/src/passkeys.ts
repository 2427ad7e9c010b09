// Passkey ceremonies (WebAuthn Level 3): a challenge is single use and five minutes old at most; user verification is required.
import { type Clock, type Id, newId } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Account } from "./accounts.ts";
import { accountsErrors } from "./errors.ts";

export type Ceremony = { readonly ceremony: string; readonly options: object };
/** Where the pages are served: `https://portal.example` and its host name. */
export type RelyingParty = { readonly name: string; readonly id: string; readonly origin: string };

export type Passkeys = {
  startEnrolment(account: Account): Promise<Ceremony>;
  finishEnrolment(tx: Tx, account: Account, ceremony: string, response: unknown): Promise<void>;
  startSignIn(): Promise<Ceremony>;
  /** Answers whose passkey it was; throws `accounts.bad-passkey` for every fault alike. */
  finishSignIn(tx: Tx, ceremony: string, response: unknown): Promise<Id<"account">>;
};

const challengeMinutes = 5;

export function createPasskeys({ store, real, relyingParty }: { store: Store; real: Clock; relyingParty: () => RelyingParty }): Passkeys {
  const keep = async (challenge: string, account: string | null): Promise<string> => {
    const id = newId<"ceremony">();
    await store.run("delete from accounts.challenge where expires_at < $1", [real.now()]);
    await store.run("insert into accounts.challenge (id, challenge, account_id, expires_at) values ($1, $2, $3, $4)", [
      id,
      challenge,
      account,
      real.now().add({ minutes: challengeMinutes }),
    ]);
    return id;
  };
  const take = async (tx: Tx, ceremony: string, account: string | null): Promise<string> => {
    const row = await tx.first<{ challenge: string }>(
      "delete from accounts.challenge where id = $1 and expires_at > $2 and account_id is not distinct from $3 returning challenge",
      [ceremony, real.now(), account],
    );
    if (!row) throw accountsErrors.refuse("accounts.bad-passkey", { detail: "no such challenge" });
    return row.challenge;
  };

  return {
    async startEnrolment(account) {
      const options = await generateRegistrationOptions({
        rpName: relyingParty().name,
        rpID: relyingParty().id,
        userName: account.name,
        userID: new Uint8Array(Buffer.from(account.id)),
        attestationType: "none",
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      });
      return { ceremony: await keep(options.challenge, account.id), options };
    },
    async finishEnrolment(tx, account, ceremony, response) {
      const expectedChallenge = await take(tx, ceremony, account.id);
      const { origin, id: rpID } = relyingParty();
      const verified = await verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        requireUserVerification: true,
      }).catch((cause: unknown) => {
        throw accountsErrors.refuse("accounts.bad-passkey", { cause });
      });
      if (!verified.verified) throw accountsErrors.refuse("accounts.bad-passkey");
      const { credential } = verified.registrationInfo;
      await tx.run(
        "insert into accounts.passkey (credential_id, account_id, public_key, counter, transports, label, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        [credential.id, account.id, credential.publicKey, credential.counter, credential.transports ?? [], "passkey", real.now()],
      );
    },
    async startSignIn() {
      const options = await generateAuthenticationOptions({ rpID: relyingParty().id, userVerification: "required" });
      return { ceremony: await keep(options.challenge, null), options };
    },
    async finishSignIn(tx, ceremony, response) {
      const expectedChallenge = await take(tx, ceremony, null);
      const given = response as AuthenticationResponseJSON;
      const known = await tx.first<{ credential_id: string; account_id: Id<"account">; public_key: Uint8Array; counter: number }>(
        `select p.credential_id, p.account_id, p.public_key, p.counter from accounts.passkey p join accounts.account a on a.id = p.account_id
          where p.credential_id = $1 and a.disabled_at is null for update of p`,
        [String(given?.id ?? "")],
      );
      if (!known) throw accountsErrors.refuse("accounts.bad-passkey", { detail: "unknown credential" });
      const { origin, id: rpID } = relyingParty();
      const verified = await verifyAuthenticationResponse({
        response: given,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        credential: { id: known.credential_id, publicKey: new Uint8Array(known.public_key), counter: known.counter },
        requireUserVerification: true,
      }).catch((cause: unknown) => {
        throw accountsErrors.refuse("accounts.bad-passkey", { cause });
      });
      if (!verified.verified) throw accountsErrors.refuse("accounts.bad-passkey");
      await tx.run("update accounts.passkey set counter = $2, used_at = $3 where credential_id = $1", [
        known.credential_id,
        verified.authenticationInfo.newCounter,
        real.now(),
      ]);
      return known.account_id;
    },
  };
}

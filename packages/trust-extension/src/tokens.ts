// API tokens: JWTs (RFC 9068) of an API's own authorization server, bound to a certificate (RFC 8705) and good for one audience.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, type JSONWebKeySet, type JWTVerifyGetKey, SignJWT } from "jose";

/** Who passed before (RFC 8693 §4.1): the latest outside. */
export type Act = { readonly sub: string; readonly act?: Act };

export type TokenFacts = {
  readonly issuer: string;
  readonly audience: string;
  readonly jti: string;
  readonly clientId: string;
  readonly subject: string;
  readonly person: string;
  readonly sessionState: string;
  readonly scope: string;
  readonly chain: string;
  readonly thumbprint: string;
  readonly act: Act | undefined;
  /** Seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
};

export type Tokens = { sign(facts: TokenFacts): Promise<string>; readonly keys: JWTVerifyGetKey; readonly jwks: JSONWebKeySet };

/** `test`: tokens of a sandbox say so. */
export async function openTokens({ secret, test }: { secret(name: string, make: () => Uint8Array): Promise<Uint8Array>; test: boolean }): Promise<Tokens> {
  const key: KeyObject = createPrivateKey(Buffer.from(await secret("trust-extension-signing", makeKey)).toString("utf8"));
  const { kty, n, e } = await exportJWK(key);
  const jwk = { kty: kty ?? "RSA", n: n ?? "", e: e ?? "" };
  const kid = await calculateJwkThumbprint(jwk);
  const jwks: JSONWebKeySet = { keys: [{ ...jwk, kid, use: "sig", alg: "RS256" }] };
  return {
    jwks,
    keys: createLocalJWKSet(jwks),
    sign: (facts) =>
      new SignJWT({
        client_id: facts.clientId,
        azp: facts.clientId,
        typ: "Bearer",
        scope: facts.scope,
        SubjectNameID: facts.person,
        preferred_username: facts.person,
        session_state: facts.sessionState,
        chain: facts.chain,
        cnf: { "x5t#S256": facts.thumbprint },
        ...(facts.act ? { act: facts.act } : {}),
        ...(test ? { test: true } : {}),
      })
        .setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid })
        .setIssuer(facts.issuer)
        .setAudience(facts.audience)
        .setSubject(facts.subject)
        .setJti(facts.jti)
        .setIssuedAt(facts.issuedAt)
        .setExpirationTime(facts.expiresAt)
        .sign(key),
  };
}

function makeKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" }));
}

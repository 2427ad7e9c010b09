// The guard as a data provider runs it in its own process: tokens good, expired, foreign, for others, bound to others.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, it } from "node:test";
import { askIntrospection, createGuard, type GuardVerdict, hexThumbprintOf, thumbprintOf } from "@cercle/trust-extension/guard";
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";

const issuer = "https://localhost:8089/as/dossier";
const audience = "https://localhost:8089/apis/dossier";
const certificate = randomBytes(800);

describe("the guard", () => {
  let sign: (more?: Record<string, unknown>, about?: { typ?: string; expires?: number }) => Promise<string>;
  let check: (token: string | undefined, shown?: Uint8Array) => Promise<GuardVerdict>;
  let active = true;

  before(async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256" }] });
    const now = Math.floor(Date.now() / 1000);
    sign = (more = {}, { typ = "at+jwt", expires = now + 60 } = {}) =>
      new SignJWT({ client_id: "cabinet", iss: issuer, aud: audience, jti: "j", cnf: { "x5t#S256": thumbprintOf(certificate) }, ...more })
        .setProtectedHeader({ alg: "RS256", typ, kid: "k" })
        .setExpirationTime(expires)
        .sign(privateKey);
    const guard = createGuard({ issuer, audience, keys, certificateProblem: async () => undefined, standing: askIntrospection(async () => ({ active })) });
    check = (token, shown = certificate) => guard({ authorization: token && `Bearer ${token}`, certificate: shown.length > 0 ? shown : undefined });
  });

  const why = (verdict: GuardVerdict): string => (verdict.ok ? "ok" : `${verdict.status} ${verdict.description}`);

  it("lets a good token through, in both forms of its binding", async () => {
    assert.equal(why(await check(await sign())), "ok");
    assert.equal(why(await check(await sign({ cnf: { "x5t#S256": hexThumbprintOf(certificate) } }))), "ok");
  });

  it("refuses what is expired, foreign, unbound or for others, and says which", async () => {
    assert.match(why(await check(await sign({}, { expires: Math.floor(Date.now() / 1000) - 60 }))), /401 the token has expired/);
    assert.match(why(await check(await sign({ aud: "other" }))), /another audience/);
    assert.match(why(await check(await sign({ iss: "https://provider" }))), /not a token of this API/);
    assert.match(why(await check(await sign({}, { typ: "JWT" }))), /not a token of this API/);
    assert.match(why(await check(await sign({ cnf: undefined }))), /not a token of this API/);
    assert.match(why(await check(await sign(), randomBytes(800))), /another certificate/);
    assert.match(why(await check(await sign(), new Uint8Array())), /certificate is needed/);
    assert.match(why(await check(undefined)), /bearer token is needed/);
    assert.match(why(await check("x".repeat(9000))), /bearer token is needed/);
  });

  it("asks the authorization server each time: no answer is no entrance", async () => {
    active = false;
    assert.match(why(await check(await sign())), /no longer active/);
    const silent = askIntrospection(() => Promise.reject(new Error("away")));
    assert.equal((await silent({} as never, ""))?.status, 503);
  });
});

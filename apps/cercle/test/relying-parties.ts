// Two relying parties that are not ours, walking everything a service does: openid-client 6, and requests as the published Pro Santé
// Connect examples write them (implementation guide, reference proxy, Apache demonstration). Only host, client and secret change.
import assert from "node:assert/strict";
import * as client from "openid-client";
import { createTestBrowser, type Page } from "../../../packages/connect/test/browser.ts";

export type Party = {
  readonly issuer: string;
  readonly wallet: string;
  readonly id: string;
  readonly secret: string;
  readonly person: string;
  /** The person answers on the telephone. */
  approve(): Promise<void>;
};

export const back = "http://localhost:9876/cb";
export const bye = "http://localhost:9876/bye";

/** The identifier typed on the sign-in page; answers the page with the number, or what says why not. */
export async function type(browser: ReturnType<typeof createTestBrowser>, page: Page, person: string): Promise<Page> {
  const stamp = /name="stamp" value="([^"]+)"/.exec(page.body)?.[1] ?? "";
  const at = /^(https?:\/\/[^/]+\/login\/[\w-]+)/.exec(page.url)?.[1] ?? "";
  return browser.go(`${at}/e-cps`, back, { identifier: person, stamp });
}

/** A browser's way from the authorization request to the return address. */
async function walk(party: Party, authorization: string): Promise<URL> {
  const browser = createTestBrowser();
  const waiting = await type(browser, await browser.go(authorization, back), party.person);
  assert.match(waiting.body, /class="match"/);
  await party.approve();
  return new URL((await browser.go(waiting.url, back)).location ?? "");
}

/** openid-client: code flow with PKCE, UserInfo, refresh, introspection, CIBA, logout. */
export async function walkWithOpenIdClient(party: Party): Promise<void> {
  const config = await client.discovery(new URL(`${party.issuer}/.well-known/wallet-openid-configuration`), party.id, party.secret, undefined, {
    execute: [client.allowInsecureRequests],
  });
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const asked = client.buildAuthorizationUrl(config, {
    redirect_uri: back,
    scope: "openid scope_all",
    acr_values: "eidas1",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const tokens = await client.authorizationCodeGrant(config, await walk(party, asked.href), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
  });
  const subject = tokens.claims()?.sub ?? "";
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, subject)).SubjectNameID, party.person);
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
  assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, true);

  const begun = await client.initiateBackchannelAuthentication(config, {
    scope: "openid scope_all",
    acr_values: "eidas1",
    login_hint: party.person,
    binding_message: "42",
    channel: "MOBILE",
  });
  const [byCiba] = await Promise.all([client.pollBackchannelAuthenticationGrant(config, begun), party.approve()]);
  assert.equal((await client.fetchUserInfo(config, byCiba.access_token, subject)).SubjectNameID, party.person);

  const out = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? "", post_logout_redirect_uri: bye, state: "s" });
  assert.equal((await createTestBrowser().go(out.href, bye)).location, `${bye}?state=s`);
  assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, false);
  assert.equal((await client.tokenIntrospection(config, byCiba.access_token)).active, true, "another session");
}

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** The published examples, to the letter: fixed paths, no PKCE, `acr` for `acr_values` once, form bodies, Basic, poll until it is there. */
export async function walkAsPublished(party: Party): Promise<void> {
  const endpoint = (path: string): string => `${party.issuer}/protocol/openid-connect${path}`;
  const basic = `Basic ${Buffer.from(`${party.id}:${party.secret}`).toString("base64")}`;
  const post = async (path: string, form: Record<string, string>): Promise<Answer> => {
    const reply = await fetch(endpoint(path), {
      method: "POST",
      headers: { authorization: basic, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form),
    });
    return { status: reply.status, body: (await reply.json()) as Answer["body"] };
  };
  const bearer = async (token: unknown): Promise<Answer> => {
    const reply = await fetch(endpoint("/userinfo"), { headers: { authorization: `Bearer ${token}` } });
    return { status: reply.status, body: reply.status === 200 ? ((await reply.json()) as Answer["body"]) : {} };
  };
  for (const acr of ["acr_values", "acr"]) {
    const query = `response_type=code&client_id=${party.id}&redirect_uri=${encodeURIComponent(back)}&scope=openid%20scope_all&${acr}=eidas1&state=af0ifjsldkj&nonce=n-0S6_WzA2Mj`;
    const returned = await walk(party, `${party.wallet}/auth?${query}`);
    assert.equal(returned.searchParams.get("state"), "af0ifjsldkj");
    const got = await post("/token", { grant_type: "authorization_code", code: returned.searchParams.get("code") ?? "", redirect_uri: back });
    assert.deepEqual([got.status, got.body.token_type], [200, "Bearer"]);
    for (const member of ["access_token", "expires_in", "refresh_expires_in", "refresh_token", "id_token", "session_state", "scope"])
      assert.ok(got.body[member], member);
    assert.equal((await bearer(got.body.access_token)).body.SubjectNameID, party.person);
    const fresh = await post("/token", { grant_type: "refresh_token", refresh_token: String(got.body.refresh_token) });
    const active = await post("/token/introspect", { token: String(fresh.body.access_token) });
    assert.deepEqual([active.body.active, active.body.SubjectNameID, active.body.typ], [true, party.person, "Bearer"]);
    // The demonstration signs out from its server, by GET, without an address to come back to.
    const out = await fetch(`${endpoint("/logout")}?id_token_hint=${fresh.body.id_token ?? got.body.id_token}`);
    assert.equal(out.status, 200);
    assert.equal((await bearer(fresh.body.access_token)).status, 401);
    assert.deepEqual((await post("/token/introspect", { token: String(fresh.body.access_token) })).body, { active: false });
  }
  const begun = await post("/ext/ciba/auth", {
    scope: "openid scope_all",
    acr_values: "eidas1",
    login_hint: party.person,
    binding_message: "07",
    channel: "MOBILE",
  });
  assert.deepEqual(Object.keys(begun.body).toSorted(), ["auth_req_id", "expires_in", "interval"]);
  const grant = { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: String(begun.body.auth_req_id) };
  const pending = await post("/token", grant);
  assert.deepEqual([pending.status, pending.body.error], [400, "authorization_pending"]);
  const approved = party.approve();
  let got = pending;
  // The reference proxy treats every error alike and asks again until the request is spent.
  for (const end = Date.now() + Number(begun.body.expires_in) * 1000; got.status !== 200 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, Number(begun.body.interval) * 1000));
    got = await post("/token", grant);
  }
  await approved;
  assert.equal((await bearer(got.body.access_token)).body.SubjectNameID, party.person);
}

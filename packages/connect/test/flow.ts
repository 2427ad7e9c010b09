// A relying party that is not ours (openid-client 6) and a browser, walking code flow.
import assert from "node:assert/strict";
import * as client from "openid-client";
import { createTestBrowser, type Page } from "./browser.ts";
import { kit, type Room } from "./harness.ts";

export const redirect = "http://localhost:9/cb";

export async function configure(room: Room, id: string, secret: string, environment: "bas" | "production" = "bas"): Promise<client.Configuration> {
  const { issuer } = room.connect.environments[environment];
  return client.discovery(new URL(`${issuer}/.well-known/wallet-openid-configuration`), id, secret, client.ClientSecretBasic(secret), {
    execute: [client.allowInsecureRequests],
  });
}

type Browser = ReturnType<typeof createTestBrowser>;
export type Begun = { page: Page; verifier: string; state: string; browser: Browser };

/** Asks for authorization; answers the first page that stays, or the return to the client. */
export async function begin(config: client.Configuration, more: Record<string, string> = {}, browser: Browser = createTestBrowser()): Promise<Begun> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: "openid scope_all",
    acr_values: "eidas1",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce: "n-1",
    ...more,
  });
  return { page: await browser.go(url.href, redirect), verifier, state, browser };
}

/** Types the identifier on the page; answers the waiting page. */
export async function identify({ page, browser }: Begun, identifier = kit.nationalId, more: Record<string, string> = {}): Promise<Page> {
  const stamp = /name="stamp" value="([^"]+)"/.exec(page.body)?.[1] ?? "";
  const at = /^(https?:\/\/[^/]+\/login\/[\w-]+)/.exec(page.url)?.[1] ?? "";
  return browser.go(`${at}/e-cps`, redirect, { identifier, stamp, ...more });
}

export async function exchange(config: client.Configuration, begun: Begun, callback: string) {
  return client.authorizationCodeGrant(config, new URL(callback), { pkceCodeVerifier: begun.verifier, expectedState: begun.state, expectedNonce: "n-1" });
}

/** A whole sign-in, approved on the telephone. */
export async function signIn(room: Room, config: client.Configuration, more: Record<string, string> = {}, browser?: Browser) {
  const begun = await begin(config, more, browser);
  let callback = begun.page.location;
  if (!callback) {
    const waiting = await identify(begun);
    assert.match(waiting.body, /class="match" role="status">47</);
    assert.match(waiting.body, /Dossier Liaison Bretagne/);
    room.approvals.answer("approved");
    callback = (await begun.browser.go(waiting.url, redirect)).location;
  }
  return { tokens: await exchange(config, begun, callback ?? ""), callback: callback ?? "", ...begun };
}

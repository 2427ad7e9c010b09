// The sign-in with Pro Santé Connect, as any service does it: code flow with PKCE (RFC 7636), state and nonce.
import * as oidc from "openid-client";
import { webmailErrors } from "./errors.ts";
import type { OidcClient } from "./ports.ts";
import type { Sessions } from "./sessions.ts";

export type SignIn = {
  /** Where the browser goes, and the cookie that it keeps. */
  begin(): Promise<{ location: string; browser: string }>;
  /** Throws `webmail.sign-in`. Answers the session's secret. */
  finish(query: URLSearchParams, browser: string | undefined): Promise<string>;
  /** Where the issuer ends its own session. */
  endAddress(idToken: string): Promise<string>;
};

const wellKnown = "/.well-known/wallet-openid-configuration";
const standard = "/.well-known/openid-configuration";

export function createSignIn({ client, origin, sessions }: { client(): Promise<OidcClient>; origin: string; sessions: Sessions }): SignIn {
  const back = `${origin}/back`;
  let known: Promise<oidc.Configuration> | undefined;
  const discover = async (): Promise<oidc.Configuration> => {
    const { issuer, id, secret } = await client();
    const plain = issuer.startsWith("http:");
    const at = (place: string): Promise<oidc.Configuration> =>
      oidc.discovery(new URL(`${issuer}${place}`), id, secret, oidc.ClientSecretBasic(secret), plain ? { execute: [oidc.allowInsecureRequests] } : {});
    // Another issuer has its description where the standard says (OpenID Connect Discovery §4).
    return at(wellKnown).catch(() => at(standard));
  };
  const configuration = (): Promise<oidc.Configuration> => {
    known ??= discover().catch((error: unknown) => {
      known = undefined;
      throw webmailErrors.refuse("webmail.sign-in", { params: { reason: "issuer" }, cause: error });
    });
    return known;
  };
  return {
    async begin() {
      const config = await configuration();
      const verifier = oidc.randomPKCECodeVerifier();
      const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
      const location = oidc.buildAuthorizationUrl(config, {
        redirect_uri: back,
        scope: (await client()).scope,
        acr_values: "eidas1",
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      });
      return { location: location.href, browser: await sessions.begin(state, { nonce, verifier }) };
    },
    async finish(query, browser) {
      const state = query.get("state") ?? "";
      const begun = browser === undefined ? undefined : await sessions.take(state, browser);
      if (!begun) throw webmailErrors.refuse("webmail.sign-in", { params: { reason: "state" } });
      if (query.has("error")) throw webmailErrors.refuse("webmail.sign-in", { params: { reason: (query.get("error") ?? "").slice(0, 60) } });
      const config = await configuration();
      try {
        const address = new URL(back);
        address.search = query.toString();
        const tokens = await oidc.authorizationCodeGrant(config, address, {
          pkceCodeVerifier: begun.verifier,
          expectedState: state,
          expectedNonce: begun.nonce,
        });
        const info = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? "");
        const { claim } = await client();
        const person = info[claim];
        if (typeof person !== "string" || person === "") throw new Error(`no ${claim}`);
        const name = [info.given_name, info.family_name].filter((part) => typeof part === "string").join(" ");
        return await sessions.open({ person, name: name || person, idToken: tokens.id_token ?? "" });
      } catch (cause) {
        throw webmailErrors.refuse("webmail.sign-in", { params: { reason: "token" }, cause });
      }
    },
    async endAddress(idToken) {
      return oidc.buildEndSessionUrl(await configuration(), { id_token_hint: idToken, post_logout_redirect_uri: `${origin}/` }).href;
    },
  };
}

// Signing a person in for a software: CIBA, or a code that the software brings (docs/trust-extension.md, *Proxy*).
import type { Clock } from "@cercle/kernel";
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import * as openid from "openid-client";
import { clauseOf } from "../exchange.ts";
import { decidePass, partyOf } from "../passes.ts";
import type { Seal } from "../ports.ts";
import type { Provider } from "../provider.ts";
import { digest, type Registry, type Software } from "../registry.ts";
import type { Standings } from "../standing.ts";
import { ProxyError, toProxyError } from "./answers.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { SessionTokens } from "./tokens.ts";

export type SignInParts = {
  readonly store: Store;
  readonly real: Clock;
  readonly seal: Seal;
  readonly registry: Registry;
  readonly standings: Standings;
  readonly provider: Provider;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
};

export type CibaRequest = { readonly nationalId: string; readonly bindingMessage: string; readonly clientId: string; readonly channel: "CARD" | "MOBILE" };

export type SignIn = {
  /** Lasts until the person has answered, or the time for it is spent. */
  byCiba(software: Software, request: CibaRequest, gone: AbortSignal): Promise<Session>;
  /** Where the software sends the person's browser, and the state that comes back. */
  beginCode(software: Software, redirectUri: string): Promise<{ authorization_url: string; state: string }>;
  /** `url`: the address that the browser came back to, whole. */
  byCode(software: Software, url: URL): Promise<Session>;
  /** Throws unless this software may sign people in now. */
  admit(software: Software, nationalId?: string): Promise<void>;
};

const asked = { scope: "openid scope_all", acr_values: "eidas1" } as const;
const codeMinutes = 10;

export function createSignIn(parts: SignInParts): SignIn {
  const { store, real, seal, registry, standings, provider, sessions, tokens } = parts;
  const configure = async (software: Software): Promise<openid.Configuration> =>
    provider.of(software.issuer, await registry.softwareCredentials(software.clientId));

  const admit: SignIn["admit"] = async ({ clientId, issuer }, nationalId) => {
    // A provider elsewhere has its own files: who is in its extension is judged there (docs/decisions/0020).
    if (issuer === "outside") return;
    const standing = await standings.of(clientId);
    const row = decidePass({ from: partyOf(standing), to: "sign-in", isAudience: true });
    if (!row.allowed) {
      const clause = clauseOf(standing) || row.clause;
      throw new ProxyError(403, `403 - access_denied : ${row.why} (${clause})`, { clientId, clause, ...(nationalId ? { nationalId } : {}) });
    }
  };

  /** What was asked and what came back are the same person; the right may have closed while they answered. */
  const open = async (software: Software, answer: Awaited<ReturnType<typeof openid.refreshTokenGrant>>, wanted: string | undefined): Promise<Session> => {
    const claims = (answer.claims() ?? {}) as Readonly<Record<string, unknown>>;
    const named = [claims.SubjectNameID, claims.preferred_username].find((value): value is string => typeof value === "string" && value !== "");
    if (wanted !== undefined && named !== undefined && named !== wanted)
      throw new ProxyError(401, "401 - access_denied : the provider signed in another person");
    const person = wanted ?? named ?? String(claims.sub ?? "");
    await admit(software, person);
    const state = [answer.session_state, claims.session_state, claims.sid].find((value): value is string => typeof value === "string") ?? "";
    return sessions.open({ clientId: software.clientId, person, sessionState: state, tokens: tokens.hold(answer) });
  };

  return {
    admit,
    async byCiba(software, request, gone) {
      const facts = { nationalId: request.nationalId, clientId: request.clientId };
      try {
        const configuration = await configure(software);
        const begun = await openid.initiateBackchannelAuthentication(configuration, {
          ...asked,
          login_hint: request.nationalId,
          binding_message: request.bindingMessage,
          channel: request.channel,
        });
        const signal = AbortSignal.any([gone, standings.cutOf(software.clientId)]);
        const answer = await openid.pollBackchannelAuthenticationGrant(configuration, begun, undefined, { signal });
        return await open(software, answer, request.nationalId);
      } catch (error) {
        throw toProxyError(error, facts);
      }
    },
    async beginCode(software, redirectUri) {
      try {
        const configuration = await configure(software);
        const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()];
        const url = openid.buildAuthorizationUrl(configuration, {
          ...asked,
          redirect_uri: redirectUri,
          state,
          nonce,
          code_challenge: await openid.calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        });
        await store.run("insert into trust_extension.code_request (state_digest, client_id, redirect_uri, secrets, expires_at) values ($1, $2, $3, $4, $5)", [
          digest(state),
          software.clientId,
          redirectUri,
          seal.seal(Buffer.from(JSON.stringify({ nonce, verifier }))),
          real.now().add({ minutes: codeMinutes }),
        ]);
        return { authorization_url: url.href, state };
      } catch (error) {
        throw toProxyError(error, { clientId: software.clientId });
      }
    },
    async byCode(software, url) {
      const facts = { clientId: software.clientId };
      const state = url.searchParams.get("state") ?? "";
      // Good once, in the software that began it.
      const begun = await store.first<{ redirect_uri: string; secrets: Uint8Array; expires_at: Temporal.Instant }>(
        "delete from trust_extension.code_request where state_digest = $1 and client_id = $2 returning redirect_uri, secrets, expires_at",
        [digest(state), software.clientId],
      );
      const late = begun && Temporal.Instant.compare(begun.expires_at, real.now()) < 0;
      if (!begun || late || !url.href.startsWith(begun.redirect_uri))
        throw new ProxyError(400, "400 - invalid_request : this sign-in was not begun here, or is over", facts);
      const { nonce, verifier } = JSON.parse(Buffer.from(seal.unseal(begun.secrets)).toString("utf8")) as { nonce: string; verifier: string };
      try {
        const answer = await openid.authorizationCodeGrant(await configure(software), url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        return await open(software, answer, undefined);
      } catch (error) {
        throw toProxyError(error, facts);
      }
    },
  };
}

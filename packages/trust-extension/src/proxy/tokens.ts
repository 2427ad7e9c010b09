// The tokens of a session: the provider's kept fresh, an API's made at first use, all of them revoked at the end.
import * as openid from "openid-client";
import { exchangeGrant, tokenTypes } from "../exchange.ts";
import { thumbprintOf } from "../guard/index.ts";
import type { Credentials, Provider } from "../provider.ts";
import type { Api, Registry, Software } from "../registry.ts";
import { toDer } from "../registry.ts";
import { ProxyError, toProxyError } from "./answers.ts";
import { type Ended, type EndReason, type HeldTokens, marginMillis, type Session, type Sessions } from "./sessions.ts";

type TokenAnswer = Awaited<ReturnType<typeof openid.refreshTokenGrant>>;

export type SessionTokensParts = {
  readonly sessions: Sessions;
  readonly registry: Registry;
  readonly provider: Provider;
  readonly now: () => number;
  issuerOf(api: Api): string;
  /** What could not be revoked or signed out. */
  missed(what: string): void;
};

export type SessionTokens = {
  hold(answer: TokenAnswer): HeldTokens;
  /** An API token good now. Throws `ProxyError`. */
  forApi(session: Session, software: Software, api: Api): Promise<string>;
  /** Ends a session and revokes what it held; signs the person out at the provider only when they asked (psc.md §3.5). */
  end(id: string, reason: EndReason): Promise<Ended | undefined>;
};

const waitMillis = 60;
const longestWaitMillis = 15_000;

export function createSessionTokens(parts: SessionTokensParts): SessionTokens {
  const { sessions, registry, provider, now, issuerOf } = parts;

  const hold: SessionTokens["hold"] = (answer) => ({
    access: answer.access_token,
    accessEndsAt: now() + (answer.expires_in ?? 60) * 1000,
    refresh: answer.refresh_token,
    id: answer.id_token,
    used: [],
  });

  /** An access token that was not passed to this API yet and does not end at once; refreshed when need be. */
  const freshen = async (session: Session, software: Software, credentials: Credentials, api: Api): Promise<HeldTokens> => {
    const held = await sessions.tokens(session.id);
    if (!held) throw new ProxyError(401, "No session found.");
    if (held.accessEndsAt > now() + marginMillis && !held.used.includes(api.name)) return held;
    if (!held.refresh) throw await over(session);
    const configuration = await provider.of(software.issuer, credentials);
    const answer = await openid.refreshTokenGrant(configuration, held.refresh).catch(async (error: unknown) => {
      // psc.md §1.7, case 1b.2: access and refresh both over, the person signs in again.
      if (error instanceof openid.ResponseBodyError && error.error === "invalid_grant") throw await over(session);
      throw error;
    });
    const fresh = { ...hold(answer), refresh: answer.refresh_token ?? held.refresh, id: answer.id_token ?? held.id };
    await sessions.keepTokens(session.id, fresh);
    return fresh;
  };
  const over = async (session: Session): Promise<ProxyError> => {
    await end(session.id, "provider");
    return new ProxyError(401, "No session found.");
  };

  const make = async (session: Session, software: Software, api: Api): Promise<string> => {
    const credentials = await registry.softwareCredentials(software.clientId);
    const held = await freshen(session, software, credentials, api);
    // Noted before it is passed: whatever comes back, this token was used for this API.
    await sessions.keepTokens(session.id, { ...held, used: [...held.used, api.name] });
    const server = await provider.ofApi(issuerOf(api), credentials);
    const certificate = credentials.certificate ? thumbprintOf(toDer(credentials.certificate)) : undefined;
    const answer = await openid.genericGrantRequest(server, exchangeGrant, {
      subject_token: held.access,
      subject_token_type: tokenTypes.access,
      scope: api.scopes.join(" "),
      ...(certificate ? { cnf: JSON.stringify({ "x5t#S256": certificate }) } : {}),
    });
    await sessions.keepApiToken(session.id, api.name, answer.access_token, now() + (answer.expires_in ?? 60) * 1000);
    return answer.access_token;
  };

  const end: SessionTokens["end"] = async (id, reason) => {
    const ended = await sessions.end(id, reason);
    if (ended) await release(ended, reason).catch(() => parts.missed("release"));
    return ended;
  };

  const release = async ({ session, tokens, apiTokens }: Ended, reason: EndReason): Promise<void> => {
    const software = await registry.findSoftware(session.clientId);
    if (!software) return;
    const credentials = await registry.softwareCredentials(software.clientId);
    const configuration = await provider.of(software.issuer, credentials);
    const asked = [
      ...apiTokens.map(async ({ api, token }) => {
        const found = await registry.findApi(api);
        if (found) await openid.tokenRevocation(await provider.ofApi(issuerOf(found), credentials), token);
      }),
      reason === "disconnected" && tokens?.id ? signOut(configuration, credentials, tokens.id) : revokeTokens(configuration, tokens),
    ];
    for (const outcome of await Promise.allSettled(asked)) if (outcome.status === "rejected") parts.missed("token");
  };

  /** RP-initiated logout from server to server, as the national reference proxy does. */
  const signOut = async (configuration: openid.Configuration, credentials: Credentials, hint: string): Promise<void> => {
    const endpoint = configuration.serverMetadata().end_session_endpoint;
    if (!endpoint) return;
    await provider.post(endpoint, credentials, new URLSearchParams({ id_token_hint: hint, client_id: credentials.clientId }));
  };
  const revokeTokens = async (configuration: openid.Configuration, tokens: HeldTokens | undefined): Promise<void> => {
    if (!configuration.serverMetadata().revocation_endpoint || !tokens) return;
    if (tokens.refresh) await openid.tokenRevocation(configuration, tokens.refresh, { token_type_hint: "refresh_token" });
    await openid.tokenRevocation(configuration, tokens.access, { token_type_hint: "access_token" });
  };

  return {
    hold,
    async forApi(session, software, api) {
      for (const until = now() + longestWaitMillis; ; ) {
        const kept = await sessions.apiToken(session.id, api.name);
        if (kept) return kept;
        if (await sessions.lease(session.id)) {
          try {
            return (await sessions.apiToken(session.id, api.name)) ?? (await make(session, software, api));
          } catch (error) {
            throw toProxyError(error, { nationalId: session.person, clientId: session.clientId });
          } finally {
            await sessions.release(session.id);
          }
        }
        if (now() > until) throw new ProxyError(503, "The session is busy.");
        if (!(await sessions.tokens(session.id))) throw new ProxyError(401, "No session found.");
        await new Promise((resolve) => setTimeout(resolve, waitMillis));
      }
    },
    end,
  };
}

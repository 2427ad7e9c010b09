// oidc-provider, unforked, configured for one environment. What it does not do by itself is in tokens.ts, ciba.ts, responses.ts.
import type { KeyObject } from "node:crypto";
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from "oidc-provider";
import type { Clients } from "../clients/clients.ts";
import { clientObjection, personGone, refuseClient } from "../clients/refusals.ts";
import type { People } from "../people.ts";
import type { ClientDoor, Environment } from "../ports.ts";
import { parseIdentifier } from "../sign-in/identifier.ts";
import { meansOf } from "../sign-in/means.ts";
import { sessionEnd, sessionTtl } from "../sign-in/session-rules.ts";
import { createAdapters, sidOf } from "./adapter.ts";
import { certificateOf, matchesSubject } from "./certificates.ts";
import { type CibaDesk, resolveOnPoll } from "./ciba.ts";
import { buildAccessClaims, buildIdClaims, buildUserInfo, claimNames } from "./claims.ts";
import { endpoints, scopes } from "./discovery.ts";
import { buildPolicy } from "./policy.ts";
import { factsOf, loadGrant, sourceOf } from "./sources.ts";
import { shapeAccessTokens, type TokenSigner } from "./tokens.ts";

export type ProviderParts = {
  readonly environment: Environment;
  readonly mode: "sandbox" | "live";
  readonly issuer: string;
  readonly store: Store;
  readonly real: Clock;
  readonly clients: Clients;
  readonly people: People;
  readonly door: ClientDoor;
  readonly signer: TokenSigner;
  readonly signingKey: KeyObject;
  readonly cookieKeys: readonly string[];
  /** Begins every cookie's name: space, listener, environment (cookies ignore ports). */
  readonly cookiePrefix: string;
  readonly ciba: CibaDesk;
  /** A page for what cannot be sent back to the client. */
  renderError: NonNullable<Configuration["renderError"]>;
};

const lifetimes = { code: 60, interaction: 600, refresh: 1800, ciba: 120, pushed: 60 } as const;

/** Builds the provider; it keeps no state of its own. */
export function createProvider(parts: ProviderParts): Provider {
  const { clients, people, door, environment, signer } = parts;
  const profileOf = (ctx: KoaContextWithOIDC) => clients.profileOf(ctx.oidc.client?.clientId ?? "");
  // Lifetimes are asked synchronously, just after the account was found.
  const profileTtl = new Map<string, number>();
  const provider = new Provider(parts.issuer, {
    adapter: createAdapters({
      store: parts.store,
      environment,
      async clients(id) {
        const metadata = await clients.metadata(id, environment);
        const problem = metadata && clientObjection(id, door);
        if (problem) throw refuseClient(problem);
        return metadata;
      },
    }),
    jwks: { keys: [{ ...parts.signingKey.export({ format: "jwk" }), kid: signer.kid, use: "sig", alg: "RS256" }] },
    cookies: {
      keys: [...parts.cookieKeys],
      names: { session: `${parts.cookiePrefix}_session`, interaction: `${parts.cookiePrefix}_interaction`, resume: `${parts.cookiePrefix}_resume` },
      long: { signed: true, httpOnly: true, sameSite: "lax" },
      short: { signed: true, httpOnly: true, sameSite: "lax" },
    },
    scopes: [...scopes],
    claims: { openid: [...claimNames], scope_all: [...claimNames], acr: ["acr"], sid: null, iss: null },
    acrValues: ["eidas1", "eidas2", "eidas3"],
    conformIdTokenClaims: true,
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth"],
    responseTypes: ["code"],
    // Unknown scopes are refused (oidc-provider ignores them); `acr` is the official example's slip for `acr_values` (S2): accepted.
    extraParams: { channel: checkChannel, acr: null, kc_idp_hint: null, cercle_scope: refuseUnknownScopes },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    // Tokens end with their grant, which sign-out revokes; one read fewer on every use than looking for the session.
    expiresWithSession: () => false,
    pkce: { required: () => false },
    ttl: {
      AccessToken: (_ctx, _token, client) => profileTtl.get(client.clientId) ?? 120,
      AuthorizationCode: lifetimes.code,
      IdToken: (ctx) => profileTtl.get(ctx.oidc.client?.clientId ?? "") ?? 120,
      RefreshToken: (_ctx, token) => Math.max(1, Math.min(lifetimes.refresh, sessionEnd(Number(token.authTime ?? 0)) - now(parts.real))),
      Interaction: lifetimes.interaction,
      Session: (_ctx, session) => sessionTtl(session.loginTs, now(parts.real)),
      Grant: () => sessionEnd(0),
      BackchannelAuthenticationRequest: lifetimes.ciba,
    },
    routes: { ...endpoints, authorization: "/auth" },
    interactions: { policy: buildPolicy(), url: (_ctx, interaction) => `/login/${interaction.uid}` },
    async findAccount(ctx, subject, token) {
      const person = await people.findSubject(subject);
      if (!person) return undefined;
      const profile = await profileOf(ctx);
      const source = sourceOf(token);
      if (source) {
        profileTtl.set(source.clientId ?? "", profile.accessTokenTtl);
        // oidc-provider copies the session's acr into tokens; the client's profile decides it.
        source.acr = profile.acr[meansOf(source.amr).acrAs];
        // … and gives `sid` to clients with back-channel logout only; Keycloak gives it to all.
        source.sid ??= source.sessionUid && sidOf(source.sessionUid);
      }
      return {
        accountId: subject,
        async claims(use) {
          const facts = factsOf(ctx);
          const mark = parts.mode === "sandbox" ? { test: true } : {};
          if (use === "userinfo") return buildUserInfo(person, profile, facts.amr) as { sub: string };
          return { sub: subject, ...buildIdClaims(person, profile, facts, ctx.oidc.client?.clientId ?? ""), ...mark };
        },
      };
    },
    async extraTokenClaims(ctx, token) {
      if (!("accountId" in token) || !token.accountId) return undefined;
      const person = await people.findSubject(token.accountId);
      if (!person) return undefined;
      const claims = buildAccessClaims(person, await clients.profileOf(token.clientId ?? ""), factsOf(ctx), token.clientId ?? "");
      return { ...claims, ...(parts.mode === "sandbox" ? { test: true } : {}) };
    },
    loadExistingGrant: loadGrant,
    renderError: parts.renderError,
    // Back-channel logout may reach a loopback in the sandbox; elsewhere oidc-provider's guard against inner addresses stays.
    fetch: (url, options) => fetch(url, parts.mode === "sandbox" ? withoutGuard(options) : options),
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: async () => true },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: false },
      backchannelLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      claimsParameter: { enabled: true },
      ciba: {
        enabled: true,
        deliveryModes: ["poll"],
        async processLoginHint(_ctx, hint) {
          const id = parseIdentifier(hint ?? "");
          return (id && (await people.find(id))?.subjectId) || undefined;
        },
        processLoginHintToken: async () => undefined,
        verifyUserCode: async () => undefined,
        async validateBindingMessage(_ctx: KoaContextWithOIDC, message?: string) {
          // "Two-digit random number between 00 and 99" [C]: what the person compares on the telephone.
          if (!/^\d\d$/.test(message ?? "")) throw new errors.InvalidBindingMessage("binding_message must be two digits, 00 to 99, shown to the person");
        },
        validateRequestContext: async () => undefined,
        triggerAuthenticationDevice: (ctx, request, account, client) =>
          parts.ciba.ask(ctx, { id: request.jti, subject: account.accountId, clientId: client.clientId }),
      },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        certificateBoundAccessTokens: true,
        getCertificate: (ctx) => certificateOf(ctx)?.certificate,
        certificateAuthorized: (ctx) => certificateOf(ctx)?.verdict.ok === true,
        certificateSubjectMatches: (ctx, property, expected) =>
          property === "tls_client_auth_subject_dn" && matchesSubject(certificateOf(ctx)?.certificate.subject ?? "", String(expected)),
      },
    },
  } as Configuration);

  shapeAccessTokens(provider, {
    signer,
    mode: parts.mode,
    profileOf: (id) => clients.profileOf(id),
    async objection(token) {
      return clientObjection(token.clientId ?? "", door) ?? ((await people.findSubject(token.accountId)) ? undefined : personGone);
    },
  });
  resolveOnPoll(provider, parts.ciba);
  return provider;
}

function now(real: Clock): number {
  return Math.floor(real.now().epochMilliseconds / 1000);
}

function withoutGuard(options: RequestInit | undefined): RequestInit {
  const { dispatcher: _, ...rest } = (options ?? {}) as RequestInit & { dispatcher?: unknown };
  return rest as RequestInit;
}

const knownScopes = new Set<string>(scopes);

/** oidc-provider has dropped unknown scopes by now: the request itself is read. */
function refuseUnknownScopes(ctx: KoaContextWithOIDC): void {
  const given = (ctx.oidc.body as { scope?: unknown } | undefined)?.scope ?? (ctx.query as { scope?: unknown }).scope;
  const unknown = typeof given === "string" ? given.split(" ").filter((scope) => scope !== "" && !knownScopes.has(scope)) : [];
  if (unknown.length > 0) throw new errors.InvalidScope(`unknown scope: ${unknown.join(" ").slice(0, 200)}`, unknown.join(" ").slice(0, 200));
}

function checkChannel(_ctx: KoaContextWithOIDC, value: string | undefined): void {
  if (value !== undefined && value !== "CARD" && value !== "MOBILE") throw new errors.InvalidRequest("channel must be CARD or MOBILE");
}

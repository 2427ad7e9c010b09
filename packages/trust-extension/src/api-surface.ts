// The listener with mutual TLS: an authorization server per connected API, and the guard in front of its plain server.
import { X509Certificate } from "node:crypto";
import type { Logger } from "@cercle/web";
import { jwtVerify } from "jose";
import type { Agent } from "undici";
import type { Access } from "./access.ts";
import type { Chains } from "./chains.ts";
import { type Exchange, exchangeGrant, OAuthError } from "./exchange.ts";
import { type ApiClaims, namesCertificate } from "./guard/index.ts";
import type { VerifyClientCertificate } from "./ports.ts";
import { type Asked, answer, certificateOf, readText } from "./raw-http.ts";
import type { Api, Registry } from "./registry.ts";
import { answerFailure, relay } from "./relay.ts";
import type { Standings } from "./standing.ts";
import type { Tokens } from "./tokens.ts";
import { joinInside } from "./upstream-path.ts";

export type ApiSurfaceParts = {
  readonly registry: Registry;
  readonly standings: Standings;
  readonly chains: Chains;
  readonly tokens: Tokens;
  readonly access: Access;
  readonly exchange: Exchange;
  readonly log: Logger;
  /** `https://localhost:8089`. */
  readonly origin: string;
  /** Connections to data providers' servers. */
  readonly upstream: Agent;
  readonly bodyLimit: number;
  readonly timeoutMillis: number;
  verifyClientCertificate: VerifyClientCertificate;
  issuerOf(api: Api): string;
};

const formLimit = 20_000;
const withheld = ["cookie", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded"];
/** Headers by which the server behind learns who asks; what a client sends under these names is dropped. */
const identityPrefix = "cercle-";

/** Answers every request of the listener. */
export function createApiSurface(parts: ApiSurfaceParts): (asked: Asked) => Promise<void> {
  return async (asked) => {
    try {
      await dispatch(parts, asked);
    } catch (error) {
      if (error instanceof OAuthError) {
        const headers: Record<string, string> = error.status === 401 ? { "www-authenticate": "Bearer" } : {};
        answer(asked, error.status, { error: error.error, error_description: error.message, ...(error.clause ? { clause: error.clause } : {}) }, headers);
        return;
      }
      parts.log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, "trust-extension");
      answer(asked, 500, { error: "server_error" });
    }
  };
}

async function dispatch(parts: ApiSurfaceParts, asked: Asked): Promise<void> {
  const metadata =
    /^\/\.well-known\/oauth-authorization-server\/as\/([\w-]{1,40})$/.exec(asked.path) ??
    /^\/as\/([\w-]{1,40})\/\.well-known\/oauth-authorization-server$/.exec(asked.path);
  const endpoint = /^\/as\/([\w-]{1,40})\/(token|introspect|revoke|jwks)$/.exec(asked.path);
  const guarded = /^\/apis\/([\w-]{1,40})\/(.*)$/s.exec(asked.path);
  const name = (metadata ?? endpoint ?? guarded)?.[1] ?? "";
  const api = name === "" ? undefined : await parts.registry.findApi(name);
  if (!api) throw new OAuthError(404, "not_found", "there is nothing at this address");
  if (guarded) return guard(parts, api, asked, guarded[2] ?? "");
  const kind = metadata ? "metadata" : (endpoint?.[2] ?? "");
  if (kind === "metadata" || kind === "jwks") {
    if (asked.method !== "GET") throw new OAuthError(405, "invalid_request", "GET only");
    return answer(asked, 200, kind === "jwks" ? parts.tokens.jwks : buildMetadata(parts, api));
  }
  const form = await readForm(asked);
  if (kind === "token") return answer(asked, 200, await parts.exchange(api, certificateOf(asked), form));
  if (kind === "introspect") return answer(asked, 200, await introspect(parts, api, asked, form));
  await revoke(parts, api, asked, form);
  answer(asked, 200, {});
}

/** RFC 8414 §2, RFC 8705 §3.3. */
function buildMetadata({ issuerOf }: ApiSurfaceParts, api: Api): Record<string, unknown> {
  const issuer = issuerOf(api);
  const auth = ["tls_client_auth"];
  const at = { token_endpoint: `${issuer}/token`, introspection_endpoint: `${issuer}/introspect`, revocation_endpoint: `${issuer}/revoke` };
  return {
    issuer,
    ...at,
    jwks_uri: `${issuer}/jwks`,
    grant_types_supported: [exchangeGrant],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: auth,
    introspection_endpoint_auth_methods_supported: auth,
    revocation_endpoint_auth_methods_supported: auth,
    tls_client_certificate_bound_access_tokens: true,
    mtls_endpoint_aliases: at,
    scopes_supported: api.scopes,
  };
}

async function readForm(asked: Asked): Promise<URLSearchParams> {
  if (asked.method !== "POST") throw new OAuthError(405, "invalid_request", "POST only");
  if (!/^application\/x-www-form-urlencoded\b/i.test(asked.request.headers["content-type"] ?? ""))
    throw new OAuthError(400, "invalid_request", "a form is needed");
  const text = await readText(asked, formLimit);
  if (text === "too-large") throw new OAuthError(413, "invalid_request", "the form is too large");
  return new URLSearchParams(text);
}

/** A token of this API's, whatever became of it. */
async function readToken({ tokens, issuerOf }: ApiSurfaceParts, api: Api, token: string | null): Promise<ApiClaims | undefined> {
  if (!token || token.length > 8192) return undefined;
  const verified = await jwtVerify(token, tokens.keys, { issuer: issuerOf(api), audience: api.audience, typ: "at+jwt", algorithms: ["RS256"] }).catch(
    () => undefined,
  );
  return verified?.payload as unknown as ApiClaims | undefined;
}

async function goodCertificate({ verifyClientCertificate }: ApiSurfaceParts, asked: Asked): Promise<Uint8Array> {
  const shown = certificateOf(asked);
  if (!shown) throw new OAuthError(401, "invalid_client", "a client certificate is needed");
  const verdict = await verifyClientCertificate(shown);
  if (!verdict.ok) throw new OAuthError(401, "invalid_client", `the client certificate is refused: ${verdict.reason}`);
  return shown;
}

/** RFC 7662, for the API itself. */
async function introspect(parts: ApiSurfaceParts, api: Api, asked: Asked, form: URLSearchParams): Promise<Record<string, unknown>> {
  const certificate = await goodCertificate(parts, asked);
  if (api.subject === "" || new X509Certificate(certificate).subject !== api.subject)
    throw new OAuthError(401, "invalid_client", "only the API itself asks about its tokens");
  const claims = await readToken(parts, api, form.get("token"));
  if (!claims) return { active: false };
  const objection = await parts.access.standing(api, claims);
  if (objection?.status === 503) throw new OAuthError(503, objection.error, objection.description);
  return objection ? { active: false } : { ...claims, active: true };
}

/** RFC 7009, for the holder: an unknown token is no error. */
async function revoke(parts: ApiSurfaceParts, api: Api, asked: Asked, form: URLSearchParams): Promise<void> {
  const certificate = await goodCertificate(parts, asked);
  const claims = await readToken(parts, api, form.get("token"));
  if (!claims) return;
  if (!namesCertificate(claims.cnf, certificate)) throw new OAuthError(401, "invalid_client", "only the holder revokes a token");
  await parts.chains.revoke(claims.jti);
}

/** CGU PSC 5: data only to who passed a token validated before; written down before the data are given. */
async function guard(parts: ApiSurfaceParts, api: Api, asked: Asked, rest: string): Promise<void> {
  const verdict = await parts.access.check(api, { authorization: asked.request.headers.authorization, certificate: certificateOf(asked) });
  if (!verdict.ok) {
    const { status, error, description, clause } = verdict;
    // RFC 6750 §3.
    const challenge =
      status === 401 ? { "www-authenticate": `Bearer error="${error}", error_description="${description.replaceAll(/["\\]/g, "")}"` } : undefined;
    return answer(asked, status, { error, error_description: description, ...(clause ? { clause } : {}) }, challenge);
  }
  const { claims } = verdict;
  const base = new URL(api.upstream.endsWith("/") ? api.upstream : `${api.upstream}/`);
  const to = joinInside(base, rest, asked.query);
  if (!to) return answer(asked, 400, { error: "invalid_request", error_description: "this path leaves the API" });
  const served = await parts.chains.serve({ pass: claims.jti, method: asked.method.slice(0, 16), path: `/${rest}`.slice(0, 2000) });
  const clients = await parts.access.clients(api, claims);
  const outcome = await relay(asked, {
    to,
    dispatcher: parts.upstream,
    headers: {
      "cercle-person": claims.SubjectNameID,
      "cercle-client": claims.client_id,
      "cercle-session-state": claims.session_state,
      "cercle-scope": claims.scope,
      "cercle-chain": claims.chain,
    },
    withhold: [...withheld, ...Object.keys(asked.request.headers).filter((name) => name.startsWith(identityPrefix))],
    bodyLimit: parts.bodyLimit,
    timeoutMillis: parts.timeoutMillis,
    cut: AbortSignal.any(clients.map((client) => parts.standings.cutOf(client))),
  });
  await parts.chains.served(served, typeof outcome === "number" ? outcome : outcome.status);
  if (typeof outcome !== "number") answerFailure(asked, outcome, ({ message }) => ({ error: "upstream", error_description: message }));
}

// The guard of a connected API: whether a request may have data. It imports nothing of Cercle, so that a data provider can run it
// in its own process; `standing` is then the introspection of the API's authorization server.
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { namesCertificate } from "./thumbprint.ts";

/** What an API token says (RFC 9068, and the national service's members). */
export type ApiClaims = {
  readonly jti: string;
  /** Who holds the token. */
  readonly client_id: string;
  readonly sub: string;
  readonly SubjectNameID: string;
  readonly session_state: string;
  readonly scope: string;
  /** The chain of passes that it belongs to. */
  readonly chain: string;
  readonly exp: number;
  readonly cnf: { readonly "x5t#S256": string };
};

/** Why not: an OAuth error (RFC 6750 §3.1) with its status, and the article when a right is missing. */
export type GuardRefusal = {
  readonly status: 401 | 403 | 503;
  readonly error: "invalid_token" | "insufficient_scope" | "access_denied" | "temporarily_unavailable";
  readonly description: string;
  readonly clause?: string;
};
export type GuardVerdict = { readonly ok: true; readonly claims: ApiClaims } | ({ readonly ok: false } & GuardRefusal);

export type GuardParts = {
  /** Issuer and keys of the API's own authorization server: a token of anybody else is none. */
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  /** What is wrong with this certificate (DER); undefined when it is in force. */
  certificateProblem(certificate: Uint8Array): Promise<string | undefined>;
  /** Why a good token may not be served now: revoked, a right of its chain closed, its root no longer active. */
  standing(claims: ApiClaims, token: string): Promise<GuardRefusal | undefined>;
};

/** Longest token that is looked at, characters. */
const longest = 8192;

/** Makes the guard of one API. The first rule that fails answers. */
export function createGuard(parts: GuardParts): (request: { authorization: string | undefined; certificate: Uint8Array | undefined }) => Promise<GuardVerdict> {
  const refuse = (description: string): GuardVerdict => ({ ok: false, status: 401, error: "invalid_token", description });
  return async ({ authorization, certificate }) => {
    if (!certificate) return refuse("a client certificate is needed");
    const problem = await parts.certificateProblem(certificate);
    if (problem) return refuse(`the client certificate is refused: ${problem}`);
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? "")?.[1];
    if (!token || token.length > longest) return refuse("a bearer token is needed");
    const claims = await readToken(token, parts);
    if (typeof claims === "string") return refuse(claims);
    if (!namesCertificate(claims.cnf, certificate)) return refuse("the token is bound to another certificate");
    const objection = await parts.standing(claims, token);
    return objection ? { ok: false, ...objection } : { ok: true, claims };
  };
}

async function readToken(token: string, { issuer, audience, keys }: GuardParts): Promise<ApiClaims | string> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: "at+jwt",
      algorithms: ["RS256"],
      requiredClaims: ["exp", "jti", "cnf", "client_id"],
    });
    return payload as unknown as ApiClaims;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "the token has expired";
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") return "the token is for another audience";
    return "this is not a token of this API's authorization server";
  }
}

/** `standing` for a data provider's own process: asks the API's authorization server (RFC 7662), with `ask` over its own mutual TLS. */
export function askIntrospection(ask: (token: string) => Promise<{ active: boolean }>): GuardParts["standing"] {
  return async (_claims, token) => {
    const answer = await ask(token).catch(() => undefined);
    if (!answer) return { status: 503, error: "temporarily_unavailable", description: "the authorization server does not answer" };
    return answer.active ? undefined : { status: 401, error: "invalid_token", description: "the token is no longer active" };
  };
}

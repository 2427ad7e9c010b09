// Access tokens are JWTs, as the national service issues them, and stay introspectable, revocable and usable at UserInfo.
// oidc-provider does one or the other by itself; this relies on two of its undocumented methods (pinned version, test `tokens`).
import { createHash, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { promisify } from "node:util";
import { type AccessToken, errors, type KoaContextWithOIDC, type Provider } from "oidc-provider";
import { encodeThumbprint } from "./claims.ts";
import type { Profile } from "./profiles.ts";

type Payload = { iat: number; exp: number; extra?: Record<string, unknown> };
type TokenModel = {
  prototype: { getValueAndPayload(this: AccessToken): Promise<{ value: string; payload: Payload }> };
  find(value: string, options?: { ignoreExpiration?: boolean }): Promise<AccessToken | undefined>;
};

export type TokenSigner = { readonly key: KeyObject; readonly kid: string; readonly publicKey: KeyObject };

/** RFC 7638 thumbprint of an RSA key is its `kid`. */
export function openSigner(key: KeyObject): TokenSigner {
  const publicKey = createPublicKey(key);
  const { e, n } = publicKey.export({ format: "jwk" });
  const kid = createHash("sha256")
    .update(JSON.stringify({ e, kty: "RSA", n }))
    .digest("base64url");
  return { key, kid, publicKey };
}

const signOffThread = promisify(sign) as (algorithm: string, data: Uint8Array, key: KeyObject) => Promise<Buffer>;

/** JWS compact, RS256 (RFC 7515 §7.1); the signature is made off the main thread. */
async function signJwt(signer: TokenSigner, payload: Record<string, unknown>): Promise<string> {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part({ alg: "RS256", typ: "JWT", kid: signer.kid })}.${part(payload)}`;
  return `${input}.${(await signOffThread("sha256", Buffer.from(input), signer.key)).toString("base64url")}`;
}

/** The payload of a JWT of ours; undefined when the signature is not. Says nothing of its expiry. */
export function verifyJwt(signer: TokenSigner, jwt: string): Record<string, unknown> | undefined {
  const [header, payload, signature, ...more] = jwt.split(".");
  if (!header || !payload || !signature || more.length > 0 || jwt.length > 16_384) return undefined;
  try {
    const { alg } = JSON.parse(Buffer.from(header, "base64url").toString("utf8")) as { alg?: string };
    if (alg !== "RS256" || !verify("sha256", Buffer.from(`${header}.${payload}`), signer.publicKey, Buffer.from(signature, "base64url"))) return undefined;
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

export type TokenRules = {
  readonly signer: TokenSigner;
  /** Tokens of a sandbox carry `test: true`; a live space refuses them. */
  readonly mode: "sandbox" | "live";
  profileOf(clientId: string): Promise<Profile>;
  /** Why this token's client or person may not be served now; undefined when they may. */
  objection(token: AccessToken): Promise<string | undefined>;
};

/** Puts the rules on a provider. Call once, before its first request. */
export function shapeAccessTokens(provider: Provider, rules: TokenRules): void {
  const model = provider.AccessToken as unknown as TokenModel;
  const build = model.prototype.getValueAndPayload;
  const find = model.find;
  // A verified token travels inside the provider under this handle; a bare `jti`, which appears in tokens and logs, opens nothing.
  const handle = `verified.${randomBytes(16).toString("base64url")}.`;
  const jtiOf = (value: string): string | undefined => {
    const claims = verifyJwt(rules.signer, value);
    if (!claims || (rules.mode === "live" && claims.test === true)) return undefined;
    return typeof claims.jti === "string" ? claims.jti : undefined;
  };

  model.prototype.getValueAndPayload = async function getValueAndPayload() {
    const { payload } = await build.call(this);
    const thumbprint = this["x5t#S256"];
    const value = await signJwt(rules.signer, {
      exp: payload.exp,
      iat: payload.iat,
      jti: this.jti,
      iss: provider.issuer,
      sub: this.accountId,
      ...payload.extra,
      scope: this.scope,
      ...(thumbprint ? { cnf: { "x5t#S256": encodeThumbprint(thumbprint, await rules.profileOf(this.clientId ?? "")) } } : {}),
    });
    return { value, payload };
  };

  model.find = async function findByJwt(value, options) {
    const jti = value.startsWith(handle) ? value.slice(handle.length) : jtiOf(value);
    const token = jti === undefined ? undefined : await find.call(this, jti, options);
    const problem = token && (await rules.objection(token));
    if (!problem) return token;
    if (currentRoute(provider) !== "userinfo") return undefined;
    // RFC 6750 §3.1: invalid_token for a token that is no longer good, whatever the reason; the reason is in the description.
    throw Object.assign(new errors.InvalidToken(problem), { error_description: problem });
  };

  // Introspection and revocation refuse structured tokens; by then the client is known, and the token is replaced by its handle.
  const context = (provider as unknown as { OIDCContext: { prototype: { entity(this: Context, key: string, value: unknown): void } } }).OIDCContext;
  const entity = context.prototype.entity;
  context.prototype.entity = function assign(key, value) {
    entity.call(this, key, value);
    if (key !== "Client" || (this.route !== "introspection" && this.route !== "revocation") || typeof this.params?.token !== "string") return;
    const jti = jtiOf(this.params.token);
    // What looks like a JWT and is not ours is unknown, never an error: RFC 7662 §2.2, RFC 7009 §2.2.
    if (jti !== undefined) Object.assign(this.params, { token: `${handle}${jti}`, token_type_hint: "access_token" });
    else if (this.params.token.split(".").length === 3) this.params.token = "unknown";
  };
}

type Context = { route: string; params?: { token?: unknown } };

function currentRoute(provider: Provider): string | undefined {
  return ((provider.constructor as unknown as { ctx?: KoaContextWithOIDC }).ctx?.oidc as { route?: string } | undefined)?.route;
}

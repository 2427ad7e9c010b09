// The token exchange (RFC 8693) of a connected API: ordered rules, the first that fails answers (docs/trust-extension.md).
import { randomUUID, X509Certificate } from "node:crypto";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { jwtVerify } from "jose";
import type { Chains, Way } from "./chains.ts";
import type { Standing } from "./extension.ts";
import { type ApiClaims, namesCertificate, readThumbprint, thumbprintOf } from "./guard/index.ts";
import { decidePass, partyOf } from "./passes.ts";
import type { IssuerName, VerifyClientCertificate } from "./ports.ts";
import { type Api, digest, type Registry } from "./registry.ts";
import type { Roots } from "./roots.ts";
import type { Standings } from "./standing.ts";
import type { Act, Tokens } from "./tokens.ts";

export const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
export const tokenTypes = { access: "urn:ietf:params:oauth:token-type:access_token", jwt: "urn:ietf:params:oauth:token-type:jwt" } as const;

/** An error of RFC 6749 §5.2 or RFC 8693 §2.2.2; thrown, answered as OAuth says. */
export class OAuthError extends Error {
  readonly status: number;
  readonly error: string;
  readonly clause: string | undefined;
  constructor(status: number, error: string, description: string, clause?: string) {
    super(description);
    this.status = status;
    this.error = error;
    this.clause = clause;
  }
}

export type ExchangeParts = {
  readonly store: Store;
  readonly real: Clock;
  readonly registry: Registry;
  readonly standings: Standings;
  readonly chains: Chains;
  readonly roots: Roots;
  readonly tokens: Tokens;
  verifyClientCertificate: VerifyClientCertificate;
  /** The issuer of an API's own tokens. */
  issuerOf(api: Api): string;
};

export type ExchangeAnswer = {
  readonly access_token: string;
  readonly issued_token_type: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly scope: string;
  readonly session_state: string;
};

/** A subject token that holds: whose it is, whom it names, what it hangs on. */
type Subject = {
  readonly digest: string;
  readonly presenter: string;
  readonly isAudience: boolean;
  readonly subject: string;
  readonly person: string;
  readonly sessionState: string;
  /** Seconds. */
  readonly expiresAt: number;
  readonly issuer: IssuerName;
  /** The root token, when this is it; the way so far otherwise. */
  readonly root: string | undefined;
  readonly way: Way | undefined;
  readonly hex: boolean;
};

/** An API token never lives longer than the token it came of, nor than this, seconds. */
const longestSeconds = 3600;

export type Exchange = (api: Api, certificate: Uint8Array | undefined, form: URLSearchParams) => Promise<ExchangeAnswer>;

export function createExchange(parts: ExchangeParts): Exchange {
  const { roots, standings } = parts;
  return async (api, shown, form) => {
    const certificate = await checkCertificate(parts, shown);
    const { token, scope } = checkParameters(api, certificate, form);
    const target = await standings.of(api.clientId);
    // RFC 8693 §2.2.2: the target is not one that a token goes to.
    if (partyOf(target) !== "data-provider") throw new OAuthError(400, "invalid_target", "this API is not in the trust extension", clauseOf(target));
    const subject = await readSubject(parts, api, certificate, token);
    const row = decidePass({ from: partyOf(await standings.of(subject.presenter)), to: "data-provider", isAudience: subject.isAudience });
    if (!row.allowed) throw new OAuthError(403, "unauthorized_client", row.why, row.clause);
    const named = form.get("client_id");
    if (named !== null && named !== subject.presenter)
      throw new OAuthError(401, "invalid_client", "client_id is not the client that the token and the certificate name");
    if (subject.presenter === api.clientId) throw new OAuthError(400, "invalid_target", "a token is not passed to who holds it");
    // A closed right anywhere before breaks the chain, and a root that ended ends all that came of it.
    for (const client of subject.way ? clientsOf(subject.way) : []) await needExtension(standings, client);
    if (subject.way && !(await roots.isActive(api, subject.way.chain.id)))
      throw new OAuthError(400, "invalid_request", "the sign-in behind this token is over");
    return issue(parts, { api, certificate, subject, scope });
  };
}

async function checkCertificate({ verifyClientCertificate }: ExchangeParts, shown: Uint8Array | undefined): Promise<Uint8Array> {
  // RFC 8705 §2: the client is known by its certificate.
  if (!shown) throw new OAuthError(401, "invalid_client", "a client certificate is needed");
  const verdict = await verifyClientCertificate(shown);
  if (!verdict.ok) throw new OAuthError(401, "invalid_client", `the client certificate is refused: ${verdict.reason}`);
  if (verdict.kind !== "organisation") throw new OAuthError(401, "invalid_client", "a person's certificate is not an organisation's");
  return shown;
}

function checkParameters(api: Api, certificate: Uint8Array, form: URLSearchParams): { token: string; scope: string } {
  const bad = (description: string, error = "invalid_request"): OAuthError => new OAuthError(400, error, description);
  // RFC 6749 §3.2: parameters are not repeated.
  const repeated = [...new Set(form.keys())].find((name) => !["audience", "resource"].includes(name) && form.getAll(name).length > 1);
  if (repeated) throw bad("a parameter is repeated");
  if (form.get("grant_type") !== exchangeGrant) throw bad("only the token exchange is done here", "unsupported_grant_type");
  const token = form.get("subject_token") ?? "";
  if (token === "" || token.length > 8192) throw bad("subject_token is missing or too long");
  const type = form.get("subject_token_type");
  if (type !== tokenTypes.access && type !== tokenTypes.jwt) throw bad("subject_token_type must be access_token or jwt");
  const wanted = form.get("requested_token_type");
  if (wanted !== null && wanted !== tokenTypes.access && wanted !== tokenTypes.jwt) throw bad("requested_token_type must be access_token or jwt");
  if (form.getAll("audience").some((audience) => audience !== api.audience)) throw bad("audience is not this API's", "invalid_target");
  // The transport profile asks for `cnf`; the national reference proxy sends none, and neither `scope` (psc.md §3.3).
  const cnf = form.get("cnf");
  if (cnf !== null && !namesCertificate(cnf, certificate)) throw bad("cnf is not the thumbprint of the certificate shown");
  const scopes = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const unknown = scopes.find((scope) => !api.scopes.includes(scope));
  if (unknown !== undefined) throw bad("this API has no such scope", "invalid_scope");
  return { token, scope: (scopes.length > 0 ? [...new Set(scopes)] : api.scopes).join(" ") };
}

/** One of ours is read here; any other is the provider's to judge. */
async function readSubject(parts: ExchangeParts, api: Api, certificate: Uint8Array, token: string): Promise<Subject> {
  const own = await readOwn(parts, token);
  return own ? readApiToken(parts, certificate, own) : readProviderToken(parts, api, certificate, token);
}

async function readOwn({ tokens }: ExchangeParts, token: string): Promise<(ApiClaims & { aud: string }) | undefined> {
  const verified = await jwtVerify(token, tokens.keys, { typ: "at+jwt", algorithms: ["RS256"] }).catch(() => undefined);
  return verified?.payload as unknown as (ApiClaims & { aud: string }) | undefined;
}

async function readApiToken({ registry, chains }: ExchangeParts, certificate: Uint8Array, claims: ApiClaims & { aud: string }): Promise<Subject> {
  const way = await chains.findWay(claims.jti);
  if (!way || way.revoked) throw new OAuthError(400, "invalid_request", "the subject token is not active");
  const shown = new X509Certificate(certificate).subject;
  const apis = await registry.apis();
  const presenter = apis.find((one) => one.subject !== "" && one.subject === shown);
  const holder = namesCertificate(claims.cnf, certificate) ? claims.client_id : undefined;
  const client = presenter?.clientId ?? holder;
  if (!client) throw new OAuthError(400, "invalid_request", "the subject token is bound to another certificate");
  return {
    digest: digest(`own ${claims.jti}`),
    presenter: client,
    isAudience: presenter?.audience === claims.aud,
    subject: claims.sub,
    person: claims.SubjectNameID,
    sessionState: claims.session_state,
    expiresAt: claims.exp,
    issuer: way.chain.issuer,
    root: undefined,
    way,
    hex: isHex(claims.cnf),
  };
}

async function readProviderToken({ roots }: ExchangeParts, api: Api, certificate: Uint8Array, token: string): Promise<Subject> {
  const facts = await roots.ask(api, token).catch(() => {
    throw new OAuthError(503, "temporarily_unavailable", "the provider does not answer");
  });
  if (!facts) throw new OAuthError(400, "invalid_request", "the provider does not know this subject token as active");
  if (facts.thumbprint === undefined) throw new OAuthError(400, "invalid_request", "the subject token is bound to no certificate");
  if (!namesCertificate(facts.thumbprint, certificate)) throw new OAuthError(400, "invalid_request", "the subject token is bound to another certificate");
  return {
    digest: facts.digest,
    presenter: facts.clientId,
    isAudience: true,
    subject: facts.subject,
    person: facts.person,
    sessionState: facts.sessionState,
    expiresAt: facts.expiresAt,
    issuer: api.issuer,
    root: token,
    way: undefined,
    hex: isHex(facts.thumbprint),
  };
}

const isHex = (cnf: unknown): boolean => (readThumbprint(cnf)?.length ?? 0) > 64;

/** Clients of a way, from the one that signed in to the holder of its last token. */
export function clientsOf(way: Way): readonly string[] {
  return [way.chain.clientId, ...way.passes.map((pass) => pass.fromClient)].filter((client, index, all) => all.indexOf(client) === index);
}

/** Throws when a client is no longer in the extension. */
async function needExtension(standings: Standings, client: string): Promise<void> {
  const standing = await standings.of(client);
  if (standing.level !== "extension")
    throw new OAuthError(403, "unauthorized_client", "a client of this chain is no longer in the trust extension", clauseOf(standing));
}

export function clauseOf(standing: Standing): string {
  return standing.level === "extension" ? "" : standing.clause;
}

type Issue = { readonly api: Api; readonly certificate: Uint8Array; readonly subject: Subject; readonly scope: string };

async function issue({ store, real, chains, tokens, issuerOf }: ExchangeParts, { api, certificate, subject, scope }: Issue): Promise<ExchangeAnswer> {
  const now = Math.floor(real.now().epochMilliseconds / 1000);
  const expiresAt = Math.min(subject.expiresAt, now + longestSeconds);
  if (expiresAt <= now) throw new OAuthError(400, "invalid_request", "the subject token has expired");
  const jti = randomUUID();
  const endsAt = Temporal.Instant.fromEpochMilliseconds(expiresAt * 1000);
  const chain = await store.transaction(async (tx) => {
    const { person, sessionState, issuer } = subject;
    const id =
      subject.way?.chain.id ??
      (await chains.begin(tx, { issuer, digest: subject.digest, token: subject.root ?? "", clientId: subject.presenter, person, sessionState, endsAt }));
    const parent = subject.way?.passes.at(-1)?.id;
    const pass = { id: jti, parent, fromClient: subject.presenter, toClient: api.clientId, api: api.name, scope, subjectDigest: subject.digest, endsAt };
    // Transport profile §4: a token serves once for the exchange. One insert wins.
    if (!(await chains.pass(tx, id, pass))) throw new OAuthError(400, "invalid_request", "this subject token was already passed to this API", "PSC 5");
    return id;
  });
  const hexForm = subject.hex ? Buffer.from(Buffer.from(thumbprintOf(certificate), "base64url").toString("hex")).toString("base64") : thumbprintOf(certificate);
  const token = await tokens.sign({
    issuer: issuerOf(api),
    audience: api.audience,
    jti,
    clientId: subject.presenter,
    subject: subject.subject,
    person: subject.person,
    sessionState: subject.sessionState,
    scope,
    chain,
    // In the form that the token before it had: who reads one reads the other.
    thumbprint: hexForm,
    act: actOf(subject.way),
    issuedAt: now,
    expiresAt,
  });
  return {
    access_token: token,
    issued_token_type: tokenTypes.access,
    token_type: "Bearer",
    expires_in: expiresAt - now,
    scope,
    session_state: subject.sessionState,
  };
}

/** RFC 8693 §4.1: who acted before, the latest outside. */
function actOf(way: Way | undefined): Act | undefined {
  let act: Act | undefined;
  for (const pass of way?.passes ?? []) act = { sub: pass.fromClient, ...(act ? { act } : {}) };
  return act;
}

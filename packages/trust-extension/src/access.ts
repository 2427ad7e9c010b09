// Whether an API token may still be served: its way whole, every right on it open, its root active. What guard and introspection share.
import type { Chains } from "./chains.ts";
import { clauseOf, clientsOf } from "./exchange.ts";
import { type ApiClaims, createGuard, type GuardRefusal, type GuardVerdict } from "./guard/index.ts";
import { partyOf } from "./passes.ts";
import type { VerifyClientCertificate } from "./ports.ts";
import type { Api } from "./registry.ts";
import type { Roots } from "./roots.ts";
import type { Standings } from "./standing.ts";
import type { Tokens } from "./tokens.ts";

export type Access = {
  standing(api: Api, claims: ApiClaims): Promise<GuardRefusal | undefined>;
  check(api: Api, request: { authorization: string | undefined; certificate: Uint8Array | undefined }): Promise<GuardVerdict>;
  /** Clients on which a served token hangs. */
  clients(api: Api, claims: ApiClaims): Promise<readonly string[]>;
};

export type AccessParts = {
  readonly chains: Chains;
  readonly roots: Roots;
  readonly standings: Standings;
  readonly tokens: Tokens;
  verifyClientCertificate: VerifyClientCertificate;
  issuerOf(api: Api): string;
};

export function createAccess({ chains, roots, standings, tokens, verifyClientCertificate, issuerOf }: AccessParts): Access {
  const clients: Access["clients"] = async (api, claims) => {
    const way = await chains.findWay(claims.jti);
    return way ? [...clientsOf(way), api.clientId] : [];
  };
  const standing: Access["standing"] = async (api, claims) => {
    const way = await chains.findWay(claims.jti);
    if (!way || way.revoked) return { status: 401, error: "invalid_token", description: "the token was revoked" };
    const closed = await findClosed(standings, way.chain.clientId, [...clientsOf(way), api.clientId]);
    if (closed) return closed;
    // CGU PSC 5: data only to who passed a token validated by the agency; asked again every few seconds.
    const active = await roots.isActive(api, way.chain.id).catch(() => undefined);
    if (active === undefined) return { status: 503, error: "temporarily_unavailable", description: "the provider does not answer" };
    return active ? undefined : { status: 401, error: "invalid_token", description: "the sign-in behind this token is over" };
  };
  const certificateProblem = async (certificate: Uint8Array): Promise<string | undefined> => {
    const verdict = await verifyClientCertificate(certificate);
    if (!verdict.ok) return verdict.reason;
    return verdict.kind === "organisation" ? undefined : "a person's certificate is not an organisation's";
  };
  return {
    standing,
    clients,
    check: (api, request) =>
      createGuard({
        issuer: issuerOf(api),
        audience: api.audience,
        keys: tokens.keys,
        certificateProblem,
        standing: (claims) => standing(api, claims),
      })(request),
  };
}

/** The first client of a chain that may not be in it any more: its head as proxy operator, all others as data providers. */
async function findClosed(standings: Standings, head: string, clients: readonly string[]): Promise<GuardRefusal | undefined> {
  for (const client of clients) {
    const standing = await standings.of(client);
    if (partyOf(standing) === (client === head ? "proxy-operator" : "data-provider")) continue;
    return { status: 403, error: "access_denied", description: "a client of this chain is not in the trust extension", clause: clauseOf(standing) || "PSC 5" };
  }
  return undefined;
}

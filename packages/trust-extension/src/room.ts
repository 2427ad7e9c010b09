// The room put together: doors, exchange, guard, proxy.
import type { IncomingMessage, ServerResponse } from "node:http";
import { rootCertificates } from "node:tls";
import type { Evidence } from "@cercle/evidence";
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Logger } from "@cercle/web";
import { Agent } from "undici";
import { createAccess } from "./access.ts";
import { createApiSurface } from "./api-surface.ts";
import { type Chains, createChains } from "./chains.ts";
import { createExchange } from "./exchange.ts";
import type { Identify, IssuerName, ProviderPlace, RightsDoor, Seal, VerifyClientCertificate } from "./ports.ts";
import { createProvider } from "./provider.ts";
import { createSessions } from "./proxy/sessions.ts";
import { createSignIn } from "./proxy/sign-in.ts";
import { createProxySurface } from "./proxy/surface.ts";
import { createSessionTokens } from "./proxy/tokens.ts";
import { createTraces } from "./proxy/traces.ts";
import { type Asked, readAsked } from "./raw-http.ts";
import { type Api, createRegistry, type Registry } from "./registry.ts";
import { createRoots } from "./roots.ts";
import { createStandings, type Standings } from "./standing.ts";
import { openTokens } from "./tokens.ts";

export type TrustExtensionParts = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly real: Clock;
  readonly governance: Clock;
  readonly log: Logger;
  readonly mode: "sandbox" | "live";
  readonly vault: Seal & { secret(name: string, make: () => Uint8Array): Promise<Uint8Array> };
  readonly door: RightsDoor;
  readonly providers: Readonly<Partial<Record<IssuerName, ProviderPlace>>>;
  readonly anchors: readonly string[];
  /** `https://localhost:8089`. */
  readonly apiOrigin: string;
  readonly keyRequired: boolean;
  readonly forwarded: boolean;
  readonly sessionSeconds: number;
  readonly idleSeconds: number;
  readonly bodyLimit: number;
  readonly timeoutSeconds: number;
  verifyClientCertificate: VerifyClientCertificate;
  identify: Identify;
};

type First = (request: IncomingMessage, response: ServerResponse) => boolean;
export type TrustExtension = {
  readonly registry: Registry;
  readonly chains: Chains;
  readonly standings: Standings;
  /** Every request of the proxy's listener, and of the one with mutual TLS. */
  readonly listeners: { readonly proxy: First; readonly apis: First };
  /** Rights changed: what hangs on those that closed ends now. */
  rightsChanged(): Promise<void>;
  /** Ends the sessions of a software that is no longer served. */
  endSoftware(clientId: string): Promise<void>;
  stop(): Promise<void>;
};

const tickSeconds = 20;
const eraseSeconds = 3600;

export async function createTrustExtension(parts: TrustExtensionParts): Promise<TrustExtension> {
  const { store, evidence, real, vault, log, door, apiOrigin, verifyClientCertificate } = parts;
  const seal = vault;
  const registry = createRegistry({ store, real, seal });
  const standings = createStandings({ door, providesData: registry.providesData });
  const chains = createChains({ store, evidence, real, seal });
  const provider = createProvider({ places: parts.providers, anchors: parts.anchors });
  const roots = createRoots({ provider, registry, chains });
  const tokens = await openTokens({ secret: vault.secret, test: parts.mode === "sandbox" });
  const issuerOf = (api: Api): string => `${apiOrigin}/as/${api.name}`;
  const access = createAccess({ chains, roots, standings, tokens, verifyClientCertificate, issuerOf });
  const exchange = createExchange({ store, real, registry, standings, chains, roots, tokens, verifyClientCertificate, issuerOf });
  const upstream = new Agent({ connect: { ca: [...rootCertificates, ...parts.anchors] } });
  const limits = { bodyLimit: parts.bodyLimit, timeoutMillis: parts.timeoutSeconds * 1000 };
  const sessions = createSessions({ store, evidence, real, seal, longestSeconds: parts.sessionSeconds, idleSeconds: parts.idleSeconds });
  const now = (): number => real.now().epochMilliseconds;
  const missed = (what: string): void => log.warn({ what }, "trust-extension: could not be revoked");
  const sessionTokens = createSessionTokens({ sessions, registry, provider, now, issuerOf, missed });
  const signIn = createSignIn({ store, real, seal, registry, standings, provider, sessions, tokens: sessionTokens });
  const traces = createTraces({ store, evidence, real, governance: parts.governance, seal });
  const proxy = createProxySurface({
    registry,
    standings,
    provider,
    sessions,
    tokens: sessionTokens,
    signIn,
    traces,
    log,
    live: parts.mode === "live",
    keyRequired: parts.keyRequired,
    forwarded: parts.forwarded,
    longestSeconds: parts.sessionSeconds,
    apiOrigin,
    identify: parts.identify,
    ...limits,
  });
  const apis = createApiSurface({
    registry,
    standings,
    chains,
    tokens,
    access,
    exchange,
    log,
    origin: apiOrigin,
    upstream,
    verifyClientCertificate,
    issuerOf,
    ...limits,
  });

  const endSoftware = async (clientId: string, reason: "right-closed" | "removed"): Promise<void> => {
    standings.cut(clientId);
    const open = await sessions.ofClient(clientId);
    await Promise.all(open.map((id) => sessionTokens.end(id, reason)));
  };
  await store.jobs.every("trust-extension.sessions", tickSeconds, async () => {
    for (const { id, reason } of await sessions.overdue()) await sessionTokens.end(id, reason);
    await chains.prune();
  });
  await store.jobs.every("trust-extension.retention", eraseSeconds, async () => {
    await traces.erase();
    await sessions.forgetOld();
  });
  const at = (work: (asked: Asked) => Promise<void>): First => {
    return (request, response) => {
      work(readAsked(request, response)).catch((error: unknown) => {
        log.error({ error: String(error) }, "trust-extension");
        response.destroy();
      });
      return true;
    };
  };
  return {
    registry,
    chains,
    standings,
    listeners: { proxy: at(proxy), apis: at(apis) },
    async rightsChanged() {
      roots.forget();
      const outside = new Set((await registry.softwares()).filter(({ issuer }) => issuer === "outside").map(({ clientId }) => clientId));
      const clients = new Set([...standings.watched(), ...(await sessions.activeClients())]);
      for (const client of clients) {
        if (outside.has(client) || (await standings.of(client)).level === "extension") continue;
        await endSoftware(client, "right-closed");
      }
    },
    endSoftware: (clientId) => endSoftware(clientId, "removed"),
    async stop() {
      await Promise.all([provider.close(), upstream.destroy()]);
    },
  };
}

// What this room asks of a provider or of an API's authorization server: openid-client, over mutual TLS where the client has a certificate.
import { rootCertificates } from "node:tls";
import * as openid from "openid-client";
import { Agent, fetch as ask } from "undici";
import type { IssuerName, ProviderPlace } from "./ports.ts";

/** A client's credentials, unsealed for as long as they are used. */
export type Credentials = {
  readonly clientId: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly secret?: string;
};

export type Provider = {
  /** The provider seen as this client. Kept for some minutes. */
  of(issuer: IssuerName, credentials: Credentials): Promise<openid.Configuration>;
  /** An API's authorization server (RFC 8414) seen as this client. */
  ofApi(issuer: string, credentials: Credentials): Promise<openid.Configuration>;
  /** Connections as this client, for relaying. */
  dispatcher(credentials: Credentials): Agent;
  /** Posts a form as this client; throws when it is refused. */
  post(url: string, credentials: Credentials, form: URLSearchParams): Promise<void>;
  forget(clientId: string): void;
  close(): Promise<void>;
};

const keptMillis = 300_000;
/** Long: a refresh whose answer is lost costs the session. */
const timeoutSeconds = 30;

/** `places`: where each provider is; `anchors`: who is believed, beside the system's. */
export function createProvider({ places, anchors }: { places: Readonly<Partial<Record<IssuerName, ProviderPlace>>>; anchors: readonly string[] }): Provider {
  const agents = new Map<string, { agent: Agent; certificate: string }>();
  const known = new Map<string, { at: number; configuration: Promise<openid.Configuration> }>();
  const ca = [...rootCertificates, ...anchors];

  const dispatcher = ({ clientId, certificate = "", key }: Credentials): Agent => {
    const kept = agents.get(clientId);
    if (kept?.certificate === certificate) return kept.agent;
    void kept?.agent.close();
    const agent = new Agent({
      connect: { ca, ...(certificate && key ? { cert: certificate, key } : {}) },
      keepAliveTimeout: 10_000,
      connectTimeout: timeoutSeconds * 1000,
    });
    agents.set(clientId, { agent, certificate });
    return agent;
  };

  const discover = (place: ProviderPlace & { readonly algorithm?: "oauth2" }, credentials: Credentials): Promise<openid.Configuration> => {
    const { clientId, secret } = credentials;
    const fetch: openid.CustomFetch = (url, options) =>
      ask(url, { ...options, dispatcher: dispatcher(credentials) } as Parameters<typeof ask>[1]) as unknown as Promise<Response>;
    return openid.discovery(
      new URL(place.discovery),
      clientId,
      secret ? {} : { use_mtls_endpoint_aliases: true },
      secret ? openid.ClientSecretBasic(secret) : openid.TlsClientAuth(),
      {
        [openid.customFetch]: fetch,
        timeout: timeoutSeconds,
        execute: place.insecure ? [openid.allowInsecureRequests] : [],
        ...(place.algorithm ? { algorithm: place.algorithm } : {}),
      },
    );
  };

  const keep = (name: string, credentials: Credentials, make: () => Promise<openid.Configuration>): Promise<openid.Configuration> => {
    const key = `${credentials.clientId} ${name}`;
    const kept = known.get(key);
    if (kept && performance.now() - kept.at < keptMillis) return kept.configuration;
    const configuration = make();
    known.set(key, { at: performance.now(), configuration });
    configuration.catch(() => known.delete(key));
    return configuration;
  };

  return {
    of(issuer, credentials) {
      const place = places[issuer];
      if (!place) return Promise.reject(new TypeError(`no provider ${issuer}`));
      return keep(issuer, credentials, () => discover(place, credentials));
    },
    ofApi: (issuer, credentials) => keep(issuer, credentials, () => discover({ discovery: issuer, insecure: false, algorithm: "oauth2" }, credentials)),
    dispatcher,
    async post(url, credentials, form) {
      const reply = await ask(url, {
        method: "POST",
        body: form,
        headers: { accept: "application/json" },
        dispatcher: dispatcher(credentials),
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
      await reply.body?.cancel();
      if (!reply.ok) throw new Error(`refused with ${reply.status}`);
    },
    forget(clientId) {
      for (const key of known.keys()) if (key.startsWith(`${clientId} `)) known.delete(key);
      void agents.get(clientId)?.agent.close();
      agents.delete(clientId);
    },
    async close() {
      await Promise.all([...agents.values()].map(({ agent }) => agent.destroy()));
      agents.clear();
      known.clear();
    },
  };
}

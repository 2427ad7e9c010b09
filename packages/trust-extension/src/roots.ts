// What the provider says of a token (RFC 7662), asked over HTTP with a connected API's own client (CGU PSC 5: validated by the agency).
import * as openid from "openid-client";
import type { Chains } from "./chains.ts";
import { readThumbprint } from "./guard/index.ts";
import type { Provider } from "./provider.ts";
import { type Api, digest, type Registry } from "./registry.ts";

/** A provider's active access token. */
export type RootFacts = {
  readonly clientId: string;
  readonly subject: string;
  readonly person: string;
  readonly sessionState: string;
  /** As it is written in the token; undefined when it is bound to nothing. */
  readonly thumbprint: string | undefined;
  /** Names the token, however its text is spelled. */
  readonly digest: string;
  /** Seconds. */
  readonly expiresAt: number;
};

export type Roots = {
  /** Facts of a token that the provider calls active; undefined when it does not. Throws when the provider does not answer. */
  ask(api: Api, token: string): Promise<RootFacts | undefined>;
  /** Whether a chain's root is active, asked at most every few seconds. Throws when the provider does not answer. */
  isActive(api: Api, chain: string): Promise<boolean>;
  /** A right changed: nothing said before counts. */
  forget(): void;
};

const keptMillis = 3000;
const mostKept = 5000;

export function createRoots({ provider, registry, chains }: { provider: Provider; registry: Registry; chains: Chains }): Roots {
  const known = new Map<string, { at: number; active: Promise<boolean> }>();
  const ask: Roots["ask"] = async (api, token) => {
    const configuration = await provider.of(api.issuer, await registry.apiCredentials(api.name));
    const answer = await openid.tokenIntrospection(configuration, token, { token_type_hint: "access_token" });
    // A refresh token is no token to pass on.
    if (answer.active !== true || answer.typ === "Refresh") return undefined;
    return readFacts(answer, token, api.issuer);
  };
  return {
    ask,
    isActive(api, chain) {
      const kept = known.get(chain);
      if (kept && performance.now() - kept.at < keptMillis) return kept.active;
      if (known.size >= mostKept) known.clear();
      const active = chains.rootOf(chain).then(async (token) => token !== undefined && (await ask(api, token)) !== undefined);
      known.set(chain, { at: performance.now(), active });
      active.catch(() => known.delete(chain));
      return active;
    },
    forget: () => known.clear(),
  };
}

/** The introspection answers for the exact text, so what it leaves out may be read in the token itself. */
function readFacts(answer: openid.IntrospectionResponse, token: string, issuer: string): RootFacts | undefined {
  const claims = { ...readClaims(token), ...answer } as Readonly<Record<string, unknown>>;
  const text = (...names: readonly string[]): string => {
    const value = names.map((name) => claims[name]).find((one) => typeof one === "string" && one !== "");
    return typeof value === "string" ? value : "";
  };
  const clientId = text("client_id", "azp");
  const expiresAt = typeof claims.exp === "number" ? claims.exp : 0;
  const person = text("SubjectNameID", "preferred_username", "username", "sub");
  if (clientId === "" || person === "" || expiresAt === 0) return undefined;
  return {
    clientId,
    person,
    expiresAt,
    subject: text("sub"),
    sessionState: text("session_state", "sid"),
    thumbprint: readThumbprint(claims.cnf),
    // A JWT's text can be spelled in several ways that verify alike; its `jti` cannot.
    digest: digest(`${issuer} ${text("jti") || token}`),
  };
}

function readClaims(token: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

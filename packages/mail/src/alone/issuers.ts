// Whose access token this is: asked of its issuer at each sign-in, as any relying party would. Where userinfo is, the issuer says
// (OpenID Connect Discovery §4; Pro Santé Connect publishes under a name of its own); an opaque token's client is asked of it too (RFC 7662).
import type { Clock } from "@cercle/kernel";
import { z } from "zod";
import type { VerifyBearer } from "../ports.ts";
import type { AskJson } from "./http.ts";

export type IssuersOptions = {
  readonly issuers: readonly string[];
  /** Claim of userinfo that holds the national identifier. */
  readonly claim: string;
  /** Whether a token that was given to this client opens a mailbox; "" is a client that nobody names. */
  accepts(client: string): boolean;
  /** Asks what an opaque token says of its client; none: it names none. */
  readonly client?: { readonly id: string; readonly secret: string } | undefined;
  readonly ask: AskJson;
  readonly real: Clock;
};

const places = ["/.well-known/wallet-openid-configuration", "/.well-known/openid-configuration"];
const metadata = z.looseObject({ userinfo_endpoint: z.url(), introspection_endpoint: z.url().optional() });
type Metadata = z.output<typeof metadata>;
const keptMillis = 3_600_000;
const longestToken = 8192;

export function createBearers({ issuers, claim, accepts, client, ask, real }: IssuersOptions): VerifyBearer {
  const known = new Map<string, { readonly found: Promise<Metadata | undefined>; readonly until: number }>();
  const json = async (url: string, request: Parameters<AskJson>[1] = {}): Promise<unknown> => {
    const reply = await ask(url, request).catch(() => undefined);
    return reply?.status === 200 ? reply.body : undefined;
  };
  const discover = async (issuer: string): Promise<Metadata | undefined> => {
    for (const place of places) {
      const read = metadata.safeParse(await json(`${issuer.replace(/\/$/, "")}${place}`));
      if (read.success) return read.data;
    }
    return undefined;
  };
  const placesOf = (issuer: string): Promise<Metadata | undefined> => {
    const now = real.now().epochMilliseconds;
    const kept = known.get(issuer);
    if (kept && kept.until > now) return kept.found;
    const found = discover(issuer);
    known.set(issuer, { found, until: now + keptMillis });
    // An issuer that did not answer is asked again at the next sign-in.
    void found.then((read) => read ?? known.delete(issuer));
    return found;
  };
  const clientOf = async (token: string, { introspection_endpoint: place }: Metadata): Promise<string> => {
    const named = authorizedParty(token);
    if (named !== "" || !client || !place) return named;
    const basic = Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`).toString("base64");
    const said = await json(place, { method: "POST", body: new URLSearchParams({ token }), headers: { authorization: `Basic ${basic}` } });
    const { active, client_id: id } = (said ?? {}) as { active?: unknown; client_id?: unknown };
    return active === true && typeof id === "string" ? id : "";
  };
  return async (token) => {
    if (token.length > longestToken || !/^[\x21-\x7e]+$/.test(token)) return undefined;
    for (const issuer of issuers) {
      const found = await placesOf(issuer);
      if (!found) continue;
      const said = (await json(found.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } })) as Record<string, unknown> | undefined;
      const nationalId = said?.[claim];
      if (typeof nationalId === "string" && nationalId !== "" && accepts(await clientOf(token, found))) return { nationalId };
    }
    return undefined;
  };
}

/** The client a token was issued to (RFC 9068 §2.2 `client_id`, here `azp`); its issuer has just vouched for the token. */
function authorizedParty(token: string): string {
  const [, payload = ""] = token.split(".");
  try {
    const { azp, client_id: id } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { azp?: unknown; client_id?: unknown };
    return String(azp ?? id ?? "");
  } catch {
    // An opaque token names no client by itself.
    return "";
  }
}

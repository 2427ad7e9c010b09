// What a token is made from: the code, the refresh token or the CIBA request, and the facts of the sign-in that it carries.
import type { KoaContextWithOIDC } from "oidc-provider";
import type { Traces } from "../clients/traces.ts";
import type { Environment } from "../ports.ts";
import { nationalIdOf } from "../sign-in/identifier.ts";
import { meansOf, meansOfMode } from "../sign-in/means.ts";
import { sidOf } from "./adapter.ts";
import type { SignInFacts } from "./claims.ts";
import { mustConfirm } from "./policy.ts";

export type Source = {
  clientId?: string;
  acr?: string;
  amr?: string[];
  authTime?: number;
  sid?: string | undefined;
  sessionUid?: string;
  nonce?: string;
  kind?: string;
};

const sourceKinds = new Set(["AuthorizationCode", "RefreshToken", "BackchannelAuthenticationRequest"]);

export function sourceOf(token: unknown): Source | undefined {
  const source = token as Source | undefined;
  return source?.kind && sourceKinds.has(source.kind) ? source : undefined;
}

type Entities = Record<string, (Source & { extra?: Record<string, unknown> }) | undefined>;

/** From what this request spends, or at UserInfo from the access token itself. */
export function factsOf(ctx: KoaContextWithOIDC): SignInFacts {
  const entities = ctx.oidc.entities as unknown as Entities;
  const source = entities.RefreshToken ?? entities.AuthorizationCode ?? entities.BackchannelAuthenticationRequest;
  return {
    amr: source?.amr ?? [meansOfMode(entities.AccessToken?.extra?.authMode).id],
    authTime: source?.authTime ?? 0,
    sid: source?.sid ?? "",
    nonce: source?.nonce ?? "",
  };
}

/** No consent screen: what a professional signs in to is governed by contracts. One grant per client and session. */
export async function loadGrant(ctx: KoaContextWithOIDC): Promise<InstanceType<KoaContextWithOIDC["oidc"]["provider"]["Grant"]> | undefined> {
  const { session, client, provider } = ctx.oidc;
  if (!session || !client) return undefined;
  // Nothing is granted to a service before the person said whose session this is.
  if (mustConfirm(ctx)) return undefined;
  session.sidFor(client.clientId, sidOf(session.uid));
  const scope = String(ctx.oidc.params?.scope ?? "openid");
  const known = session.grantIdFor(client.clientId);
  const old = known ? await provider.Grant.find(known) : undefined;
  if (old && old.getOIDCScopeFiltered(new Set(scope.split(" "))) === scope) return old;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId ?? "" });
  grant.addOIDCScope(scope);
  await grant.save();
  return grant;
}

/** A code given on a session that was open already leaves its own trace: nobody was asked on a telephone (PSC-28). Others have theirs. */
export async function traceOpenSession(environment: Environment, traces: Traces, ctx: KoaContextWithOIDC): Promise<void> {
  const { route, session, client, result, entities } = ctx.oidc ?? {};
  if ((route !== "authorization" && route !== "resume") || !entities?.AuthorizationCode || !session?.accountId || result?.login) return;
  await traces.signIn({
    environment,
    clientId: client?.clientId ?? "",
    person: nationalIdOf(session.accountId),
    means: meansOf(session.amr).id,
    kind: "session",
    device: undefined,
    place: ctx.ip,
    result: "approved",
  });
}

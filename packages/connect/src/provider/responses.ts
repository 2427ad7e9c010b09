// What the national service's answers carry beyond the standard, put on after oidc-provider has answered.
import type { KoaContextWithOIDC, Provider } from "oidc-provider";
import type { Clients } from "../clients/clients.ts";
import { nationalIdOf } from "../sign-in/identifier.ts";
import { encodeThumbprint } from "./claims.ts";

type Body = Record<string, unknown>;

const refreshSeconds = 1800;

/** Adds the middleware; it runs around the provider's own stack. */
export function shapeResponses(provider: Provider, clients: Clients): void {
  provider.use(async (ctx, next) => {
    await next();
    const context = ctx as unknown as KoaContextWithOIDC;
    const route = (context.oidc as { route?: string } | undefined)?.route;
    if (ctx.status !== 200 || typeof ctx.body !== "object" || ctx.body === null) return;
    const body = ctx.body as Body;
    if (route === "token") ctx.body = shapeToken(context, body);
    else if (route === "introspection") ctx.body = await shapeIntrospection(context, body, clients);
    else if (route === "backchannel_authentication")
      ctx.body = { ...body, interval: (await clients.profileOf(context.oidc.client?.clientId ?? "")).cibaInterval };
  });
}

/** Keycloak's members: `refresh_expires_in`, `not-before-policy`, `session_state`. */
function shapeToken(ctx: KoaContextWithOIDC, body: Body): Body {
  const sid = (ctx.oidc.entities as unknown as { AccessToken?: { sid?: string } }).AccessToken?.sid;
  return {
    access_token: body.access_token,
    expires_in: body.expires_in,
    ...(body.refresh_token ? { refresh_expires_in: refreshSeconds, refresh_token: body.refresh_token } : {}),
    token_type: body.token_type,
    ...(body.id_token ? { id_token: body.id_token } : {}),
    "not-before-policy": 0,
    ...(sid ? { session_state: sid } : {}),
    scope: body.scope,
  };
}

/** psc.md §2.2: `username`, `typ`, `azp`; `SubjectNameID` whenever the access token is what was sent. */
async function shapeIntrospection(ctx: KoaContextWithOIDC, body: Body, clients: Clients): Promise<Body> {
  if (body.active !== true) return { active: false };
  const { token_type: _kind, cnf, ...rest } = body;
  const person = nationalIdOf(String(body.sub ?? ""));
  const thumbprint = (cnf as { "x5t#S256"?: string } | undefined)?.["x5t#S256"];
  const profile = await clients.profileOf(String(body.client_id ?? ""));
  const access = "AccessToken" in ctx.oidc.entities;
  return {
    ...rest,
    typ: access ? "Bearer" : "Refresh",
    ...(access ? { SubjectNameID: person } : {}),
    ...(thumbprint ? { cnf: { "x5t#S256": encodeThumbprint(thumbprint, profile) } } : {}),
    preferred_username: person,
    username: person,
    active: true,
  };
}

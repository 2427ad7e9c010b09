// What `cercle login` asks of the API: where to begin, and the exchange of the code with the client's own secret, which never leaves the server.
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Connect } from "../connect.ts";
import type { Origins } from "../environment.ts";
import { connectErrors } from "../errors.ts";
import type { Environment } from "../ports.ts";
import { endpoints } from "../provider/discovery.ts";

type Tokens = { access_token?: string; id_token?: string; error?: string; error_description?: string };

export function terminalRoutes({ connect, origins }: { store: Store; connect: Connect; origins: Readonly<Record<Environment, Origins>> }): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/terminal-sign-ins",
      about: "Begins a sign-in from the terminal: the authorization request of one client.",
      who: ["officer"],
      body: z.object({ client: z.string().max(128), state: z.string().max(100), code_challenge: z.string().length(43) }),
      async handle({ body }) {
        const client = await connect.clients.get(body.client);
        const redirect = client.metadata.redirect_uris[0];
        if (!redirect) throw connectErrors.refuse("connect.login-failed", { params: { problem: `${client.id}: redirect_uris` } });
        const query = new URLSearchParams({
          response_type: "code",
          client_id: client.id,
          redirect_uri: redirect,
          scope: "openid scope_all",
          acr_values: "eidas1",
          prompt: "login",
          state: body.state,
          nonce: body.state,
          code_challenge: body.code_challenge,
          code_challenge_method: "S256",
        });
        return {
          issuer: connect.environments[client.environment].issuer,
          authorization: `${origins[client.environment].wallet}/auth?${query}`,
          redirect_uri: redirect,
        };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/terminal-sign-ins/tokens",
      about: "Exchanges the code of a sign-in from the terminal; answers tokens, their claims and UserInfo.",
      who: ["officer"],
      body: z.object({ client: z.string().max(128), code: z.string().max(200), code_verifier: z.string().max(128), redirect_uri: z.string().max(2000) }),
      async handle({ body }) {
        const client = await connect.clients.get(body.client);
        const { issuer } = connect.environments[client.environment];
        const metadata = await connect.clients.metadata(client.id, client.environment);
        const form = new URLSearchParams({
          grant_type: "authorization_code",
          code: body.code,
          code_verifier: body.code_verifier,
          redirect_uri: body.redirect_uri,
          client_id: client.id,
          client_secret: String(metadata?.client_secret ?? ""),
        });
        const reply = await fetch(`${issuer}${endpoints.token}`, { method: "POST", body: form });
        const tokens = (await reply.json()) as Tokens;
        if (!tokens.access_token) throw connectErrors.refuse("connect.login-failed", { params: { problem: tokens.error_description ?? tokens.error ?? "" } });
        const userinfo = await fetch(`${issuer}${endpoints.userinfo}`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
        return {
          tokens,
          id_token_claims: claimsOf(tokens.id_token),
          access_token_claims: claimsOf(tokens.access_token),
          userinfo: await userinfo.json(),
        };
      },
    }),
  ];
}

function claimsOf(jwt: string | undefined): unknown {
  return jwt ? JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8")) : undefined;
}

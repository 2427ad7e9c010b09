// The room's part of the API: connected APIs, softwares of the proxy, chains.
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { trustExtensionErrors } from "./errors.ts";
import { decidePass } from "./passes.ts";
import { issuerNames, type SandboxActs } from "./ports.ts";
import type { Api, Software } from "./registry.ts";
import type { TrustExtension } from "./room.ts";

const pem = z.string().max(20_000).optional();
const credentials = { certificate: pem, key: pem, secret: z.string().min(8).max(500).optional() };
const clientId = z.string().regex(/^[A-Za-z0-9][\w.-]{1,99}$/);
const apiName = z.string().regex(/^[a-z0-9][\w-]{0,39}$/);
const issuer = z.enum(issuerNames).default("bas");

const newApi = z.object({
  name: apiName,
  upstream: z.string().max(2000),
  audience: z.string().min(1).max(200).optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
    .min(1)
    .max(50)
    .optional(),
  /** An OpenID client that exists; without one the sandbox registers it. */
  client_id: clientId.optional(),
  issuer: z.enum(["bas", "production"]).default("bas"),
  ...credentials,
});
const newSoftware = z.object({ client_id: clientId, issuer, apis: z.array(apiName).max(100).default([]), ...credentials });

export type RoutesParts = {
  readonly store: Store;
  readonly room: TrustExtension;
  readonly proxyOrigin: string;
  readonly apiOrigin: string;
  readonly hasOutside: boolean;
  /** Absent in `live`: rights come from files. */
  readonly acts: SandboxActs | undefined;
};

export function trustExtensionRoutes(parts: RoutesParts): readonly Route[] {
  return [...apiRoutes(parts), ...softwareRoutes(parts), ...chainRoutes(parts)];
}

const settleMillis = 10_000;

/** Who is told that a client was added may use it at once: the door of this process has it, or says soon why not. */
async function settle({ standings }: TrustExtension, client: string): Promise<void> {
  for (const until = performance.now() + settleMillis; performance.now() < until; ) {
    if ((await standings.of(client)).level === "extension") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const readers = ["officer", "auditor"];

function apiRoutes({ store, room, apiOrigin, acts }: RoutesParts): readonly Route[] {
  const { registry, standings } = room;
  const show = async (api: Api) => ({
    name: api.name,
    client_id: api.clientId,
    issuer: api.issuer,
    audience: api.audience,
    upstream: api.upstream,
    scopes: api.scopes,
    authorization_server: `${apiOrigin}/as/${api.name}`,
    at: `${apiOrigin}/apis/${api.name}/`,
    standing: await standings.of(api.clientId),
  });
  return [
    defineRoute({
      method: "GET",
      path: "/api/trust-extension/apis",
      about: "Connected APIs.",
      who: readers,
      handle: async () => Promise.all((await registry.apis()).map(show)),
    }),
    defineRoute({
      method: "POST",
      path: "/api/trust-extension/apis",
      about:
        "Puts the guard and a token exchange before a data provider's server. In a sandbox its client is registered and its rights opened through a file; certificate and key are shown once.",
      who: ["officer"],
      body: newApi,
      async handle({ body, actor }) {
        const added = await store.transaction(async (tx) => {
          const client = body.client_id ?? `api-${body.name}`;
          if (!body.client_id && !acts) throw trustExtensionErrors.refuse("trust-extension.sandbox-only");
          const issued = body.client_id || !acts ? undefined : await acts.registerClient(tx, { id: client, environment: body.issuer }, actor);
          const { certificate, key, secret } = issued ? { ...issued, secret: undefined } : body;
          const api = {
            name: body.name,
            clientId: client,
            issuer: body.issuer,
            audience: body.audience ?? `${apiOrigin}/apis/${body.name}`,
            upstream: body.upstream,
          };
          await registry.addApi(tx, { ...api, scopes: body.scopes ?? [body.name], certificate, key, secret });
          const file = await acts?.grant(tx, { id: client, role: "data-provider" }, actor);
          return {
            name: api.name,
            client_id: client,
            audience: api.audience,
            authorization_server: `${apiOrigin}/as/${api.name}`,
            at: `${apiOrigin}/apis/${api.name}/`,
            ...(issued ?? {}),
            ...(file ? { file } : {}),
          };
        });
        if (acts) await settle(room, added.client_id);
        return added;
      },
    }),
  ];
}

function softwareRoutes({ store, room, proxyOrigin, hasOutside, acts }: RoutesParts): readonly Route[] {
  const { registry, standings } = room;
  const show = async (software: Software) => ({
    client_id: software.clientId,
    issuer: software.issuer,
    apis: software.apis,
    certificate_subject: software.dn,
    standing: await standings.of(software.clientId),
  });
  return [
    defineRoute({
      method: "GET",
      path: "/api/trust-extension/softwares",
      about: "Softwares that the e-health proxy serves.",
      who: readers,
      handle: async () => Promise.all((await registry.softwares()).map(show)),
    }),
    defineRoute({
      method: "POST",
      path: "/api/trust-extension/softwares",
      about: "Has the e-health proxy serve a software: its client's certificate and key, or secret. The software's own key to the proxy is shown once.",
      who: ["officer"],
      body: newSoftware,
      async handle({ body, actor }) {
        if (body.issuer === "outside" && !hasOutside) throw trustExtensionErrors.refuse("trust-extension.no-outside-issuer");
        // CGU PSC 5: a data provider authenticates nobody with the token.
        if (await registry.providesData(body.client_id))
          throw refusePass(body.client_id, decidePass({ from: "data-provider", to: "sign-in", isAudience: true }));
        for (const name of body.apis) if (!(await registry.findApi(name))) throw trustExtensionErrors.refuse("trust-extension.no-api", { params: { name } });
        const added = await store.transaction(async (tx) => {
          const { softwareKey } = await registry.addSoftware(tx, {
            clientId: body.client_id,
            issuer: body.issuer,
            apis: body.apis,
            certificate: body.certificate,
            key: body.key,
            secret: body.secret,
          });
          const file = body.issuer === "outside" ? undefined : await acts?.grant(tx, { id: body.client_id, role: "proxy-operator" }, actor);
          return { client_id: body.client_id, software_key: softwareKey, apis: body.apis, proxy: proxyOrigin, ...(file ? { file } : {}) };
        });
        if (acts && body.issuer !== "outside") await settle(room, added.client_id);
        return added;
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/trust-extension/softwares/:id",
      about: "The proxy serves a software no longer: its sessions end, its credentials are forgotten.",
      who: ["officer"],
      params: z.object({ id: clientId }),
      async handle({ params }) {
        await room.endSoftware(params.id);
        await store.transaction((tx) => registry.removeSoftware(tx, params.id));
        return { client_id: params.id };
      },
    }),
  ];
}

function refusePass(id: string, row: { why: string; clause: string }): Error {
  return trustExtensionErrors.refuse("trust-extension.pass-refused", { params: { id, why: row.why, clause: row.clause }, clause: row.clause });
}

function chainRoutes({ store, room }: RoutesParts): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/trust-extension/chains",
      about: "The latest chains: one token of the provider each, and how many times it was passed on.",
      who: readers,
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
      handle: async ({ query }) => (await room.chains.list(store, query.limit)).map((line) => ({ ...line, began_at: line.began_at.toString() })),
    }),
    defineRoute({
      method: "GET",
      path: "/api/trust-extension/chains/:id",
      about: "One chain: every pass with its entry before it, and every time data were given for it (PSC 5).",
      who: readers,
      params: z.object({ id: z.uuid() }),
      async handle({ params }) {
        const page = await room.chains.show(store, params.id);
        if (!page) throw trustExtensionErrors.refuse("trust-extension.no-chain", { params: { id: params.id } });
        return {
          ...page,
          began_at: page.began_at.toString(),
          passes: page.passes.map((pass) => ({
            ...pass,
            at: pass.at.toString(),
            ends_at: pass.ends_at.toString(),
            revoked_at: pass.revoked_at?.toString() ?? null,
          })),
          services: page.services.map((service) => ({ ...service, at: service.at.toString() })),
        };
      },
    }),
  ];
}

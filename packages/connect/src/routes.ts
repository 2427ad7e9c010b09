// The room's part of the API: clients, their logs and terms, traces of sign-ins, preview.
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Client, ClientMetadata } from "./clients/clients.ts";
import { connectErrors } from "./errors.ts";
import { previewRoutes } from "./preview/preview-routes.ts";
import { authMethods, profileNames } from "./provider/profiles.ts";
import { parseIdentifier } from "./sign-in/identifier.ts";
import type { ConnectSurface } from "./surface.ts";

const uri = z.string().max(2000);
const instant = z.iso.datetime({ offset: true });
const jwk = z.record(z.string(), z.unknown());
const newClient = z.object({
  client_id: z.string().regex(/^[A-Za-z0-9][\w.-]{1,99}$/),
  redirect_uris: z.array(uri).max(20).default([]),
  post_logout_redirect_uris: z.array(uri).max(20).default([]),
  token_endpoint_auth_method: z.enum(authMethods).default("client_secret_basic"),
  tls_client_auth_subject_dn: z.string().max(400).optional(),
  // Rights come of a sandbox grant here: there, a test may choose a secret that its own files name.
  client_secret: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/)
    .optional(),
  jwks: z.object({ keys: z.array(jwk).min(1).max(10) }).optional(),
  backchannel_logout_uri: uri.optional(),
  ciba: z.boolean().default(false),
  profile: z.enum(profileNames).default("psc-2026"),
  environment: z.enum(["bas", "production"]).default("bas"),
  name: z.string().trim().min(1).max(120).optional(),
  purpose: z.string().trim().min(1).max(200).optional(),
});
const byId = z.object({ id: z.string().max(128) });

export function connectRoutes(surface: ConnectSurface): readonly Route[] {
  const { store, clients, traces, door } = surface;
  const show = (client: Client) => ({
    client_id: client.id,
    environment: client.environment,
    profile: client.profile,
    name: client.name,
    purpose: client.purpose,
    ...client.metadata,
    created_at: client.created_at.toString(),
    right: door.find(client.id) ?? null,
    issuer: surface.origins[client.environment].issuerUrl,
  });
  return [
    defineRoute({
      method: "GET",
      path: "/api/clients",
      about: "Relying parties.",
      who: ["officer", "auditor"],
      handle: async () => (await clients.list(store)).map(show),
    }),
    defineRoute({
      method: "POST",
      path: "/api/clients",
      about: "Adds a relying party through a sandbox grant; its secret, or certificate and key, is shown once.",
      who: ["officer"],
      body: newClient,
      async handle({ body, actor }) {
        const name = body.name ?? body.client_id;
        const purpose = body.purpose;
        const metadata: ClientMetadata = {
          redirect_uris: body.redirect_uris,
          post_logout_redirect_uris: body.post_logout_redirect_uris,
          token_endpoint_auth_method: body.token_endpoint_auth_method,
          ciba: body.ciba,
          ...(body.tls_client_auth_subject_dn ? { tls_client_auth_subject_dn: body.tls_client_auth_subject_dn } : {}),
          ...(body.jwks ? { jwks: body.jwks } : {}),
          ...(body.backchannel_logout_uri ? { backchannel_logout_uri: body.backchannel_logout_uri } : {}),
        };
        return store.transaction(async (tx) => {
          const secret = await clients.add(
            tx,
            {
              id: body.client_id,
              environment: body.environment,
              profile: body.profile,
              name: { fr: name, en: name },
              purpose: { fr: purpose ?? "service de test", en: purpose ?? "test service" },
              metadata,
            },
            body.client_secret,
          );
          const wantsCertificate = body.token_endpoint_auth_method === "tls_client_auth" && !body.tls_client_auth_subject_dn;
          const issued = wantsCertificate ? await surface.issueCertificate(tx, body.client_id) : undefined;
          const file = await surface.grantClient(tx, { id: body.client_id, environment: body.environment }, actor);
          return {
            client_id: body.client_id,
            ...(secret ? { client_secret: secret } : {}),
            ...(issued ? { certificate: issued.certificate, key: issued.key } : {}),
            redirect_uris: body.redirect_uris,
            environment: body.environment,
            profile: body.profile,
            issuer: surface.origins[body.environment].issuerUrl,
            file,
          };
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/clients/:id",
      about: "One relying party: its registration, its right, its latest refused requests with what was expected.",
      who: ["officer", "auditor"],
      params: byId,
      async handle({ params }) {
        const client = await clients.get(params.id);
        const log = await traces.faultsOf(store, client.id);
        return { ...show(client), log: log.map((fault) => ({ ...fault, at: fault.at.toString() })), terms: await termsOf(store, client.id) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/connect/terms",
      about: "Announces a version of the terms of use, with the date it takes effect (PSC 4).",
      who: ["officer"],
      body: z.object({ version: z.string().min(1).max(40), digest: z.string().regex(/^[0-9a-f]{64}$/), effective_at: z.iso.datetime({ offset: true }) }),
      async handle({ body }) {
        const written = await store.run(
          "insert into connect.terms (version, digest, announced_at, effective_at) values ($1, $2, now(), $3) on conflict do nothing",
          [body.version, body.digest, Temporal.Instant.from(body.effective_at)],
        );
        if (written !== 1) throw connectErrors.refuse("connect.terms-known", { params: { version: body.version } });
        return body;
      },
    }),
    defineRoute({
      method: "GET",
      path: "/public/availability",
      about: "Availability aimed at and measured, in percent, and maintenance announced (PSC 6).",
      who: "anyone",
      async handle() {
        const { since, maintenance, ...figures } = await surface.availability.measure();
        const planned = maintenance.map((one) => ({ ...one, starts_at: one.starts_at.toString(), ends_at: one.ends_at.toString() }));
        return { ...figures, since: since?.toString() ?? null, maintenance: planned };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/connect/maintenance",
      about: "Announces a maintenance, beforehand; shown on the sign-in page and among public figures (PSC 6).",
      who: ["officer"],
      body: z
        .object({ starts_at: instant, ends_at: instant, text: z.object({ fr: z.string().min(1).max(300), en: z.string().min(1).max(300) }) })
        .refine(({ starts_at, ends_at }) => Date.parse(ends_at) > Date.parse(starts_at), { path: ["ends_at"] }),
      handle: ({ body: { starts_at, ends_at, text } }) =>
        store.transaction(async (tx) => ({
          id: await surface.availability.announce(tx, { startsAt: Temporal.Instant.from(starts_at), endsAt: Temporal.Instant.from(ends_at), text }),
        })),
    }),
    defineRoute({
      method: "GET",
      path: "/api/sign-ins",
      about: "Traces of one person's sign-ins: means, device, service, time, place, result (PSC-28).",
      who: ["officer", "auditor"],
      query: z.object({ person: z.string().min(5).max(80) }),
      async handle({ query }) {
        const person = parseIdentifier(query.person);
        if (!person) throw connectErrors.refuse("connect.bad-identifier", { params: { given: query.person } });
        return (await traces.ofPerson(store, person)).map((signIn) => ({ ...signIn, at: signIn.at.toString() }));
      },
    }),
    ...previewRoutes(surface),
  ];
}

/** How this client came to be bound by each version: its signature, or the first use after the date. */
async function termsOf(store: Store, clientId: string) {
  const rows = await store.query<{ version: string; digest: string; effective_at: Temporal.Instant; by: string | null; at: Temporal.Instant | null }>(
    `select t.version, t.digest, t.effective_at, a.by, a.at from connect.terms t
       left join connect.terms_acceptance a on a.version = t.version and a.client_id = $1 order by t.effective_at`,
    [clientId],
  );
  return rows.map((row) => ({ ...row, effective_at: row.effective_at.toString(), at: row.at?.toString() ?? null }));
}

// What an operator's administrators see at once, and do: state, certificate, quotas, queue.
import { X509Certificate } from "node:crypto";
import type { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { mailErrors } from "./errors.ts";
import type { Operator } from "./operator.ts";
import { withFrozen } from "./transfer/gate.ts";

export type AdministrationSurface = {
  readonly store: Store;
  readonly operators: readonly Operator[];
  find(domain: string): Operator;
  /** Whether who asks may look into this operator. */
  administers(actor: Actor, domain: string): Promise<boolean>;
  /** The certificate that the operator shows to partners, PEM. */
  certificateOf(domain: string): string;
  now(): Temporal.Instant;
};

const operator = z.object({ domain: z.string().max(120) });
const administrators = ["officer", "operator-contact"];
const day = 86_400_000;

export function administrationRoutes(surface: AdministrationSurface): readonly Route[] {
  const { store, operators, find, administers, certificateOf, now } = surface;
  return [
    defineRoute({
      method: "GET",
      path: "/api/mail-operators",
      about: "The operators of this program that who asks may look into.",
      who: administrators,
      async handle({ actor }) {
        const seen = await Promise.all(operators.map(async ({ domain }) => ((await administers(actor, domain)) ? [{ domain }] : [])));
        return seen.flat();
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/state",
      about: "An operator at a glance: mailboxes, queue, quarantine, whitelist, certificate.",
      who: administrators,
      params: operator,
      async handle({ params }) {
        const own = find(params.domain);
        const { schema } = own.mailboxes;
        const count = async (sql: string): Promise<number> =>
          (await store.first<{ count: number }>(`select count(*)::int as count from ${schema}.${sql}`))?.count ?? 0;
        const certificate = new X509Certificate(certificateOf(own.domain));
        const left = Date.parse(certificate.validTo) - now().epochMilliseconds;
        return {
          domain: own.domain,
          mailboxes: await count("mailbox where removed_at is null"),
          full: await count("mailbox where removed_at is null and used_bytes >= quota_bytes"),
          waiting: await count("queue where state = 'waiting'"),
          failed: await count("queue where state = 'failed'"),
          quarantined: await count("quarantine"),
          partners: own.partners.status(),
          certificate: { until: new Date(certificate.validTo).toISOString(), days: Math.floor(left / day), serial: certificate.serialNumber },
        };
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/mail/:domain/mailboxes/:address/quota",
      about: "What a mailbox may hold.",
      who: administrators,
      params: operator.extend({ address: z.string().max(250) }),
      body: z.object({ megabytes: z.coerce.number().int().min(0).max(1_000_000) }),
      async handle({ params, body }) {
        const { mailboxes } = find(params.domain);
        const row = await mailboxes.find(store, params.address.toLowerCase());
        if (!row) throw mailErrors.refuse("mail.no-mailbox", { params: { address: params.address } });
        await store.transaction((tx) => mailboxes.setQuota(tx, row.address, body.megabytes * 1024 * 1024));
        return { address: row.address, megabytes: body.megabytes };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/queue/:id",
      about: "Tries a waiting message at once (`retry`), or gives it up with a report to its sender (`cancel`).",
      who: administrators,
      params: operator.extend({ id: z.uuid() }),
      body: z.object({ act: z.enum(["retry", "cancel"]) }),
      async handle({ params, body }) {
        if (!(await find(params.domain).queue[body.act](params.id))) throw mailErrors.refuse("mail.not-waiting");
        return { id: params.id, act: body.act };
      },
    }),
  ];
}

/** The same routes; those of one operator for its administrators only. */
export function forAdministrators(routes: readonly Route[], administers: AdministrationSurface["administers"]): readonly Route[] {
  return routes.map((route) => {
    if (!route.path.startsWith("/api/mail/:domain/")) return route;
    return {
      ...route,
      async handle(request) {
        const { domain } = request.params as { domain: string };
        if (!(await administers(request.actor, domain.toLowerCase()))) throw mailErrors.refuse("mail.no-operator", { params: { operator: domain } });
        return route.handle(request).catch((error: unknown) => {
          throw withFrozen(error, domain);
        });
      },
    };
  });
}

// The agency's side over the API: an operator of a sandbox gets its domain, certificate and place in the list at once.
import type { Store, Tx } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Agency } from "./agency.ts";

export type AgencySurface = {
  store: Store;
  agency: Agency;
  /** Opens the right through a file and issues the certificate, in the caller's transaction; a sandbox only. */
  enrol(tx: Tx, domain: string, organization: string | undefined): Promise<{ certificate: string; key: string; certificateName: string; serial: string }>;
  anchors(): string;
};

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(200)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/);

export function agencyRoutes({ store, agency, enrol, anchors }: AgencySurface): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/mail/operators",
      about: "An outside operator of a sandbox: its domain is listed, and it receives its certificate, its key and the anchors.",
      who: ["officer"],
      body: z.object({ domain, organization: z.string().trim().min(2).max(60).optional() }),
      handle: ({ body }) =>
        store.transaction(async (tx) => {
          const { certificateName, ...issued } = await enrol(tx, body.domain, body.organization);
          await agency.list(tx, { domain: body.domain, certificateName, holder: `operator:${body.domain}` });
          return { operator: `operator:${body.domain}`, domain: body.domain, ...issued, trust: anchors() };
        }),
    }),
  ];
}

// The agency's side over the API: an operator of a sandbox gets its domain, certificate and place in the list at once.
import type { Store, Tx } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { mailErrors } from "../errors.ts";
import type { Agency } from "./agency.ts";

const count = z.number().min(0).max(1e12);
const counts = z.record(z.string().max(80), count).refine((value) => Object.keys(value).length <= 500, "500 entries at most");
/** As `computeIndicators` makes them: counts only. */
const indicatorsSchema = z.object({
  availability: z.number().min(0).max(100),
  mailboxes: counts,
  messages: counts,
  with_documents: count,
  with_qualified_identity: count,
  document_codes: counts,
  receipts: count,
  sign_ins: count,
  delivery_seconds_median: count.nullable(),
});

export type AgencySurface = {
  store: Store;
  agency: Agency;
  /** Opens the right through a file and issues the certificate, in the caller's transaction; a sandbox only. */
  enrol(tx: Tx, domain: string, organization: string | undefined): Promise<{ certificate: string; key: string; certificateName: string; serial: string }>;
  anchors(): string;
  /** Whether who asks speaks for this domain: a contact of the party whose right it is. */
  speaksFor(actor: Actor, domain: string): Promise<boolean>;
};

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(200)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/);

export function agencyRoutes({ store, agency, enrol, anchors, speaksFor }: AgencySurface): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/mail-indicators/:month",
      about: "The indicators of a month from an operator that runs elsewhere (MSS 5.1); the same month again replaces them.",
      who: ["officer", "operator-contact"],
      params: z.object({ month: z.string().regex(/^20\d\d-(?:0[1-9]|1[0-2])$/) }),
      body: z.object({ domain, report: indicatorsSchema }),
      async handle({ params, body, actor }) {
        if (!(await speaksFor(actor, body.domain))) throw mailErrors.refuse("mail.no-operator", { params: { operator: body.domain } });
        await store.transaction((tx) => agency.receive(tx, { domain: body.domain, month: params.month, report: { ...body.report, month: params.month } }));
        return { domain: body.domain, month: params.month };
      },
    }),
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

// Operators publish over the API: one mailbox, a daily file, a reconciliation, a local registration.
import type { Evidence } from "@cercle/evidence";
import { say } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Access, Accesses } from "./access.ts";
import { directoryErrors } from "./errors.ts";
import { takeDailyFile } from "./mailboxes/daily-file.ts";
import { registerLocally } from "./mailboxes/local-registration.ts";
import type { Operator, Publications } from "./mailboxes/publication.ts";
import { mailboxKinds } from "./mailboxes/rules.ts";
import type { Registry } from "./registry.ts";

const operators = ["operator-contact", "officer"];
const address = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .regex(/^[^@\s|]{1,64}@[^@\s|]{3,250}$/);
const words = z.string().trim().max(200);
const publication = z.object({
  address,
  kind: z.enum(mailboxKinds),
  national_id: z.string().max(60).optional(),
  structure_id: z.string().max(60).optional(),
  service: words.default(""),
  description: words.default(""),
  responsible: z.string().max(60).optional(),
  red_list: z.boolean().default(false),
});
const changes = z.object({
  red_list: z.boolean().optional(),
  rank: z.number().int().min(1).max(100).optional(),
  description: words.optional(),
  service: words.optional(),
  responsible: z.string().max(60).optional(),
});
const registration = z.object({
  structure_id: z.string().max(60),
  number: z.string().regex(/^[A-Za-z0-9._-]{1,30}$/),
  family_name: z.string().trim().min(1).max(80),
  given_name: z.string().trim().min(1).max(80),
  profession: z.string().max(10).default(""),
  authority: z.string().max(60),
  check: z.object({ document: z.string().trim().min(2).max(80), on: z.iso.date() }),
});

export function mailboxRoutes({
  store,
  evidence,
  publications,
  accesses,
  registry,
  operatorOf,
}: {
  store: Store;
  evidence: Evidence;
  publications: Publications;
  accesses: Accesses;
  registry: Registry;
  operatorOf(actor: Actor): Operator;
}): readonly Route[] {
  const admit = (actor: Actor, from: string, what: string, purpose: Access["purpose"] = "feed"): Access => {
    const access: Access = { surface: "api", actor, address: from, purpose };
    accesses.admit(access, { what });
    accesses.record(access, { what }, 1);
    return access;
  };
  return [
    defineRoute({
      method: "POST",
      path: "/api/directory/mailboxes",
      about: "Publishes a mailbox, at once.",
      who: operators,
      body: publication,
      async handle({ body, actor, address: from }) {
        admit(actor, from, "publish", "create-mailbox");
        await store.transaction((tx) =>
          publications.publish(tx, operatorOf(actor), {
            address: body.address,
            kind: body.kind,
            nationalId: body.national_id,
            structureId: body.structure_id,
            service: body.service,
            description: body.description,
            responsible: body.responsible,
            redList: body.red_list,
          }),
        );
        return { address: body.address, kind: body.kind };
      },
    }),
    defineRoute({
      method: "PATCH",
      path: "/api/directory/mailboxes/:address",
      about: "Changes what may change of a published mailbox.",
      who: operators,
      params: z.object({ address }),
      body: changes,
      async handle({ params, body, actor, address: from }) {
        admit(actor, from, "change");
        const { red_list, ...rest } = body;
        const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
        await store.transaction((tx) =>
          publications.change(tx, operatorOf(actor), params.address, { ...given, ...(red_list === undefined ? {} : { redList: red_list }) }),
        );
        return { address: params.address };
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/directory/mailboxes/:address",
      about: "Removes a mailbox from the directory, at once.",
      who: operators,
      params: z.object({ address }),
      async handle({ params, actor, address: from }) {
        admit(actor, from, "remove");
        await store.transaction((tx) => publications.remove(tx, operatorOf(actor), params.address));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/directory/mailboxes",
      about: "What this operator has published, its red list included; `after` turns pages.",
      who: operators,
      query: z.object({ after: z.string().max(320).default(""), limit: z.coerce.number().int().min(1).max(1000).default(200) }),
      async handle({ query, actor, address: from }) {
        admit(actor, from, "own mailboxes");
        return publications.list(operatorOf(actor).key, query.after, query.limit);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/directory/mailboxes/file",
      about: "The daily file: one act a line; answers a report of every line.",
      who: operators,
      body: z.object({ content: z.string().max(1_000_000) }),
      async handle({ body, actor, language, address: from }) {
        admit(actor, from, "daily file");
        const reports = await takeDailyFile(store, publications, operatorOf(actor), body.content);
        return reports.map(({ text, params, ...report }) => ({
          ...report,
          ...(text ? { reason: say(text, language, params as Record<string, string>) } : {}),
        }));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/directory/mailboxes/reconciliation",
      about: "Compares what a mail server has under one domain with what its operator published.",
      who: operators,
      body: z.object({ domain: z.string().max(250), addresses: z.array(address).max(20_000) }),
      async handle({ body, actor, address: from }) {
        admit(actor, from, "reconciliation");
        const operator = operatorOf(actor);
        if (!(await operator.mayPublish(store, body.domain)))
          throw directoryErrors.refuse("directory.not-your-domain", { params: { address: body.domain }, clause: "MSS 5.1" });
        const rows = await store.query<{ address: string }>(
          "select address from directory.mailbox where source = 1 and rev_to = 2147483647 and split_part(address, '@', 2) = $1 order by address",
          [body.domain.toLowerCase()],
        );
        const published = new Set(rows.map((row) => row.address));
        const present = new Set(body.addresses);
        return { unpublished: [...present].filter((one) => !published.has(one)), without_mailbox: [...published].filter((one) => !present.has(one)) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/directory/local-persons",
      about: "Registers a person without national identifier, on the word of the head of the structure, who checked the identity.",
      who: operators,
      body: registration,
      async handle({ body, actor, address: from }) {
        admit(actor, from, "local registration", "create-mailbox");
        const id = await store.transaction((tx) =>
          registerLocally(
            tx,
            { registry, evidence, by: operatorOf(actor).key },
            {
              structureId: body.structure_id,
              number: body.number,
              familyName: body.family_name,
              givenName: body.given_name,
              profession: body.profession,
              authority: body.authority,
              check: body.check,
            },
          ),
        );
        return { id };
      },
    }),
  ];
}

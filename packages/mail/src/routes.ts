// Operators over the API: mailboxes, passwords, queue, partners.
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { mailErrors } from "./errors.ts";
import { isTestAddress } from "./gateway.ts";
import type { Operator } from "./operator.ts";
import type { MailRights } from "./ports.ts";

export type MailSurface = { store: Store; operators: readonly Operator[]; rights: MailRights };

const operator = z.object({ domain: z.string().max(120) });
const one = operator.extend({ address: z.string().max(250) });
const officers = ["officer"];
const maximumTestMailboxes = 25;

export function mailRoutes({ store, operators, rights }: MailSurface): readonly Route[] {
  const find = (domain: string): Operator => {
    const found = operators.find((known) => known.domain === domain.toLowerCase());
    if (!found) throw mailErrors.refuse("mail.no-operator", { params: { operator: domain } });
    return found;
  };
  /** MSS 4.1: before validation, test mailboxes only and twenty-five at most. */
  const checkProvisional = async (own: Operator, address: string): Promise<void> => {
    if (rights.find(own.domain)?.phase !== "provisional") return;
    const clause = "MSS 4.1";
    if (!isTestAddress(address)) throw mailErrors.refuse("mail.not-a-test-mailbox", { params: { domain: own.domain }, clause });
    if ((await own.mailboxes.list(store)).length >= maximumTestMailboxes) throw mailErrors.refuse("mail.too-many-test-mailboxes", { clause });
  };
  return [
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/mailboxes",
      about: "Mailboxes of an operator.",
      who: officers,
      params: operator,
      handle: async ({ params }) => find(params.domain).mailboxes.list(store),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/mailboxes",
      about: "Makes a mailbox.",
      who: officers,
      params: operator,
      body: z.object({ address: z.string().max(250), kind: z.enum(["personal", "organisational", "applicative"]), responsible: z.string().max(40).optional() }),
      async handle({ params, body }) {
        const own = find(params.domain);
        const address = body.address.trim().toLowerCase();
        const shape = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9.-]+)$/.exec(address);
        if (shape?.[1] !== own.domain) throw mailErrors.refuse("mail.bad-address", { params: { address, domain: own.domain } });
        await checkProvisional(own, address);
        await store.transaction((tx) => own.mailboxes.create(tx, { address, kind: body.kind, ...(body.responsible ? { responsible: body.responsible } : {}) }));
        return { address, kind: body.kind };
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/mail/:domain/mailboxes/:address",
      about: "Removes a mailbox: nobody signs in to it any more.",
      who: officers,
      params: one,
      handle: ({ params }) => store.transaction((tx) => find(params.domain).mailboxes.remove(tx, params.address.toLowerCase())),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/mailboxes/:address/passwords",
      about: "A password for one device, shown once.",
      who: officers,
      params: one,
      body: z.object({ label: z.string().trim().min(1).max(80) }),
      handle: ({ params, body }) => store.transaction((tx) => find(params.domain).mailboxes.addPassword(tx, params.address.toLowerCase(), body.label)),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/mail/:domain/mailboxes/:address/passwords/:id",
      about: "Withdraws a device's password.",
      who: officers,
      params: one.extend({ id: z.uuid() }),
      handle: ({ params }) => store.transaction((tx) => find(params.domain).mailboxes.revokePassword(tx, params.address.toLowerCase(), params.id)),
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/queue",
      about: "What leaves, and what became of it.",
      who: officers,
      params: operator,
      handle: async ({ params }) => (await find(params.domain).queue.list()).map((row) => ({ ...row, next_at: row.next_at.toString() })),
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/partners",
      about: "The whitelist that the operator applies: how many domains, of when, and the alarm when the last one was refused.",
      who: officers,
      params: operator,
      handle: async ({ params }) => find(params.domain).partners.status(),
    }),
  ];
}

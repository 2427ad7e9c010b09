// Mailboxes over the API: made with who answers for them, published, used by persons or a component; what each did.
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { mailErrors } from "../errors.ts";
import { isTestAddress } from "../gateway/gateway.ts";
import type { Operator } from "../operator.ts";
import type { MailPeople, MailRights, PeerVerdict, Publication } from "../ports.ts";
import type { MailboxRow } from "./mailboxes.ts";

export type MailboxSurface = {
  store: Store;
  find(domain: string): Operator;
  rights: MailRights;
  people: MailPeople;
  publication: Publication | undefined;
  /** Of a component's certificate, PEM. */
  verifyComponent(certificate: string): Promise<PeerVerdict>;
};

const operator = z.object({ domain: z.string().max(120) });
const one = operator.extend({ address: z.string().max(250) });
const officers = ["officer", "operator-contact"];
const person = z.string().trim().min(2).max(60);
const maximumTestMailboxes = 25;
const kinds = z.enum(["personal", "organisational", "applicative"]);
const wanted = z.object({
  address: z.string().max(250),
  kind: kinds,
  responsible: person.optional(),
  structure: z.string().trim().max(40).optional(),
  service: z.string().trim().max(120).optional(),
  red_list: z.boolean().default(false),
});

/** An administrator by account; a command of the machine is its operator. */
const actorOf = (actor: Actor): string => (actor.kind === "account" ? `account:${actor.id}` : "operator");

export function mailboxRoutes(surface: MailboxSurface): readonly Route[] {
  const { store, find, publication } = surface;
  const get = async (params: { domain: string; address: string }): Promise<{ own: Operator; row: MailboxRow }> => {
    const own = find(params.domain);
    const row = await own.mailboxes.find(store, params.address.toLowerCase());
    if (!row) throw mailErrors.refuse("mail.no-mailbox", { params: { address: params.address } });
    return { own, row };
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
      about: "Makes a mailbox, under the responsibility of a professional, and publishes it.",
      who: officers,
      params: operator,
      body: wanted,
      handle: ({ params, body }) => makeMailbox(surface, find(params.domain), body),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/mail/:domain/mailboxes/:address",
      about: "Removes a mailbox: nobody signs in to it any more, and the directory forgets it.",
      who: officers,
      params: one,
      async handle({ params }) {
        const { own, row } = await get(params);
        await store.transaction((tx) => own.mailboxes.remove(tx, row.address));
        await publication?.remove(row.address);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/mailboxes/:address/users",
      about: "Who uses a mailbox.",
      who: officers,
      params: one,
      async handle({ params }) {
        const { own, row } = await get(params);
        return own.mailboxes.users.list(store, row.address);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/mailboxes/:address/users",
      about: "Lets a person, or a component, use a mailbox; each signs in as oneself.",
      who: officers,
      params: one,
      body: z.object({ holder: person, may_send: z.boolean().default(true) }),
      async handle({ params, body, actor }) {
        const { own, row } = await get(params);
        const kind = row.kind === "applicative" ? "component" : "person";
        if (kind === "person" && !(await surface.people.isActive(body.holder)))
          throw mailErrors.refuse("mail.unknown-person", { params: { person: body.holder }, clause: "MSS 6.2" });
        await store.transaction(async (tx) => {
          await own.mailboxes.users.add(tx, row.address, { holder: body.holder, kind, maySend: body.may_send }, row.kind);
          await own.mailboxes.trail.act(tx, { address: row.address, holder: actorOf(actor), what: "use-given" });
        });
        return { address: row.address, holder: body.holder, kind };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/mailboxes/:address/certificates",
      about: "Certificates by which components open an applicative mailbox.",
      who: officers,
      params: one,
      async handle({ params }) {
        const { own, row } = await get(params);
        return (await own.mailboxes.components.list(store, row.address)).map((bound) => ({ ...bound, not_after: bound.not_after.toString() }));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/mailboxes/:address/certificates",
      about: "Binds a component's certificate (PEM) to an applicative mailbox: it signs in with it (SASL EXTERNAL).",
      who: officers,
      params: one,
      body: z.object({ certificate: z.string().max(20_000), holder: person.optional(), may_send: z.boolean().default(true) }),
      async handle({ params, body }) {
        const { own, row } = await get(params);
        const { users, components } = own.mailboxes;
        const holder = body.holder ?? `component:${row.address}`;
        const verdict = await surface.verifyComponent(body.certificate);
        if (!verdict.ok) throw mailErrors.refuse("mail.bad-certificate", { params: { reason: verdict.reason } });
        return store.transaction(async (tx) => {
          await users.add(tx, row.address, { holder, kind: "component", maySend: body.may_send }, row.kind);
          const { fingerprint, subject, not_after: until } = await components.bind(tx, { address: row.address, holder }, body.certificate);
          return { address: row.address, holder, kind: "component", fingerprint, subject, not_after: until.toString() };
        });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/mail/:domain/mailboxes/:address/certificates/:fingerprint",
      about: "A certificate opens the mailbox no longer.",
      who: officers,
      params: one.extend({ fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
      async handle({ params }) {
        const { own, row } = await get(params);
        if (!(await store.transaction((tx) => own.mailboxes.components.unbind(tx, row.address, params.fingerprint))))
          throw mailErrors.refuse("mail.bad-certificate", { params: { reason: "not bound" } });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/mail/:domain/mailboxes/:address/users/:holder",
      about: "Ends a person's use of a mailbox.",
      who: officers,
      params: one.extend({ holder: person }),
      async handle({ params, actor }) {
        const { own, row } = await get(params);
        await store.transaction(async (tx) => {
          await own.mailboxes.users.remove(tx, row.address, params.holder);
          await own.mailboxes.trail.act(tx, { address: row.address, holder: actorOf(actor), what: "use-withdrawn" });
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/mailboxes/:address/acts",
      about: "Who did what in a mailbox, newest first.",
      who: officers,
      params: one,
      async handle({ params }) {
        const own = find(params.domain);
        return (await own.mailboxes.trail.acts(store, params.address.toLowerCase(), "administrator")).map((row) => ({ ...row, at: row.at.toString() }));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/mailboxes/:address/passwords",
      about: "A password for one device of one person, shown once; the evidence agreement is accepted before.",
      who: officers,
      params: one,
      body: z.object({ label: z.string().trim().min(1).max(80), person: person.optional(), accept_agreement: z.boolean().default(false) }),
      async handle({ params, body, actor }) {
        const { own, row } = await get(params);
        if (!own.passwords) throw mailErrors.refuse("mail.no-app-passwords", { clause: "MSS 6.2" });
        // In a sandbox a mailbox without a named person belongs to a test person, who accepts everything.
        const byItself = body.person === undefined && row.responsible !== null && (await surface.people.isDemo(row.responsible));
        return store.transaction(async (tx) => {
          const { users } = own.mailboxes;
          const [first] = await users.list(tx, row.address);
          const holder = body.person ?? (row.kind === "applicative" ? first?.holder : row.responsible) ?? "";
          const user = await users.find(tx, row.address, holder);
          if (!user) throw mailErrors.refuse("mail.not-a-user", { params: { person: holder, address: row.address }, clause: "MSS 6.2" });
          const version = own.agreementVersion;
          if (user.kind === "person" && !(await users.hasAccepted(tx, holder, version))) {
            if (!body.accept_agreement && !byItself) throw mailErrors.refuse("mail.agreement", { params: { version, person: holder }, clause: "MSS 5.1" });
            await users.accept(tx, holder, version, byItself ? "sandbox" : "with a device's password");
          }
          // A password opens the mailbox: its owner sees who gave one.
          await own.mailboxes.trail.act(tx, { address: row.address, holder: actorOf(actor), what: "password-given" });
          return { ...(await own.mailboxes.addPassword(tx, row.address, { label: body.label, holder })), holder };
        });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/mail/:domain/mailboxes/:address/passwords/:id",
      about: "Withdraws a device's password.",
      who: officers,
      params: one.extend({ id: z.uuid() }),
      handle: ({ params }) => store.transaction((tx) => find(params.domain).mailboxes.revokePassword(tx, params.address.toLowerCase(), params.id)),
    }),
  ];
}

async function makeMailbox({ store, rights, people, publication }: MailboxSurface, own: Operator, body: z.output<typeof wanted>): Promise<object> {
  const address = body.address.trim().toLowerCase();
  const { kind } = body;
  const shape = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9.-]+)$/.exec(address);
  if (shape?.[1] !== own.domain) throw mailErrors.refuse("mail.bad-address", { params: { address, domain: own.domain } });
  const provisional = rights.find(own.domain)?.phase === "provisional";
  if (provisional && !isTestAddress(address)) throw mailErrors.refuse("mail.not-a-test-mailbox", { params: { domain: own.domain }, clause: "MSS 4.1" });
  const responsible = body.responsible ?? (await people.demo());
  if (!responsible) throw mailErrors.refuse("mail.responsible-needed", { params: { address }, clause: "MSS 3" });
  if (!(await people.isActive(responsible))) throw mailErrors.refuse("mail.unknown-person", { params: { person: responsible }, clause: "MSS 6.2" });
  // Technical mailboxes may stay out of the directory (MSS 5.1): those of a sandbox that name neither person nor structure.
  const published = publication && (body.structure !== undefined || (kind === "personal" && body.responsible !== undefined));
  if (published) await publication.publish({ address, kind, responsible, structure: body.structure, service: body.service ?? "", redList: body.red_list });
  try {
    await store.transaction(async (tx) => {
      // MSS 4.1: twenty-five at most, also when asked for at once.
      await tx.run("select pg_advisory_xact_lock(hashtext($1))", [`mailboxes ${own.domain}`]);
      if (provisional && (await own.mailboxes.list(tx)).length >= maximumTestMailboxes)
        throw mailErrors.refuse("mail.too-many-test-mailboxes", { clause: "MSS 4.1" });
      await own.mailboxes.create(tx, { address, kind, responsible });
      const user = kind === "applicative" ? { holder: `component:${address}`, kind: "component" as const } : { holder: responsible, kind: "person" as const };
      await own.mailboxes.users.add(tx, address, { ...user, maySend: true }, kind);
    });
  } catch (error) {
    if (published) await publication.remove(address);
    throw error;
  }
  return { address, kind, responsible, published: published === true };
}

// Custody over the API: terms, holds, accesses. Every route is of one operator, for its administrators only.
import { Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { mailErrors } from "../errors.ts";
import type { Operator } from "../operator.ts";
import type { CustodyDecisions } from "../ports.ts";
import { decodeWords } from "../search/search-text.ts";
import { stateOf } from "./accesses.ts";
import type { AccessRow, HoldRow } from "./parts.ts";
import { allowsDays, findTerms, longestTerm, setTerms, termRules, terms } from "./terms.ts";

export type CustodySurface = {
  readonly store: Store;
  readonly decisions: CustodyDecisions;
  find(domain: string): Operator;
  /** The space's clock. */
  clock(): Temporal.Instant;
};

const operator = z.object({ domain: z.string().max(120) });
const one = operator.extend({ id: z.uuid() });
const administrators = ["officer", "operator-contact"];
const text = (most: number) => z.string().trim().min(3).max(most);
const address = z.string().trim().toLowerCase().max(250);
const instant = z.iso.datetime({ offset: true });
const days = z.coerce.number().int().min(0).max(longestTerm).optional();

/** Who acts, by name; a command of the machine is nobody. */
function named(actor: Actor): string {
  if (actor.kind !== "account") throw mailErrors.refuse("mail.named-administrator");
  return `account:${actor.id}`;
}

export function custodyRoutes(surface: CustodySurface): readonly Route[] {
  return [...termRoutes(surface), ...holdRoutes(surface), ...accessRoutes(surface)];
}

function termRoutes({ store, find, clock }: CustodySurface): readonly Route[] {
  const show = async ({ mailboxes }: Operator): Promise<object> => ({
    days: await findTerms(store, mailboxes.schema),
    erased: (
      await store.query<{ at: Temporal.Instant; rule: string; address: string | null; count: number; bytes: number; digest: string }>(
        `select at, rule, address, count, bytes, digest from ${mailboxes.schema}.erasure order by id desc limit 100`,
      )
    ).map((row) => ({ ...row, at: row.at.toString() })),
  });
  return [
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/retention",
      about: "How many days an operator keeps what, and what was erased lately: counts and digests.",
      who: administrators,
      params: operator,
      handle: ({ params }) => show(find(params.domain)),
    }),
    defineRoute({
      method: "PUT",
      path: "/api/mail/:domain/retention",
      about: "Changes how many days things are kept; 0 keeps them until somebody removes them.",
      who: administrators,
      params: operator,
      body: z.object({ trash: days, junk: days, removed: days, traces: days }),
      async handle({ params, body, actor }) {
        const own = find(params.domain);
        for (const term of terms) {
          const wanted = body[term];
          if (wanted !== undefined && !allowsDays(term, wanted))
            throw mailErrors.refuse("mail.bad-term", { params: { term, least: termRules[term].least, most: longestTerm } });
        }
        const changed = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const who = actor.kind === "account" ? named(actor) : "operator";
        await store.transaction(async (tx) => {
          await setTerms(tx, own.mailboxes.schema, changed, { who, at: clock() });
          await own.trace(tx, "retention-changed", { by: who, ...changed });
          tx.afterCommit(own.erase);
        });
        return show(own);
      },
    }),
  ];
}

function holdRoutes({ store, find, decisions }: CustodySurface): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/holds",
      about: "Legal holds, those in force first, with how much each keeps that its users removed.",
      who: administrators,
      params: operator,
      handle: async ({ params }) => (await find(params.domain).custody.holds.list(store)).map(describeHold),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/holds",
      about: "Places a legal hold on a mailbox: what is removed from now on is kept, out of its users’ sight.",
      who: administrators,
      params: operator,
      body: z.object({ address, reference: text(120), reason: text(1000), tell_owner: z.boolean().default(true) }),
      async handle({ params, body, actor }) {
        const by = named(actor);
        const { tell_owner: tellOwner, ...hold } = body;
        return describeHold(await store.transaction((tx) => find(params.domain).custody.holds.place(tx, { ...hold, tellOwner, by })));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/holds/:id/lift",
      about: "Asks for a hold to be lifted; another administrator confirms.",
      who: administrators,
      params: one,
      body: z.object({ reason: text(1000) }),
      async handle({ params, body, actor }) {
        const own = find(params.domain);
        const by = named(actor);
        const { propose } = decisions.by(actor, own.domain);
        return { decision: await store.transaction((tx) => own.custody.holds.proposeLift(tx, params.id, { ...body, by, propose })) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/custody-decisions/:reference",
      about: "Another administrator confirms what one asked for, and it is done; or refuses it.",
      who: administrators,
      params: operator.extend({ reference: z.string().max(40) }),
      body: z.object({ act: z.enum(["confirm", "refuse"]), reason: z.string().trim().max(1000).default("") }),
      async handle({ params, body, actor }) {
        const by = named(actor);
        // Only what waits at this operator: other decisions of the house are not of this door.
        const own = find(params.domain);
        const settle = async (tx: Tx): Promise<void> => {
          if (body.act === "confirm") return decisions.confirm(tx, params.reference, actor);
          await decisions.refuse(tx, params.reference, actor, body.reason);
          await own.custody.accesses.withdraw(tx, params.reference, by);
        };
        const { schema } = own.mailboxes;
        await store.transaction(async (tx) => {
          const known = await tx.first(
            `select 1 as found from ${schema}.content_access where decision = $1 union all select 1 from ${schema}.legal_hold where decision = $1`,
            [params.reference],
          );
          if (!known) throw mailErrors.refuse("mail.no-access");
          await settle(tx);
        });
        return { decision: params.reference, act: body.act };
      },
    }),
  ];
}

function accessRoutes({ store, find, decisions, clock }: CustodySurface): readonly Route[] {
  const describe = (row: AccessRow): object => describeAccess(row, clock());
  return [
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/accesses",
      about: "Accesses of administrators to content: asked, open, ended.",
      who: administrators,
      params: operator,
      handle: async ({ params }) => (await find(params.domain).custody.accesses.list(store)).map(describe),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/accesses",
      about: "Asks to read a mailbox, or part of it, until an end; nothing opens before another administrator confirms.",
      who: administrators,
      params: operator,
      body: z.object({
        address,
        reason: text(1000),
        ends_at: instant,
        folder: z.string().max(250).optional(),
        since: instant.optional(),
        before: instant.optional(),
        message_id: z.string().max(500).optional(),
        digest: z.string().max(60).optional(),
      }),
      async handle({ params, body, actor }) {
        const own = find(params.domain);
        const by = named(actor);
        const { trail } = own.mailboxes;
        const message = body.digest ?? (body.message_id === undefined ? undefined : await trail.find(store, body.message_id));
        if (body.message_id !== undefined && message === undefined) throw mailErrors.refuse("mail.no-message");
        const at = (given: string | undefined): Temporal.Instant | null => (given === undefined ? null : Temporal.Instant.from(given));
        const scope = { folder: body.folder ?? null, since: at(body.since), before: at(body.before), message: message ?? null };
        const { propose } = decisions.by(actor, own.domain);
        const wanted = { ...scope, address: body.address, reason: body.reason, endsAt: Temporal.Instant.from(body.ends_at), by, propose };
        return describe(await store.transaction((tx) => own.custody.accesses.ask(tx, wanted)));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/accesses/:id/close",
      about: "Ends an access before its time, or withdraws what was asked.",
      who: administrators,
      params: one,
      async handle({ params, actor }) {
        const by = named(actor);
        await store.transaction((tx) => find(params.domain).custody.accesses.close(tx, params.id, by));
        return { id: params.id };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/accesses/:id/messages",
      about: "Messages within an open access, newest first, those that a hold keeps included; for the two who opened it. Written down.",
      who: administrators,
      params: one,
      query: z.object({ page: z.coerce.number().int().min(0).max(10_000).default(0) }),
      async handle({ params, query, actor }) {
        const seen = await find(params.domain).custody.accesses.messages(params.id, named(actor), query.page);
        return seen.map(({ structure, ...row }) => {
          const [from] = structure?.envelope?.from ?? [];
          return { ...row, subject: decodeWords(structure?.envelope?.subject ?? ""), from: from ? `${from.mailbox ?? ""}@${from.host ?? ""}` : "" };
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/accesses/:id/messages/:folder/:uid",
      about: "One message within an open access, as it was received; written down with its reader in the same transaction.",
      who: administrators,
      params: one.extend({ folder: z.coerce.number().int().min(1), uid: z.coerce.number().int().min(1) }),
      query: z.object({ as: z.enum(["message", "json"]).default("message") }),
      async handle({ params, query, actor }) {
        const { id, folder, uid } = params;
        const body = await find(params.domain).custody.accesses.read(id, named(actor), { folder, uid });
        if (query.as === "json") return { size: body.length, raw: body.toString("base64") };
        const headers = { "content-disposition": "attachment; filename=message.eml", "x-content-type-options": "nosniff" };
        return new Reply({ body, type: "message/rfc822", headers });
      },
    }),
  ];
}

function describeHold(row: HoldRow): object {
  return { ...row, placed_at: row.placed_at.toString(), lifted_at: row.lifted_at?.toString() ?? null };
}

function describeAccess({ address, folder, message, reason, asked_by, opened_by, closed_by, decision, id, ...row }: AccessRow, now: Temporal.Instant): object {
  const at = (instant: Temporal.Instant | null): string | null => instant?.toString() ?? null;
  const moments = { since: at(row.since), before: at(row.before), asked_at: at(row.asked_at), ends_at: at(row.ends_at) };
  const state = stateOf({ address, folder, message, reason, asked_by, opened_by, closed_by, decision, id, ...row }, now);
  const later = { opened_at: at(row.opened_at), closed_at: at(row.closed_at), told_at: at(row.told_at) };
  return { id, state, address, folder, message, reason, asked_by, opened_by, closed_by, decision, ...moments, ...later };
}

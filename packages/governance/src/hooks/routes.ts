// Webhooks and reminders over the API. Of a hook only its own side learns anything.
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { type Access, isAgency } from "../access.ts";
import { actorKey } from "../actor-key.ts";
import { governanceErrors } from "../errors.ts";
import type { Parties } from "../parties/parties.ts";
import type { Deliveries, DeliveryRow } from "./deliveries.ts";
import type { HookRow, Hooks } from "./hooks.ts";
import type { Reminders } from "./reminders.ts";

const sides = ["officer", "second-officer", "vendor", "operator-contact"];
const one = z.object({ hook: z.uuid() });
const file = z.string().max(40);
const reference = z.object({ reference: file });

export type HooksSurface = { store: Store; access: Access; parties: Parties; hooks: Hooks; deliveries: Deliveries; reminders: Reminders; hasRelay: boolean };

export function hookRoutes({ store, access, parties, hooks, deliveries, reminders, hasRelay }: HooksSurface): readonly Route[] {
  /** The sides on which an actor stands: `null` is the agency. */
  const sidesOf = async (actor: Actor): Promise<readonly (string | null)[]> =>
    isAgency(actor) ? [null] : actor.kind === "account" ? parties.of(store, actor.id) : [];
  const own = async (actor: Actor, id: string): Promise<HookRow> => {
    const hook = await hooks.find(store, id);
    if (!hook || !(await sidesOf(actor)).includes(hook.party_id)) throw governanceErrors.refuse("governance.no-hook");
    return hook;
  };
  return [
    defineRoute({
      method: "GET",
      path: "/api/hooks",
      about: "Webhooks of one's side, newest first; without their secrets.",
      who: sides,
      handle: async ({ actor }) =>
        (await hooks.list(store, await sidesOf(actor))).map((hook) => ({
          id: hook.id,
          url: hooks.address(hook),
          file: hook.file,
          party: hook.party_id,
          created_at: hook.created_at.toString(),
        })),
    }),
    defineRoute({
      method: "POST",
      path: "/api/hooks",
      about:
        "Asks to be told, at an address, of entries and last days of one file, or of all files of one's side (`party` when one acts for several). The secret that signs is shown once.",
      who: sides,
      perMinute: 30,
      body: z.object({ url: z.url({ protocol: /^https?$/ }).max(500), file: file.optional(), party: z.uuid().optional() }),
      async handle({ body, actor }) {
        const held = await sidesOf(actor);
        const seen = body.file === undefined ? undefined : await access.read(actor, body.file);
        const party = held.includes(null) ? null : (seen?.file.party_id ?? body.party ?? (held.length === 1 ? held[0] : undefined));
        if (party === undefined || !held.includes(party)) throw governanceErrors.refuse("governance.which-party");
        return store.transaction((tx) => hooks.add(tx, { party, file: seen?.file.id, url: body.url, by: actorKey(actor) }));
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/hooks/:hook",
      about: "Ends a webhook, and what it was still to be told.",
      who: sides,
      params: one,
      async handle({ params, actor }) {
        const hook = await own(actor, params.hook);
        await store.transaction((tx) => hooks.end(tx, hook.id));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/hooks/:hook/deliveries",
      about: "What a webhook was told, newest first: each attempt with its status, its duration and why it failed.",
      who: sides,
      params: one,
      handle: async ({ params, actor }) => (await deliveries.list(store, (await own(actor, params.hook)).id)).map(describe),
    }),
    defineRoute({
      method: "POST",
      path: "/api/hooks/:hook/replay",
      about: "Tells again: one delivery, or everything since an instant (at most 1,000). Each keeps its id, so that the receiver knows it.",
      who: sides,
      perMinute: 10,
      params: one,
      body: z.union([z.object({ delivery: z.uuid() }), z.object({ since: z.iso.datetime({ offset: true }) })]),
      async handle({ params, body, actor }) {
        const hook = await own(actor, params.hook);
        const what = "delivery" in body ? body : { since: Temporal.Instant.from(body.since) };
        return { queued: await store.transaction((tx) => deliveries.replay(tx, hook.id, what)) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/reminders",
      about: "Reminders sent of a file's last days, and whether its contact person gets them by e-mail.",
      who: sides,
      params: reference,
      async handle({ params, actor }) {
        const { file: row } = await access.read(actor, params.reference);
        const facts = await store.first<{ reminders_by_mail: boolean }>("select reminders_by_mail from governance.file where id = $1", [row.id]);
        return {
          by_mail: facts?.reminders_by_mail ?? false,
          relay: hasRelay,
          sent: (await reminders.list(store, row.id)).map((sent) => ({ ...sent, sent_at: sent.sent_at.toString() })),
        };
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/files/:reference/reminders",
      about: "Lets the contact person of the file's party have reminders by e-mail, or ends them.",
      who: sides,
      params: reference,
      body: z.object({ by_mail: z.boolean() }),
      async handle({ params, body, actor }) {
        const { file: row } = await access.read(actor, params.reference);
        await store.run("update governance.file set reminders_by_mail = $2 where id = $1", [row.id, body.by_mail]);
      },
    }),
  ];
}

function describe(row: DeliveryRow): object {
  return {
    ...row,
    state: row.done_at ? "delivered" : row.given_up_at ? "given-up" : "waiting",
    created_at: row.created_at.toString(),
    next_at: row.next_at?.toString() ?? null,
    done_at: row.done_at?.toString() ?? null,
    given_up_at: row.given_up_at?.toString() ?? null,
  };
}

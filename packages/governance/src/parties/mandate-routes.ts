// Mandates over the API, and the trace that every request of an outside controller leaves.
import type { Evidence } from "@cercle/evidence";
import { Refusal, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { type Access, agencyRoles, isController } from "../access.ts";
import { actorKey } from "../actor-key.ts";
import { type FindAccount, type MandateRow, type Mandates, mandateGiven } from "./mandates.ts";

const officers = ["officer", "second-officer"];
const reference = z.object({ reference: z.string().max(40) });
const one = reference.extend({ mandate: z.uuid() });
const mostTraces = 500;

export type MandatesSurface = { store: Store; evidence: Evidence; access: Access; mandates: Mandates; findAccount: FindAccount };

export function mandateRoutes({ store, evidence, access, mandates, findAccount }: MandatesSurface): readonly Route[] {
  const describe = (row: MandateRow): object => ({
    id: row.id,
    account: row.account_id,
    state: mandates.state(row),
    begins_at: row.begins_at.toString(),
    ends_at: row.ends_at.toString(),
    revoked_at: row.revoked_at?.toString() ?? null,
    entry: row.given_entry,
    revoked_entry: row.revoked_entry,
  });
  return [
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/mandates",
      about: "Mandates of outside controllers in a file: who, from, until, which control.",
      who: agencyRoles,
      params: reference,
      async handle({ params, actor }) {
        const { file } = await access.read(actor, params.reference);
        const said = new Map((await evidence.list(store, file.id)).filter(({ type }) => type === mandateGiven).map((entry) => [entry.seq, entry.payload]));
        const rows = await mandates.list(store, file);
        return Promise.all(
          rows.map(async (row) => ({
            ...describe(row),
            name: (await findAccount(store, row.account_id))?.name ?? null,
            control: said.get(row.given_entry)?.control ?? null,
            from: said.get(row.given_entry)?.from ?? null,
            until: said.get(row.given_entry)?.until ?? null,
          })),
        );
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/files/:reference/mandates",
      about: "Lets an outside controller read one file, from a day until another, for one control. An entry of the file.",
      who: officers,
      params: reference,
      body: z.object({
        account: z.uuid(),
        from: z.iso.date(),
        until: z.iso.date(),
        control: z.string().trim().min(3).max(200),
        /** The entry that announced the control. */
        entry: z.number().int().min(1).optional(),
      }),
      async handle({ params, body, actor }) {
        const { file } = await access.read(actor, params.reference);
        const mandate = { ...body, from: Temporal.PlainDate.from(body.from), until: Temporal.PlainDate.from(body.until) };
        return describe(await store.transaction((tx) => mandates.give(tx, file, mandate, actorKey(actor))));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/files/:reference/mandates/:mandate/revocation",
      about: "Ends a mandate at once. An entry of the file.",
      who: officers,
      params: one,
      body: z.object({ reason: z.string().trim().min(3).max(2000) }),
      async handle({ params, body, actor }) {
        const { file } = await access.read(actor, params.reference);
        await store.transaction((tx) => mandates.revoke(tx, file, params.mandate, { reason: body.reason, by: actorKey(actor) }));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/mandates/:mandate/traces",
      about: "What the controller of a mandate asked in this file, and was answered, latest first.",
      who: agencyRoles,
      params: one,
      async handle({ params, actor }) {
        const { file } = await access.read(actor, params.reference);
        const row = (await mandates.list(store, file)).find(({ id }) => id === params.mandate);
        if (!row) return [];
        const traces = await evidence.traces(store, { room: "governance", subject: `account:${row.account_id}`, limit: mostTraces });
        return traces.filter(({ payload }) => payload.file === file.reference).map(({ at, payload }) => ({ at: at.toString(), ...payload }));
      },
    }),
  ];
}

/** The same route, leaving a trace of each request of an outside controller: what was asked, of which file, and how it ended. */
export function traceControllers({ store, evidence }: { store: Store; evidence: Evidence }, route: Route): Route {
  const { handle } = route;
  return {
    ...route,
    async handle(request) {
      const { actor } = request;
      if (!isController(actor)) return handle(request);
      const asked = { ...(request.query as object | undefined), ...(request.params as object | undefined) } as { reference?: unknown; file?: unknown };
      const named = [asked.reference, asked.file].find((value): value is string => typeof value === "string");
      const tell = (status: number): Promise<void> =>
        store.transaction((tx) =>
          evidence.trace(tx, {
            room: "governance",
            type: "controller-asked",
            subject: actorKey(actor),
            payload: { route: `${route.method} ${route.path}`, ...(named ? { file: named } : {}), status },
          }),
        );
      try {
        const reply = await handle(request);
        await tell(reply instanceof Reply ? reply.status : 200);
        return reply;
      } catch (error) {
        await tell(error instanceof Refusal ? error.status : 500);
        throw error;
      }
    },
  };
}

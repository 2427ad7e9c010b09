// Officers' part of the API: the register of correspondence details, sealed codes, terms, maintenance, measures, the list.
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Activations } from "./activation/activations.ts";
import { type Correspondence, parseDetails } from "./activation/correspondence.ts";
import type { Usages } from "./approval/usage.ts";
import { eCpsErrors } from "./errors.ts";
import { parseNationalId } from "./national-id.ts";
import type { Person } from "./person.ts";

const officer = ["officer"];
const who = z.object({ id: z.string().max(40) });
const words = z.object({ fr: z.string().min(1).max(4000), en: z.string().min(1).max(4000) });
const actorOf = (actor: Actor): string => (actor.kind === "account" ? `account:${actor.id}` : actor.kind);

export function officerRoutes({
  store,
  correspondence,
  activations,
  person,
  usages,
}: {
  store: Store;
  correspondence: Correspondence;
  activations: Activations;
  person: Person;
  usages: Usages;
}): readonly Route[] {
  return [
    defineRoute({ method: "GET", path: "/api/e-cps", about: "e-CPS, newest first.", who: ["officer", "auditor"], handle: () => person.list() }),
    defineRoute({
      method: "DELETE",
      path: "/api/e-cps/:id",
      about: "Removes a person's e-CPS, at the person's request.",
      who: officer,
      params: who,
      async handle({ params }) {
        const id = parseNationalId(params.id);
        const removed = await store.transaction((tx) => person.end(tx, id, "removed"));
        if (!removed) throw eCpsErrors.refuse("e-cps.no-device");
        return { id, removed };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/e-cps/:id/usage",
      about: "Traces of a person's e-CPS, for investigators: means, device, service, time, result.",
      who: ["auditor"],
      params: who,
      query: z.object({ before: z.uuid().optional() }),
      async handle({ params, query }) {
        const rows = await usages.list(store, parseNationalId(params.id), query.before ? { before: query.before } : {});
        return rows.map(({ real_at, ...row }) => ({ ...row, at: real_at.toString() }));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/e-cps/details",
      about: "Imports correspondence details: CSV `national_id;telephone;email[;birth_date]` with a head line.",
      who: officer,
      body: z.object({ csv: z.string().max(1_000_000) }),
      handle: async ({ body }) => ({ imported: await store.transaction((tx) => correspondence.importCsv(tx, body.csv)) }),
    }),
    defineRoute({
      method: "PUT",
      path: "/api/e-cps/:id/details",
      about: "Records one person's details after the identity was checked.",
      who: officer,
      params: who,
      body: z.object({ telephone: z.string().max(40), email: z.string().max(254), birth_date: z.string().max(10).optional() }),
      async handle({ params, body }) {
        const { birth_date, ...rest } = body;
        const details = parseDetails({ ...rest, ...(birth_date ? { birthDate: birth_date } : {}) });
        if (!details) throw eCpsErrors.refuse("e-cps.bad-details", { params: { line: 1 } });
        await store.transaction((tx) => correspondence.put(tx, parseNationalId(params.id), details, "officer"));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/e-cps/:id/sealed-code",
      about: "A code for a sealed envelope, after the identity was checked; shown once, valid thirty days.",
      who: officer,
      params: who,
      async handle({ params, actor }) {
        const id = parseNationalId(params.id);
        await activations.identify(id);
        return { id, code: await store.transaction((tx) => correspondence.makeSealedCode(tx, id, actorOf(actor))) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/e-cps/:id/measure",
      about: "Deactivates at once: for a breach (for good, art. 6) or a reason of general interest (art. 12.2); the person is informed.",
      who: officer,
      params: who,
      body: z.object({ ground: z.enum(["breach", "general-interest"]), reason: z.string().trim().min(5).max(500) }),
      handle: ({ params, body, actor }) => person.takeMeasure({ nationalId: parseNationalId(params.id), ...body, actor: actorOf(actor) }),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/e-cps/:id/measure",
      about: "Lifts a measure of general interest.",
      who: officer,
      params: who,
      handle: ({ params }) => person.liftMeasure(parseNationalId(params.id)),
    }),
    defineRoute({
      method: "POST",
      path: "/api/e-cps/maintenance",
      about: "Announces a maintenance in the application (art. 7).",
      who: officer,
      body: z.object({ starts_at: z.iso.datetime({ offset: true }), ends_at: z.iso.datetime({ offset: true }), text: words }),
      handle: ({ body }) =>
        person.announceMaintenance({ startsAt: Temporal.Instant.from(body.starts_at), endsAt: Temporal.Instant.from(body.ends_at), text: body.text }),
    }),
  ];
}

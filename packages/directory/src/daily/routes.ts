// Daily work over HTTP: sources and how they are doing, the change log, histories.
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Access, Accesses } from "../access.ts";
import { type Changes, changeKinds } from "./changes.ts";
import type { Sources } from "./sources.ts";

const operators = ["operator-contact", "officer"];
const officers = ["officer", "auditor"];

/** Instants as text, whatever their column. */
function written(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value !== null && typeof value === "object" && "epochMilliseconds" in value ? String(value) : value]),
  );
}

export function dailyRoutes({ sources, changes, accesses }: { sources: Sources; changes: Changes; accesses: Accesses }): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/directory/sources",
      about: "Where the day's extractions come from: last asked, last loaded, what went wrong, stale since.",
      who: officers,
      handle: async () => (await sources.list()).map(written),
    }),
    defineRoute({
      method: "POST",
      path: "/api/directory/sources/round",
      about: "Asks every source now.",
      who: "operator",
      async handle() {
        await sources.round();
        return (await sources.list()).map(written);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/directory/changes",
      about: "What changed, in the order it became visible; `next` is the place to go on from.",
      who: operators,
      query: z.object({
        kind: z.enum(changeKinds).default("person"),
        after: z.string().max(140).optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(200),
      }),
      async handle({ query, actor, address }) {
        const access: Access = { surface: "api", actor, address, purpose: "feed" };
        accesses.admit(access, { what: "changes" });
        const { changes: rows, next } = await changes.list(query.kind, query.after, query.limit);
        accesses.record(access, { what: "changes" }, rows.length);
        return { changes: rows.map(written), ...(next ? { next } : {}) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/directory/history/:kind/:id",
      about: "The versions of a person or of a mailbox, oldest first.",
      who: officers,
      params: z.object({ kind: z.enum(["person", "mailbox"]), id: z.string().min(1).max(320) }),
      handle: async ({ params }) => (await changes.history(params.kind, params.id.toLowerCase())).map(written),
    }),
  ];
}

// Imports over the control socket: a path of this machine is the operator's word alone.
import { isAbsolute } from "node:path";
import { say } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { directoryErrors } from "./errors.ts";
import type { Loads } from "./import/loads.ts";

export function importRoutes({ store, loads }: { store: Store; loads: Loads }): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/imports",
      about: "Starts an import of national extractions from files of this machine.",
      who: "operator",
      body: z.object({ files: z.array(z.string().max(1000).refine(isAbsolute)).min(1).max(20), force: z.boolean().default(false) }),
      handle: async ({ body }) => ({ id: await loads.start(body.files, { force: body.force }) }),
    }),
    defineRoute({
      method: "GET",
      path: "/api/imports/:id",
      about: "Progress of an import, then its reports.",
      who: "operator",
      params: z.object({ id: z.uuid() }),
      async handle({ params, language }) {
        const found = loads.find(params.id);
        if (!found) throw directoryErrors.refuse("directory.no-load");
        const { refusal, ...state } = found;
        return {
          ...state,
          ...(refusal ? { refusal: { code: refusal.code, status: refusal.status, title: say(refusal.text, language, refusal.params) } } : {}),
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/directory/loads",
      about: "The last loads of the registers: file, lines, what changed.",
      who: ["officer", "auditor"],
      handle: async () =>
        (
          await store.query<{ started_at: { toString(): string }; finished_at: { toString(): string } | null }>(
            "select layout, file, started_at, finished_at, state, lines, report from directory.load order by started_at desc limit 50",
          )
        ).map((load) => ({ ...load, started_at: load.started_at.toString(), finished_at: load.finished_at?.toString() ?? null })),
    }),
  ];
}

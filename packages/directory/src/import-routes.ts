// Imports over the control socket: a path of this machine is the operator's word alone.
import { createWriteStream } from "node:fs";
import { isAbsolute } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { say } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { directoryErrors } from "./errors.ts";
import { exportExtraction } from "./export.ts";
import type { Loads } from "./import/loads.ts";
import type { Search } from "./query/search.ts";

export function importRoutes({ store, loads, search }: { store: Store; loads: Loads; search: Search }): readonly Route[] {
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
      method: "POST",
      path: "/api/extractions",
      about: "Writes an extraction of what the registers hold, in a national layout, to a file of this machine.",
      who: "operator",
      body: z.object({ layout: z.enum(["activity", "know-how", "diploma", "mailbox"]), out: z.string().max(1000).refine(isAbsolute) }),
      async handle({ body }) {
        await pipeline(Readable.from(exportExtraction({ store, search }, body.layout)), createWriteStream(body.out, { mode: 0o600 }));
        return { out: body.out };
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

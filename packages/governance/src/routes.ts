// Governance's part of the API: the clock, files, rights, doors, and the sandbox grant.

import { type Evidence, verifyFile } from "@cercle/evidence";
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { actorKey } from "./actor-key.ts";
import type { GovernanceClock } from "./clock.ts";
import type { Files } from "./files/files.ts";
import type { Doors } from "./rights/doors.ts";
import type { Grants } from "./rights/grants.ts";
import { refuseMissingRight } from "./rights/missing-right.ts";

const officers = ["officer", "auditor"];
const reference = z.object({ reference: z.string().max(40) });
const clockTarget = z.union([
  z.object({ at: z.iso.datetime({ offset: true }) }),
  z.object({ by: z.string().regex(/^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/) }),
]);

export function governanceRoutes({
  store,
  clock,
  files,
  doors,
  grants,
  evidence,
  timeZone,
}: {
  store: Store;
  clock: GovernanceClock;
  files: Files;
  doors: Doors;
  grants: Grants;
  evidence: Evidence;
  /** Where the space counts its days. */
  timeZone: string;
}): readonly Route[] {
  const clockState = () => ({ now: clock.now().toString(), moved: clock.moved, time_zone: timeZone });
  return [
    defineRoute({ method: "GET", path: "/api/clock", about: "The governance clock.", who: "anyone", handle: async () => clockState() }),
    defineRoute({
      method: "PUT",
      path: "/api/clock",
      about: "Moves the governance clock of a sandbox forward, to an instant or by an ISO 8601 duration.",
      who: ["officer"],
      body: clockTarget,
      async handle({ body }) {
        await store.transaction((tx) => clock.set(tx, "at" in body ? { at: Temporal.Instant.from(body.at) } : { by: Temporal.Duration.from(body.by) }));
        return clockState();
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/clock",
      about: "Puts the clock back to real time, while no entry was recorded under the moved one.",
      who: ["officer"],
      async handle() {
        await store.transaction((tx) => clock.reset(tx));
        return clockState();
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files",
      about: "Files, newest first.",
      who: officers,
      handle: async () => (await files.list(store)).map(({ id: _, opened_at, ...file }) => ({ ...file, opened_at: opened_at.toString() })),
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference",
      about: "One file: its entries and the rights it gives now.",
      who: officers,
      params: reference,
      async handle({ params }) {
        const file = await files.get(store, params.reference);
        const entries = await evidence.list(store, file.id);
        return {
          reference: file.reference,
          instrument: file.instrument,
          holder: file.holder,
          opened_at: file.opened_at.toString(),
          entries: entries.map((entry) => ({
            seq: entry.seq,
            type: entry.type,
            happened_at: entry.happenedAt.toString(),
            recorded_at: entry.recordedAt.toString(),
            actor: entry.actor,
            payload: entry.payload ?? null,
          })),
          rights: (await files.rights(store, { reference: file.reference })).map((right) => ({ ...right, since: right.since.toString() })),
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/evidence",
      about: "The proof file of a file: every entry with its chain, verifiable offline.",
      who: officers,
      params: reference,
      async handle({ params }) {
        const file = await files.get(store, params.reference);
        return evidence.export(store, file.id);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/verification",
      about: "Verifies the chain of a file as it stands in the store.",
      who: officers,
      params: reference,
      async handle({ params }) {
        const file = await files.get(store, params.reference);
        return verifyFile(await evidence.export(store, file.id));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/rights/:right/:subject",
      about: "One right as the table holds it: open or closed, since when, by which entry of which file, under which clause.",
      who: officers,
      params: z.object({ right: z.string().max(60), subject: z.string().max(320) }),
      async handle({ params }) {
        const found = await files.right(store, params.right, params.subject);
        if (!found) throw refuseMissingRight(params.right, params.subject, undefined);
        return { ...found, since: found.since.toString() };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/doors",
      about: "Doors, what each has applied, and the changes that some door has not applied yet.",
      who: officers,
      async handle() {
        const all = await doors.list(store);
        const unsettled = await doors.unsettled(store);
        return {
          doors: all.map((door) => ({ ...door, contact_at: door.contact_at.toString() })),
          unsettled: unsettled.map((change) => ({ ...change, changed_at: change.changed_at.toString() })),
        };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/sandbox/grants",
      about: "Signs a sandbox grant between the demo parties.",
      who: ["officer"],
      body: z.object({
        right: z.string().min(1).max(80),
        subject: z.string().min(1).max(320),
        holder: z.string().min(1).max(120),
        limits: z.record(z.string(), z.json()).optional(),
      }),
      async handle({ body, actor }) {
        const { limits, ...grant } = body;
        return { reference: await store.transaction((tx) => grants.grant(tx, { ...grant, ...(limits ? { limits } : {}), actor: actorKey(actor) })) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/sandbox/withdrawals",
      about: "Withdraws a sandbox grant.",
      who: ["officer"],
      body: z.object({ right: z.string().min(1).max(80), subject: z.string().min(1).max(320) }),
      handle: async ({ body, actor }) => ({ reference: await store.transaction((tx) => grants.withdraw(tx, { ...body, actor: actorKey(actor) })) }),
    }),
  ];
}

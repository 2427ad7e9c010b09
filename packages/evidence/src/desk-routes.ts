// The officers' desk over HTTP: the intake list, decisions by two, rectification.
import { type Json, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { DecisionRow, Decisions } from "./decisions.ts";
import { evidenceErrors } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { type Intake, type IntakeRow, intakeChannels } from "./intake.ts";
import { readScan } from "./letters/slips.ts";
import type { Acts } from "./ports.ts";
import { actorKey, file, fileReply, instant, officers, scan } from "./surface.ts";

const reference = z.object({ reference: z.string().max(40) });
const reason = z.string().trim().min(3).max(2000);
const facts = z.record(z.string().max(80), z.json());
const act = z.object({ type: z.string().max(80), payload: facts.default({}) });
const newDecision = z.object({ kind: z.string().max(80), file: file.optional(), clause: z.string().trim().min(1).max(60), facts: facts.default({}), reason });

export type DeskSurface = { store: Store; evidence: Evidence; intake: Intake; decisions: Decisions; acts: Acts };

export function intakeRoutes({ store, intake }: DeskSurface): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/intake",
      about: "What came in, untied items first, by time of receipt.",
      who: [...officers, "auditor"],
      query: z.object({ which: z.enum(["untied", "all"]).default("untied") }),
      handle: async ({ query }) => (await intake.list(store, query.which)).map(describeIntake),
    }),
    defineRoute({
      method: "POST",
      path: "/api/intake",
      about: "Records what came in by post, e-mail or telephone, with the time it was received.",
      who: officers,
      body: z.object({
        channel: z.enum(intakeChannels),
        received_at: instant,
        from: z.string().trim().min(1).max(320),
        subject: z.string().trim().min(1).max(200),
        note: z.string().trim().max(20_000).default(""),
        document: scan.optional(),
      }),
      async handle({ body, actor }) {
        const { received_at, document, ...item } = body;
        const received = {
          ...item,
          receivedAt: Temporal.Instant.from(received_at),
          document: document ? readScan(document) : undefined,
          by: actorKey(actor),
        };
        return { reference: await store.transaction((tx) => intake.receive(tx, received)) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/intake/:reference",
      about: "One item with its content.",
      who: [...officers, "auditor"],
      params: reference,
      async handle({ params }) {
        const item = await intake.get(store, params.reference);
        return { ...describeIntake(item), ...((await intake.open(store, item))?.facts ?? {}) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/intake/:reference/document",
      about: "The scanned letter or the message of an item.",
      who: [...officers, "auditor"],
      params: reference,
      async handle({ params }) {
        const document = (await intake.open(store, await intake.get(store, params.reference)))?.document;
        if (!document) throw evidenceErrors.refuse("evidence.no-document");
        return fileReply(document, params.reference);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/intake/:reference/tie",
      about: "Ties an item to a file, and to the act it performs: an entry dated of its receipt. Refused on a channel that the act's clause does not accept.",
      who: officers,
      params: reference,
      body: z.object({ file, clause: z.string().max(60).optional(), act: act.optional() }),
      handle: async ({ params, body, actor }) => ({
        file: body.file,
        entry: await store.transaction((tx) => intake.tie(tx, params.reference, { ...body, by: actorKey(actor) })),
      }),
    }),
    defineRoute({
      method: "POST",
      path: "/api/intake/:reference/set-aside",
      about: "Says why an item concerns no file; it stays in the full list.",
      who: officers,
      params: reference,
      body: z.object({ reason }),
      handle: ({ params, body, actor }) => store.transaction((tx) => intake.setAside(tx, params.reference, { reason: body.reason, by: actorKey(actor) })),
    }),
  ];
}

export function decisionRoutes({ store, decisions, acts }: DeskSurface): readonly Route[] {
  const settled = async (work: Promise<DecisionRow>): Promise<object> => describeDecision(await work);
  return [
    defineRoute({
      method: "GET",
      path: "/api/decisions",
      about: "Decisions that wait for a second officer and urgent acts that wait for their review, the nearest end first.",
      who: [...officers, "auditor"],
      query: z.object({ which: z.enum(["open", "all"]).default("open") }),
      handle: async ({ query }) => (await decisions.list(store, query.which)).map(describeDecision),
    }),
    defineRoute({
      method: "POST",
      path: "/api/decisions",
      about: "Proposes an irreversible act.",
      who: officers,
      body: newDecision,
      handle: ({ body, actor }) => settled(store.transaction((tx) => decisions.propose(tx, body, actor))),
    }),
    defineRoute({
      method: "POST",
      path: "/api/decisions/urgent",
      about: "One officer acts at once, where the kind allows it; a review by another opens by itself.",
      who: officers,
      body: newDecision,
      handle: ({ body, actor }) => settled(store.transaction((tx) => decisions.decideUrgently(tx, body, actor))),
    }),
    defineRoute({
      method: "GET",
      path: "/api/decisions/:reference",
      about: "One decision.",
      who: [...officers, "auditor"],
      params: reference,
      handle: ({ params }) => settled(decisions.get(store, params.reference)),
    }),
    defineRoute({
      method: "POST",
      path: "/api/decisions/:reference/confirm",
      about: "Another named person confirms, and the act is done.",
      who: officers,
      params: reference,
      handle: ({ params, actor }) => settled(store.transaction((tx) => decisions.confirm(tx, params.reference, actor))),
    }),
    defineRoute({
      method: "POST",
      path: "/api/decisions/:reference/refuse",
      about: "Another named person refuses, with a reason.",
      who: officers,
      params: reference,
      body: z.object({ reason }),
      handle: ({ params, body, actor }) => settled(store.transaction((tx) => decisions.refuse(tx, params.reference, actor, body.reason))),
    }),
    defineRoute({
      method: "POST",
      path: "/api/decisions/:reference/review",
      about: "Another named person upholds an urgent act, or lifts it.",
      who: officers,
      params: reference,
      body: z.object({ outcome: z.enum(["upheld", "lifted"]), reason }),
      handle: ({ params, body, actor }) => settled(store.transaction((tx) => decisions.review(tx, params.reference, actor, body))),
    }),
    defineRoute({
      method: "POST",
      path: "/api/files/:reference/rectifications",
      about: "Appends the entry that names a wrong one; answers what relied on it, to be reviewed.",
      who: officers,
      params: reference,
      body: z.object({
        entry: z.number().int().min(1),
        reason,
        /** What holds instead, where the wrong entry said otherwise; the rest of it stands. */
        instead: facts.optional(),
        /** Legal date that holds instead. */
        happened_at: instant.optional(),
      }),
      async handle({ params, body, actor }) {
        const how = {
          reason: body.reason,
          actor: actorKey(actor),
          ...(body.instead ? { instead: body.instead as { [key: string]: Json } } : {}),
          ...(body.happened_at ? { insteadAt: Temporal.Instant.from(body.happened_at) } : {}),
        };
        const { entry, review } = await store.transaction((tx) => acts.rectify(tx, params.reference, body.entry, how));
        return { entry: entry.seq, review };
      },
    }),
  ];
}

function describeIntake(item: IntakeRow): object {
  return {
    reference: item.reference,
    channel: item.channel,
    received_at: item.received_at.toString(),
    recorded_at: item.recorded_at.toString(),
    recorded_by: item.recorded_by,
    digest: item.digest,
    state: item.tied_at ? "tied" : item.set_aside_at ? "set-aside" : "untied",
    file: item.file_reference,
    clause: item.clause,
    entry: item.entry,
    settled_by: item.tied_by ?? item.set_aside_by,
    reason: item.set_aside_reason,
  };
}

function describeDecision({ id: _, ...row }: DecisionRow): object {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value instanceof Temporal.Instant ? value.toString() : value]));
}

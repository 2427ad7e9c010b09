// A file: reading it, now or as of a day; its proof; and acting in it, one form per act, checked before it is recorded.

import { actsOf, governanceErrors, isAgency, isIrreversible, urgentActs } from "@cercle/governance";
import { type Json, Refusal, say, Temporal } from "@cercle/kernel";
import { rectifiedType } from "@cercle/law";
import { type Html, html } from "@cercle/pages";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader, Seen } from "../desk.ts";
import { type BindingView, buildBinding } from "../terms/terms-pages.ts";
import { capital } from "../words.ts";
import { type ActForm, buildActPage, readActForm, type Values } from "./act-page.ts";
import { buildCheckPage, type Draft, foreseeAct } from "./check-page.ts";
import { buildFilePage } from "./file-page.ts";
import { fileTabs, waitingDecisions } from "./file-tabs.ts";
import { type Kind, kindsOf } from "./kinds.ts";

export const reference = z.object({ reference: z.string().max(40) });
const act = reference.extend({ type: z.string().max(80) });
const dayField = z.union([z.iso.date(), z.literal("")]).optional();
const form = z.record(z.string().max(80), z.string().max(4000));
const actQuery = z.object({ by: z.string().max(40).optional(), about: z.string().max(12).optional() });

export function fileRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/files/:reference",
      about: "A file; with `on`, as it stood that day, and with `known_on`, with what was known then.",
      who: desk.readers,
      page: true,
      params: reference,
      query: z.object({ on: dayField, known_on: dayField }),
      async handle({ params, query, language, actor }) {
        const seen = await desk.see(actor, params.reference);
        const past = query.on ? { on: query.on, knownOn: query.known_on || undefined } : undefined;
        return showFile(desk, { language, actor }, seen, past);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files/:reference/proof",
      about: "The proof file, to keep and to verify offline.",
      who: desk.readers,
      page: true,
      params: reference,
      async handle({ params, actor }) {
        const { file } = await desk.see(actor, params.reference);
        const proof = await desk.governance.evidence.export(desk.store, file.id);
        return new Reply({
          body: `${JSON.stringify(proof, null, 2)}\n`,
          type: "application/json",
          headers: { "content-disposition": `attachment; filename="${file.reference}.json"` },
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files/:reference/acts/:type",
      about: "The form of one act.",
      who: desk.readers,
      page: true,
      params: act,
      query: actQuery,
      async handle({ params, query, language, actor }) {
        const { seen, kind, party } = await actOf(desk, actor, params);
        const entries = await desk.governance.evidence.list(desk.store, seen.file.id);
        const values = { by: query.by ?? party, ...(query.about ? { about: query.about } : {}), if_seq: String(entries.at(-1)?.seq ?? 0) };
        return showForm(desk, { language, actor }, seen, kind, values);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/acts/:type",
      about: "Checks the act, then records it.",
      who: desk.readers,
      page: true,
      params: act,
      body: form,
      handle: ({ params, body, language, actor }) => takeAct(desk, { language, actor }, params, body),
    }),
  ];
}

async function showFile(desk: Desk, reader: Reader, seen: Seen, past: { on: string; knownOn: string | undefined } | undefined): Promise<Reply> {
  const { store, governance, timeZone } = desk;
  const words = desk.words(reader.language);
  const entries = await governance.evidence.list(store, seen.file.id);
  // A day seen again is seen at its end, with all that it brought.
  const endOf = (day: string): Temporal.Instant =>
    Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).toInstant().subtract({ milliseconds: 1 });
  const known = past?.knownOn ? endOf(past.knownOn) : undefined;
  const shown = entries.filter(
    (entry) =>
      (!known || Temporal.Instant.compare(entry.recordedAt, known) <= 0) &&
      // A rectification that is known counts whatever day is asked about.
      (!past || entry.type === rectifiedType || Temporal.Instant.compare(entry.happenedAt, endOf(past.on)) <= 0),
  );
  const view = past ? desk.view({ ...seen, party: undefined }, shown, reader.language, endOf(past.on)) : desk.view(seen, shown, reader.language);
  const main = buildFilePage(words, {
    reference: seen.file.reference,
    instrument: seen.instrument,
    instrumentName: say(seen.instrument.definition.name, reader.language),
    party: seen.name,
    reader: seen.party,
    now: past ? endOf(past.on) : governance.clock.now(),
    view,
    doors: { doors: await governance.doors.list(store), unsettled: await governance.doors.unsettled(store) },
    tabs: await fileTabs(desk, reader, seen.file.reference, "file"),
    waiting: past ? "" : html`${await originNotice(desk, reader, seen.file.reference)}${await waitingDecisions(desk, reader, seen.file.reference)}`,
    binding: past ? "" : buildBinding(words, await desk.ask<BindingView>(reader, "GET", `/api/files/${seen.file.reference}/terms`)),
    ...(past ? { past } : {}),
  });
  return desk.page(reader, { title: seen.name, main, at: "/files", query: { on: past?.on, known_on: past?.knownOn } });
}

type OriginView = {
  readonly origin: { readonly name: string; readonly reference: string; readonly at: string; readonly read_only: boolean } | null;
  readonly papers: readonly { readonly position: number; readonly kind: "letter" | "document" | "original"; readonly reference: string }[];
};

/** Where an imported file comes from, whether it goes on here, and the papers that came with it. */
async function originNotice(desk: Desk, reader: Reader, file: string): Promise<Html | ""> {
  const words = desk.words(reader.language);
  const { origin, papers } = await desk.ask<OriginView>(reader, "GET", `/api/files/${file}/origin`);
  if (!origin) return "";
  const facts = { name: origin.name, reference: origin.reference, day: words.day(origin.at) };
  const list = papers.map(
    (one) => html`<li><a href="/api/files/${file}/papers/${one.position}">${words.t(`portal.file.paper.${one.kind}`)} ${one.reference}</a></li>`,
  );
  return html`<div class="notice"><p>${words.t(origin.read_only ? "portal.file.imported-read-only" : "portal.file.imported", facts)}</p>${isAgency(reader.actor) && list.length > 0 ? html`<ul class="plain">${list}</ul>` : ""}</div>`;
}

/** What an actor may act with here. */
async function actOf(desk: Desk, actor: Actor, params: { reference: string; type: string }): Promise<{ seen: Seen; kind: Kind; party: string }> {
  const seen = await desk.see(actor, params.reference);
  const kind = kindsOf(seen.instrument).get(params.type);
  const { party, only } = actsOf(seen);
  if (!kind || party === undefined) throw governanceErrors.refuse("governance.unknown-entry", { params: { type: params.type } });
  if (only && !only.has(params.type)) throw governanceErrors.refuse("governance.beyond-mandate", { params: { type: params.type } });
  return { seen: { ...seen, party }, kind, party };
}

function showForm(desk: Desk, reader: Reader, seen: Seen, kind: Kind, values: Values, refused?: ActForm["refused"]): Promise<Reply> {
  const words = desk.words(reader.language);
  const facts = { reference: seen.file.reference, party: seen.name, instrument: seen.instrument, kind, values, ...(refused ? { refused } : {}) };
  const sheet = { title: capital(say(kind.about, reader.language)), main: buildActPage(words, facts), at: "/files" };
  return desk.page(reader, refused ? { ...sheet, status: 422 } : sheet);
}

async function takeAct(desk: Desk, reader: Reader, params: { reference: string; type: string }, body: Values): Promise<Reply> {
  const { seen, kind, party } = await actOf(desk, reader.actor, params);
  const { step = "check", ...values } = body;
  if (step === "edit") return showForm(desk, reader, seen, kind, values);
  const payload = readActForm(kind, values);
  try {
    if (party !== "agency" && payload.by !== party) throw governanceErrors.refuse("governance.not-your-act", { params: { party } });
    if (step === "check") return await checkAct(desk, reader, seen, kind, values, payload);
    if (decidedByTwo(kind, party)) return await proposeAct(desk, reader, seen, kind, payload, { urgent: step === "urgent", reason: values.reason ?? "" });
    const made = await desk.ask<{ seq?: number; decision?: string }>(reader, "POST", `/api/files/${seen.file.reference}/entries`, {
      body: {
        type: kind.type,
        payload,
        ...(values.happened_at ? { happened_at: values.happened_at } : {}),
        ...(values.if_seq ? { if_seq: Number(values.if_seq) } : {}),
      },
    });
    return Reply.see(made.decision ? `/decisions/${made.decision}` : `/files/${seen.file.reference}${made.seq ? `#entry-${made.seq}` : ""}`);
  } catch (error) {
    // A refusal comes back on the form, with what was typed; a stale page and faults of ours are pages of their own.
    if (!(error instanceof Refusal) || error.status >= 500 || error.code === "governance.stale" || error.status === 403) throw error;
    return showForm(desk, reader, seen, kind, values, { text: say(error.text, reader.language, error.params), clause: error.clause });
  }
}

/** Irreversible acts of the agency are proposed, in a sandbox too: what one learns there is what one does in live. */
const decidedByTwo = (kind: Kind, party: string): "proposed" | "urgent" | undefined =>
  party !== "agency" || !isIrreversible(kind.type) ? undefined : Object.hasOwn(urgentActs, kind.type) ? "urgent" : "proposed";

async function proposeAct(
  desk: Desk,
  reader: Reader,
  seen: Seen,
  kind: Kind,
  payload: Record<string, Json>,
  { urgent, reason }: { urgent: boolean; reason: string },
): Promise<Reply> {
  const facts = Object.fromEntries(Object.entries(payload).filter(([name]) => name !== "by"));
  const body = { kind: `governance.${kind.type}`, file: seen.file.reference, clause: kind.article ?? "", facts, reason };
  const decision = await desk.ask<{ reference: string }>(reader, "POST", urgent ? "/api/decisions/urgent" : "/api/decisions", { body });
  return Reply.see(`/decisions/${decision.reference}`);
}

async function checkAct(desk: Desk, reader: Reader, seen: Seen, kind: Kind, values: Values, payload: Record<string, Json>): Promise<Reply> {
  const { store, governance, timeZone } = desk;
  const { instrument, file, party } = seen;
  for (const { on, field, fallback } of instrument.definition.subjects) if (on === kind.type && fallback) payload[field] ??= file.holder;
  const now = governance.clock.now();
  const at = values.happened_at ? readDay(values.happened_at, timeZone) : now;
  const draft: Draft = { type: kind.type, payload, at };
  const entries = await governance.evidence.list(store, file.id);
  const outcome = foreseeAct(instrument, entries, draft, { now, language: reader.language, party, timeZone, policy: governance.policy });
  if (outcome.refused) {
    return showForm(desk, reader, seen, kind, values, { text: say(outcome.refused.reason, reader.language), clause: outcome.refused.clause });
  }
  const words = desk.words(reader.language);
  const main = buildCheckPage(
    words,
    { reference: file.reference, party: seen.name, instrument, kind, values, byTwo: decidedByTwo(kind, party ?? "") },
    draft,
    outcome,
  );
  return desk.page(reader, { title: capital(say(kind.about, reader.language)), main, at: "/files", narrow: true });
}

function readDay(text: string, timeZone: string): Temporal.Instant {
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" }).toZonedDateTime(timeZone).toInstant();
  } catch (cause) {
    throw governanceErrors.refuse("governance.bad-date", { params: { date: text.slice(0, 40) }, cause });
  }
}

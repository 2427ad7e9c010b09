// The "what if" pages: for anyone, on a file described by hand; for those who read a file, on that file carried on.
import { governanceErrors } from "@cercle/governance";
import { type Json, Refusal, say } from "@cercle/kernel";
import { type Entry, type FullInstrument, findFullInstrument } from "@cercle/law";
import { defineRoute, type Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { readActForm } from "../file/act-page.ts";
import { reference } from "../file/file-routes.ts";
import { kindsOf } from "../file/kinds.ts";
import { type Answer, buildWhatIfPage, type Line, type WhatIf } from "./what-if-page.ts";

const mostLines = 30;
/** The bound of `POST /api/law/ask`, less what may be added here. */
const mostKnown = 120;
const line = z.string().max(2000);
const asked = z
  .object({
    instrument: z.string().max(60).default("mssante-operator"),
    territory: z.string().max(60).default("metropole"),
    on: z.union([z.iso.date(), z.literal("")]).default(""),
    e: z.union([line, z.array(line).max(mostLines)]).default([]),
    add: z.string().max(80).default(""),
    new: z.string().max(80).default(""),
    at: z.string().max(10).default(""),
  })
  .catchall(z.union([z.string().max(2000), z.array(z.string().max(2000)).max(mostLines)]));
type Asked = z.output<typeof asked>;

export function whatIfRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/what-if",
      about: "What the law would say of a file described by hand.",
      who: "anyone",
      page: true,
      perMinute: 120,
      query: asked,
      async handle({ query, language, actor }) {
        const instrument = findFullInstrument(query.instrument);
        if (!instrument) throw governanceErrors.refuse("governance.no-instrument", { params: { instrument: query.instrument } });
        return answerPage(desk, { language, actor }, { address: "/what-if", instrument, query, known: [] });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files/:reference/what-if",
      about: "What the law would say of this file, carried on.",
      who: desk.readers,
      page: true,
      params: reference,
      query: asked,
      async handle({ params, query, language, actor }) {
        const { file, instrument } = await desk.see(actor, params.reference);
        const entries = await desk.governance.evidence.list(desk.store, file.id);
        const known = entries.filter((entry) => instrument.entries.includes(entry.type) && entry.payload).slice(0, mostKnown);
        const now = desk.today().toString();
        return answerPage(
          desk,
          { language, actor },
          { address: `/files/${params.reference}/what-if`, instrument, query: { ...query, on: query.on || now }, known },
        );
      },
    }),
  ];
}

type Question = { address: string; instrument: FullInstrument; query: Asked; known: readonly Entry[] };

async function answerPage(desk: Desk, reader: Reader, { address, instrument, query, known }: Question): Promise<Reply> {
  const words = desk.words(reader.language);
  const lines = readLines(instrument, query);
  const on = query.on || lines.at(-1)?.at || undefined;
  const question = {
    instrument: instrument.id,
    ...(known.length > 0 ? {} : { territory: query.territory }),
    entries: [...describeKnown(known), ...lines],
    ask: ["state", "deadlines", "rights", "forecast"].map((about) => ({ about, ...(on ? { on } : {}) })),
  };
  const outcome = question.entries.length === 0 ? {} : await askTheLaw(desk, reader, question);
  const facts: WhatIf = {
    address,
    instrument,
    territory: query.territory,
    on: query.on,
    lines,
    known: known.length,
    adding: kindsOf(instrument).get(query.add),
    answer: outcome.answer,
    refused: outcome.refused,
    question,
  };
  return desk.page(reader, { title: words.t("portal.what-if.title"), main: buildWhatIfPage(words, facts), at: known.length > 0 ? "/files" : "/what-if" });
}

async function askTheLaw(desk: Desk, reader: Reader, question: object): Promise<{ answer?: Answer; refused?: string }> {
  try {
    return { answer: await desk.ask<Answer>(reader, "POST", "/api/law/ask", { body: question }) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error;
    return { refused: say(error.text, reader.language, error.params) };
  }
}

/** The lines of the address, and the one that the form has just added, in the order of their days. */
function readLines(instrument: FullInstrument, query: Asked): readonly Line[] {
  const given = Array.isArray(query.e) ? query.e : [query.e];
  const lines = given.flatMap((text) => readLine(text) ?? []);
  const kind = kindsOf(instrument).get(query.new);
  if (kind && /^\d{4}-\d\d-\d\d$/.test(query.at)) {
    const form = Object.fromEntries(Object.entries(query).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
    lines.push({ type: kind.type, at: query.at, ...readActForm(kind, form) });
  }
  return lines.slice(0, mostLines).toSorted((a, b) => a.at.localeCompare(b.at));
}

function readLine(text: string): Line | undefined {
  try {
    const found = z.looseObject({ type: z.string().max(80), at: z.string().regex(/^\d{4}-\d\d-\d\d$/) }).safeParse(JSON.parse(text));
    return found.success ? found.data : undefined;
  } catch {
    return undefined;
  }
}

/** Entries of a file, as the question describes them; numbers of entries are renewed with their places. */
function describeKnown(entries: readonly Entry[]): readonly object[] {
  const places = new Map(entries.map((entry, i) => [entry.seq, i + 1]));
  return entries.map((entry) => {
    const { about, ...payload } = (entry.payload ?? {}) as Record<string, Json>;
    const place = typeof about === "number" ? places.get(about) : undefined;
    return { ...payload, type: entry.type, at: entry.happenedAt.toString(), recorded_at: entry.recordedAt.toString(), ...(place ? { about: place } : {}) };
  });
}

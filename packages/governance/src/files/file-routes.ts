// Files over the API: opening, reading, recording, forecasting, explaining, the list of work, parties, public registers.
import type { Evidence } from "@cercle/evidence";
import { type IdentifierScheme, type Json, say, Temporal } from "@cercle/kernel";
import { type CountingPolicy, describeDefinition, type FullInstrument, findFullInstrument, listFullInstruments } from "@cercle/law";
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { type Access, actsOf, agencyRoles, fileReaders } from "../access.ts";
import { actorKey } from "../actor-key.ts";
import type { GovernanceClock } from "../clock.ts";
import { governanceErrors } from "../errors.ts";
import type { Parties } from "../parties/parties.ts";
import { listMissing, refuseIdentity } from "../parties/party-identity.ts";
import { partyRoutes } from "../parties/party-routes.ts";
import type { Doors } from "../rights/doors.ts";
import { writeCalendar } from "./calendar-feed.ts";
import { buildFileView } from "./file-view.ts";
import type { FileRow, Files } from "./files.ts";
import { isIrreversible } from "./irreversible.ts";
import { listWork } from "./obligations.ts";
import { publicRow, type RegisterRow, writeRegisterAtom, writeRegisterCsv } from "./register-forms.ts";
import { readFigures } from "./statistics.ts";

const readers = fileReaders;
const actors = ["officer", "second-officer", "controller", "vendor", "operator-contact"];
const reference = z.object({ reference: z.string().max(40) });
const entryBody = z.object({
  type: z.string().min(1).max(80),
  /** A day (`2026-09-14`) or an instant. */
  happened_at: z.string().max(40).optional(),
  payload: z.record(z.string().max(60), z.json()).default({}),
  if_seq: z.number().int().min(0).optional(),
});

export type FilesSurface = {
  store: Store;
  evidence: Evidence;
  clock: GovernanceClock;
  files: Files;
  parties: Parties;
  access: Access;
  doors: Doors;
  policy: CountingPolicy;
  mode: "sandbox" | "live";
  /** Schemes of the space, for the numbers of parties. */
  identifiers: readonly IdentifierScheme[];
};

export function fileRoutes(surface: FilesSurface): readonly Route[] {
  const { store, evidence, clock, files, parties, access, policy, mode, identifiers } = surface;

  const full = (id: string): FullInstrument => {
    const instrument = findFullInstrument(id);
    if (!instrument) throw governanceErrors.refuse("governance.no-instrument", { params: { instrument: id } });
    return instrument;
  };
  const describeParty = async (file: FileRow) => {
    if (file.party_id === null) return { party: null };
    const { id: _, ...identity } = await parties.get(store, file.party_id);
    return { party: identity.name, identity };
  };
  const dateOf = (text: string | undefined): Temporal.Instant | undefined => {
    if (text === undefined || text === "") return undefined;
    try {
      // A legal day begins at midnight where the space counts its days.
      return /^\d{4}-\d\d-\d\d$/.test(text) ? Temporal.PlainDate.from(text).toZonedDateTime(policy.timeZone).toInstant() : Temporal.Instant.from(text);
    } catch (cause) {
      throw governanceErrors.refuse("governance.bad-date", { params: { date: text }, cause });
    }
  };

  return [
    defineRoute({
      method: "GET",
      path: "/api/instruments",
      about: "Instruments in force, with their entry types.",
      who: "anyone",
      handle: async () => listFullInstruments().map((instrument) => describeDefinition(instrument.definition)),
    }),
    ...partyRoutes({ store, parties, files, identifiers, access, readers: [...agencyRoles, "controller"] }),
    defineRoute({
      method: "POST",
      path: "/api/files",
      about: "Opens a file of an instrument for a party.",
      who: ["officer"],
      body: z.object({ instrument: z.string().max(60), party: z.uuid() }),
      async handle({ body }) {
        const { identity } = full(body.instrument).definition;
        const file = await store.transaction(async (tx) => {
          const party = await parties.get(tx, body.party);
          const missing = identity ? listMissing(party, identity.asks) : [];
          if (identity && missing.length > 0) throw refuseIdentity(missing, identity.article);
          return files.open(tx, { instrument: body.instrument, holder: `party:${party.id}`, party: party.id });
        });
        return { reference: file.reference };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/view",
      about:
        "A file as it stands: phase, life, obligations, rights, allowed acts, forecast; or, with `on`, as it stood then, with what was known on `known_on`.",
      who: readers,
      params: reference,
      query: z.object({ on: z.string().max(40).optional(), known_on: z.string().max(40).optional(), lang: z.string().optional() }),
      async handle({ params, query, actor, language }) {
        const seen = await access.read(actor, params.reference);
        const { file, instrument } = seen;
        const entries = await evidence.list(store, file.id);
        const on = dateOf(query.on);
        const known = dateOf(query.known_on);
        const shown = known ? entries.filter((entry) => Temporal.Instant.compare(entry.recordedAt, known) <= 0) : entries;
        const view = buildFileView(instrument, shown, {
          now: on ?? clock.now(),
          language,
          ...(on ? { party: undefined } : actsOf(seen)),
          timeZone: policy.timeZone,
          policy,
        });
        return {
          reference: file.reference,
          instrument: instrument.id,
          instrument_name: say(instrument.definition.name, language),
          ...(await describeParty(file)),
          last_seq: entries.at(-1)?.seq ?? 0,
          now: clock.now().toString(),
          ...view,
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/calendar.ics",
      about: "The last days of a file as a calendar to subscribe to (RFC 5545).",
      who: readers,
      params: reference,
      query: z.object({ lang: z.string().optional() }),
      async handle({ params, actor, language }) {
        const { file, instrument } = await access.read(actor, params.reference);
        const now = clock.now();
        const view = buildFileView(instrument, await evidence.list(store, file.id), { now, language, party: undefined, timeZone: policy.timeZone, policy });
        const body = writeCalendar({ reference: file.reference, name: say(instrument.definition.name, language), view, now: now.toString() });
        return new Reply({ body, type: "text/calendar; charset=utf-8", headers: { "cache-control": "no-store" } });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/files/:reference/entries",
      about: "Records an entry, if the law allows it now; rights and doors follow. `if_seq` is the last entry that was read.",
      who: actors,
      params: reference,
      body: entryBody,
      async handle({ params, body, actor }) {
        const seen = await access.read(actor, params.reference);
        const { file, instrument } = seen;
        const { party, only } = actsOf(seen);
        if (party === undefined) throw governanceErrors.refuse("governance.not-your-file");
        if (only && !only.has(body.type)) throw governanceErrors.refuse("governance.beyond-mandate", { params: { type: body.type } });
        // The agency also records what reaches it from the other party (a letter, an e-mail); a party records its own acts only.
        const given = body.payload.by;
        if (party !== "agency" && given !== undefined && given !== party) throw governanceErrors.refuse("governance.not-your-act", { params: { party } });
        const kinds = instrument.definition.kinds[body.type];
        if (mode === "live" && party === "agency" && isIrreversible(body.type))
          throw governanceErrors.refuse("governance.two-officers", { params: { type: body.type } });
        const mayAct = party === "agency" || !kinds || kinds.by.some((by) => by === party || by === "anyone");
        if (!mayAct) throw governanceErrors.refuse("governance.not-your-act", { params: { party } });
        const by = given ?? (kinds && kinds.by.length > 1 && kinds.by.some((one) => one === party) ? party : undefined);
        const payload: Record<string, Json> = { ...(body.payload as Record<string, Json>), ...(by === undefined ? {} : { by }) };
        // Rights of the party itself are given to the holder of the file, whoever records the entry that names it.
        for (const { on, field, fallback } of instrument.definition.subjects) if (on === body.type && fallback) payload[field] ??= file.holder;
        const happenedAt = dateOf(body.happened_at);
        const entry = await store.transaction((tx) =>
          files.record(tx, file.reference, { type: body.type, actor: actorKey(actor), payload, ...(happenedAt ? { happenedAt } : {}) }, body.if_seq),
        );
        return { seq: entry.seq, type: entry.type, happened_at: entry.happenedAt.toString(), recorded_at: entry.recordedAt.toString() };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/why",
      about: "Why: a clock, a clause, a right, an entry (`entry 7`) or the phase, with clause, entries and counting.",
      who: readers,
      params: reference,
      query: z.object({ about: z.string().min(1).max(120), lang: z.string().optional() }),
      async handle({ params, query, actor, language }) {
        const { file, instrument } = await access.read(actor, params.reference);
        const state = instrument.fold(await evidence.list(store, file.id), policy);
        return instrument.explain(state, query.about, clock.now()).map((line) => ({ ...line, text: say(line.text, language) }));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/work",
      about: "What is owed, by legal urgency; of one's own files for a party.",
      who: readers,
      query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(200), lang: z.string().optional() }),
      async handle({ query, actor, language }) {
        const rows = await listWork(store, { limit: query.limit, reach: await access.reach(actor) });
        return rows.map(({ about_fr, about_en, due_at, ...row }) => ({
          ...row,
          about: language === "fr" ? about_fr : about_en,
          due_at: due_at?.toString() ?? null,
        }));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/statistics",
      about: "Figures over all files: by instrument and phase with how long, opened by month, last days by distance, speed of doors.",
      who: agencyRoles,
      handle: () => readFigures(store, { now: clock.now(), timeZone: policy.timeZone }),
    }),
    ...registerRoutes(surface),
  ];
}

/** What each public register may show, field by field: nothing else leaves (allow-list). */
const registers = { operators: "register.operators" } as const;

/** Those who hold the register's right at this instant, and only those. */
export function readRegister(store: Store, register: keyof typeof registers): Promise<readonly RegisterRow[]> {
  return store.query<RegisterRow>(
    `select coalesce(p.name, r.subject) as name, r.subject, r.since, r.clause
       from governance.current_right r join governance.file f on f.id = r.file_id left join governance.party p on p.id = f.party_id
      where r."right" = $1 and r.state = 'open' order by name, r.subject limit 5000`,
    [registers[register]],
  );
}

function registerRoutes({ store }: FilesSurface): readonly Route[] {
  const rows = () => readRegister(store, "operators");
  const feed = (extension: "json" | "csv" | "atom", type: string, write: (all: readonly RegisterRow[]) => string): Route =>
    defineRoute({
      method: "GET",
      path: `/public/registers/operators.${extension}`,
      about: "Operators integrated as validated, and only those (MSS 5.1).",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: write(await rows()), type, headers: { "cache-control": "no-store" } }),
    });
  return [
    feed("json", "application/json", (all) => JSON.stringify(all.map(publicRow))),
    feed("csv", "text/csv; charset=utf-8", writeRegisterCsv),
    feed("atom", "application/atom+xml; charset=utf-8", writeRegisterAtom),
  ];
}

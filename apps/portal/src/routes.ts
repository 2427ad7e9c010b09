// The portal's pages on files: reading is one page, acting is one form per act, and the law judges each.
import type { Accounts } from "@cercle/accounts";
import type { Evidence } from "@cercle/evidence";
import { actorKey, buildFileView, type FileRow, type Governance, governanceErrors, listWork, partyOf, readRegister } from "@cercle/governance";
import { type Id, type Language, say, Temporal } from "@cercle/kernel";
import { type FullInstrument, findFullInstrument } from "@cercle/law";
import { buildPage, type Frame, type Html } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { buildActPage, readActForm } from "./act-page.ts";
import { buildFilePage } from "./file-page.ts";
import { buildClockPage, buildEnterPage, buildFilesPage, buildRegisterPage, buildWorkPage, steps } from "./list-pages.ts";
import { readPersonas } from "./personas.ts";
import { createWords, type Words } from "./words.ts";

export type PortalSurface = {
  store: Store;
  governance: Pick<Governance, "files" | "parties" | "doors" | "clock"> & { evidence: Evidence };
  accounts: Accounts;
  timeZone: string;
  mode: "sandbox" | "live";
  cookieName: string;
  frame(language: Language, actor: Actor): Frame;
};

const agency = ["officer", "second-officer", "auditor", "controller"];
const members = [...agency, "vendor", "operator-contact"];
const reference = z.object({ reference: z.string().max(40) });
const dayField = z.union([z.iso.date(), z.literal("")]).optional();
const form = z.record(z.string().max(80), z.string().max(4000));

export function portalFileRoutes(surface: PortalSurface): readonly Route[] {
  const { store, governance, timeZone, frame } = surface;
  const { files, parties, evidence, clock } = governance;
  const wordsOf = (language: Language): Words => createWords(language, timeZone);
  const page = (language: Language, actor: Actor, title: string, main: Html, wide = true): Reply =>
    Reply.html(buildPage(frame(language, actor), { title, main, wide }));
  const isAgency = (actor: Actor): boolean => actor.kind === "operator" || (actor.kind === "account" && actor.roles.some((role) => agency.includes(role)));
  const ownParties = async (actor: Actor): Promise<readonly string[] | undefined> =>
    isAgency(actor) ? undefined : actor.kind === "account" ? parties.of(store, actor.id) : [];

  type Seen = { file: FileRow; instrument: FullInstrument; party: string | undefined; name: string };
  const see = async (actor: Actor, ref: string): Promise<Seen> => {
    const file = await files.get(store, ref);
    const instrument = findFullInstrument(file.instrument);
    if (!instrument) throw governanceErrors.refuse("governance.no-instrument", { params: { instrument: file.instrument } });
    const party = await partyOf({ store, parties }, actor, file, instrument);
    if (party === undefined && !isAgency(actor)) throw governanceErrors.refuse("governance.not-your-file");
    const name = file.party_id ? (await parties.get(store, file.party_id)).name : file.reference;
    return { file, instrument, party, name };
  };

  const pages: Route[] = [
    defineRoute({
      method: "GET",
      path: "/work",
      about: "The list of work.",
      who: members,
      page: true,
      async handle({ language, actor }) {
        const own = await ownParties(actor);
        const rows = await listWork(store, { limit: 500, ...(own ? { parties: own } : {}) });
        const words = wordsOf(language);
        return page(language, actor, words.t("portal.work.title"), buildWorkPage(words, rows, clock.now().toZonedDateTimeISO(timeZone).toPlainDate()));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files",
      about: "Files.",
      who: members,
      page: true,
      async handle({ language, actor }) {
        const own = await ownParties(actor);
        const all = (await files.list(store)).filter(
          (file) => findFullInstrument(file.instrument) && (!own || (file.party_id !== null && own.includes(file.party_id))),
        );
        const known = new Map((await parties.list(store)).map((party) => [party.id, party]));
        const words = wordsOf(language);
        const mayOpen = actor.kind === "account" && actor.roles.includes("officer");
        return page(language, actor, words.t("portal.files.title"), buildFilesPage(words, all, known, mayOpen));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files",
      about: "Makes a party and opens its file.",
      who: ["officer"],
      page: true,
      body: z.object({ name: z.string().trim().max(200).default(""), party: z.union([z.uuid(), z.literal("")]).default(""), instrument: z.string().max(60) }),
      async handle({ body }) {
        if (!body.party && body.name.length < 2) throw governanceErrors.refuse("governance.no-name");
        if (!findFullInstrument(body.instrument)) throw governanceErrors.refuse("governance.no-instrument", { params: { instrument: body.instrument } });
        const file = await store.transaction(async (tx) => {
          const party = body.party
            ? (await parties.get(tx, body.party)).id
            : await parties.create(tx, { name: body.name, kind: "legal-person", identifiers: {} });
          return files.open(tx, { instrument: body.instrument, holder: `party:${party}`, party });
        });
        return Reply.see(`/files/${file.reference}`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files/:reference",
      about: "A file; with `on`, as it stood that day, and with `known_on`, with what was known then.",
      who: members,
      page: true,
      params: reference,
      query: z.object({ on: dayField, known_on: dayField, lang: z.string().optional() }),
      async handle({ params, query, language, actor }) {
        const { file, instrument, party, name } = await see(actor, params.reference);
        const entries = await evidence.list(store, file.id);
        const past = query.on ? { on: query.on, knownOn: query.known_on || undefined } : undefined;
        // A day seen again is seen at its end, with all that it brought.
        const endOf = (day: string): Temporal.Instant =>
          Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).toInstant().subtract({ milliseconds: 1 });
        const known = past?.knownOn ? endOf(past.knownOn) : undefined;
        const seen = entries.filter(
          (entry) =>
            (!known || Temporal.Instant.compare(entry.recordedAt, known) <= 0) && (!past || Temporal.Instant.compare(entry.happenedAt, endOf(past.on)) <= 0),
        );
        const now = past ? endOf(past.on) : clock.now();
        const view = buildFileView(instrument, seen, { now, language, party: past ? undefined : party, timeZone });
        const words = wordsOf(language);
        const main = buildFilePage(words, {
          reference: file.reference,
          instrument: say(instrument.definition.name, language),
          party: name,
          lastSeq: file.last_seq,
          view,
          ...(past ? { past } : {}),
        });
        return page(language, actor, name, main);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files/:reference/proof",
      about: "The proof file, to keep and to verify offline.",
      who: members,
      page: true,
      params: reference,
      async handle({ params, actor }) {
        const { file } = await see(actor, params.reference);
        const proof = await evidence.export(store, file.id);
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
      who: members,
      page: true,
      params: reference.extend({ type: z.string().max(80) }),
      query: z.object({ by: z.string().max(40).optional(), about: z.string().max(12).optional(), lang: z.string().optional() }),
      async handle({ params, query, language, actor }) {
        const { file, instrument, party, name } = await see(actor, params.reference);
        const kind = instrument.definition.kinds[params.type];
        if (!kind || party === undefined) throw governanceErrors.refuse("governance.unknown-entry", { params: { type: params.type } });
        const words = wordsOf(language);
        const main = buildActPage(words, {
          reference: file.reference,
          party: name,
          type: params.type,
          kind,
          by: query.by ?? party,
          about: query.about,
          lastSeq: file.last_seq,
        });
        return page(language, actor, say(kind.about, language), main, false);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/acts/:type",
      about: "Records the act.",
      who: members,
      page: true,
      params: reference.extend({ type: z.string().max(80) }),
      body: form,
      async handle({ params, body, actor }) {
        const { file, instrument, party } = await see(actor, params.reference);
        const kind = instrument.definition.kinds[params.type];
        if (!kind || party === undefined) throw governanceErrors.refuse("governance.unknown-entry", { params: { type: params.type } });
        const payload = readActForm(kind, body);
        if (party !== "agency" && payload.by !== party) throw governanceErrors.refuse("governance.not-your-act", { params: { party } });
        for (const { on, field, fallback } of instrument.definition.subjects) if (on === params.type && fallback) payload[field] ??= file.holder;
        const day = body.happened_at;
        const happenedAt = day ? Temporal.PlainDate.from(day).toZonedDateTime(timeZone).toInstant() : undefined;
        await store.transaction((tx) =>
          files.record(
            tx,
            file.reference,
            { type: params.type, actor: actorKey(actor), payload, ...(happenedAt ? { happenedAt } : {}) },
            Number(body.if_seq ?? 0),
          ),
        );
        return Reply.see(`/files/${file.reference}`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/registers",
      about: "The public register of operators.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const words = wordsOf(language);
        return page(language, actor, words.t("portal.registers.title"), buildRegisterPage(words, await readRegister(store, "operators")), false);
      },
    }),
  ];
  return surface.mode === "sandbox" ? [...pages, ...sandboxRoutes(surface, wordsOf, page)] : pages;
}

type PageOf = (language: Language, actor: Actor, title: string, main: Html, wide?: boolean) => Reply;

/** What exists in a sandbox only: the clock, and the fictional persons one can enter as. */
function sandboxRoutes({ store, governance, accounts, cookieName }: PortalSurface, wordsOf: (language: Language) => Words, page: PageOf): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/clock",
      about: "The clock of the sandbox.",
      who: agency,
      page: true,
      async handle({ language, actor }) {
        const words = wordsOf(language);
        return page(language, actor, words.t("portal.clock.title"), buildClockPage(words, governance.clock.now().toString()), false);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/clock",
      about: "Moves it forward.",
      who: ["officer"],
      page: true,
      body: z.object({ by: z.enum(steps) }),
      async handle({ body }) {
        await store.transaction((tx) => governance.clock.set(tx, { by: Temporal.Duration.from(body.by) }));
        return Reply.see("/clock");
      },
    }),
    defineRoute({
      method: "GET",
      path: "/sandbox/enter",
      about: "Fictional persons one can enter as.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const words = wordsOf(language);
        return page(language, actor, words.t("portal.enter.title"), buildEnterPage(words, await readPersonas(accounts)), false);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/sandbox/enter",
      about: "Enters as one of them.",
      who: "anyone",
      page: true,
      perMinute: 60,
      body: z.object({ account: z.uuid() }),
      async handle({ body }) {
        const persona = (await readPersonas(accounts)).find((known) => known.account === body.account);
        if (!persona) throw governanceErrors.refuse("governance.sandbox-only");
        const session = await store.transaction((tx) => accounts.startSession(tx, body.account as Id<"account">));
        return Reply.see("/work", [{ name: cookieName, value: session, maxAge: 36_000 }]);
      },
    }),
  ];
}

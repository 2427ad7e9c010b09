// The list of work, and the list of files.
import { governanceErrors, isAgency } from "@cercle/governance";
import { Refusal, say } from "@cercle/kernel";
import { findFullInstrument, listFullInstruments } from "@cercle/law";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { partyRoles } from "../places.ts";
import { buildFilesPage, type FilesPage } from "./files-page.ts";
import { type OpenValues, openFields, readParty, saysIdentity } from "./open-form.ts";
import { buildWorkPage, workSorts } from "./work-page.ts";

const text = z.string().trim().max(80).default("");
const workQuery = z.object({
  q: text,
  side: z.enum(["all", "ours", "theirs"]).default("all"),
  sort: z.enum(workSorts).default("due"),
  instrument: z.string().max(60).default(""),
});
const mostRows = 500;

export function workRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/work",
      about: "The list of work.",
      who: desk.readers,
      page: true,
      query: workQuery,
      async handle({ query, language, actor }) {
        const words = desk.words(language);
        const rows = await desk.work(actor, mostRows);
        const waiting = await listWaiting(desk, { language, actor });
        const instruments = listFullInstruments().map(({ id, definition }) => [id, say(definition.name, language)] as const);
        const main = buildWorkPage(words, {
          rows,
          today: desk.today(),
          now: desk.governance.clock.now(),
          filter: query,
          agency: isAgency(actor),
          waiting,
          instruments,
        });
        return desk.page({ language, actor }, { title: words.t("portal.work.title"), main, at: "/work", query });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files",
      about: "Files.",
      who: desk.readers,
      page: true,
      query: z.object({ q: text, instrument: z.string().max(60).default("") }),
      handle: ({ query, language, actor }) => showFiles(desk, { language, actor }, query),
    }),
    defineRoute({
      method: "POST",
      path: "/files",
      about: "Makes a party and opens its file.",
      who: ["officer"],
      page: true,
      body: openFields,
      handle: ({ body, language, actor }) => openFile(desk, { language, actor }, body),
    }),
  ];
}

async function showFiles(desk: Desk, reader: Reader, query: FilesPage["filter"], opening?: FilesPage["opening"]): Promise<Reply> {
  const { store, governance, schemes } = desk;
  const { actor, language } = reader;
  const known = new Map((await governance.parties.list(store)).map((party) => [party.id, party]));
  const files = (await governance.files.list(store, await desk.reach(actor))).filter((file) => findFullInstrument(file.instrument));
  const work = await desk.work(actor, mostRows);
  const mayOpen = actor.kind === "account" && actor.roles.includes("officer");
  const words = desk.words(language);
  const main = buildFilesPage(words, { files, parties: known, work, today: desk.today(), mayOpen, filter: query, schemes, ...(opening ? { opening } : {}) });
  return desk.page(reader, { title: words.t("portal.files.title"), main, at: "/files", query, ...(opening ? { status: 422 } : {}) });
}

/** Makes or completes the party, then opens its file; what is refused comes back on the form with what was typed. */
async function openFile(desk: Desk, reader: Reader, typed: OpenValues): Promise<Reply> {
  const { store, governance } = desk;
  let values = typed;
  try {
    if (!values.party && values.name.length < 2) throw governanceErrors.refuse("governance.no-name");
    const known = values.party ? await governance.parties.get(store, values.party) : undefined;
    const body = readParty(values, known);
    if (known && saysIdentity(values)) await desk.ask(reader, "PUT", `/api/parties/${known.id}`, { body });
    const made = known ? { party: known.id } : await desk.ask<{ party: string }>(reader, "POST", "/api/parties", { body });
    // Once made, a party is chosen by its name: a second try does not make it twice.
    values = { ...values, party: made.party };
    const file = await desk.ask<{ reference: string }>(reader, "POST", "/api/files", { body: { instrument: values.instrument, party: made.party } });
    return Reply.see(`/files/${file.reference}`);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500 || error.status === 403) throw error;
    const refused = { text: say(error.text, reader.language, error.params), clause: error.clause };
    return showFiles(desk, reader, { q: "", instrument: "" }, { values, refused });
  }
}

/** What waits beside deadlines, for those who may act on it. */
async function listWaiting(desk: Desk, reader: Reader) {
  const { t } = desk.words(reader.language);
  const roles = reader.actor.kind === "account" ? reader.actor.roles : [];
  if (roles.some((role) => partyRoles.includes(role))) {
    const letters = await desk.ask<readonly unknown[]>(reader, "GET", "/api/letters", { query: { state: "notified" } });
    return [{ href: "/letters", label: t("portal.letters.title"), count: letters.length }];
  }
  if (!roles.some((role) => role === "officer" || role === "second-officer")) return [];
  const decisions = await desk.ask<readonly unknown[]>(reader, "GET", "/api/decisions");
  const intake = await desk.ask<readonly unknown[]>(reader, "GET", "/api/intake");
  return [
    { href: "/decisions", label: t("portal.decisions.title"), count: decisions.length },
    { href: "/intake", label: t("portal.intake.title"), count: intake.length },
  ];
}

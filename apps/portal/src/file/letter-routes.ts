// Letters and documents of files, and the mail of one's own parties.
import { isAgency, isController } from "@cercle/governance";
import { say } from "@cercle/kernel";
import { html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader, Seen } from "../desk.ts";
import { partyRoles } from "../places.ts";
import { capital } from "../words.ts";
import { buildDocumentList } from "./documents-page.ts";
import { fileHead } from "./file-page.ts";
import { reference } from "./file-routes.ts";
import { type DocumentView, fileTabs, listOrNone, type Tab } from "./file-tabs.ts";
import { kindsOf } from "./kinds.ts";
import { buildLetterForm, buildLetterList, buildLetterPage, type LetterView } from "./letters-page.ts";

const writers = ["officer", "second-officer", ...partyRoles];
const newLetter = z.object({
  channel: z.string().max(40),
  act: z.string().max(80).default(""),
  title: z.string().trim().min(3).max(160),
  text: z.string().trim().min(1).max(20_000),
  address: z.string().trim().min(1).max(800),
});

/** The parties on whose side an actor stands. */
export async function sidesOf(desk: Desk, { actor }: Reader): Promise<readonly string[]> {
  // A controller looks from the agency’s side.
  if (isAgency(actor) || isController(actor)) return ["agency"];
  return actor.kind === "account" ? (await desk.governance.parties.of(desk.store, actor.id)).map((party) => `party:${party}`) : [];
}

/** The head of a file with its pages, for those beside the file itself. */
export async function headOf(desk: Desk, reader: Reader, seen: Seen, tab: Tab) {
  const entries = await desk.governance.evidence.list(desk.store, seen.file.id);
  return fileHead(desk.words(reader.language), {
    view: desk.view(seen, entries, reader.language),
    reference: seen.file.reference,
    instrument: seen.instrument,
    instrumentName: say(seen.instrument.definition.name, reader.language),
    party: seen.name,
    reader: seen.party,
    tabs: await fileTabs(desk, reader, seen.file.reference, tab),
  });
}

export function letterPages(desk: Desk): readonly Route[] {
  const answer = (verb: "accept" | "refuse"): Route =>
    defineRoute({
      method: "POST",
      path: `/letters/:reference/${verb}`,
      about: "The addressee answers an electronic letter.",
      who: writers,
      page: true,
      params: reference,
      async handle({ params, language, actor }) {
        await desk.ask({ language, actor }, "POST", `/api/letters/${params.reference}/${verb}`);
        return Reply.see(`/letters/${params.reference}`);
      },
    });
  return [
    defineRoute({
      method: "GET",
      path: "/letters",
      about: "Letters sent and received.",
      who: desk.readers,
      page: true,
      async handle({ language, actor }) {
        const reader = { language, actor };
        const words = desk.words(language);
        const letters = await listOrNone(desk.ask<readonly LetterView[]>(reader, "GET", "/api/letters"));
        const main = html`<h1>${words.t("portal.letters.title")}</h1><p class="soft">${words.t("portal.letters.lead")}</p>${buildLetterList(words, letters, await sidesOf(desk, reader))}`;
        return desk.page(reader, { title: words.t("portal.letters.title"), main, at: "/letters" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/letters/:reference",
      about: "One letter with its events.",
      who: desk.readers,
      page: true,
      params: reference,
      async handle({ params, language, actor }) {
        const reader = { language, actor };
        const letter = await desk.ask<LetterView>(reader, "GET", `/api/letters/${params.reference}`);
        const main = buildLetterPage(desk.words(language), letter, (await sidesOf(desk, reader)).includes(letter.recipient));
        return desk.page(reader, { title: letter.reference, main, at: "/letters", narrow: true });
      },
    }),
    answer("accept"),
    answer("refuse"),
    defineRoute({
      method: "GET",
      path: "/files/:reference/letters",
      about: "Letters of one file.",
      who: desk.readers,
      page: true,
      params: reference,
      async handle({ params, language, actor }) {
        const reader = { language, actor };
        const words = desk.words(language);
        const seen = await desk.see(actor, params.reference);
        const letters = await listOrNone(desk.ask<readonly LetterView[]>(reader, "GET", "/api/letters", { query: { file: params.reference } }));
        const write = seen.party
          ? html`<p class="actions"><a class="btn main" href="/files/${params.reference}/letters/new">${words.t("portal.letters.write")}</a></p>`
          : "";
        const main = html`${await headOf(desk, reader, seen, "letters")}${buildLetterList(words, letters, await sidesOf(desk, reader))}${write}`;
        return desk.page(reader, { title: seen.name, main, at: "/files" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files/:reference/letters/new",
      about: "A letter to the other side.",
      who: writers,
      page: true,
      params: reference,
      async handle({ params, language, actor }) {
        const seen = await desk.see(actor, params.reference);
        const words = desk.words(language);
        const party = seen.party === "agency" ? seen.name : words.party("agency");
        const main = buildLetterForm(words, { reference: params.reference, party, acts: await lettersThatAct(desk, { language, actor }, seen) });
        return desk.page({ language, actor }, { title: words.t("portal.letters.write"), main, at: "/files", narrow: true });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/letters/new",
      about: "Sends it.",
      who: writers,
      page: true,
      params: reference,
      body: newLetter,
      async handle({ params, body, language, actor }) {
        const reader = { language, actor };
        const seen = await desk.see(actor, params.reference);
        const words = desk.words(language);
        const toParty = seen.party === "agency";
        const lines = (text: string, between: RegExp): readonly string[] =>
          text
            .split(between)
            .map((line) => line.trim())
            .filter((line) => line !== "");
        const made = await desk.ask<{ reference: string }>(reader, "POST", "/api/letters", {
          body: {
            file: params.reference,
            channel: body.channel,
            ...(body.act ? { act: { type: body.act, payload: seen.party ? { by: seen.party } : {} } } : {}),
            sender_name: toParty ? capital(words.party("agency")) : seen.name,
            recipient: toParty
              ? { party: seen.file.holder, name: seen.name, address: lines(body.address, /\n/).slice(0, 6) }
              : { party: "agency", name: capital(words.party("agency")), address: lines(body.address, /\n/).slice(0, 6) },
            title: body.title,
            paragraphs: lines(body.text, /\n\s*\n/),
            language,
          },
        });
        return Reply.see(`/letters/${made.reference}`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/files/:reference/documents",
      about: "Documents of one file: who signed, the originals.",
      who: desk.readers,
      page: true,
      params: reference,
      async handle({ params, language, actor }) {
        const reader = { language, actor };
        const seen = await desk.see(actor, params.reference);
        const documents = await listOrNone(desk.ask<readonly DocumentView[]>(reader, "GET", "/api/documents", { query: { file: params.reference } }));
        const names = new Map([[seen.file.holder, seen.name]]);
        const main = html`${await headOf(desk, reader, seen, "documents")}${buildDocumentList(desk.words(language), documents, names, await sidesOf(desk, reader))}`;
        return desk.page(reader, { title: seen.name, main, at: "/files", scripts: ["/assets/sign.js"] });
      },
    }),
  ];
}

/** Acts of the reader that a letter performs and that need no more than the letter says. */
async function lettersThatAct(desk: Desk, { language }: Reader, seen: Seen): Promise<readonly (readonly [string, string])[]> {
  const entries = await desk.governance.evidence.list(desk.store, seen.file.id);
  const kinds = kindsOf(seen.instrument);
  return desk
    .view(seen, entries, language)
    .allowed.filter(({ type }) => {
      const kind = kinds.get(type);
      return kind?.letter && kind.channel && !Object.values(kind.fields).some((field) => field.required);
    })
    .map((act) => [act.type, capital(act.about)] as const);
}

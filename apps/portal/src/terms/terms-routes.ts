// Pages of the terms: for anyone to read and compare, for an officer to announce, for the agency to see who is bound by what.
import { type ArticleChange, agencyRoles, isAgency } from "@cercle/governance";
import { Refusal, say } from "@cercle/kernel";
import { findFullInstrument } from "@cercle/law";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import {
  type AcceptanceView,
  buildAcceptances,
  buildDifferences,
  buildTermsForm,
  buildTermsList,
  buildTermsText,
  type Draft,
  readDraft,
  type TermsOf,
  type TermsText,
  termsAddress,
  type VersionHead,
} from "./terms-pages.ts";

const instrument = z.object({ instrument: z.string().max(60) });
const one = instrument.extend({ version: z.string().max(40) });
const isOfficer = ({ actor }: Reader): boolean => actor.kind === "operator" || (actor.kind === "account" && actor.roles.includes("officer"));

export function termsPages(desk: Desk): readonly Route[] {
  const versionsOf = async (reader: Reader, id: string): Promise<readonly VersionHead[]> =>
    (await desk.ask<readonly TermsOf[]>(reader, "GET", "/public/terms")).find((terms) => terms.instrument === id)?.versions ?? [];
  const textOf = (reader: Reader, id: string, version: string): Promise<TermsText> =>
    desk.ask<TermsText>(reader, "GET", `/public/terms/${encodeURIComponent(id)}/${encodeURIComponent(version)}`);
  const newestOf = async (reader: Reader, id: string): Promise<TermsText> => textOf(reader, id, (await versionsOf(reader, id)).at(-1)?.version ?? "-");
  const form = async (reader: Reader, newest: TermsText, typed: Draft, refused?: string): Promise<Reply> => {
    const words = desk.words(reader.language);
    return desk.page(reader, {
      title: words.t("portal.terms.announce"),
      main: buildTermsForm(words, newest, typed, refused),
      at: "/terms",
      ...(refused ? { status: 422 } : {}),
    });
  };
  return [
    defineRoute({
      method: "GET",
      path: "/terms",
      about: "Terms and contracts of the space, with their versions.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const reader = { language, actor };
        const words = desk.words(language);
        const all = await desk.ask<readonly TermsOf[]>(reader, "GET", "/public/terms");
        return desk.page(reader, { title: words.t("portal.terms.title"), main: buildTermsList(words, all), at: "/terms" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/terms/:instrument",
      about: "The version in force, or the first one announced.",
      who: "anyone",
      page: true,
      params: instrument,
      async handle({ params, language, actor }) {
        const all = await versionsOf({ language, actor }, params.instrument);
        const version = (all.find(({ state }) => state === "in-force") ?? all.at(0))?.version;
        return Reply.see(version ? termsAddress(params.instrument, version) : "/terms");
      },
    }),
    defineRoute({
      method: "GET",
      path: "/terms/:instrument/:version",
      about: "One version, article by article.",
      who: "anyone",
      page: true,
      params: one,
      async handle({ params, language, actor }) {
        const reader = { language, actor };
        const text = await textOf(reader, params.instrument, params.version);
        const rule = findFullInstrument(params.instrument)?.definition.versions;
        const all = await versionsOf(reader, params.instrument);
        const main = buildTermsText(desk.words(language), text, { rule, all, officer: isOfficer(reader), agency: isAgency(actor) });
        return desk.page(reader, { title: text.title[language], main, at: "/terms" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/terms/:instrument/:version/differences",
      about: "What changes since the version before.",
      who: "anyone",
      page: true,
      params: one,
      async handle({ params, language, actor }) {
        const reader = { language, actor };
        const words = desk.words(language);
        const text = await textOf(reader, params.instrument, params.version);
        const path = `/public/terms/${encodeURIComponent(params.instrument)}/${encodeURIComponent(params.version)}/differences`;
        const differences = await desk.ask<{ from: string; articles: readonly ArticleChange[] }>(reader, "GET", path);
        return desk.page(reader, { title: words.t("portal.terms.changes"), main: buildDifferences(words, text, differences), at: "/terms" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/terms/:instrument/acceptances",
      about: "Which file accepted which version.",
      who: agencyRoles,
      page: true,
      params: instrument,
      async handle({ params, language, actor }) {
        const reader = { language, actor };
        const words = desk.words(language);
        type Row = { file: string; acceptances: readonly AcceptanceView[] };
        const rows = await desk.ask<readonly Row[]>(reader, "GET", `/api/terms/${encodeURIComponent(params.instrument)}/acceptances`);
        const definition = findFullInstrument(params.instrument)?.definition;
        const about = (type: string): string => (definition?.kinds[type] ? say(definition.kinds[type].about, language) : type);
        const main = buildAcceptances(words, { name: definition ? say(definition.name, language) : "", rows, about });
        return desk.page(reader, { title: words.t("portal.terms.acceptances"), main, at: "/terms" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/terms/:instrument/new",
      about: "The form of a new version.",
      who: ["officer"],
      page: true,
      params: instrument,
      async handle({ params, language, actor }) {
        const reader = { language, actor };
        return form(reader, await newestOf(reader, params.instrument), {});
      },
    }),
    defineRoute({
      method: "POST",
      path: "/terms/:instrument/new",
      about: "Announces it; what was typed is kept when it is refused.",
      who: ["officer"],
      page: true,
      params: instrument,
      body: z.record(z.string().max(80), z.string().max(8000)),
      async handle({ params, body, language, actor }) {
        const reader = { language, actor };
        const newest = await newestOf(reader, params.instrument);
        try {
          const draft = readDraft(newest, body);
          const { version } = await desk.ask<{ version: string }>(reader, "POST", `/api/terms/${encodeURIComponent(params.instrument)}`, { body: draft });
          return Reply.see(`${termsAddress(params.instrument, version)}/differences`);
        } catch (error) {
          if (!(error instanceof Refusal) || error.status >= 500 || error.status === 403) throw error;
          const incomplete = error.code.startsWith("web.");
          return form(reader, newest, body, incomplete ? desk.words(language).t("portal.terms.incomplete") : say(error.text, language, error.params));
        }
      },
    }),
  ];
}

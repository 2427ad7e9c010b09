// Terms over the API: their versions for anyone, a new one by an officer, and who is bound by which.
import type { Evidence } from "@cercle/evidence";
import { say, type Temporal } from "@cercle/kernel";
import { type CountingPolicy, type FullInstrument, findFullInstrument, listFullInstruments } from "@cercle/law";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { type Access, agencyRoles, fileReaders } from "../access.ts";
import { actorKey } from "../actor-key.ts";
import { governanceErrors } from "../errors.ts";
import type { Files } from "../files/files.ts";
import { type Acceptance, listAcceptances } from "./acceptance.ts";
import { compareTerms } from "./difference.ts";
import { termsSchema } from "./document.ts";
import type { PublishedTerms, Terms } from "./terms.ts";

const instrument = z.object({ instrument: z.string().max(60) });
const one = instrument.extend({ version: z.string().max(40) });
const spoken = z.object({ lang: z.string().optional() });
/** Files whose acceptances are read for one answer. */
const mostFiles = 200;

export function termsRoutes({
  store,
  evidence,
  files,
  access,
  terms,
  policy,
}: {
  store: Store;
  evidence: Evidence;
  files: Files;
  access: Access;
  terms: Terms;
  policy: CountingPolicy;
}): readonly Route[] {
  const stateOf = (published: PublishedTerms, all: readonly PublishedTerms[]): "announced" | "in-force" | "replaced" => {
    const today = terms.today().toString();
    if (published.in_force_on > today) return "announced";
    return all.findLast(({ in_force_on }) => in_force_on <= today)?.version === published.version ? "in-force" : "replaced";
  };
  const head = (published: PublishedTerms, all: readonly PublishedTerms[]) => ({
    version: published.version,
    state: stateOf(published, all),
    in_force_on: published.in_force_on,
    announced_at: published.announced_at.toString(),
    digest: published.digest,
    title: published.title,
  });
  const get = async (id: string, version: string) => {
    const all = await terms.list(store, id);
    const place = all.findIndex((known) => known.version === version);
    const published = all[place];
    if (!published) throw governanceErrors.refuse("governance.no-terms", { params: { version } });
    return { published, before: all[place - 1], all };
  };
  const show = ({ version, at, entry, type, named }: Acceptance, law: FullInstrument) => ({
    version,
    at: at.toString(),
    entry,
    type,
    named,
    article: law.definition.kinds[type]?.article ?? null,
  });
  const acceptancesOf = async (law: FullInstrument, file: Parameters<Evidence["list"]>[1], all: readonly PublishedTerms[]): Promise<readonly Acceptance[]> =>
    listAcceptances(law, await evidence.list(store, file), all, policy.timeZone);

  return [
    defineRoute({
      method: "GET",
      path: "/public/terms",
      about: "Instruments with the versions of their terms.",
      who: "anyone",
      query: spoken,
      handle: async ({ language }) =>
        Promise.all(
          listFullInstruments()
            .filter(({ definition }) => definition.versions)
            .map(async ({ id, definition }) => {
              const all = await terms.list(store, id);
              return { instrument: id, name: say(definition.name, language), versions: all.map((published) => head(published, all)) };
            }),
        ),
    }),
    defineRoute({
      method: "GET",
      path: "/public/terms/:instrument/:version",
      about: "One version, article by article, in both languages.",
      who: "anyone",
      params: one,
      query: spoken,
      async handle({ params }) {
        const { published, before, all } = await get(params.instrument, params.version);
        return { instrument: params.instrument, ...head(published, all), before: before?.version ?? null, articles: published.articles };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/public/terms/:instrument/:version/differences",
      about: "What changed since the version before (or `since`), article by article, words added and removed.",
      who: "anyone",
      params: one,
      query: spoken.extend({ since: z.string().max(40).optional() }),
      async handle({ params, query, language }) {
        const { published, before } = await get(params.instrument, params.version);
        const from = query.since ? (await get(params.instrument, query.since)).published : before;
        if (!from) throw governanceErrors.refuse("governance.first-terms", { params: { version: published.version } });
        return { from: from.version, to: published.version, articles: compareTerms(from, published, language) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/terms/:instrument",
      about: "Announces a new version of the terms with the day it takes effect; files and doors learn of it.",
      who: ["officer"],
      params: instrument,
      body: termsSchema,
      async handle({ params, body, actor }) {
        const published = await store.transaction((tx) => terms.announce(tx, params.instrument, body, actorKey(actor)));
        await terms.tellFiles();
        return { instrument: params.instrument, ...published, announced_at: published.announced_at.toString() };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/terms/:instrument/acceptances",
      about: `Which file accepted which version, when and by which entry: the newest ${mostFiles} files. No name.`,
      who: agencyRoles,
      params: instrument,
      async handle({ params }) {
        const law = findFullInstrument(params.instrument);
        if (!law) throw governanceErrors.refuse("governance.no-instrument", { params: { instrument: params.instrument } });
        const all = await terms.list(store, params.instrument);
        const rows = await files.ofInstrument(store, params.instrument, mostFiles);
        return Promise.all(
          rows.map(async (file) => ({ file: file.reference, acceptances: (await acceptancesOf(law, file.id, all)).map((found) => show(found, law)) })),
        );
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/files/:reference/terms",
      about: "Versions of the terms that this file accepted, each with the entry that proves it; which one binds on a day (`on`).",
      who: fileReaders,
      params: z.object({ reference: z.string().max(40) }),
      query: spoken.extend({ on: z.iso.date().optional() }),
      async handle({ params, query, actor }) {
        const { file, instrument: law } = await access.read(actor, params.reference);
        const all = await terms.list(store, law.id);
        const acceptances = await acceptancesOf(law, file.id, all);
        const day = query.on ?? terms.today().toString();
        const dayOf = (at: Temporal.Instant): string => at.toZonedDateTimeISO(policy.timeZone).toPlainDate().toString();
        const binding = acceptances.findLast(({ at }) => dayOf(at) <= day);
        return {
          instrument: law.id,
          on: day,
          binds: law.definition.versions ?? null,
          binding: binding ? show(binding, law) : null,
          acceptances: acceptances.map((found) => show(found, law)),
          versions: all.map((published) => head(published, all)),
        };
      },
    }),
  ];
}

// Pages of the directory: search as you type, person, structure, mailbox. They work without script.
import { readFileSync } from "node:fs";
import { foldName, type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Access, Accesses } from "../access.ts";
import { directoryErrors } from "../errors.ts";
import { fromFhirId, toFhirId } from "../fhir/ids.ts";
import { at } from "../france/layouts.ts";
import { listCodes } from "../france/nomenclatures.ts";
import { names } from "../france/words.ts";
import { shownOf } from "../ldap/entry.ts";
import type { Professional } from "../ports.ts";
import { unit } from "../query/fields.ts";
import type { MailboxRow } from "../query/rows.ts";
import type { Search } from "../query/search.ts";
import { structureValues } from "../record.ts";
import { nextSnapshot } from "../revisions.ts";
import { directoryTexts } from "../texts.ts";
import { findPersons, findStructures, shortest } from "./find.ts";

const script = readFileSync(new URL("../../assets/search.js", import.meta.url), "utf8");
const shownAtMost = 25;
const perMinute = 240;

type Surface = {
  store: Store;
  search: Search;
  accesses: Accesses;
  findProfessional(id: string): Promise<Professional | undefined>;
  frame(language: Language, actor: Actor): Frame;
};

export function pageRoutes({ store, search, accesses, findProfessional, frame }: Surface): readonly Route[] {
  const t = (language: Language, key: keyof typeof directoryTexts, params: Record<string, string | number> = {}): string =>
    say(directoryTexts[key], language, params);
  const page = (language: Language, actor: Actor, title: string, main: Html, scripts: readonly string[] = []): Reply =>
    Reply.html(buildPage(frame(language, actor), { title, wide: true, main, scripts }));
  const accessOf = (actor: Actor, address: string): Access => ({ surface: "page", actor, address, purpose: "look-up" });
  const key = z.object({ id: z.string().min(1).max(200) });
  const boxes = (language: Language, rows: readonly MailboxRow[]): Html =>
    html`<section class="card"><h2>${t(language, "directory.page.mailboxes")}</h2>${rows.length === 0 ? html`<p class="soft">${t(language, "directory.page.no-mailbox")}</p>` : html`<ul>${rows.map((box) => html`<li><a href="/directory/mailbox/${encodeURIComponent(box.address)}"><code>${box.address}</code></a> · ${t(language, `directory.kind.${box.kind}`)}${box.service ? ` · ${box.service}` : ""}</li>`)}</ul>`}</section>`;
  const report = (language: Language, authority: string): Html =>
    html`<section class="card"><h2>${t(language, "directory.page.error-title")}</h2><p>${authority ? t(language, "directory.page.error", { authority }) : t(language, "directory.page.error-unknown")}</p></section>`;

  return [
    defineRoute({
      method: "GET",
      path: "/directory/search.js",
      about: "Results as you type.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: script, type: "text/javascript; charset=utf-8", headers: { "cache-control": "public, max-age=3600" } }),
    }),
    defineRoute({
      method: "GET",
      path: "/directory",
      about: "Search of the directory.",
      who: "anyone",
      page: true,
      perMinute,
      query: z.object({
        q: z.string().max(120).default(""),
        profession: z.string().max(10).default(""),
        place: z.string().max(80).default(""),
        mailbox: z.string().max(5).default(""),
      }),
      async handle({ query, language, actor, address }) {
        const asked = { ...query, q: query.q.trim(), mailbox: query.mailbox !== "" };
        const access = accessOf(actor, address);
        const shape = { what: "search", prefix: asked.q ? foldName(asked.q) : undefined };
        const who = findPersons(asked);
        const where = findStructures(asked);
        let found: Html = html`<p class="soft">${t(language, "directory.page.begin", { count: shortest })}</p>`;
        if (who) {
          accesses.admit(access, shape);
          const persons = await search.search({ entity: "person", where: who, limit: shownAtMost });
          const structures =
            where && !asked.profession && !asked.mailbox ? await search.search({ entity: "structure", where, limit: 10 }) : { rows: [], next: undefined };
          accesses.record(access, shape, persons.rows.length + structures.rows.length);
          const more = persons.next !== undefined || structures.next !== undefined;
          found = html`<p class="small soft" role="status">${t(language, "directory.page.found", { persons: persons.rows.length, structures: structures.rows.length })}${more ? ` ${t(language, "directory.page.more")}` : ""}</p>
<ul>${persons.rows.map((row) => html`<li><a href="/directory/person/${toFhirId(row.national_id)}">${row.exercise_civility_label ? `${row.exercise_civility_label} ` : ""}${row.given_name} <b>${row.family_name}</b></a> <span class="soft small">${row.national_id}</span></li>`)}</ul>
${structures.rows.length > 0 ? html`<h2>${t(language, "directory.page.structures")}</h2><ul>${structures.rows.map((row) => html`<li><a href="/directory/structure/${toFhirId(row.structure_id)}">${row.name}</a> <span class="soft small">${structureValues(row.record)[at.cedex] ?? ""}</span></li>`)}</ul>` : ""}`;
        }
        return page(
          language,
          actor,
          t(language, "directory.page.title"),
          html`<h1>${t(language, "directory.page.title")}</h1><p>${t(language, "directory.page.lead")}</p>
<form class="card stack" method="get" action="/directory" data-search role="search">
<div class="field"><label for="q">${t(language, "directory.page.q")}</label><input id="q" name="q" type="search" value="${asked.q}" autocomplete="off"></div>
<div class="field"><label for="profession">${t(language, "directory.page.profession")}</label><select id="profession" name="profession"><option value="">${t(language, "directory.page.any")}</option>${listCodes("profession").map(([code, label]) => html`<option value="${code}"${code === asked.profession ? html` selected` : ""}>${label}</option>`)}</select></div>
<div class="field"><label for="place">${t(language, "directory.page.place")}</label><input id="place" name="place" value="${asked.place}"></div>
<p><label><input type="checkbox" name="mailbox" value="1"${asked.mailbox ? html` checked` : ""}> ${t(language, "directory.page.with-mailbox")}</label></p>
<button class="btn main">${t(language, "directory.page.search")}</button></form>
<section id="results" aria-live="polite">${found}</section>`,
          ["/directory/search.js"],
        );
      },
    }),
    defineRoute({
      method: "GET",
      path: "/directory/person/:id",
      about: "One person of the directory.",
      who: "anyone",
      page: true,
      perMinute,
      params: key,
      async handle({ params, language, actor, address }) {
        const access = accessOf(actor, address);
        accesses.admit(access, { what: "person" });
        const person = await findProfessional(fromFhirId(params.id));
        if (!person) throw directoryErrors.refuse("directory.no-person", { params: { id: params.id } });
        accesses.record(access, { what: "person" }, 1);
        const found = person.active ? await search.listBy("mailbox", "person", [person.nationalId], await nextSnapshot(store)) : [];
        const name = person.active ? `${person.givenName} ${person.familyName}` : person.nationalId;
        const authority = person.activities.find((activity) => activity.autoriteDenregistrement)?.autoriteDenregistrement ?? "";
        // Registers write it once for identity, practice and structure: `CNOM/CNOM/CNOM`.
        const authorities = [...new Set(authority.split("/"))].join(", ");
        return page(
          language,
          actor,
          name,
          html`<h1>${name}</h1>${person.active ? "" : html`<p class="notice">${t(language, "directory.page.left")}</p>`}
<section class="card"><dl><dt>${t(language, "directory.page.identifiers")}</dt><dd>${person.otherIds.map((other) => html`<code>${other.identifiant}</code> (${other.origine}) `)}</dd>
${person.exercises.map((exercise) => html`<dt>${t(language, "directory.page.profession")}</dt><dd>${[exercise.exerciseCivility.label, exercise.profession.label, exercise.knowHow.label].filter(Boolean).join(" · ")}</dd>`)}</dl></section>
<section class="card"><h2>${t(language, "directory.page.situations")}</h2>${person.activities.length === 0 ? html`<p class="soft">${t(language, "directory.page.no-situation")}</p>` : html`<ul>${person.activities.map((activity) => html`<li>${activity.identifiantTechniqueDeLaStructure ? html`<a href="/directory/structure/${toFhirId(activity.identifiantTechniqueDeLaStructure)}">${activity.raisonSocialeSite}</a>` : activity.raisonSocialeSite} <span class="soft">${activity.bureauCedex ?? ""}</span></li>`)}</ul>`}</section>
${boxes(
  language,
  found.filter((box) => box.kind === "PER" || box.kind === "CAB"),
)}${report(language, authorities)}`,
        );
      },
    }),
    defineRoute({
      method: "GET",
      path: "/directory/structure/:id",
      about: "One structure of the directory.",
      who: "anyone",
      page: true,
      perMinute,
      params: key,
      async handle({ params, language, actor, address }) {
        const access = accessOf(actor, address);
        accesses.admit(access, { what: "structure" });
        const snapshot = await nextSnapshot(store);
        const id = fromFhirId(params.id);
        const [structure] = await search.listBy("structure", "id", [id], snapshot);
        if (!structure) throw directoryErrors.refuse("directory.no-entry", { params: { id: params.id.slice(0, 80) } });
        const found = structure.active ? await search.listBy("mailbox", "structure", [id], snapshot) : [];
        accesses.record(access, { what: "structure" }, 1);
        const values = structureValues(structure.record);
        const v = (position: number): string => values[position] ?? "";
        const row = (label: string, value: string) => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : "");
        return page(
          language,
          actor,
          structure.name,
          html`<h1>${structure.name}</h1>${structure.active ? "" : html`<p class="notice">${t(language, "directory.page.left")}</p>`}
<section class="card"><dl>${row(names.establishment, structure.finess)}${row(names.site, structure.siret)}${row(names.company, structure.siren)}${row(t(language, "directory.page.address"), [[v(at.streetNumber), v(at.streetTypeLabel), v(at.street)].filter(Boolean).join(" "), v(at.cedex)].filter(Boolean).join(", "))}</dl></section>
${boxes(
  language,
  found.filter((box) => box.kind === "ORG" || box.kind === "APP"),
)}${report(language, structure.finess ? names.establishment : structure.siret ? "SIRENE" : "")}`,
        );
      },
    }),
    defineRoute({
      method: "GET",
      path: "/directory/mailbox/:id",
      about: "One published mailbox.",
      who: "anyone",
      page: true,
      perMinute,
      params: key,
      async handle({ params, language, actor, address }) {
        const access = accessOf(actor, address);
        accesses.admit(access, { what: "mailbox" });
        const found = await search.listBy("mailbox", "address", [params.id.toLowerCase()], await nextSnapshot(store));
        accesses.record(access, { what: "mailbox" }, found.length);
        if (found.length === 0) throw directoryErrors.refuse("directory.no-entry", { params: { id: params.id.slice(0, 80) } });
        const holderOf = (row: MailboxRow): string => {
          const { given, family } = shownOf(row);
          return `${given} ${family}`.trim() || (row.national_id ?? "");
        };
        const structureOf = (row: MailboxRow): string => row.places?.split("\n")[0]?.split(unit)[1] || (row.structure_id ?? "");
        return page(
          language,
          actor,
          params.id.toLowerCase(),
          html`<h1><code>${params.id.toLowerCase()}</code></h1>${found.map((box) => html`<section class="card"><dl><dt>${t(language, "directory.page.kind")}</dt><dd>${t(language, `directory.kind.${box.kind}`)}</dd>${box.national_id ? html`<dt>${t(language, "directory.page.person")}</dt><dd><a href="/directory/person/${toFhirId(box.national_id)}">${holderOf(box)}</a></dd>` : ""}${box.structure_id ? html`<dt>${t(language, "directory.page.structure")}</dt><dd><a href="/directory/structure/${toFhirId(box.structure_id)}">${structureOf(box)}</a></dd>` : ""}${box.service ? html`<dt>${t(language, "directory.page.service")}</dt><dd>${box.service}</dd>` : ""}${box.description ? html`<dt>${t(language, "directory.page.description")}</dt><dd>${box.description}</dd>` : ""}</dl></section>`)}`,
        );
      },
    }),
  ];
}

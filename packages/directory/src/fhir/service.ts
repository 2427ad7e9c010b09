// FHIR searches and reads over the registers, without HTTP.
import type { Store } from "@cercle/store";
import type { Access, Accesses } from "../access.ts";
import { directoryErrors } from "../errors.ts";
import type { FoundPerson, Rows, SituationRow, StructureRow } from "../query/rows.ts";
import type { Search } from "../query/search.ts";
import { nextSnapshot, revisionInstants, type Snapshot } from "../revisions.ts";
import { createAnswers } from "./answers.ts";
import { fromFhirId } from "./ids.ts";
import { type PageToken, readToken, type Sealer, writeToken } from "./page-token.ts";
import { entityOf, type ResourceName } from "./parameters.ts";
import { type FhirSearch, parseSearch } from "./parse-search.ts";
import { type Built, buildOrganization, buildPractitioner, buildPractitionerRole, changedIn, keepElements, type Resource, textOf } from "./resources.ts";

/** Bundles are bytes of JSON: a page of fifty is put together once, and kept for whoever asks the same meanwhile. */
export type Fhir = {
  search(resource: ResourceName, query: string, access: Access, options: { base: string; lenient: boolean }): Promise<Buffer>;
  nextPage(token: string, access: Access, base: string): Promise<Buffer>;
  read(resource: ResourceName, id: string, access: Access): Promise<Resource>;
  /** Keys that a condition selects, at most `limit`: conditional PATCH. */
  keys(resource: ResourceName, query: string, limit: number): Promise<readonly string[]>;
};

/** Included resources beyond this number are left out, and the bundle says so. */
const maximumIncluded = 1000;

export function createFhir({
  store,
  search,
  accesses,
  sealer,
  now = Date.now,
}: {
  store: Store;
  search: Search;
  accesses: Accesses;
  sealer: Sealer;
  now?: () => number;
}): Fhir {
  const answers = createAnswers(now);
  const build = async (resource: ResourceName, rows: readonly Rows[keyof Rows][]): Promise<readonly Built[]> => {
    const dates = await revisionInstants(store, rows.map(changedIn));
    return rows.map((row) => builders[resource](row as never, dates.get(changedIn(row))));
  };

  const included = async (found: FhirSearch, rows: readonly Rows[keyof Rows][], resource: ResourceName, snapshot: Snapshot): Promise<readonly Built[]> => {
    const resources: Built[] = [];
    const add = async (name: ResourceName, field: string, keys: readonly string[]): Promise<void> => {
      resources.push(...(await build(name, await search.listBy(entityOf[name], field, keys, snapshot))));
    };
    if (resource === "PractitionerRole") {
      const roles = rows as readonly SituationRow[];
      const [persons, structures] = [roles.map((row) => row.national_id), roles.flatMap((row) => row.structure_id ?? [])];
      if (found.include.includes("PractitionerRole:practitioner")) await add("Practitioner", "id", persons);
      if (found.include.includes("PractitionerRole:organization")) await add("Organization", "id", structures);
    } else if (found.revinclude.length > 0) {
      const [field, keys] =
        resource === "Practitioner"
          ? (["person", (rows as readonly FoundPerson[]).map((row) => row.national_id)] as const)
          : (["structure", (rows as readonly StructureRow[]).map((row) => row.structure_id)] as const);
      await add("PractitionerRole", field, keys);
    }
    return resources;
  };

  const page = async (token: PageToken & { after: string | undefined }, access: Access, base: string, lenient: boolean, first: boolean): Promise<Buffer> => {
    const { resource, query, after, page: number } = token;
    const found = parseSearch(resource, new URLSearchParams(query), lenient);
    const shape = { what: `${resource} search`, prefix: first ? found.prefix : undefined, page: number };
    accesses.admit(access, shape);
    const entity = entityOf[resource];
    const snapshot = first ? await nextSnapshot(store) : token.snapshot;
    const question = JSON.stringify([resource, query, after, page, base, lenient]);
    const known = answers.find(question, snapshot);
    if (known) {
      accesses.record(access, shape, known.entries);
      return known.body;
    }
    const result = await search.search({ entity, where: found.where, limit: found.count, after: first ? undefined : after, snapshot });
    const matches = await build(resource, result.rows);
    const others = await included(found, result.rows, resource, snapshot);
    const total =
      found.count === 0 || found.total === "accurate"
        ? await search.count({ entity, where: found.where, snapshot })
        : found.total === "estimate"
          ? await search.estimate({ entity, where: found.where })
          : undefined;
    accesses.record(access, shape, matches.length + others.length);
    const next =
      found.count > 0 && result.next !== undefined ? writeToken(sealer, { resource, query, after: result.next, snapshot, page: number + 1 }, now()) : undefined;
    const bundle = {
      resourceType: "Bundle",
      type: "searchset",
      ...(total === undefined ? {} : { total }),
      link: [
        { relation: "self", url: `${base}/${resource}${query ? `?${query}` : ""}` },
        ...(next ? [{ relation: "next", url: `${base}?_getpages=${next}` }] : []),
      ],
    };
    const entries = [
      ...matches.map((one) => entryText(base, keepElements(one, found.elements), "match")),
      ...others.slice(0, maximumIncluded).map((one) => entryText(base, one, "include")),
      ...(others.length > maximumIncluded ? [JSON.stringify(tooMany())] : []),
    ];
    const body = Buffer.from(`${JSON.stringify(bundle).slice(0, -1)},"entry":[${entries.join(",")}]}`);
    answers.keep(question, snapshot, { body, entries: matches.length + others.length });
    return body;
  };

  return {
    search: (resource, query, access, { base, lenient }) =>
      page({ resource, query, after: undefined as unknown as string, snapshot: { current: 0, pending: -1 }, page: 1 }, access, base, lenient, true),
    async nextPage(text, access, base) {
      return page(readToken(sealer, text, now()), access, base, true, false);
    },
    async read(resource, id, access) {
      const shape = { what: `${resource} read` };
      accesses.admit(access, shape);
      const snapshot = await nextSnapshot(store);
      const key = fromFhirId(id);
      const rows = await search.listBy(entityOf[resource], "id", [key], snapshot);
      const [found] = await build(resource, rows);
      accesses.record(access, shape, rows.length);
      if (found) return JSON.parse(textOf(found)) as Resource;
      // A situation that once stood is gone (FHIR R4 §3.1.0.1.2: 410).
      const once =
        resource === "PractitionerRole" &&
        (await store.first("select 1 from directory.situation where situation_id = $1 and rev_to <= $2 limit 1", [key, snapshot.current]));
      throw directoryErrors.refuse(once ? "directory.gone" : "directory.no-entry", { params: { id: id.slice(0, 80) } });
    },
    async keys(resource, query, limit) {
      const found = parseSearch(resource, new URLSearchParams(query), false);
      const result = await search.search({ entity: entityOf[resource], where: found.where, limit });
      return result.rows.map((row) =>
        "situation_id" in row ? row.situation_id : "name" in row ? row.structure_id : "address" in row ? row.mailbox_id : row.national_id,
      );
    },
  };
}

function entryText(base: string, built: Built, mode: string): string {
  const { resourceType, id } = built.resource;
  return `{"fullUrl":${JSON.stringify(`${base}/${resourceType}/${id}`)},"resource":${textOf(built)},"search":{"mode":"${mode}"}}`;
}

const builders = { Practitioner: buildPractitioner, PractitionerRole: buildPractitionerRole, Organization: buildOrganization };

/** FHIR R4 §3.1.1.5.1: what a search has to say beside its matches. */
function tooMany(): object {
  return {
    resource: { resourceType: "OperationOutcome", issue: [{ severity: "warning", code: "too-costly", diagnostics: `more than ${maximumIncluded} included` }] },
    search: { mode: "outcome" },
  };
}

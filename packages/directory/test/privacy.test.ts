// Nothing private leaves by any surface: an allow-list of every field, marks planted in every private place, and a red list that
// changes no byte of any answer.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { testEngines } from "@cercle/testkit";
import { Client, ServerSideSortingRequestControl } from "ldapts";
import { layouts } from "../src/france/layouts.ts";
import { generateExtraction } from "../src/sandbox/generate.ts";
import { ldapBase, openSurfaces, type Surfaces } from "./surfaces.ts";

/** Every element that may leave, by its path; lists are not counted. */
const meta = ["meta.lastUpdated", "meta.source", "meta.profile", "resourceType", "id", "language", "active"];
const identifier = ["use", "type.coding.system", "type.coding.code", "system", "value"].map((path) => `identifier.${path}`);
const coded = (element: string): string[] => ["system", "code", "display"].map((path) => `${element}.coding.${path}`);
const telecom = [
  ...["system", "value", "rank", "extension.url", "extension.valueCoding.system", "extension.valueCoding.code"],
  ...["url", "valueString", "valueCodeableConcept.coding.system", "valueCodeableConcept.coding.code"].map((path) => `extension.extension.${path}`),
].map((path) => `telecom.${path}`);
const allowed: Readonly<Record<string, ReadonlySet<string>>> = {
  Practitioner: new Set([
    ...meta,
    ...identifier,
    ...telecom,
    ...["use", "family", "given", "prefix", "suffix"].map((path) => `name.${path}`),
    ...coded("qualification.code"),
  ]),
  PractitionerRole: new Set([...meta, ...identifier, ...telecom, "practitioner.reference", "organization.reference", ...coded("code")]),
  Organization: new Set([
    ...meta,
    ...identifier,
    ...telecom,
    "name",
    ...coded("type"),
    ...["line", "postalCode", "city", "country"].map((path) => `address.${path}`),
    ...["system", "value"].map((path) => `partOf.identifier.${path}`),
  ]),
};
/** What the mailbox extensions may say: no responsible, no red list (public profiles). */
const allowedExtensions = new Set(["type", "description", "service"]);
const allowedAttributes = new Set(
  "dn objectClass mail TypeBAL cn sn givenName IdentifiantPP TypeIdentifiantPP profession IdentifiantPM o l ou description".split(" "),
);
const red = "secret.redlist@alpha.mssante.test";

function* pathsOf(value: unknown, path = ""): Generator<string> {
  if (Array.isArray(value)) for (const one of value) yield* pathsOf(one, path);
  else if (value !== null && typeof value === "object") for (const [name, one] of Object.entries(value)) yield* pathsOf(one, path ? `${path}.${name}` : name);
  else yield path;
}

for (const engine of testEngines) {
  describe(`privacy on ${engine}`, () => {
    let surfaces: Surfaces;
    const ldap = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
      const client = new Client({ url: `ldap://127.0.0.1:${surfaces.ldapPort}` });
      try {
        return await work(client);
      } finally {
        await client.unbind();
      }
    };
    const entries = (filter: string): Promise<readonly object[]> =>
      ldap(async (client) => (await client.search(ldapBase, { filter, paged: { pageSize: 100 } })).searchEntries);
    /** Every answer of every surface that speaks of everyone, and of the holder of the red-listed mailbox. */
    const everything = async (): Promise<Record<string, string>> => {
      const answers: Record<string, string> = {};
      for (const query of [
        "Practitioner?_count=200",
        "Practitioner?mailbox-mss-type=PER&_count=3",
        "Practitioner?mailbox-mss:contains=redlist",
        "Practitioner?family=D'ARC",
        "Practitioner?_lastUpdated=ge2020-01-01&family=D'ARC",
        "PractitionerRole?_count=200",
        "PractitionerRole?practitioner=899700000062&_include=*",
        "Organization?_count=200",
        "Organization?mailbox-mss:contains=redlist",
        // One entry a page: how many pages there are, and where each ends, is told by none.
        "Practitioner?mailbox-mss-type=PER,CAB&_count=1&family=D,A,P",
        "Practitioner?mailbox-mss=secret",
        "PractitionerRole?mailbox-mss:contains=redlist",
        "PractitionerRole?mailbox-mss-type=PER&_elements=telecom",
        "Practitioner?active=true&_elements=telecom,identifier&_revinclude=*",
      ]) {
        answers[query] = JSON.stringify(await surfaces.fhirAll(query));
      }
      for (const query of ["Practitioner?mailbox-mss-type=PER", `Practitioner?mailbox-mss:exact=${red}`, "Organization?mailbox-mss-type=ORG"]) {
        const path = `/fhir/v2/${query}&_count=0&_total=accurate`;
        answers[path] = (await surfaces.call("GET", path, { key: "machine" })).text;
      }
      const form = { key: "machine", headers: { "content-type": "application/x-www-form-urlencoded" } };
      answers.form = (await surfaces.call("POST", "/fhir/v2/Practitioner/_search", { ...form, raw: `mailbox-mss=${red}&_total=accurate` })).text;
      answers.read = (await surfaces.call("GET", "/fhir/v2/Practitioner/899700000062", { key: "" })).text;
      // Other operators: the change log, histories, and acts on an address that is not theirs.
      for (const kind of ["person", "structure", "mailbox"]) {
        const path = `/api/directory/changes?limit=1000&kind=${kind}`;
        answers[path] = (await surfaces.call("GET", path, { key: "beta" })).text;
      }
      for (const path of ["/api/directory/mailboxes?limit=1000", `/api/directory/history/mailbox/${red}`, "/api/directory/history/person/899700000062"]) {
        answers[path] = (await surfaces.call("GET", path, { key: path.includes("history") ? "machine" : "beta" })).text;
      }
      for (const method of ["PATCH", "DELETE"]) {
        const { status, text } = await surfaces.call(method, `/api/directory/mailboxes/${red}`, {
          key: "beta",
          ...(method === "PATCH" ? { body: { rank: 2 } } : {}),
        });
        answers[`beta ${method}`] = `${status} ${text.replaceAll(/[0-9a-f-]{36}/g, "")}`;
      }
      for (const type of ["replace", "delete"]) {
        const path = { name: "path", valueString: `Practitioner.telecom.where(value='${red}')` };
        const value = { name: "value", valueContactPoint: { value: "other@alpha.mssante.test", system: "email" } };
        const operation = { name: "operation", part: [{ name: "type", valueCode: type }, path, ...(type === "replace" ? [value] : [])] };
        const body = { resourceType: "Parameters", parameter: [operation] };
        const { status, text } = await surfaces.call("PATCH", "/fhir/v2/Practitioner/899700000062", { key: "beta", body });
        answers[`beta FHIR ${type}`] = `${status} ${text}`;
      }
      for (const path of [
        `/directory?q=secret.redlist@`,
        `/directory?q=arc`,
        "/directory?q=arc&mailbox=1",
        "/directory/person/899700000062",
        "/directory/structure/F990000010",
        `/directory/mailbox/${red}`,
      ]) {
        const { status, text } = await surfaces.call("GET", path, { key: "", accept: "text/html" });
        answers[path] = `${status} ${text.replaceAll(/value="[^"]*"|nonce="[^"]*"|[0-9a-f-]{36}/g, "")}`;
      }
      // As it comes, and once LDAP has everything that it may have in memory.
      for (const how of ["", "from memory "]) {
        if (how) assert.ok(await surfaces.directory.copy.settled());
        for (const filter of [
          "(mail=*)",
          `(mail=${red})`,
          "(mail=secret*)",
          "(mail=*redlist*)",
          "(!(mail=x))",
          "(sn=D'ARC-L'HÉRAULT)",
          "(sn=d'arc*)",
          "(IdentifiantPP=99700000062)",
          "(ou=SECRET-SERVICE)",
          "(TypeBAL=PER)",
        ]) {
          answers[`${how}${filter}`] = JSON.stringify(await entries(filter));
        }
      }
      const name = `mail=${red},${ldapBase}`;
      const compared = (dn: string, attribute: string, value: string): Promise<string> =>
        ldap((client) => client.compare(dn, attribute, value).then(String, (error: { code: number }) => `code ${error.code}`));
      answers.compare = await compared(name, "mail", red);
      for (const [attribute, value] of Object.entries({
        ou: "SECRET-SERVICE",
        IdentifiantPP: "99700000062",
        TypeBAL: "PER",
        redList: "TRUE",
        responsible: "899700000039",
      })) {
        answers[`compare ${attribute}`] = await compared(name, attribute, value);
        answers[`compare ${attribute} elsewhere`] = await compared(`mail=seen@alpha.mssante.test,${ldapBase}`, attribute, value);
      }
      // RFC 2891: sorting is not known, so a search that insists on it is refused whatever it would find.
      answers.sorted = await ldap((client) =>
        client.search(ldapBase, { filter: "(mail=*)" }, [new ServerSideSortingRequestControl({ value: { attributeType: "mail" }, critical: true })]).then(
          () => "sorted",
          (error: { code: number }) => `code ${error.code}`,
        ),
      );
      answers.base = await ldap((client) =>
        client.search(name, { scope: "base" }).then(
          ({ searchEntries }) => String(searchEntries.length),
          (error: { code: number }) => `code ${error.code}`,
        ),
      );
      const out = join(surfaces.test.folder, "mailboxes.txt");
      await surfaces.call("POST", "/api/extractions", { key: "machine", body: { layout: "mailbox", out } });
      answers.extraction = await readFile(out, "utf8");
      return answers;
    };
    before(async () => {
      surfaces = await openSurfaces(engine, { entriesPerDay: 1_000_000, pages: 1000 });
      await surfaces.load("activity.txt", generateExtraction({ rows: 250, seed: 21 }));
      await surfaces.load("boxes.txt", generateExtraction({ rows: 120, seed: 21, layout: "mailbox" }));
      await surfaces.test.store.run("update directory.person set birth_name = 'PRIVATE-BIRTH' where national_id = '899700000062'");
      const seen = { address: "seen@alpha.mssante.test", kind: "ORG", structure_id: "F990000010", responsible: "899700000039", service: "PHARMACIE" };
      assert.equal((await surfaces.publish(seen)).status, 200);
      await surfaces.call("PATCH", "/api/directory/mailboxes/seen@alpha.mssante.test", { body: { description: "OUVERTE" } });
      await surfaces.call("POST", "/api/directory/local-persons", {
        body: {
          structure_id: "F990000010",
          number: "S0042",
          family_name: "PETIT",
          given_name: "Agathe",
          authority: "899700000013",
          check: { document: "PRIVATE-DOCUMENT", on: "2026-11-20" },
        },
      });
      await surfaces.publish({ address: "agathe.petit@alpha.mssante.test", kind: "PER", national_id: "3990000010/S0042" });
    });
    after(() => surfaces.close());

    it("[MSS-17] every field of every surface is on the allow-list, and no private mark leaves", async () => {
      for (const [resource, paths] of Object.entries(allowed)) {
        const seen = new Set<string>();
        for (const one of await surfaces.fhirAll(`${resource}?_count=200`)) {
          for (const path of pathsOf(one)) seen.add(path);
          for (const box of one.telecom ?? []) {
            const extensions = (box as unknown as { extension: { extension?: { url: string }[] }[] }).extension.flatMap((part) => part.extension ?? []);
            for (const { url } of extensions) assert.ok(allowedExtensions.has(url), url);
          }
        }
        assert.deepEqual(
          [...seen].filter((path) => !paths.has(path)),
          [],
          resource,
        );
        assert.ok(seen.size > 8, resource);
      }
      for (const entry of await entries("(mail=*)")) {
        for (const name of Object.keys(entry)) assert.ok(allowedAttributes.has(name), name);
      }
      const answers = await everything();
      const header = answers.extraction?.split("\n")[0];
      assert.equal(header, `${layouts.find(({ name }) => name === "mailbox")?.columns.join("|")}|`);
      for (const [where, text] of Object.entries(answers)) {
        assert.doesNotMatch(text, /PRIVATE|"responsible"|listeRouge/, where);
        // The responsible professional is a person like others; what is private is whose mailbox it is.
        if (!where.startsWith("Practitioner") && !where.endsWith("kind=person")) assert.doesNotMatch(text, /899700000039/, where);
      }
      for (const person of ["899700000062", "h-333939303030303031302f5330303432"]) {
        assert.doesNotMatch((await surfaces.call("GET", `/directory/person/${person}`, { key: "" })).text, /PRIVATE/);
      }
    });

    it("[MSS-17] API, events and traces carry the fields they are to carry and no others; logs carry no private mark and nothing that was asked for", async () => {
      const fields = (value: unknown): readonly string[] => [...new Set(pathsOf(value))].toSorted();
      const read = async (path: string, key = "machine"): Promise<unknown> => (await surfaces.call("GET", path, { key })).json();
      for (const kind of ["person", "structure", "mailbox"]) {
        const changes = ["change", "id", "revision"].map((name) => `changes.${name}`);
        assert.deepEqual(
          fields(await read(`/api/directory/changes?limit=1000&kind=${kind}`, "beta")).filter((path) => !changes.includes(path)),
          ["changes.at"],
        );
      }
      const person = "active exercises family_name from given_name national_id to";
      assert.equal(fields(await read("/api/directory/history/person/899700000062")).join(" "), person);
      const mailbox = "address description from kind national_id operator service structure_id to";
      assert.equal(fields(await read("/api/directory/history/mailbox/seen@alpha.mssante.test")).join(" "), mailbox);
      const own = "address description kind national_id operator rank red_list responsible service structure_id";
      assert.equal(fields(await read("/api/directory/mailboxes", "alpha")).join(" "), own);
      const people = new Set("id rpps family_name given_name active".split(" "));
      for (const path of fields(await read("/api/people"))) assert.ok(people.has(path) || path.startsWith("situations."), path);
      assert.doesNotMatch(JSON.stringify(await read("/api/people/899700000062")), /PRIVATE/);
      // A load that takes a person away tells so by an event: the number, nothing else.
      const asked = "MARKASKED";
      await surfaces.call("GET", `/fhir/v2/Practitioner?family=${asked}`, { key: "" });
      await surfaces.call("GET", `/directory?q=${asked}`, { key: "" });
      await entries(`(sn=${asked})`);
      await surfaces.call("PATCH", "/api/people/899700000013", { body: { given_name: "Autre" }, key: "machine" });
      await surfaces.directory.accesses.flush();
      const { store } = surfaces.test;
      const events = await store.query<{ topic: string; payload: object }>("select topic, payload from store.outbox where topic like 'directory.%'");
      assert.ok(events.length > 0);
      for (const { payload } of events) assert.deepEqual(Object.keys(payload), ["national_id"]);
      const traces = await store.query<{ type: string; subject: string; payload: object }>(
        "select type, subject, payload from evidence.trace where room = 'directory'",
      );
      assert.ok(traces.some(({ type }) => type === "access") && traces.some(({ type }) => type === "mailbox-published"));
      const traced = new Set("purpose surface what entries times by kind fields structure authority on".split(" "));
      for (const { payload } of traces) for (const name of Object.keys(payload)) assert.ok(traced.has(name), name);
      const said = JSON.stringify([traces, surfaces.logged]);
      assert.doesNotMatch(said, /PRIVATE|MARKASKED|mssante\.test|ARC-L|MARIANI/i);
    });

    it("[MSS-17] a red-listed mailbox changes no byte of search, count, paging, delta, page, comparison or extraction", async () => {
      const before = await everything();
      const given = { address: red, kind: "PER", national_id: "899700000062", red_list: true, service: "SECRET-SERVICE", structure_id: "F990000010" };
      assert.equal((await surfaces.publish(given)).status, 200);
      const collective = { address: "team.redlist@alpha.mssante.test", kind: "ORG", structure_id: "F990000010", red_list: true };
      assert.equal((await surfaces.publish(collective)).status, 200);
      const published = await everything();
      for (const [where, text] of Object.entries(before)) assert.equal(published[where], text, where);
      assert.match(before.compare ?? "", /code 32/);
      assert.equal(before.sorted, "code 12");
      for (const [where, text] of Object.entries(before)) if (where.startsWith("beta")) assert.match(text, /^404 /, where);
      assert.equal((await surfaces.call("GET", "/fhir/v2/Practitioner?_sort=mailbox-mss", { key: "machine" })).status, 400);
      await surfaces.call("DELETE", `/api/directory/mailboxes/${red}`);
      await surfaces.call("DELETE", `/api/directory/mailboxes/${collective.address}`);
      const removed = await everything();
      for (const [where, text] of Object.entries(before)) assert.equal(removed[where], text, where);
      const mine = (await surfaces.call("GET", "/api/directory/mailboxes")).json() as { address: string }[];
      assert.ok(!mine.some((one) => one.address === red));
    });

    it("[MSS-17] a mailbox that is published, changed or withdrawn dates its holder anew: deltas tell of it", async () => {
      const since = new Date().toISOString();
      const changed = async () => (await surfaces.fhirAll(`Practitioner?_lastUpdated=ge${since}`)).map(({ id }) => id);
      assert.deepEqual(await changed(), []);
      await surfaces.publish({ address: "delta@alpha.mssante.test", kind: "PER", national_id: "899700000013" });
      assert.deepEqual(await changed(), ["899700000013"]);
      const [shown] = await surfaces.fhirAll("Practitioner?_id=899700000013");
      assert.ok(shown && (shown.meta as { lastUpdated: string }).lastUpdated >= since);
      const later = new Date().toISOString();
      await surfaces.call("DELETE", "/api/directory/mailboxes/delta@alpha.mssante.test");
      assert.deepEqual(
        (await surfaces.fhirAll(`Practitioner?_lastUpdated=ge${later}`)).map(({ id }) => id),
        ["899700000013"],
      );
      assert.deepEqual((await surfaces.fhirAll(`Practitioner?_lastUpdated=lt${since}&_id=899700000013`)).length, 0);
    });
  });
}

// FHIR over HTTP with a client that is not ours: searches, pages under change, includes, faults, PATCH by operators.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { type TestStore, testEngines } from "@cercle/testkit";
import { createLog } from "@cercle/web";
import { Client } from "fhir-kit-client";
import { extensions, systems } from "../src/france/fhir.ts";
import { loadFile } from "../src/import/load.ts";
import { openSources } from "../src/import/source.ts";
import type { Directory } from "../src/index.ts";
import { generateExtraction } from "../src/sandbox/generate.ts";
import { openDirectory } from "./open-directory.ts";

type Entry = { resource: { resourceType: string; id: string; [element: string]: unknown }; search: { mode: string } };
type Bundle = { total?: number; entry: Entry[]; link: { relation: string; url: string }[] };

const patchOf = (...operations: { type: string; path: string; value?: object }[]): object => ({
  resourceType: "Parameters",
  parameter: operations.map(({ type, path, value }) => ({
    name: "operation",
    part: [{ name: "type", valueCode: type }, { name: "path", valueString: path }, ...(value ? [{ name: "value", valueContactPoint: value }] : [])],
  })),
});
const box = (address: string, kind: string, more: object[] = []): object => ({
  system: "email",
  value: address,
  extension: [
    { url: extensions.mailbox, extension: [{ url: "type", valueCodeableConcept: { coding: [{ system: systems.mailboxKind, code: kind }] } }, ...more] },
  ],
});

for (const engine of testEngines) {
  describe(`FHIR on ${engine}`, () => {
    let test: TestStore;
    let directory: Directory;
    let server: Server;
    let base: string;
    let client: Client;
    const load = async (changed: number) => {
      const path = join(test.folder, `${changed}.txt`);
      await writeFile(path, [...generateExtraction({ rows: 900, seed: 5, changed })].join(""));
      const { files } = await openSources(path);
      for (const file of files) await loadFile({ store: test.store, clock: realClock }, file);
    };
    const get = async (
      path: string,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; body: Bundle & { issue: { details: { text: string } }[]; resourceType: string } }> => {
      const reply = await fetch(`${base}/${path}`, { headers });
      return { status: reply.status, body: (await reply.json()) as never };
    };
    const patch = async (path: string, body: object, key = "operator"): Promise<{ status: number; text: string }> => {
      const reply = await fetch(`${base}/${path}`, {
        method: "PATCH",
        body: JSON.stringify(body),
        headers: { "content-type": "application/fhir+json", ...(key ? { "esante-api-key": key } : {}) },
      });
      return { status: reply.status, text: await reply.text() };
    };
    const ids = (bundle: unknown): string[] => (bundle as Bundle).entry.filter(({ search }) => search.mode === "match").map(({ resource }) => resource.id);
    before(async () => {
      ({ test, directory } = await openDirectory(engine, { entriesPerDay: 1_000_000, pages: 1000 }));
      await load(0);
      server = createServer();
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/v2`;
      const handler = directory.fhirHandler({
        base,
        open: true,
        perMinute: 100_000,
        log: createLog("silent"),
        // Keys are accounts' business; here a word is a role.
        identify: async (authorization) =>
          authorization === "Bearer operator" ? { kind: "account", id: "o1", name: "O", roles: ["operator-contact"], by: "api-key" } : { kind: "nobody" },
      });
      server.on("request", (request, response) => void handler(request, response));
      client = new Client({ baseUrl: base });
    });
    after(async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await directory.stop();
      await test.close();
    });

    it("describes itself by the table that answers", async () => {
      const statement = (await client.capabilityStatement()) as unknown as {
        fhirVersion: string;
        rest: { resource: { type: string; searchParam: { name: string }[] }[] }[];
      };
      assert.equal(statement.fhirVersion, "4.0.1");
      for (const { type, searchParam } of statement.rest[0]?.resource ?? []) {
        for (const { name } of searchParam) {
          const value = name === "_lastUpdated" ? "ge2020-01-01" : name === "active" ? "true" : "abcd";
          assert.equal((await get(`${type}?${name}=${value}&_count=1`)).status, 200, `${type}?${name}`);
        }
      }
    });

    it("finds accents, apostrophes and hyphens however they are written, exactly when asked", async () => {
      for (const family of ["D'ARC-L'HÉRAULT", "d arc l herault", "d’arc", "D-ARC"]) {
        const found = await client.search({
          resourceType: "Practitioner",
          searchParams: { family, "given:exact": "Élodie", "qualification-code": "50", "mailbox-mss-type:not": "APP", _count: "200" },
        });
        assert.ok(ids(found).includes("899700000062"), family);
      }
      assert.deepEqual(ids(await client.search({ resourceType: "Practitioner", searchParams: { given: "elodie", family: "darc" } })), []);
      assert.deepEqual(ids((await get("Practitioner?given:exact=Élodie&family:contains=hérault")).body), ["899700000062"]);
      assert.deepEqual(ids((await get("Practitioner?given:exact=ELODIE&family=D'ARC")).body), []);
    });

    it("finds by number with and without its system; `,` is or, repetition is and, :not excludes", async () => {
      for (const identifier of ["899700000013", "99700000013", `${systems.idnps}|899700000013`, `${systems.rpps}|99700000013`]) {
        assert.deepEqual(ids(await client.search({ resourceType: "Practitioner", searchParams: { identifier } })), ["899700000013"], identifier);
      }
      assert.deepEqual(ids((await get("Practitioner?identifier=urn:other|899700000013")).body), []);
      assert.deepEqual(ids((await get("Practitioner?identifier=899700000013,899700000021")).body).length, 2);
      assert.deepEqual(ids((await get("Practitioner?identifier=899700000013&family=GARNIER")).body), []);
      assert.deepEqual(ids((await get("Practitioner?identifier=899700000013,899700000021&qualification-code:not=10")).body), ["899700000021"]);
      const staff = (await get(`Practitioner?identifier=${encodeURIComponent("3990000010/CPET00001")}`)).body.entry[0]?.resource;
      assert.equal((await get(`Practitioner/${staff?.id}`)).status, 200);
    });

    it("both situations of one person, with person and structure included, and back", async () => {
      const roles = (await get("PractitionerRole?practitioner=Practitioner/899700000013&_include=*")).body;
      assert.equal(ids(roles).length, 2);
      assert.deepEqual(
        roles.entry
          .filter(({ search }) => search.mode === "include")
          .map(({ resource }) => resource.resourceType)
          .toSorted(),
        ["Organization", "Organization", "Practitioner"],
      );
      const back = (await get("Practitioner?_id=899700000013&_revinclude=PractitionerRole:practitioner")).body;
      assert.equal(back.entry.length, 3);
      const structure = (await get("Organization?identifier=990000010&_elements=name")).body.entry[0]?.resource;
      assert.deepEqual(Object.keys(structure ?? {}).toSorted(), ["id", "identifier", "meta", "name", "resourceType"]);
      assert.match(JSON.stringify(structure?.meta), /SUBSETTED/);
    });

    it("turns pages that agree with the first one while the registers change", async () => {
      const accurate = (await get("Practitioner?active=true&_count=40&_total=accurate")).body;
      let bundle: Bundle | undefined = accurate;
      const seen: string[] = [];
      let turned = 0;
      while (bundle) {
        seen.push(...ids(bundle));
        if (turned === 2) await load(20);
        turned += 1;
        bundle = (await client.nextPage({ bundle: bundle as never })) as Bundle | undefined;
      }
      assert.equal(seen.length, accurate.total);
      assert.equal(new Set(seen).size, seen.length);
      const after = (await get("Practitioner?active=true&_count=0&_total=accurate")).body.total;
      assert.notEqual(after, accurate.total);
      const gone = (await get("Practitioner?active=false&_count=1")).body.entry[0]?.resource ?? { id: "" };
      assert.deepEqual(Object.keys(gone).toSorted(), ["active", "id", "identifier", "language", "meta", "resourceType"]);
    });

    it("a delta by _lastUpdated holds what changed since and nothing else", async () => {
      const at = new Date().toISOString();
      await load(0);
      const all = (await get("Practitioner?_count=0&_total=accurate")).body.total ?? 0;
      const since = (await get(`Practitioner?_lastUpdated=ge${at}&_count=0&_total=accurate`)).body.total ?? 0;
      assert.ok(since > 0 && since < all / 2, `${since} of ${all}`);
      assert.equal((await get(`Practitioner?_lastUpdated=gt2999&_count=0&_total=accurate`)).body.total, 0);
    });

    it("answers every fault by an OperationOutcome that says what is wrong", async () => {
      const faults: [string, number][] = [
        ["Practitioner?nope=1", 400],
        ["Practitioner?family:near=x", 400],
        ["Practitioner?family:contains=ab", 400],
        ["Practitioner?_summary=count", 400],
        ["Practitioner?_lastUpdated=ge2026-13-45", 400],
        ["Practitioner?_count=-1", 400],
        ["Practitioner/899799999999", 404],
        ["Patient", 404],
        ["Practitioner/%E0%A4%A", 400],
        ["?_getpages=made-up", 400],
      ];
      for (const [path, status] of faults) {
        const { status: got, body } = await get(path);
        assert.equal(got, status, path);
        assert.equal(body.resourceType, "OperationOutcome", path);
        assert.ok(body.issue[0]?.details.text, path);
      }
      assert.equal((await get("Practitioner?nope=1&_count=1", { prefer: "handling=lenient" })).status, 200);
      assert.equal((await fetch(`${base}/Practitioner`, { method: "PUT", body: "{}" })).status, 405);
      assert.equal((await fetch(`${base}/Practitioner/_search`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } })).status, 415);
      const form = await fetch(`${base}/Practitioner/_search`, {
        method: "POST",
        body: "family=LEMOINE",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
      assert.deepEqual(ids(await form.json()), ["899700000013"]);
    });

    it("a body without end is refused and the others are served", async () => {
      const status = await new Promise<number>((resolve) => {
        const endless = httpRequest(
          `${base}/Practitioner/_search`,
          { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } },
          (reply) => {
            reply.resume();
            resolve(reply.statusCode ?? 0);
          },
        );
        endless.on("error", () => resolve(413));
        const piece = Buffer.alloc(65_536, "a");
        const push = (): void => {
          if (!endless.destroyed) endless.write(piece, () => setImmediate(push));
        };
        push();
      });
      assert.equal(status, 413);
      assert.equal((await get("Practitioner?_count=1")).status, 200);
    });

    it("[MSS-17] an operator publishes by PATCH, at once: insert, replace, delete; address and kind never change", async () => {
      const target = `Practitioner?identifier=${systems.idnps}|899700000013`;
      const inserted = await patch(target, patchOf({ type: "insert", path: "Practitioner.telecom", value: box("jeanne.lemoine@alpha.mssante.test", "PER") }));
      assert.equal(inserted.status, 200, inserted.text);
      assert.match(inserted.text, /jeanne\.lemoine@alpha/);
      assert.deepEqual(ids((await get("Practitioner?mailbox-mss=jeanne.lemoine@")).body), ["899700000013"]);
      assert.deepEqual(ids((await get("Practitioner?mailbox-mss:contains=lemoine&mailbox-mss-type=PER")).body), ["899700000013"]);
      assert.deepEqual(ids((await get("Practitioner?mailbox-mss:contains=lemoine&mailbox-mss-type=ORG")).body), []);
      const path = "Practitioner.telecom.where(value='jeanne.lemoine@alpha.mssante.test')";
      assert.equal((await patch("Practitioner/899700000013", patchOf({ type: "replace", path, value: box("other@alpha.mssante.test", "PER") }))).status, 422);
      assert.equal(
        (await patch("Practitioner/899700000013", patchOf({ type: "replace", path, value: box("jeanne.lemoine@alpha.mssante.test", "APP") }))).status,
        422,
      );
      const red = box("jeanne.lemoine@alpha.mssante.test", "PER", [{ url: "listeRouge", valueBoolean: true }]);
      assert.equal((await patch("Practitioner/899700000013", patchOf({ type: "replace", path, value: red }))).status, 200);
      assert.deepEqual(ids((await get("Practitioner?mailbox-mss=jeanne.lemoine@")).body), []);
      assert.equal((await patch("Practitioner/899700000013", patchOf({ type: "delete", path }))).status, 200);
      assert.equal((await patch("Practitioner/899700000013", patchOf({ type: "delete", path }))).status, 404);
    });

    it("[MSS-32] refuses who is no operator, domains of others, persons nobody certifies, and patches that several match", async () => {
      const value = box("x@alpha.mssante.test", "PER");
      const insert = patchOf({ type: "insert", path: "Practitioner.telecom", value });
      assert.equal((await patch("Practitioner/899700000013", insert, "")).status, 403);
      assert.equal(
        (await patch("Practitioner/899700000013", patchOf({ type: "insert", path: "Practitioner.telecom", value: box("x@elsewhere.test", "PER") }))).status,
        403,
      );
      assert.equal((await patch("Practitioner/899799999999", insert)).status, 404);
      assert.equal((await patch("Practitioner?identifier=899799999999", insert)).status, 404);
      assert.equal((await patch("Practitioner?active=true", insert)).status, 412);
      assert.equal((await patch("Practitioner/899700000013", { resourceType: "Bundle" })).status, 400);
      const gone = (await get("Practitioner?active=false&_count=1")).body.entry[0]?.resource.id;
      if (gone) assert.equal((await patch(`Practitioner/${gone}`, insert)).status, 422);
    });
  });
}

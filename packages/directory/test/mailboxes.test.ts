// Mailbox publication over HTTP: the daily file, the red list, local identifiers, purposes, harvesting; and all surfaces agree.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { type TestStore, testEngines } from "@cercle/testkit";
import { type Actor, createListener, createLog, type Listener } from "@cercle/web";
import { loadFile } from "../src/import/load.ts";
import { openSources } from "../src/import/source.ts";
import { mailboxAt } from "../src/import/targets.ts";
import type { Directory } from "../src/index.ts";
import { generateExtraction } from "../src/sandbox/generate.ts";
import { createRandom } from "../src/sandbox/random.ts";
import { openDirectory } from "./open-directory.ts";

const actors: Readonly<Record<string, Actor>> = {
  "Bearer alpha": { kind: "account", id: "a", name: "Alpha", roles: ["operator-contact"], by: "api-key" },
  "Bearer beta": { kind: "account", id: "b", name: "Beta", roles: ["operator-contact"], by: "api-key" },
  "Bearer machine": { kind: "operator" },
};
const header = "action|address|kind|national_id|structure_id|service|description|responsible|red_list";

for (const engine of testEngines) {
  describe(`mailboxes on ${engine}`, () => {
    let test: TestStore;
    let directory: Directory;
    let listener: Listener;
    let base: string;
    const call = async (
      method: string,
      path: string,
      { key = "alpha", body, accept = "application/json" }: { key?: string; body?: unknown; accept?: string } = {},
    ) => {
      const reply = await fetch(`${base}${path}`, {
        method,
        headers: {
          accept,
          "accept-language": "en",
          ...(key ? { authorization: `Bearer ${key}` } : {}),
          ...(body ? { "content-type": "application/json" } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await reply.text();
      return { status: reply.status, text, json: () => JSON.parse(text) };
    };
    const publish = (given: object, key = "alpha") => call("POST", "/api/directory/mailboxes", { key, body: given });
    const fhir = async (path: string) => (await call("GET", `/fhir/v2/${path}`, { key: "machine" })).json();
    const load = async (layout: "activity" | "mailbox", rows: number) => {
      const path = join(test.folder, `${layout}.txt`);
      await writeFile(path, [...generateExtraction({ rows, seed: 11, layout })].join(""));
      const { files } = await openSources(path);
      for (const file of files) await loadFile({ store: test.store, clock: realClock }, file);
    };
    before(async () => {
      ({ test, directory } = await openDirectory(engine, { entriesPerDay: 3000, pages: 20 }));
      const identify = async (authorization: string | undefined): Promise<Actor> => actors[authorization ?? ""] ?? { kind: "nobody" };
      const handler = directory.fhirHandler({ base: "http://test/fhir/v2", open: true, perMinute: 1_000_000, log: createLog("silent"), identify });
      listener = await createListener({
        name: "test",
        routes: [...directory.routes, ...directory.pages((language) => ({ space: "Test", language, sandbox: true }))].map((route) => ({
          ...route,
          perMinute: 1_000_000,
        })),
        log: createLog("silent"),
        first: handler,
        perMinute: 1_000_000,
        identify: ({ headers }) => identify(headers.authorization as string | undefined),
      });
      const port = await listener.listen({ host: "127.0.0.1", port: 0, setting: "test" });
      assert.equal(port, (listener.server.address() as AddressInfo).port);
      base = `http://127.0.0.1:${port}`;
    });
    after(async () => {
      await listener.close();
      await directory.stop();
      await test.close();
    });

    it("[MSS-17] takes a daily file line by line, and says of each what became of it", async () => {
      const content = [
        header,
        "publish|paul.garnier@alpha.mssante.test|PER|899700000021|||||",
        "publish|urgences@alpha.mssante.test|ORG||F990000010|URGENCES|Accueil|899700000013|",
        "publish|nobody@alpha.mssante.test|PER||||||",
        "publish|unknown@alpha.mssante.test|PER|899799999999|||||",
        "publish|elsewhere@gamma.test|PER|899700000021|||||",
        "publish|paul.garnier@alpha.mssante.test|PER|899700000021|||||",
        "change|urgences@alpha.mssante.test||||SAMU|||",
        "remove|paul.garnier@alpha.mssante.test|||||||",
        "dance|x@alpha.mssante.test|||||||",
        "publish|not an address|PER|||||",
      ].join("\n");
      const report = (await call("POST", "/api/directory/mailboxes/file", { body: { content } })).json() as {
        line: number;
        result: string;
        code?: string;
        reason?: string;
      }[];
      assert.deepEqual(
        report.map(({ line, result, code }) => [line, result, ...(code ? [code] : [])].join(" ")),
        [
          "2 published",
          "3 published",
          "4 refused directory.identifier-needed",
          "5 refused directory.unknown-holder",
          "6 refused directory.not-your-domain",
          "7 refused directory.mailbox-exists",
          "8 changed",
          "9 removed",
          "10 refused directory.bad-line",
          "11 refused directory.bad-line",
        ],
      );
      assert.match(report[2]?.reason ?? "", /national identifier/);
      const page = await call("GET", "/directory/mailbox/urgences@alpha.mssante.test", { key: "", accept: "text/html" });
      assert.match(page.text, /SAMU/);
      const compared = await call("POST", "/api/directory/mailboxes/reconciliation", {
        body: { domain: "alpha.mssante.test", addresses: ["new@alpha.mssante.test"] },
      });
      assert.deepEqual(compared.json(), { unpublished: ["new@alpha.mssante.test"], without_mailbox: ["urgences@alpha.mssante.test"] });
    });

    it("publishes an address once, whoever asks eight times at once; another operator changes nothing of it", async () => {
      const given = { address: "claire.vidal@alpha.mssante.test", kind: "PER", national_id: "899700000054" };
      const replies = await Promise.all(Array.from({ length: 8 }, () => publish(given)));
      assert.deepEqual(replies.map(({ status }) => status).toSorted(), [200, 409, 409, 409, 409, 409, 409, 409]);
      assert.equal((await call("DELETE", `/api/directory/mailboxes/${given.address}`, { key: "beta" })).status, 403);
      assert.equal((await call("DELETE", `/api/directory/mailboxes/${given.address}`)).status, 204);
      assert.equal((await call("DELETE", `/api/directory/mailboxes/${given.address}`)).status, 404);
    });

    it("[MSS-31, MSS-32] a local identifier comes from the head of a structure, never for a profession with an authority", async () => {
      const given = {
        structure_id: "F990000010",
        number: "S0042",
        family_name: "PETIT",
        given_name: "Agathe",
        authority: "899700000013",
        check: { document: "carte d’identité", on: "2026-11-20" },
      };
      const nurse = await call("POST", "/api/directory/local-persons", { body: { ...given, profession: "60" } });
      assert.deepEqual([nurse.status, nurse.json().code, nurse.json().clause], [422, "directory.authority-exists", "MSS 6.2"]);
      const stranger = await call("POST", "/api/directory/local-persons", { body: { ...given, authority: "899700000047" } });
      assert.equal(stranger.json().code, "directory.not-head");
      const registered = await call("POST", "/api/directory/local-persons", { body: given });
      assert.deepEqual(registered.json(), { id: "3990000010/S0042" });
      assert.equal((await call("POST", "/api/directory/local-persons", { body: given })).status, 409);
      assert.equal((await publish({ address: "agathe.petit@alpha.mssante.test", kind: "PER", national_id: "3990000010/S0042" })).status, 200);
      const trace = await test.store.first<{ payload: { authority: string } }>("select payload from evidence.trace where type = 'registered-locally'");
      assert.equal(trace?.payload.authority, "899700000013");
    });

    it("[MSS-17] the red list cannot be found by search, count, paging, page or extraction; nothing private leaves", async () => {
      const address = "secret.redlist@alpha.mssante.test";
      await test.store.run("update directory.person set birth_name = 'PRIVATE-BIRTH' where national_id = '899700000062'");
      await publish({ address, kind: "PER", national_id: "899700000062", red_list: true });
      await publish({ address: "seen@alpha.mssante.test", kind: "ORG", structure_id: "F990000010", responsible: "899700000039", service: "PHARMACIE" });
      await call("PATCH", "/api/directory/mailboxes/seen@alpha.mssante.test", { body: { description: "OUVERTE" } });
      const out = join(test.folder, "mailboxes.txt");
      await call("POST", "/api/extractions", { key: "machine", body: { layout: "mailbox", out } });
      const surfaces: string[] = [await readFile(out, "utf8")];
      for (const query of [
        "mailbox-mss=secret",
        "mailbox-mss:contains=redlist",
        "identifier=899700000062",
        "mailbox-mss-type=PER&_count=200",
        `mailbox-mss:exact=${address}&_count=0&_total=accurate`,
      ]) {
        surfaces.push(JSON.stringify(await fhir(`Practitioner?${query}`)));
      }
      surfaces.push(
        JSON.stringify(await fhir("Organization?identifier=990000010")),
        JSON.stringify(await fhir("PractitionerRole?practitioner=899700000062&_include=*")),
      );
      for (const path of [
        `/directory?q=secret.redlist@`,
        "/directory?q=arc&mailbox=1",
        "/directory/person/899700000062",
        "/directory/structure/F990000010",
        "/directory/mailbox/seen@alpha.mssante.test",
      ]) {
        surfaces.push((await call("GET", path, { key: "", accept: "text/html" })).text);
      }
      for (const text of surfaces) {
        const withoutQuery = text.replaceAll(/"url":"[^"]*"|value="[^"]*"/g, "");
        assert.doesNotMatch(withoutQuery, /redlist|PRIVATE-BIRTH|899700000039/);
      }
      assert.equal((await fhir(`Practitioner?mailbox-mss:exact=${address}&_count=0&_total=accurate`)).total, 0);
      assert.equal((await call("GET", `/directory/mailbox/${address}`, { key: "" })).status, 404);
      const mine = (await call("GET", "/api/directory/mailboxes")).json() as { address: string; red_list: boolean }[];
      assert.equal(mine.find((one) => one.address === address)?.red_list, true, "its operator sees its own");
      const allowed = new Set(
        "resourceType id meta language identifier active name telecom qualification practitioner organization code type address partOf".split(" "),
      );
      for (const resource of ["Practitioner", "PractitionerRole", "Organization"]) {
        for (const { resource: one } of (await fhir(`${resource}?_count=200`)).entry as { resource: object }[]) {
          for (const name of Object.keys(one)) assert.ok(allowed.has(name), `${resource}.${name}`);
        }
      }
    });

    it("the search page finds accents, apostrophes and either order of names", async () => {
      for (const q of ["elodie", "Élodie", "D ARC", "d'arc", "élodie d'arc", "d'arc élodie", "899700000062"]) {
        const found = await call("GET", `/directory?q=${encodeURIComponent(q)}`, { key: "machine", accept: "text/html" });
        assert.match(found.text, /\/directory\/person\/899700000062/, q);
      }
    });

    it("[MSS-18] states and traces the purpose of each access, and keeps feeding to operators", async () => {
      const refused = await fetch(`${base}/fhir/v2/Practitioner?family=LE`, { headers: { "cercle-purpose": "feed" } });
      assert.equal(refused.status, 403);
      assert.equal((await fetch(`${base}/fhir/v2/Practitioner?family=LE`, { headers: { "cercle-purpose": "curiosity" } })).status, 400);
      await fetch(`${base}/fhir/v2/Practitioner?family=LEMOINE`);
      await directory.accesses.flush();
      const traces = await test.store.query<{ subject: string; payload: { purpose: string; surface: string } }>(
        "select subject, payload from evidence.trace where room = 'directory' and type = 'access'",
      );
      for (const purpose of ["look-up", "feed", "create-mailbox"])
        assert.ok(
          traces.some((trace) => trace.payload.purpose === purpose),
          purpose,
        );
      assert.doesNotMatch(JSON.stringify(traces), /LEMOINE|8997000/);
    });

    it("all surfaces agree on every mailbox after random changes", async () => {
      const [mailboxes, changes] = engine === "postgres" ? [10_000, 1000] : [1000, 100];
      await load("activity", mailboxes);
      await load("mailbox", mailboxes);
      const persons = await test.store.query<{ id: string }>(
        "select national_id as id from directory.person where active and rev_to = 2147483647 order by national_id limit 2000",
      );
      const structures = await test.store.query<{ id: string }>(
        "select structure_id as id from directory.structure where active and rev_to = 2147483647 order by structure_id limit 500",
      );
      const random = createRandom(99, 1);
      const own: string[] = [];
      for (let i = 0; i < changes; i++) {
        const act = random.below(4);
        const target = own[random.below(own.length)];
        if (act <= 1 || !target) {
          const address = `r${i}@beta.mssante.test`;
          const personal = random.next() < 0.6;
          const holder = personal ? { kind: "PER", national_id: random.pick(persons).id } : { kind: "ORG", structure_id: random.pick(structures).id };
          assert.equal((await publish({ address, ...holder, red_list: random.next() < 0.1 }, "beta")).status, 200);
          own.push(address);
        } else if (act === 2) await call("PATCH", `/api/directory/mailboxes/${target}`, { key: "beta", body: { red_list: random.next() < 0.5 } });
        else {
          assert.equal((await call("DELETE", `/api/directory/mailboxes/${target}`, { key: "beta" })).status, 204);
          own.splice(own.indexOf(target), 1);
        }
      }
      const out = join(test.folder, "all.txt");
      await call("POST", "/api/extractions", { key: "machine", body: { layout: "mailbox", out } });
      const inFile = new Set(
        (await readFile(out, "utf8"))
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => line.split("|")[mailboxAt.address]?.toLowerCase() ?? ""),
      );
      const inFhir = new Set<string>();
      const headers = { authorization: "Bearer machine", "cercle-purpose": "feed" };
      for (const resource of ["Practitioner", "Organization"]) {
        let url: string | undefined = `${base}/fhir/v2/${resource}?mailbox-mss-type=PER,ORG,APP,CAB&_count=200`;
        while (url) {
          const bundle = (await (await fetch(url, { headers })).json()) as {
            entry: { resource: { telecom?: { value: string }[] } }[];
            link: { relation: string; url: string }[];
          };
          for (const { resource: one } of bundle.entry) for (const { value } of one.telecom ?? []) inFhir.add(value);
          url = bundle.link.find(({ relation }) => relation === "next")?.url.replace("http://test", base);
        }
      }
      assert.ok(inFile.size > mailboxes / 2);
      const known = new Set([...inFile].filter((address) => inFhir.has(address)));
      assert.deepEqual(
        [...inFhir].filter((address) => !known.has(address)),
        [],
      );
      assert.deepEqual(
        [...inFile].filter((address) => !known.has(address)),
        [],
      );
      for (const address of own.slice(0, 40)) {
        const status = (await call("GET", `/directory/mailbox/${address}`, { key: "machine" })).status;
        assert.equal(status, inFile.has(address) ? 200 : 404, address);
      }
    });

    it("[MSS-18] notices and stops crawling: alphabetical walks, deep pages, too much in a day", async () => {
      const statuses: number[] = [];
      for (let i = 0; i < 26; i++) statuses.push((await call("GET", `/directory?q=${String.fromCharCode(97 + i)}a`, { key: "" })).status);
      assert.equal(statuses[0], 200);
      assert.equal(statuses.at(-1), 429);
      await directory.accesses.flush();
      assert.ok(await test.store.first("select 1 from evidence.trace where type = 'harvest-stopped'"));
      assert.equal((await call("GET", "/directory?q=ab", { key: "alpha" })).status, 200, "others go on");
      let url: string | undefined = `${base}/fhir/v2/Practitioner?_count=200`;
      let last = 200;
      for (let turned = 0; url && turned < 40; turned++) {
        const reply: Response = await fetch(url, { headers: { authorization: "Bearer beta" } });
        last = reply.status;
        const bundle = (await reply.json()) as { link?: { relation: string; url: string }[] };
        url = bundle.link?.find(({ relation }) => relation === "next")?.url.replace("http://test", base);
      }
      if (engine === "postgres") assert.equal(last, 429);
    });
  });
}

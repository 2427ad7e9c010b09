// Mailbox publication over HTTP: the daily file, the red list, local identifiers, purposes, harvesting.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type TestStore, testEngines } from "@cercle/testkit";
import type { Directory } from "../src/index.ts";
import { generateExtraction } from "../src/sandbox/generate.ts";
import { openSurfaces, type Surfaces } from "./surfaces.ts";

const header = "action|address|kind|national_id|structure_id|service|description|responsible|red_list";

for (const engine of testEngines) {
  describe(`mailboxes on ${engine}`, () => {
    let surfaces: Surfaces;
    let test: TestStore;
    let directory: Directory;
    let base: string;
    const call: Surfaces["call"] = (...given) => surfaces.call(...given);
    const publish: Surfaces["publish"] = (...given) => surfaces.publish(...given);
    before(async () => {
      surfaces = await openSurfaces(engine, { entriesPerDay: 3000, pages: 20 });
      ({ test, directory, base } = surfaces);
    });
    after(() => surfaces.close());

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
      assert.deepEqual(
        [nurse.status, (nurse.json() as { code: string; clause: string }).code, (nurse.json() as { code: string; clause: string }).clause],
        [422, "directory.authority-exists", "MSS 6.2"],
      );
      const stranger = await call("POST", "/api/directory/local-persons", { body: { ...given, authority: "899700000047" } });
      assert.equal((stranger.json() as { code: string }).code, "directory.not-head");
      const registered = await call("POST", "/api/directory/local-persons", { body: given });
      assert.deepEqual(registered.json(), { id: "3990000010/S0042" });
      assert.equal((await call("POST", "/api/directory/local-persons", { body: given })).status, 409);
      assert.equal((await publish({ address: "agathe.petit@alpha.mssante.test", kind: "PER", national_id: "3990000010/S0042" })).status, 200);
      const trace = await test.store.first<{ payload: { authority: string } }>("select payload from evidence.trace where type = 'registered-locally'");
      assert.equal(trace?.payload.authority, "899700000013");
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

    it("[MSS-18] notices and stops crawling: alphabetical walks, deep pages, too much in a day", async () => {
      if (engine === "postgres") await surfaces.load("activity.txt", generateExtraction({ rows: 10_000, seed: 11 }));
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

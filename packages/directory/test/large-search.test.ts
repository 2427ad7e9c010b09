// Searches of many pages while the registers are loaded again and again: each client sees one state, whole, whatever the pages
// it turns. A few thousand hits here; a hundred thousand in `npm run soak directory`.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { type TestEngine, testEngines } from "@cercle/testkit";
import { Client as FhirClient } from "fhir-kit-client";
import { Client } from "ldapts";
import { generateExtraction } from "../src/sandbox/generate.ts";
import { ldapBase, openSurfaces, type Surfaces } from "./surfaces.ts";

const run = promisify(execFile);
const soak = Number(process.env.SOAK_HITS ?? 0);
const rowsOn = (engine: TestEngine): number => (soak > 0 ? soak * 1.4 : engine === "postgres" ? 4000 : 1200);
type Bundle = { total?: number; entry: { resource: { id: string } }[]; link: { relation: string; url: string }[] };

for (const engine of soak > 0 ? testEngines.filter((one) => one === "postgres") : testEngines) {
  describe(`large searches on ${engine}`, () => {
    let surfaces: Surfaces;
    let stopped = false;
    let loads = 0;
    const extraction = (changed: number): Iterable<string> => generateExtraction({ rows: rowsOn(engine), seed: 41, changed });
    before(async () => {
      surfaces = await openSurfaces(engine, { entriesPerDay: 10_000_000, pages: 1_000_000 });
      await surfaces.load("activity.txt", extraction(0));
      await surfaces.load("boxes.txt", generateExtraction({ rows: rowsOn(engine), seed: 41, layout: "mailbox" }));
    });
    after(() => surfaces.close());

    const next = (bundle: Bundle): string | undefined => bundle.link.find(({ relation }) => relation === "next")?.url.replace("http://test", surfaces.base);
    const byKit = async (): Promise<[string[], number | undefined]> => {
      const client = new FhirClient({ baseUrl: `${surfaces.base}/fhir/v2`, customHeaders: { authorization: "Bearer machine", "cercle-purpose": "feed" } });
      let bundle = (await client.search({
        resourceType: "Practitioner",
        searchParams: { active: "true", _count: "200", _total: "accurate" },
      })) as unknown as Bundle;
      const { total } = bundle;
      const seen: string[] = [];
      for (;;) {
        seen.push(...bundle.entry.map(({ resource }) => resource.id));
        const url = next(bundle);
        if (!url) return [seen, total];
        bundle = (await client.request(url)) as unknown as Bundle;
      }
    };
    const byCurl = async (): Promise<[string[], number | undefined]> => {
      const curl = async (url: string): Promise<Bundle> =>
        JSON.parse((await run("curl", ["-sS", "-f", "-H", "Authorization: Bearer machine", "-H", "Cercle-Purpose: feed", url], { maxBuffer: 1 << 26 })).stdout);
      // Any of several beginnings.
      let bundle = await curl(`${surfaces.base}/fhir/v2/Practitioner?family=a,b,c,d,e,f,g,i,l,m,n,o,p,r,s,t,u,v&_count=200&_total=accurate`);
      const { total } = bundle;
      const seen: string[] = [];
      for (;;) {
        seen.push(...bundle.entry.map(({ resource }) => resource.id));
        const url = next(bundle);
        if (!url) return [seen, total];
        bundle = await curl(url);
      }
    };
    const byLdapts = async (): Promise<string[]> => {
      const client = new Client({ url: `ldap://127.0.0.1:${surfaces.ldapPort}` });
      const { searchEntries } = await client.search(ldapBase, { filter: "(&(mail=*)(TypeBAL=PER))", paged: { pageSize: 200 }, attributes: ["mail"] });
      await client.unbind();
      return searchEntries.map(({ mail }) => String(mail));
    };
    const byLdapsearch = async (): Promise<string[]> => {
      const args = [
        "-x",
        "-LLL",
        "-o",
        "ldif-wrap=no",
        "-H",
        `ldap://127.0.0.1:${surfaces.ldapPort}`,
        "-b",
        ldapBase,
        "-E",
        "pr=200/noprompt",
        "(TypeBAL=PER)",
        "mail",
      ];
      const { stdout } = await run("ldapsearch", args, { maxBuffer: 1 << 28 });
      return [...stdout.matchAll(/^mail: (.*)$/gm)].map((match) => match[1] ?? "");
    };

    it("ldapsearch, ldapts, fhir-kit-client and curl each see one whole state through all pages, while imports come in", async () => {
      const boxes = await surfaces.test.store.query<{ address: string }>(
        "select distinct address from directory.mailbox where kind = 'PER' and rev_to = 2147483647",
      );
      const importing = (async () => {
        // Written once: making a hundred thousand lines would keep everybody waiting in this process.
        await surfaces.load("changed.txt", extraction(4));
        for (loads = 1; !stopped; loads += 1) await surfaces.load(loads % 2 === 0 ? "changed.txt" : "activity.txt");
      })();
      try {
        const [kit, curl, ldapts, ldapsearch] = await Promise.all([byKit(), byCurl(), byLdapts(), byLdapsearch()]);
        for (const [seen, total] of [kit, curl]) {
          assert.ok(seen.length > rowsOn(engine) / 3);
          assert.equal(seen.length, total);
          assert.equal(new Set(seen).size, seen.length, "nobody twice");
        }
        if (soak > 0) assert.ok(kit[0].length >= soak, `${kit[0].length} hits`);
        for (const seen of [ldapts, ldapsearch]) {
          // Mailboxes of persons who left with a load are not shown: the state before it, or after it.
          assert.ok(seen.length <= boxes.length + 1 && seen.length > boxes.length * 0.9, `${seen.length} of ${boxes.length}`);
          assert.equal(new Set(seen).size, seen.length, "no entry twice");
        }
      } finally {
        stopped = true;
        await importing;
      }
      assert.ok(loads > 0);
    });
  });
}

// API, LDAP, pages and extraction say the same of every mailbox, after random changes by operators and a load in between.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { testEngines } from "@cercle/testkit";
import { Client } from "ldapts";
import { mailboxAt } from "../src/import/targets.ts";
import { shownOf, writeLine } from "../src/ldap/entry.ts";
import type { Comparison, Condition } from "../src/query/compile.ts";
import { generateExtraction } from "../src/sandbox/generate.ts";
import { createRandom } from "../src/sandbox/random.ts";
import { ldapBase, openSurfaces, type Surfaces } from "./surfaces.ts";

type Telecom = { value: string; extension: { extension?: { url: string; valueCodeableConcept?: { coding: { code: string }[] } }[] }[] };

for (const engine of testEngines) {
  describe(`agreement on ${engine}`, () => {
    const [mailboxes, changes] = engine === "postgres" ? [10_000, 1000] : [1000, 100];
    let surfaces: Surfaces;
    before(async () => {
      surfaces = await openSurfaces(engine, { entriesPerDay: 1_000_000, pages: 1000 });
    });
    after(() => surfaces.close());

    /** Mailbox, kind and number of the holder as each surface says them. */
    const inFile = async (): Promise<string[]> => {
      const out = join(surfaces.test.folder, "all.txt");
      await surfaces.call("POST", "/api/extractions", { key: "machine", body: { layout: "mailbox", out } });
      const lines = (await readFile(out, "utf8")).trimEnd().split("\n").slice(1);
      return lines.map((line) => {
        const values = line.split("|");
        return `${values[mailboxAt.address]?.toLowerCase()} ${values[mailboxAt.kind]} ${values[mailboxAt.identifier]}`;
      });
    };
    const inFhir = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const resource of ["Practitioner", "Organization"]) {
        for (const one of await surfaces.fhirAll(`${resource}?mailbox-mss-type=PER,ORG,APP,CAB&_count=200`)) {
          for (const box of (one.telecom ?? []) as Telecom[]) {
            const kind = box.extension.flatMap((part) => part.extension ?? []).find(({ url }) => url === "type")?.valueCodeableConcept?.coding[0]?.code;
            const number = resource === "Practitioner" ? (one.identifier as { value: string }[])[0]?.value.slice(1) : "";
            found.push(`${box.value} ${kind} ${number}`);
          }
        }
      }
      return found;
    };
    const inLdap = async (): Promise<string[]> => {
      const client = new Client({ url: `ldap://127.0.0.1:${surfaces.ldapPort}` });
      const { searchEntries } = await client.search(ldapBase, {
        filter: "(mail=*)",
        paged: { pageSize: 500 },
        attributes: ["mail", "TypeBAL", "IdentifiantPP"],
      });
      await client.unbind();
      return searchEntries.map((entry) => `${entry.mail} ${entry.TypeBAL} ${typeof entry.IdentifiantPP === "string" ? entry.IdentifiantPP : ""}`);
    };

    /** What LDAP answers from memory is what the store answers: entries, order, place to go on from. */
    const fromMemory = async (random: ReturnType<typeof createRandom>, addresses: readonly string[]): Promise<void> => {
      const { copy, search } = surfaces.directory;
      await copy.settled();
      const people = await surfaces.test.store.query<{ family: string; given: string; number: string }>(
        "select family_folded as family, given_folded as given, identifier as number from directory.person where active and rev_to = 2147483647 order by md5(national_id) limit 60",
      );
      const term = (field: string, is: Comparison, value: string): Condition => ({ field, is, value });
      const conditions: Condition[] = [
        ...addresses.map((address) => term("address", "eq", address.toUpperCase())),
        ...people.flatMap(({ family, given, number }) => [
          term("number", "eq", number),
          term("family", "eq", family),
          term("family", "prefix", family.slice(0, 1 + random.below(6))),
          { and: [term("family", "eq", family), term("given", random.pick(["eq", "prefix"] as const), given.slice(0, 1 + random.below(9)))] },
          { and: [term("family", "prefix", family.slice(0, 2)), term("given", "contains", given.slice(1, 3)), term("number", "prefix", "1")] },
        ]),
      ];
      let answered = 0;
      for (const where of conditions) {
        const limit = random.pick([1, 5, 50, 251]);
        const kept = await copy.find(where, limit);
        if (!kept?.found) continue;
        answered += 1;
        const stored = await search.search({ entity: "address", where, limit, snapshot: kept.snapshot });
        assert.deepEqual(
          kept.found.entries.map((entry) => entry.address),
          stored.rows.map((row) => row.address),
          JSON.stringify(where),
        );
        assert.equal(kept.found.next, stored.next, JSON.stringify(where));
        assert.deepEqual(kept.found.entries.map(writeLine), stored.rows.map(shownOf).map(writeLine), JSON.stringify(where));
      }
      assert.ok(answered > conditions.length * 0.9, `${answered} of ${conditions.length}`);
    };

    it(`[MSS-17] ${mailboxes} mailboxes, ${changes} random changes: API, LDAP, pages and extraction say the same`, async () => {
      await surfaces.load("activity.txt", generateExtraction({ rows: mailboxes, seed: 11 }));
      await surfaces.load("boxes.txt", generateExtraction({ rows: mailboxes, seed: 11, layout: "mailbox" }));
      const rows = <T>(sql: string): Promise<readonly T[]> => surfaces.test.store.query<T>(sql);
      const persons = await rows<{ id: string }>("select national_id as id from directory.person where active and rev_to = 2147483647 order by 1 limit 2000");
      const structures = await rows<{ id: string }>(
        "select structure_id as id from directory.structure where active and rev_to = 2147483647 order by 1 limit 500",
      );
      const random = createRandom(99, 1);
      // Before the changes: what LDAP has in memory must follow them.
      assert.ok(((await surfaces.directory.copy.settled())?.size ?? 0) > mailboxes / 2);
      const own: string[] = [];
      const everPublished: string[] = [];
      for (let i = 0; i < changes; i++) {
        const act = random.below(5);
        const target = own[random.below(own.length)];
        if (act <= 1 || !target) {
          const address = `r${i}@beta.mssante.test`;
          const holder =
            random.next() < 0.6 ? { kind: "PER", national_id: random.pick(persons).id } : { kind: "ORG", structure_id: random.pick(structures).id };
          const { status } = await surfaces.publish({ address, ...holder, red_list: random.next() < 0.1 }, "beta");
          // Somebody may have left the registers meanwhile.
          assert.ok(status === 200 || (status === 422 && i > changes / 2), address);
          if (status !== 200) continue;
          own.push(address);
          everPublished.push(address);
        } else if (act <= 3) {
          const body = act === 2 ? { red_list: random.next() < 0.5 } : { rank: 1 + random.below(3) };
          await surfaces.call("PATCH", `/api/directory/mailboxes/${target}`, { key: "beta", body });
        } else {
          assert.equal((await surfaces.call("DELETE", `/api/directory/mailboxes/${target}`, { key: "beta" })).status, 204);
          own.splice(own.indexOf(target), 1);
        }
        // In the middle of it the day's files come in.
        if (i === Math.floor(changes / 2)) {
          await surfaces.load("activity.txt", generateExtraction({ rows: mailboxes, seed: 11, changed: 2 }));
          await surfaces.load("boxes.txt", generateExtraction({ rows: mailboxes, seed: 11, layout: "mailbox", changed: 2 }));
        }
      }
      const file = (await inFile()).toSorted();
      assert.ok(new Set(file).size > mailboxes / 2);
      assert.deepEqual([...new Set(await inLdap())].toSorted(), [...new Set(file)]);
      await fromMemory(random, [...everPublished, ...file.slice(0, 150).map((line) => line.split(" ")[0] ?? "")]);
      assert.deepEqual([...new Set(await inFhir())].toSorted(), [...new Set(file)]);
      const addresses = new Set(file.map((line) => line.split(" ")[0] ?? ""));
      for (const address of everPublished.slice(0, 150)) {
        const page = await surfaces.call("GET", `/directory/mailbox/${address}`, { key: "machine" });
        assert.equal(page.status, addresses.has(address) ? 200 : 404, address);
      }
    });
  });
}

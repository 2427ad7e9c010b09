// Two processes on one PostgreSQL: when one dies, the directory and the whitelist go on with the other.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createDatabase, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";

type Bundle = { entry: { resource: { id: string } }[]; link: { relation: string; url: string }[] };

describe("two processes, one space", () => {
  let folders: TestFolder[] = [];
  let programs: TestProgram[] = [];
  let database: Awaited<ReturnType<typeof createDatabase>>;
  before(async () => {
    database = await createDatabase();
    folders = [await temporaryFolder(), await temporaryFolder()];
    const environment = { DATABASE_URL: database.url };
    const [first, second] = folders.map((folder) => join(folder.path, "data"));
    const one = await startProgram({ data: first ?? "", environment });
    programs.push(one);
    // Both hold the space's keys; the store holds none of them.
    await cp(join(first ?? "", "keys"), join(second ?? "", "keys"), { recursive: true });
    programs.push(await startProgram({ data: second ?? "", environment }));
  });
  after(async () => {
    for (const program of programs) await program.stop();
    programs = [];
    for (const folder of folders) await folder.remove();
    await database.drop();
  });

  it("[MSS-30] one is killed: the other serves directory, next pages that the dead one began, LDAP and the whitelist", async () => {
    const [one, two] = programs;
    assert.ok(one && two);
    const page = async (url: string): Promise<Bundle> => {
      const reply = await fetch(url);
      assert.equal(reply.status, 200, url);
      return (await reply.json()) as Bundle;
    };
    const nextOf = (bundle: Bundle): string | undefined => bundle.link.find(({ relation }) => relation === "next")?.url;
    const all = await page(`${two.ready.fhir}/Practitioner?active=true&_count=100`);
    const begun = await page(`${one.ready.fhir}/Practitioner?active=true&_count=4`);
    const domains = async (program: TestProgram): Promise<string[]> => {
      const reply = await fetch(`${program.ready.portal}/public/whitelist.xml`);
      assert.equal(reply.status, 200);
      return ((await reply.text()).match(/<Nom>[^<]+/g) ?? []).toSorted();
    };
    const listed = await domains(one);
    assert.ok(listed.length >= 2);
    await one.stop("SIGKILL");
    const seen = begun.entry.map(({ resource }) => resource.id);
    for (let next = nextOf(begun); next; ) {
      const bundle = await page(next.replace(one.ready.fhir ?? "", two.ready.fhir ?? ""));
      seen.push(...bundle.entry.map(({ resource }) => resource.id));
      next = nextOf(bundle);
    }
    assert.deepEqual(
      seen,
      all.entry.map(({ resource }) => resource.id),
    );
    assert.deepEqual(await domains(two), listed);
    const [, secure] = [...(two.ready.ldap ?? "").matchAll(/:(\d+)/g)].map((match) => match[1]);
    const dse = await new Promise<string>((resolve) =>
      execFile(
        "ldapsearch",
        ["-x", "-LLL", "-H", `ldaps://127.0.0.1:${secure}`, "-b", "", "-s", "base", "namingContexts"],
        { env: { ...process.env, LDAPTLS_CACERT: join(two.data, "ca.pem") } },
        (_error, out) => resolve(out),
      ),
    );
    assert.match(dse, /namingContexts: dc=mssante,dc=fr/);
  });
});

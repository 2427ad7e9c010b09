// The directory as its user meets it: commands and HTTP, on the real program.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { temporaryFolder } from "@cercle/testkit";
import { type Cercle, loadConfiguration, startCercle } from "../src/index.ts";

const main = resolve(import.meta.dirname, "../src/main.ts");

describe("directory, through the program", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let cercle: Cercle;
  const command = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((done) => {
      execFile(process.execPath, [main, ...args], { env: { ...process.env, CERCLE_DATA: folder.path, LANG: "en_US.UTF-8", LC_ALL: "" } }, (error, out, err) =>
        done({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
  before(async () => {
    folder = await temporaryFolder();
    cercle = await startCercle({ configuration: loadConfiguration({ environment: { CERCLE_DATA: folder.path } }), portsAuto: true });
  });
  after(async () => {
    await cercle.close();
    await folder.remove();
  });

  it("lists, adds, edits and removes test people, in the shape that scripts read", async () => {
    const list = JSON.parse((await command("people", "--json")).out) as { id: string; rpps?: string; family_name: string; situations: unknown[] }[];
    assert.equal(list.length, 10);
    assert.equal(list.find((person) => person.id === "899700000013")?.situations.length, 2);
    assert.equal(list.find((person) => person.id === "899700000062")?.family_name, "D'ARC-L'HÉRAULT");

    const added = await command(
      "people",
      "--add",
      "--rpps",
      "10000000017",
      "--family-name",
      "NOVAK",
      "--given-name",
      "Ève",
      "--situation",
      "mode=S,name=CLINIQUE, SUD",
      "--json",
    );
    assert.equal(added.code, 0, added.err);
    const person = JSON.parse(added.out) as { id: string; situations: { structure: string }[] };
    assert.equal(person.id, "810000000017");
    assert.equal(person.situations[0]?.structure, "CLINIQUE, SUD");

    const edited = await command("people", "edit", "810000000017", "--profession", "60", "--json");
    assert.equal(edited.code, 0, edited.err);
    assert.equal((JSON.parse(edited.out) as { situations: { profession: string }[] }).situations[0]?.profession, "60");
    assert.equal((await command("people", "remove", "810000000017")).code, 0);
    const gone = await cercle.ask({ method: "GET", path: "/api/people/810000000017" });
    assert.equal((gone.body as { active: boolean }).active, false);
  });

  it("refuses what it cannot read, saying which fields are known", async () => {
    const bad = await command("people", "add", "--id", "10000000025", "--family-name", "A", "--given-name", "B", "--situation", "town=X", "--json");
    assert.equal(bad.code, 1);
    const refusal = JSON.parse(bad.err) as { error: string; reason: string };
    assert.equal(refusal.error, "directory.bad-situation");
    assert.match(refusal.reason, /postal_code/);
  });
});

// The main job on real input, as the README tells it: import an extraction in the national layout, add a client, activate an
// e-CPS for one of its persons, sign in from the terminal.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";

describe("the walk of the README", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
  });
  after(() => program?.stop());

  const run = async (...args: string[]): Promise<string> => {
    const done = await program.run(args);
    assert.equal(done.code, 0, `${args.join(" ")}: ${done.err}`);
    return done.out;
  };

  it("[PSC-01, PSC-02] imports, adds a client, activates an e-CPS, signs in: tokens and userinfo are printed", async () => {
    const extraction = join(program.data, "extraction.txt");
    await run("generate-extraction", "--rows", "200", "--seed", "7", "--out", extraction);
    await run("import", extraction);
    const [header = "", ...rows] = readFileSync(extraction, "utf8").trim().split(/\r?\n/);
    const columns = header.split("|");
    const at = (name: string): number => columns.findIndex((column) => column.toLowerCase().startsWith(name));
    const row = rows.map((line) => line.split("|")).find((cells) => cells[at("type d'identifiant pp")] === "8");
    assert.ok(row, "an RPPS row");
    const nationalId = row[at("identification nationale pp")] ?? "";
    await run("client", "add", "--id", "demo-app", "--redirect-uri", "http://localhost:9999/cb");
    await run("e-cps", "activate", "--id", nationalId, "--pin", "4917");
    const result = JSON.parse(await run("login", "--client", "demo-app", "--id", nationalId, "--with", "e-cps", "--pin", "4917", "--json"));
    assert.equal(result.userinfo.SubjectNameID, nationalId);
    assert.equal(result.userinfo.family_name, row[at("nom d'exercice")]);
    assert.ok(result.tokens.access_token && result.tokens.refresh_token);
    assert.equal(result.id_token_claims.aud, "demo-app");
  });
});

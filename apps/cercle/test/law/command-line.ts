// The law by the command line: a described file, without a server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { clock, dates, folder, main, mss, type Reply, signed, type Words } from "./asking.ts";

describe("the law by the command line", () => {
  const run = (args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, CERCLE_DATA: join(folder.path, "none"), LANG: "fr_FR.UTF-8", LC_ALL: "" },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    return new Promise((done) => child.on("close", (code) => done({ code, out, err })));
  };
  it("[MSS-42] answers a file by itself, with no server and no data folder", async () => {
    const path = join(folder.path, "file.json");
    await writeFile(path, JSON.stringify(mss([...signed(), { type: "formal-notice-sent", at: "2026-01-30", ground: "x" }], { ask: ["MSS 12.2"] })));
    const { code, out, err } = await run(["law", "ask", path, "--json"]);
    assert.equal(code, 0, err);
    const answer = (JSON.parse(out) as Reply).answers[0];
    assert.ok(answer);
    assert.deepEqual(dates(clock(answer, "MSS-12.2")), ["2026-03-02", "2026-03-03"]);
    const human = await run(["law", "ask", path]);
    assert.match(human.out, /Court de l’envoi : vendredi 30 janvier 2026 \(entrée 4\)/);
    await assert.rejects(access(join(folder.path, "none")));
  });
  it("describes every instrument, clause with its article, and refuses what it cannot read", async () => {
    const { code, out } = await run(["law", "vocabulary", "--json"]);
    assert.equal(code, 0);
    const { instruments } = JSON.parse(out) as { instruments: { id: string; clauses: { article: string; about: Words }[]; entries: { about: Words }[] }[] };
    for (const id of ["mssante-operator", "psc-provider", "e-cps-terms"]) assert.ok(instruments.some((instrument) => instrument.id === id));
    for (const { clauses, entries } of instruments) {
      for (const clause of clauses) assert.ok(clause.article && clause.about.fr && clause.about.en);
      for (const entry of entries) assert.ok(entry.about.fr && entry.about.en);
    }
    for (const content of ["{", JSON.stringify({ instrument: "x" }), JSON.stringify(mss([{ type: "contract-signed", at: "2026-02-30", by: "agency" }]))]) {
      const path = join(folder.path, "bad.json");
      await writeFile(path, content);
      const bad = await run(["law", "ask", path, "--json"]);
      assert.equal(bad.code, 1);
      assert.match(bad.err, /law\.bad-file/);
    }
  });
});

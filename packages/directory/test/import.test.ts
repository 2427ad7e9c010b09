// Imports on both engines: exact counts, older layouts, archives, doubtful lines, refusals that change nothing.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, it } from "node:test";
import { realClock } from "@cercle/kernel";
import { buildZip, eventually, type TestStore, testEngines } from "@cercle/testkit";
import { at } from "../src/france/layouts.ts";
import { loadFile } from "../src/import/load.ts";
import { openSources } from "../src/import/source.ts";
import { type Directory, personChanged, personGone } from "../src/index.ts";
import { hasPractice, parseRecord } from "../src/record.ts";
import { type GenerateOptions, generatedProfessions, generateExtraction } from "../src/sandbox/generate.ts";
import { openDirectory } from "./open-directory.ts";

const rows = 1500;

/** The lines of a file as sets, and by person, computed without the importer. */
function read(text: string): { lines: Set<string>; persons: Map<string, string> } {
  const lines = new Set(text.trimEnd().split("\n").slice(1));
  const persons = new Map<string, string>();
  for (const line of [...lines].toSorted()) {
    const id = line.split("|")[at.nationalId] ?? "";
    persons.set(id, `${persons.get(id) ?? ""}${line}\n`);
  }
  return { lines, persons };
}

const generate = (options: Omit<GenerateOptions, "rows" | "seed"> & { rows?: number; seed?: number } = {}): string =>
  [...generateExtraction({ rows, seed: 7, ...options })].join("");

describe("the generator", () => {
  it("writes the exact layout, the same file for the same seed, with accents, hyphens, several situations and none", () => {
    const text = generate();
    assert.equal(text, generate());
    const lines = text.trimEnd().split("\n");
    assert.equal(lines.length, rows + 1);
    assert.ok(lines.every((line) => line.endsWith("|") && line.split("|").length === 57));
    const values = lines.slice(1).map((line) => parseRecord(line.slice(0, -1)));
    assert.ok(values.some((line) => /É/.test(line[at.familyName] ?? "")));
    assert.ok(values.some((line) => /-/.test(line[at.familyName] ?? "")));
    assert.ok(values.some((line) => !hasPractice(line)));
    const { persons } = read(text);
    assert.ok([...persons.values()].some((own) => own.trimEnd().split("\n").length > 1));
    assert.ok(generatedProfessions.includes("60"));
  });
});

for (const engine of testEngines) {
  describe(`import on ${engine}`, () => {
    let test: TestStore;
    let directory: Directory;
    const heard: string[] = [];
    const load = async (name: string, content: string | Buffer, force = false) => {
      const path = join(test.folder, name);
      await writeFile(path, content);
      const sources = await openSources(path);
      try {
        const reports = [];
        for (const file of sources.files) reports.push(await loadFile({ store: test.store, clock: realClock }, file, { force }));
        return reports;
      } finally {
        sources.close();
      }
    };
    const one = async (name: string, content: string | Buffer, force = false) => {
      const [report] = await load(name, content, force);
      assert.ok(report);
      return report;
    };
    before(async () => {
      ({ test, directory } = await openDirectory(engine));
      await test.store.follow({ kind: personChanged, handle: (event) => void heard.push(event.payload.national_id) });
      await test.store.follow({ kind: personGone, handle: (event) => void heard.push(`gone ${event.payload.national_id}`) });
    });
    after(async () => {
      await directory.stop();
      await test.close();
    });

    it("a first file that breaks off in the middle leaves nothing behind, and the next one is taken whole", async () => {
      const text = generate();
      const broken = async function* (): AsyncGenerator<Buffer> {
        for (let start = 0; start < text.length / 2; start += 20_000) yield Buffer.from(text.slice(start, start + 20_000));
        throw new Error("the disk went away");
      };
      const source = { name: "broken.txt", bytes: text.length, open: async () => Readable.from(broken()) };
      await assert.rejects(loadFile({ store: test.store, clock: realClock }, source), /the disk went away/);
      for (const table of ["person", "situation", "structure"]) {
        const left = await test.store.first(`select 1 from directory.${table} where source = 0 limit 1`);
        assert.equal(left, undefined, table);
      }
      const index = await test.store.first("select 1 from pg_indexes where schemaname = 'directory' and indexname = 'person_name'");
      assert.ok(index);
    });

    it("takes a first file whole, and counts exactly what a second one changed", async () => {
      const [a, b] = [generate(), generate({ changed: 2 })];
      const [before, after] = [read(a), read(b)];
      const first = await one("a.txt", a);
      assert.equal(first.lines.added, before.lines.size);
      assert.equal(first.persons.added, before.persons.size);
      const second = await one("b.txt", b);
      assert.equal(second.lines.added, [...after.lines].filter((line) => !before.lines.has(line)).length);
      assert.equal(second.lines.closed, [...before.lines].filter((line) => !after.lines.has(line)).length);
      const gone = [...before.persons.keys()].filter((id) => !after.persons.has(id));
      assert.equal(second.persons.gone, gone.length);
      assert.equal(second.persons.added, [...after.persons.keys()].filter((id) => !before.persons.has(id)).length);
      const changed = [...after.persons].filter(([id, lines]) => before.persons.has(id) && before.persons.get(id) !== lines).map(([id]) => id);
      assert.equal(second.persons.changed, changed.length);
      assert.ok(changed.length > 0 && gone.length > 0);
      await eventually(() => changed.every((id) => heard.includes(id)) && gone.every((id) => heard.includes(`gone ${id}`)));
      const left = await directory.findProfessional(gone[0] ?? "");
      assert.deepEqual([left?.active, left?.familyName], [false, ""]);
      const again = await one("b.txt", b);
      assert.deepEqual([again.lines.added, again.lines.closed, again.persons.changed], [0, 0, 0]);
    });

    it("keeps every person with exactly their lines", async () => {
      const { persons } = read(generate({ changed: 2 }));
      for (const [id, lines] of [...persons].slice(0, 60)) {
        const person = await directory.findProfessional(id);
        const practised = lines
          .trimEnd()
          .split("\n")
          .filter((line) => hasPractice(parseRecord(line.slice(0, -1))));
        assert.equal(person?.activities.length, practised.length, id);
        assert.equal(person?.familyName, lines.split("|")[at.familyName]);
      }
    });

    it("reads the 52-column ancestor of the same data: only lines with a role or a kind differ", async () => {
      const report = await one("c52.txt", generate({ changed: 2, columns: 52 }));
      assert.equal(report.columns, 52);
      assert.equal(report.lines.rejected, 0);
      assert.equal(report.persons.gone, 0);
      assert.equal((await one("c48.txt", generate({ changed: 2, columns: 48 }))).persons.gone, 0);
      assert.equal((await one("b.txt", generate({ changed: 2 }))).persons.gone, 0);
    });

    it("takes an archive with the other extractions", async () => {
      const archive = buildZip([
        { name: "PS_LibreAcces_SavoirFaire_202611210000.txt", content: generate({ layout: "know-how", rows: 200 }) },
        { name: "PS_LibreAcces_Dipl_AutExerc_202611210000.txt", content: generate({ layout: "diploma", rows: 200 }) },
        { name: "Extraction_Correspondance_MSSante_202611210000.txt", content: generate({ layout: "mailbox", rows: 200 }) },
        { name: "lisez-moi.pdf", content: "not an extraction" },
      ]);
      const reports = await load("all.zip", archive);
      assert.deepEqual(
        reports.map((report) => report.layout),
        ["know-how", "diploma", "mailbox"],
      );
      for (const report of reports) assert.equal(report.lines.rejected, 0);
    });

    it("reports doubtful lines by number and takes those it can; quotes are data", async () => {
      const lines = generate({ changed: 2 }).trimEnd().split("\n");
      const second = (lines[1] ?? "").split("|");
      second[at.identifier] = `${(second[at.identifier] ?? "").slice(0, -1)}${(Number((second[at.identifier] ?? "").at(-1)) + 1) % 10}`;
      second[at.name] = `"L'HÔPITAL`;
      lines[1] = second.join("|");
      lines[2] = `${lines[2]}trop|`;
      lines.splice(3, 0, lines[4] ?? "");
      const report = await one("dirty.txt", `\uFEFF${lines.join("\r\n")}\r\n`);
      assert.equal(report.lines.rejected, 1);
      assert.deepEqual(
        report.doubts.first.map(({ line, kind }) => `${line} ${kind}`),
        ["2 identifier-key", "3 columns", "6 duplicate"],
      );
      const person = await directory.findProfessional(second[at.nationalId] ?? "");
      assert.ok(person?.activities.some((activity) => activity.raisonSocialeSite === `"L'HÔPITAL`) || !hasPractice(second));
    });

    it("refuses an unknown header, a wrong count of columns, a truncated file: nothing changes", async () => {
      const count = () => test.store.first("select current, pending from directory.state");
      const state = await count();
      await assert.rejects(one("x.txt", "a|b|c|\n1|2|3|\n"), { code: "directory.unknown-layout" });
      await assert.rejects(one("y.txt", generate().replace("Code profession", "Code postal")), { code: "directory.unknown-layout" });
      assert.deepEqual(await count(), state);
      const few = generate({ changed: 2, rows: rows / 2 });
      await assert.rejects(one("few.txt", few), { code: "directory.too-few" });
      const [line = ""] = [...read(generate({ changed: 2 })).persons.keys()].slice(-1);
      assert.equal((await directory.findProfessional(line))?.active, true);
      const forced = await one("few.txt", few, true);
      assert.ok(forced.persons.gone > 0);
      assert.equal((await directory.findProfessional(line))?.active, false);
      const back = await one("b.txt", generate({ changed: 2 }));
      assert.equal(back.persons.returned, forced.persons.gone);
    });

    it("a register that comes to know a local test person takes that person over", async () => {
      const text = generate({ changed: 2 });
      const [, line = ""] = text.split("\n");
      const own = line.split("|");
      own[at.idType] = "8";
      own[at.identifier] = "99700000013";
      own[at.nationalId] = "899700000013";
      own[at.familyName] = "DU REGISTRE";
      await one("own.txt", `${text}${own.join("|")}\n`);
      const person = await directory.findProfessional("899700000013");
      assert.equal(person?.familyName, "DU REGISTRE");
      assert.ok((person?.activities.length ?? 9) <= 1);
    });

    it("an abandoned load leaves what stood, and the next one runs", async () => {
      const before = await directory.findProfessional("899700000013");
      await test.store.run("update directory.state set current = current + 1, pending = current + 1");
      const revision = (await test.store.first<{ pending: number }>("select pending from directory.state"))?.pending ?? 0;
      await test.store.run("update directory.person set rev_to = $1 where national_id = '899700000013' and rev_to = 2147483647", [revision]);
      await test.store.run(
        "insert into directory.person (national_id, rev_from, source, id_type, identifier, family_name, given_name, family_folded, given_folded) values ('899700000013', $1, 0, '8', '99700000013', 'HALF', 'HALF', 'HALF', 'HALF')",
        [revision],
      );
      assert.deepEqual(await directory.findProfessional("899700000013"), before);
      const report = await one("b.txt", generate({ changed: 2 }));
      assert.equal(report.lines.closed, 1);
    });
  });
}

// The directory as its user meets it: commands and HTTP, on the real program.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { checkAccessibility, eventually, hasBrowser, openBrowser, overflowsSideways, temporaryFolder } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
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

  it("[ECPS-19] the identity passed to services is the register's, letter for letter; it changes with the register and by nobody's hand", async () => {
    const extraction = join(folder.path, "extraction.txt");
    assert.equal((await command("generate-extraction", "--rows", "300", "--seed", "4", "--out", extraction)).code, 0);
    const lines = (await readFile(extraction, "utf8")).trimEnd().split("\n");
    const at = lines.findIndex((line) => /^8\|/.test(line) && line.split("|")[17] !== "");
    const values = (lines[at] ?? "").split("|");
    const id = values[2] ?? "";
    assert.equal((await command("import", extraction)).code, 0);
    const added = await command("client", "add", "--id", "directory-app", "--redirect-uri", "http://localhost:9/cb", "--json");
    assert.equal(added.code, 0, added.err);
    const shown = async () => {
      const run = await command("preview", "--client", "directory-app", "--person", id, "--json");
      assert.equal(run.code, 0, run.err);
      return (JSON.parse(run.out) as { userinfo: { family_name: string; SubjectNameID: string } }).userinfo;
    };
    assert.deepEqual([(await shown()).family_name, (await shown()).SubjectNameID], [values[7], id]);
    const typed = await command("people", "edit", id, "--family-name", "AUTRE", "--json");
    assert.equal(typed.code, 1);
    assert.equal((JSON.parse(typed.err) as { error: string }).error, "directory.register-owns");
    assert.equal((await shown()).family_name, values[7]);
    const renamed = lines.map((line) => {
      const own = line.split("|");
      if (own[2] === id) own[7] = "DÉSORMAIS-MARTIN";
      return own.join("|");
    });
    await writeFile(extraction, `${renamed.join("\n")}\n`);
    const [report] = JSON.parse((await command("import", extraction, "--json")).out) as { persons: { changed: number } }[];
    assert.equal(report?.persons.changed, 1);
    assert.equal((await shown()).family_name, "DÉSORMAIS-MARTIN");
  });

  it("a patient finds a person, where it works, its mailboxes and who keeps each datum, by keyboard and on a telephone", { skip: !hasBrowser() }, async () => {
    const made = await cercle.ask({
      method: "POST",
      path: "/api/mail/alpha.mssante.test/mailboxes",
      body: { address: "annuaire-test@alpha.mssante.test", kind: "personal", responsible: "899700000013" },
    });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const browser = await openBrowser();
    try {
      const { page } = await browser.open({ viewport: { width: 1280, height: 800 }, locale: "fr-FR" });
      const sound = async (name: string): Promise<void> => {
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 740 });
          assert.deepEqual(await checkAccessibility(page), [], name);
          assert.equal(await overflowsSideways(page), false, `${name} at ${width}`);
          const pictures = process.env.CARD_SHOTS;
          if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
        }
      };
      const portal = cercle.rows.find(({ key }) => key === "portal")?.value ?? "";
      const { family_name } = (await cercle.ask({ method: "GET", path: "/api/people/899700000013" })).body as { family_name: string };
      await page.goto(`${portal}/directory`);
      await page.getByRole("searchbox").fill(family_name.toLowerCase());
      await page.getByRole("searchbox").press("Enter");
      const found = page.locator("main li", { hasText: "899700000013" }).getByRole("link");
      await found.waitFor();
      await sound("directory-search");
      await found.press("Enter");
      await page.getByRole("heading", { level: 1, name: new RegExp(family_name) }).waitFor();
      await sound("directory-person");
      await page.getByRole("link", { name: "annuaire-test@alpha.mssante.test" }).press("Enter");
      await page.waitForURL(/\/directory\/mailbox\//);
      await page.getByRole("link", { name: new RegExp(family_name) }).waitFor();
      await sound("directory-mailbox");
      await page.goBack();
      await page.locator("main a[href*='/directory/structure/']").first().press("Enter");
      await page.waitForURL(/\/directory\/structure\//);
      await sound("directory-structure");
    } finally {
      await browser.close();
    }
  });

  it("refuses what it cannot read, saying which fields are known", async () => {
    const bad = await command("people", "add", "--id", "10000000025", "--family-name", "A", "--given-name", "B", "--situation", "town=X", "--json");
    assert.equal(bad.code, 1);
    const refusal = JSON.parse(bad.err) as { error: string; reason: string };
    assert.equal(refusal.error, "directory.bad-situation");
    assert.match(refusal.reason, /postal_code/);
  });
});

describe("import, through the program", () => {
  it("survives kill -9 in the middle: what stood stands, and the import runs again", async () => {
    const folder = await temporaryFolder();
    const ready = join(folder.path, "ready.json");
    const extraction = join(folder.path, "a.txt");
    const run = promisify(execFile);
    const env = { ...process.env, CERCLE_DATA: join(folder.path, "data"), LANG: "en_US.UTF-8", LC_ALL: "" };
    await run(process.execPath, [main, "generate-extraction", "--rows", "8000", "--seed", "3", "--out", extraction], { env });
    const [, line = ""] = (await readFile(extraction, "utf8")).split("\n", 2);
    const someone = line.split("|")[2] ?? "";
    const child = spawn(process.execPath, [main, "up", "--ports", "auto", "--ready-file", ready], { env, stdio: ["ignore", "ignore", "inherit"] });
    const ended = new Promise((done) => child.once("exit", done));
    await eventually(() => existsSync(ready), 60);
    const ask = async (method: "GET" | "POST", path: string, body?: unknown) => {
      const reply = await askServer(env.CERCLE_DATA, { method, path, ...(body ? { body } : {}) }, "en");
      return reply as { status: number; body: { id: string; state: string; progress?: { lines: number } } };
    };
    const { id } = (await ask("POST", "/api/imports", { files: [extraction] })).body;
    await eventually(async () => ((await ask("GET", `/api/imports/${id}`)).body.progress?.lines ?? 0) > 800, 30);
    assert.equal((await ask("GET", `/api/imports/${id}`)).body.state, "running");
    assert.equal((await ask("GET", `/api/people/${someone}`)).status, 404, "nobody sees half a load");
    child.kill("SIGKILL");
    await ended;
    assert.equal((await run(process.execPath, [main, "people", "--json"], { env })).stdout.match(/"id"/g)?.length, 10);
    const again = JSON.parse((await run(process.execPath, [main, "import", extraction, "--json"], { env })).stdout) as {
      lines: { read: number };
      persons: { added: number };
    }[];
    assert.equal(again[0]?.lines.read, 8000);
    const cercle = await startCercle({ configuration: loadConfiguration({ environment: { CERCLE_DATA: env.CERCLE_DATA } }), listen: false });
    const found = await cercle.ask({ method: "GET", path: `/api/people/${someone}` });
    assert.equal(found.status, 200);
    await cercle.close();
    await folder.remove();
  });
});

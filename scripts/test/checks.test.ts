// Checks that bite: each is shown a violation and must see it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { rooms } from "../../apps/cercle/src/rooms.ts";
import { temporaryFolder } from "../../packages/testkit/src/index.ts";
import { checkDeclarations } from "../checks/declarations.ts";
import { checkDirections } from "../checks/directions.ts";
import { checkListed } from "../checks/listed.ts";
import { checkPageTexts } from "../checks/page-texts.ts";
import { checkSchema } from "../checks/schema.ts";
import { checkSpaceWords } from "../checks/space-words.ts";

const root = resolve(import.meta.dirname, "../..");

/** A small tree with the real rules: kernel, two rooms, an app. */
async function plantTree(files: Readonly<Record<string, string>>): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await temporaryFolder();
  for (const name of [".dependency-cruiser.json", "tsconfig.json"]) await copyFile(join(root, name), join(folder.path, name));
  const packages = ["kernel", "pki", "mail"];
  const all: Record<string, string> = {
    ".gitignore": "node_modules/\n",
    "package.json": '{ "private": true, "type": "module", "workspaces": ["packages/*", "apps/*"] }',
    "apps/cercle/src/start.ts": 'import { mail } from "@cercle/mail";\nexport const start = mail;\n',
    ...Object.fromEntries(
      packages.flatMap((name) => [
        [`packages/${name}/package.json`, `{ "name": "@cercle/${name}", "type": "module", "exports": { ".": "./src/index.ts" } }`],
        [`packages/${name}/src/index.ts`, `export const ${name} = "${name}";\n`],
      ]),
    ),
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  await mkdir(join(folder.path, "node_modules/@cercle"), { recursive: true });
  for (const name of packages) await symlink(join(folder.path, "packages", name), join(folder.path, "node_modules/@cercle", name));
  execFileSync("git", ["init", "-q"], { cwd: folder.path });
  return folder;
}

async function inTree<T>(files: Readonly<Record<string, string>>, look: (path: string) => T | Promise<T>): Promise<T> {
  const tree = await plantTree(files);
  try {
    return await look(tree.path);
  } finally {
    await tree.remove();
  }
}

const has = (problems: readonly string[], pattern: RegExp): void =>
  assert.ok(
    problems.some((problem) => pattern.test(problem)),
    `no problem matches ${pattern}: ${JSON.stringify(problems)}`,
  );

describe("room directions and cycles", () => {
  it("finds nothing wrong with a tree that obeys", async () => assert.deepEqual(await inTree({}, checkDirections), []));
  it("sees a sideways import by name", async () =>
    has(
      await inTree({ "packages/mail/src/index.ts": 'import { pki } from "@cercle/pki";\nexport const mail = pki;\n' }, checkDirections),
      /no-sideways: packages\/mail\/src\/index\.ts → packages\/pki/,
    ));
  it("sees a sideways import by path", async () =>
    has(
      await inTree({ "packages/mail/src/index.ts": 'import { pki } from "../../pki/src/index.ts";\nexport const mail = pki;\n' }, checkDirections),
      /no-sideways: packages\/mail\/src\/index\.ts → packages\/pki/,
    ));
  it("sees a sideways import of a type", async () =>
    has(
      await inTree({ "packages/mail/src/index.ts": 'import type { pki } from "@cercle/pki";\nexport const mail: typeof pki = "pki";\n' }, checkDirections),
      /no-sideways/,
    ));
  it("sees a cycle", async () =>
    has(
      await inTree(
        {
          "packages/mail/src/a.ts": 'import { b } from "./b.ts";\nexport const a: string = b;\n',
          "packages/mail/src/b.ts": 'import { a } from "./a.ts";\nexport const b: string = a;\n',
        },
        checkDirections,
      ),
      /no-cycle/,
    ));
  it("sees an import that leads nowhere", async () =>
    has(await inTree({ "packages/mail/src/index.ts": 'import { x } from "@cercle/nowhere";\nexport const mail = x;\n' }, checkDirections), /no-unresolved/));
  it("fails when it saw fewer modules than git lists", async () => {
    const problems = await inTree({ "packages/mail/src/hidden.ts": "export {};\n" }, async (path) => {
      const place = join(path, ".dependency-cruiser.json");
      const rules = JSON.parse(await readFile(place, "utf8"));
      rules.options.exclude = { path: "hidden" };
      await writeFile(place, JSON.stringify(rules));
      return checkDirections(path);
    });
    has(problems, /not seen by the check: packages\/mail\/src\/hidden\.ts/);
  });
});

describe("declarations", () => {
  const room = (declared: object): typeof rooms => [{ name: "mail", ...declared }] as unknown as typeof rooms;
  const error = (fr: string, en: string) => [{ declarations: { "mail.full": { status: 400, text: { fr, en } } } }];

  it("accepts good ones", () => assert.deepEqual(checkDeclarations(room({ errors: error("Pleine.", "Full.") })), []));
  it("sees an error without one of its languages", () => has(checkDeclarations(room({ errors: error("Pleine.", " ") })), /mail\.full lacks a language/));
  it("sees a text without one of its languages", () =>
    has(checkDeclarations(room({ texts: { "mail.sent": { fr: "Envoyé" } } })), /mail\.sent lacks a language/));
  it("sees parameters that differ between languages", () =>
    has(checkDeclarations(room({ texts: { "mail.sent": { fr: "à {to}", en: "to {whom}" } } })), /other parameters/));
  it("sees a secret with a default", () =>
    has(checkDeclarations(room({ settings: { "mail.password": { secret: true, default: "changeme", about: "" } } })), /secret with a default: mail\.password/));
  it("sees a code outside its room and one declared twice", () => {
    const foreign = [{ declarations: { "pki.lost": { status: 400, text: { fr: "a", en: "b" } } } }];
    has(checkDeclarations(room({ errors: foreign })), /does not begin with its room/);
    has(checkDeclarations(room({ errors: [...error("a", "b"), ...error("a", "b")] })), /declared twice: error mail\.full/);
  });
  it("sees an error, a text, a setting and an event that nobody lists", async () => {
    const source = `export const e = defineErrors({
  "mail.unlisted-error": { status: 400, text: { fr: "a", en: "b" } },
});
export const t = defineTexts({
  "mail.unlisted-text": { fr: "a", en: "b" },
});
export const s = defineEvent("mail.unlisted-event", "about", z.object({}));
`;
    const problems = await inTree({ "packages/mail/src/errors.ts": source }, (path) => checkListed(path, []));
    for (const name of ["error", "text", "event"]) has(problems, new RegExp(`mail\\.unlisted-${name} is declared and not listed`));
  });
});

describe("pages and spaces", () => {
  const page = (content: string) => ({ "packages/mail/src/page.ts": content });
  it("sees a word written into a template, also inside an inner one", async () => {
    has(await inTree(page("export const p = html`<h1>Bonjour</h1>`;\n"), (path) => checkPageTexts(path, [])), /“Bonjour”/);
    has(await inTree(page("export const p = html`<p>${x ? html`<b>Encore</b>` : ''}</p>`;\n"), (path) => checkPageTexts(path, [])), /“Encore”/);
  });
  it("lets texts of the catalogue and attributes pass", async () =>
    assert.deepEqual(
      await inTree(page('export const p = html`<p class="soft"${a ? html` hidden` : ""}>${t("mail.sent", { to: `${"}"}` })}</p>`;\n'), (path) =>
        checkPageTexts(path, []),
      ),
      [],
    ));
  it("sees a country's word in a room, not in a comment, not in the card", async () => {
    const problems = await inTree(
      {
        "packages/mail/src/domains.ts": '// RPPS may stand in a comment\nexport const shared = "mssante.fr";\n',
        "packages/mail/migrations/0001_mail.sql": "create table mail.person (id text check (id like 'RPPS%'));\n",
        "packages/card/src/card.ts": 'export const id = "RPPS";\n',
      },
      (path) => checkSpaceWords(path, []),
    );
    assert.deepEqual(problems, [
      "packages/mail/migrations/0001_mail.sql:1 names RPPS: it belongs in a space's folder",
      "packages/mail/src/domains.ts:2 names mssante.fr: it belongs in a space's folder",
    ]);
  });
});

describe("SQL fresh against upgraded", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  it("sees a schema that depends on how the database grew", async () => {
    const write = async (room: string, name: string, sql: string): Promise<{ room: string; folder: URL }> => {
      await mkdir(join(folder.path, room), { recursive: true });
      await writeFile(join(folder.path, room, name), sql);
      return { room, folder: pathToFileURL(join(folder.path, room)) };
    };
    await write("one", "0001_one.sql", "create table one.a (id int);");
    // Adds its column only where the other room came first: an old space and a new one then differ.
    const one = await write(
      "one",
      "0002_two.sql",
      "do $$ begin if exists (select from information_schema.schemata where schema_name = 'two') then alter table one.a add late int; end if; end $$;",
    );
    const two = await write("two", "0001_two.sql", "create table two.b (id int);");
    has(await checkSchema([one, two]), /only in an upgraded database: column one\.a\.late/);
    assert.deepEqual(await checkSchema([two]), []);
  });
});

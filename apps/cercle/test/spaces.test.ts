// Spaces as data, declared in one file, side by side, reset. `npm run soak` runs the same with fifty rounds.
import assert from "node:assert/strict";
import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkIdentifier } from "@cercle/kernel";
import { createDatabase, hasPostgres, runCommand, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { startCercle } from "../src/index.ts";
import { loadSpace } from "../src/space.ts";

const rounds = Number(process.env.SOAK_ROUNDS ?? 5);
const valdorie = resolve(import.meta.dirname, "spaces/valdorie");

/** GET over HTTPS at any host name of 127.0.0.1, trusting the given anchors only. */
function getSecurely(url: string, ca: string): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const lookup = (_host: string, options: { all?: boolean }, answer: (...found: unknown[]) => void): void =>
      options.all ? answer(null, [{ address: "127.0.0.1", family: 4 }]) : answer(null, "127.0.0.1", 4);
    const asked = request(url, { ca, lookup: lookup as never, agent: false }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk) => {
        text += chunk;
      });
      reply.on("end", () => done({ status: reply.statusCode ?? 0, text }));
    });
    asked.on("error", fail);
    asked.end();
  });
}

function answers(url: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}

describe("a space as data", () => {
  it("reads France, and a country that does not exist", () => {
    const [france, other] = [loadSpace("france"), loadSpace(valdorie)];
    const scheme = (space: typeof france, id: string) => space.identifiers.find((known) => known.id === id) ?? assert.fail(id);
    assert.equal(checkIdentifier(scheme(france, "RPPS"), "10003456783"), "bad-key");
    assert.equal(checkIdentifier(scheme(france, "SIREN"), "732829320"), "good");
    assert.equal(checkIdentifier(scheme(france, "SIRET"), "35600000000042"), "good", "La Poste's sum of digits is one rule more");
    assert.equal(checkIdentifier(scheme(france, "SIRET"), "3560000000004"), "malformed");
    assert.equal(checkIdentifier(scheme(france, "FINESS"), "2A0000012"), "good", "a letter has no key that we know of");
    const patient = (value: string): string =>
      checkIdentifier(
        { id: "INS", of: "person", label: { fr: "", en: "" }, national_prefix: "", ...(france.patients ?? { pattern: "^$", check: "none" }) },
        value,
      );
    for (const [value, judged] of [
      ["279035121518989", "good"],
      ["279035121518988", "bad-key"],
      ["27903512151898", "malformed"],
      ["579035121518989", "malformed"],
      // Corsica: 2A and 2B count as 19 and 18.
      [`279032A215189${String(97 - (2790319215189 % 97)).padStart(2, "0")}`, "good"],
      [`279032B215189${String(97 - (2790318215189 % 97)).padStart(2, "0")}`, "good"],
    ] as const)
      assert.equal(patient(value), judged, value);
    assert.equal(checkIdentifier(scheme(other, "VHN"), "12345671"), "bad-key");
    assert.equal(checkIdentifier(scheme(other, "VHN"), String(97 * 123_456 + 1)), "good");
    assert.equal(other.nomenclatures.professions?.[0]?.label.en, "Herbalist");
  });

  it("names the file at fault of a space that is not whole", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder.path, "bad"));
    await writeFile(join(folder.path, "bad", "space.json"), await readFile(join(valdorie, "space.json")));
    await writeFile(join(folder.path, "bad", "identifiers.json"), '[{ "id": "X", "of": "person", "label": { "fr": "x", "en": "x" }, "pattern": "(" }]');
    const refused = await runCommand(join(folder.path, "data"), ["up", "--ports", "auto", "--space", join(folder.path, "bad")]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /identifiers\.json/);
    await folder.remove();
  });
});

describe("a declarative file", () => {
  let folder: TestFolder;
  const declare = async (content: object): Promise<string> => {
    const path = join(folder.path, "space.json");
    await writeFile(path, JSON.stringify(content));
    return path;
  };
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  it("is refused before anything starts when a section or an option is unknown, with the known ones", async () => {
    const data = join(folder.path, "refused");
    const up = async (content: object) => runCommand(data, ["up", "--ports", "auto", "--space", await declare(content)]);
    const section = await up({ peoples: [] });
    assert.equal(section.code, 1);
    assert.match(section.err, /unknown section: peoples.*people, clients/s);
    const option = await up({ accounts: [{ name: "Zoé Ménard", role: "officer", favourite_colour: "blue" }] });
    assert.equal(option.code, 1);
    assert.match(option.err, /accounts, item 1: .*favourite-colour/s);
    await assert.rejects(readdir(data), "nothing was written");
  });

  it("starts afresh after an item was refused", async () => {
    const data = join(folder.path, "again");
    const bad = await runCommand(data, [
      "up",
      "--ports",
      "auto",
      "--space",
      await declare({
        accounts: [
          { name: "Zoé Ménard", role: "officer" },
          { name: "Z", role: "officer" },
        ],
      }),
    ]);
    assert.equal(bad.code, 1);
    assert.match(bad.err, /accounts, item 2/);
    const program = await startProgram({ data, args: ["--space", await declare({ accounts: [{ name: "Ada Roux", role: "officer" }] })] });
    const listed = await program.run(["account", "list", "--json"]);
    await program.stop();
    assert.deepEqual(invited(listed.out), ["Ada Roux"]);
  });

  it("makes people, a client with its secret, a card, an e-CPS, an operator and a mailbox, and says how to reach each", async () => {
    const id = "810101010105";
    const secret = "un-secret-de-test-fixe";
    const program = await startProgram({
      data: join(folder.path, "whole"),
      args: [
        "--space",
        await declare({
          people: [{ rpps: "10101010105", family_name: "d'Arc-Noël", given_name: "Élodie", profession: "10" }],
          clients: [{ id: "ma-ci", redirect_uri: ["http://localhost:9/cb"], secret }],
          cards: [{ id, type: "CPS", pin: "4321" }],
          e_cps: [{ id, pin: "8527" }],
          operators: [{ domain: "clinique.mssante.test", organization: "Clinique d’essai" }],
          mailboxes: [{ address: "accueil@alpha.mssante.test", kind: "organisational", responsible: id }],
        }),
      ],
    });
    try {
      const results = program.ready as unknown as Record<string, Record<string, string>[]>;
      assert.equal(results.clients?.[0]?.client_secret, secret);
      assert.equal(results.cards?.[0]?.pin, "4321");
      assert.equal(results.mailboxes?.[0]?.address, "accueil@alpha.mssante.test");
      await access(join(program.data, results.operators?.[0]?.key ?? assert.fail("no key")));
      const signedIn = await program.run(["login", "--client", "ma-ci", "--id", id, "--pin", "8527", "--json"]);
      assert.equal(signedIn.code, 0, signedIn.err);
      assert.equal((JSON.parse(signedIn.out) as { userinfo: { family_name: string } }).userinfo.family_name, "d'Arc-Noël");
    } finally {
      await program.stop();
    }
  });

  it("serves a Node test in its own process, and leaves nothing", async () => {
    const cercle = await startCercle({
      spaceFile: await declare({ accounts: [{ name: "Ada Roux", role: "officer" }] }),
      settings: { "program.space": valdorie },
    });
    const space = (await (await fetch(`${cercle.addresses.portal}/api/space`)).json()) as { country: string };
    assert.equal(space.country, "VX");
    const [invited] = cercle.results.accounts ?? [];
    assert.match(JSON.stringify(invited), /\/enrol\/invite_/);
    const accounts = async (): Promise<number> => ((await cercle.ask({ method: "GET", path: "/api/accounts" })).body as object[]).length;
    const before = await accounts();
    await cercle.ask({ method: "POST", path: "/api/accounts", body: { name: "Noé Petit", roles: ["vendor"] } });
    assert.equal(await accounts(), before + 1);
    await cercle.reset();
    assert.equal(await accounts(), before);
    await cercle.close();
    await assert.rejects(readdir(cercle.dataFolder));
  });
});

describe("two spaces side by side", () => {
  let folder: TestFolder;
  let spaces: { program: TestProgram; get(path: string): Promise<{ status: number; text: string }> }[] = [];
  before(async () => {
    folder = await temporaryFolder();
    const file = join(folder.path, "secure.json");
    await writeFile(
      file,
      JSON.stringify({
        space: valdorie,
        settings: { "program.tls": "authority", "program.public_host": "trust.valdorie.example" },
        accounts: [{ name: "Ada Roux", role: "officer" }],
      }),
    );
    const [plain, secure] = await Promise.all([
      startProgram({ data: join(folder.path, "plain") }),
      startProgram({ data: join(folder.path, "secure"), args: ["--space", file] }),
    ]);
    const ca = await readFile(secure.ready.anchors ?? "", "utf8");
    spaces = [
      {
        program: plain,
        get: async (path) => {
          const reply = await fetch(plain.ready.portal + path);
          return { status: reply.status, text: await reply.text() };
        },
      },
      { program: secure, get: (path) => getSecurely(secure.ready.portal + path, ca) },
    ];
  });
  after(async () => {
    // Both are ended before either is judged.
    const codes = await Promise.all(spaces.map(({ program }) => program.stop()));
    assert.deepEqual(codes, [0, 0]);
    for (const { program } of spaces) {
      assert.equal(await answers(program.ready.portal ?? ""), false, "the port is free again");
      assert.ok(!(await readdir(program.data)).some((name) => ["lock", "control.sock", "resetting", "seeding"].includes(name)), "nothing left over");
    }
    await folder.remove();
  });

  it(`are used and reset ${rounds} times, one of them over HTTPS on a host name of its own`, { timeout: rounds * 30_000 }, async (t) => {
    assert.equal(new URL(spaces[1]?.program.ready.portal ?? "").hostname, "trust.valdorie.example");
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await Promise.all(
        spaces.map(async ({ program, get }) => {
          const moved = await program.run(["clock", "set", "+P1M", "--json"]);
          assert.equal(moved.code, 0, moved.err);
          const invited = await program.run(["account", "invite", "--name", `Visitor ${round}`, "--role", "vendor", "--json"]);
          assert.equal(invited.code, 0, invited.err);
          const link = new URL(JSON.parse(invited.out).link).pathname;
          assert.equal((await get(link)).status, 200);
          assert.equal(JSON.parse((await get("/api/clock")).text).moved, true);
          const reset = await program.run(["reset", "--json"]);
          assert.equal(reset.code, 0, reset.err);
          times.push(JSON.parse(reset.out).ms);
          assert.equal(JSON.parse((await get("/api/clock")).text).moved, false, "the clock is back");
          assert.equal((await get(link)).status, 410, "the visitor was never invited");
        }),
      );
    }
    times.sort((a, b) => a - b);
    t.diagnostic(`reset: median ${times[Math.floor(times.length / 2)]} ms, slowest ${times.at(-1)} ms over ${times.length}`);
  });
});

/** Names of accounts but the fictional persons that every sandbox has. */
function invited(listed: string): readonly string[] {
  return (JSON.parse(listed) as { name: string }[]).flatMap(({ name }) => (name.endsWith("(bac à sable)") ? [] : [name]));
}

describe("resets", () => {
  it("survive a kill in the middle: the next start does it again", async () => {
    const folder = await temporaryFolder();
    const first = await startProgram({ data: folder.path, args: [] });
    await first.run(["account", "invite", "--name", "Gone Tomorrow", "--role", "vendor"]);
    await first.stop("SIGKILL");
    // What a kill between the removal of the old state and the return of the first one leaves.
    await writeFile(join(folder.path, "resetting"), "");
    await rm(join(folder.path, "database"), { recursive: true });
    const second = await startProgram({ data: folder.path });
    assert.deepEqual(invited((await second.run(["account", "list", "--json"])).out), []);
    await second.stop();
    await folder.remove();
  });

  it("are refused where no starting state was kept", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder.path, "something"), "somebody's");
    const refused = await runCommand(folder.path, ["reset"]);
    assert.equal(refused.code, 1);
    assert.deepEqual(await readdir(folder.path), ["something"]);
    await folder.remove();
  });

  it("come from a template database on PostgreSQL", { skip: hasPostgres() ? false : "no PostgreSQL" }, async () => {
    const database = await createDatabase();
    const program = await startProgram({ environment: { DATABASE_URL: database.url } });
    for (let round = 0; round < 2; round++) {
      await program.run(["account", "invite", "--name", "Gone Tomorrow", "--role", "vendor"]);
      assert.deepEqual(invited((await program.run(["account", "list", "--json"])).out), ["Gone Tomorrow"]);
      const reset = await program.run(["reset", "--json"]);
      assert.equal(reset.code, 0, reset.err);
      assert.deepEqual(invited((await program.run(["account", "list", "--json"])).out), []);
    }
    await program.stop();
    await database.drop();
  });
});

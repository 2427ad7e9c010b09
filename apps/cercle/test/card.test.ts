// Cards through the program: made by its commands, inserted into pcscd's reader, read by OpenSC, revoked.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, type HeldCard, missingPcsc, type PcscStack, startPcsc, startProgram, type TestProgram } from "@cercle/testkit";

const main = resolve(import.meta.dirname, "../src/main.ts");
const module = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";

type Made = { card: string; id: string; type: string; pin: string; puk: string };
type Listed = { card: string; state: string; pin_tries: number; reader: string | null; serials: { authentication: string } };

describe("cards of the space", { skip: missingPcsc() ?? false }, () => {
  let stack: PcscStack;
  let program: TestProgram;
  const json = async <T>(...words: readonly string[]): Promise<T> => {
    const { code, out, err } = await program.run([...words, "--json"]);
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  const create = (type = "CPS", ...more: readonly string[]): Promise<Made> =>
    json(
      "card",
      "create",
      "--id",
      type === "CPS" || type === "CPF" ? "899700000042" : `30B0057881/${type}0001`,
      "--type",
      type,
      "--family-name",
      "DOC0042",
      "--given-name",
      "KIT",
      "--structure-id",
      "10B0057881",
      "--structure-name",
      "HOPITAL DES 3 DAMES",
      ...more,
    );
  const find = async (card: string): Promise<Listed> => {
    const found = (await json<Listed[]>("card", "list")).find((one) => one.card === card);
    assert.ok(found);
    return found;
  };
  const insert = (card: string, slot = 0, ...more: readonly string[]): Promise<HeldCard> =>
    stack.holdCard({
      command: process.execPath,
      args: [main, "card", "insert", card, ...(more.length > 0 ? more : ["--slot", String(slot)])],
      environment: { ...process.env, CERCLE_DATA: program.data },
      slot,
    });
  const run = (command: string, ...args: readonly string[]): string => {
    const result = spawnSync(command, args, { encoding: "utf8", timeout: 60_000, env: { ...process.env, ...stack.environment } });
    return `${result.stdout}${result.stderr}`;
  };
  const login = (pin: string): string => run("pkcs11-tool", "--module", module, "--login", "--pin", pin, "-O");

  before(async () => {
    stack = await startPcsc();
    program = await startProgram({ inside: stack.inside });
  });
  after(async () => {
    await program?.stop();
    await stack?.stop();
  });

  it("[CPS-01] makes the five types, with certificates that openssl verifies and the card's own type in them", async () => {
    for (const [type, code] of [
      ["CPS", 0],
      ["CPF", 1],
      ["CDE", 2],
      ["CPE", 2],
      ["CPA", 3],
    ] as const) {
      const made = await create(type);
      assert.deepEqual(Object.keys(made), ["card", "id", "type", "pin", "puk"]);
      assert.match(made.pin, /^\d{4}$/);
      assert.match(made.puk, /^\d{8}$/);
      const inserted = await insert(made.card);
      const certificate = run("pkcs15-tool", "--read-certificate", "e828bd080f8025000001ff001002").replace(/^[\s\S]*?(?=-----BEGIN)/, "");
      writeFileSync(join(program.data, "read.pem"), certificate);
      assert.match(run("openssl", "verify", "-CAfile", join(program.data, "ca.pem"), join(program.data, "read.pem")), /read\.pem: OK/);
      assert.ok(Buffer.from(certificate.replace(/-----[A-Z ]+-----|\s/g, ""), "base64").includes(Buffer.from([0x02, 0x01, code])), type);
      assert.ok(run("pkcs15-tool", "-D").includes(`CPS3v3-${made.card}`));
      await inserted.remove();
    }
  });

  it("[CPS-01] takes the holder of a card from the directory, and refuses an unknown person", async () => {
    const made = await json<Made>("card", "create", "--id", "99700000013", "--type", "CPS");
    assert.equal(made.id, "899700000013");
    const inserted = await insert(made.card);
    assert.match(login(made.pin), /CPS_ACTIVITY_01_PS/);
    await inserted.remove();
    const unknown = await program.run(["card", "create", "--id", "899999999999", "--type", "CPS", "--json"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /card\.unknown-person/);
  });

  it("[CPS-01] makes cards of every published version, and refuses another", async () => {
    const old = await create("CPS", "--version", "CPS3v1");
    const inserted = await insert(old.card);
    await eventually(() => run("pkcs15-tool", "-D").includes(`CPS3v1-${old.card}`));
    await inserted.remove();
    assert.equal((await program.run(["card", "create", "--id", "899700000042", "--type", "CPS", "--version", "CPS9v9"])).code, 1);
  });

  it("[CPS-02] keeps wrong codes counted over removal and restart, and gives a new code for the unblocking code", async () => {
    const made = await create("CPS", "--pin", "2468");
    let inserted = await insert(made.card);
    assert.match(login("0000"), /CKR_PIN_INCORRECT/);
    await inserted.remove();
    assert.equal((await find(made.card)).pin_tries, 2);
    inserted = await insert(made.card);
    login("0000");
    login("0000");
    assert.match(login("2468"), /CKR_PIN_LOCKED/);
    assert.equal((await find(made.card)).state, "blocked");
    assert.equal((await program.run(["card", "unblock", made.card, "--puk", made.puk === "00000000" ? "11111111" : "00000000", "--pin", "1357"])).code, 1);
    assert.equal((await json<Listed>("card", "unblock", made.card, "--puk", made.puk, "--pin", "1357")).state, "active");
    assert.match(login("1357"), /CPS_PRIV_SIG|CPS_ACTIVITY/);
    await inserted.remove();
  });

  it("[CPS-02] puts one card in one reader, takes it out by command, and says when no reader answers", async () => {
    const [first, second] = [await create(), await create()];
    const inserted = await insert(first.card);
    assert.equal((await find(first.card)).reader, "127.0.0.1:35963");
    const again = await program.run(["card", "insert", first.card, "--slot", "1", "--json"]);
    assert.equal(again.code, 1);
    assert.match(again.err, /card\.already-inserted/);
    assert.match((await program.run(["card", "insert", second.card, "--json"])).err, /card\.slot-taken/);
    assert.match((await program.run(["card", "insert", second.card, "--reader", "127.0.0.1:9", "--json"])).err, /card\.no-reader/);
    const other = await insert(second.card, 1, "--reader", "127.0.0.1:35964");
    assert.equal((await json<Listed>("card", "remove", first.card)).reader, null);
    assert.equal(await inserted.ended, 0);
    await other.remove();
    assert.equal((await find(second.card)).reader, null);
  });

  it("[CPS-02] still reads a revoked card: refusing it is its readers' business", async () => {
    const made = await create();
    assert.equal((await json<Listed>("card", "revoke", made.card, "--reason", "keyCompromise")).state, "revoked");
    const inserted = await insert(made.card);
    await inserted.remove();
    assert.equal((await program.run(["card", "revoke", "0000000000"])).code, 1);
  });
});

describe("pages of cards", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
  });
  after(() => program?.stop());

  it("show a card as a picture with its contents and certificates, to officers only", async () => {
    const ask = async <T>(...words: readonly string[]): Promise<T> => JSON.parse((await program.run([...words, "--json"])).out) as T;
    const made = await ask<Made>("card", "create", "--id", "30B0057881/CPET0001", "--type", "CPE", "--family-name", "DUPONT", "--given-name", "ANNE");
    const address = `${program.ready.portal}/cards/${made.card}`;
    assert.equal((await fetch(address)).status, 401);
    const key = async (role: string): Promise<string> => {
      const { account } = await ask<{ account: string }>("account", "invite", "--name", `Test ${role}`, "--role", role);
      const socket = join(program.data, "control.sock");
      const body = JSON.stringify({ role, label: "test", days: 1, account });
      const reply = spawnSync("curl", ["-s", "--unix-socket", socket, "-H", "content-type: application/json", "-d", body, "http://localhost/api/keys"], {
        encoding: "utf8",
      });
      return (JSON.parse(reply.stdout) as { key: string }).key;
    };
    assert.equal((await fetch(address, { headers: { authorization: `Bearer ${await key("vendor")}` } })).status, 403);
    const officer = { authorization: `Bearer ${await key("officer")}` };
    const page = await (await fetch(address, { headers: officer })).text();
    for (const words of ['<svg role="img"', "ANNE DUPONT", "30B0057881/CPET0001", "CARTE SIMULÉE", "en service"]) assert.ok(page.includes(words), words);
    assert.ok(!page.includes(made.puk), "a code must not show");
    assert.match(await (await fetch(`${program.ready.portal}/cards?lang=en`, { headers: officer })).text(), /in service/);
  });
});

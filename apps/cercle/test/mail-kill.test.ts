// `kill -9` under load: every message that was acknowledged is in its mailbox, once. Twice here, SOAK_KILLS times in `npm run soak mail`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { createTransport } from "nodemailer";
import { openImap } from "./mail-clients.ts";

const kills = Number(process.env.SOAK_KILLS ?? 2);
const loadMillis = Number(process.env.SOAK_LOAD_MILLIS ?? 1500);
const addresses = ["zoe@alpha.mssante.test", "paul@beta.mssante.test"] as const;
/** A row that a killed process had claimed is taken again after three minutes. */
const settleSeconds = 240;

describe("mail under kill -9", () => {
  let folder: TestFolder;
  let program: TestProgram | undefined;
  const passwords = new Map<string, string>();
  const acknowledged = new Map<string, string[]>();
  let sent = 0;

  const start = async (): Promise<TestProgram> => startProgram({ data: folder.path });
  const portsOf = (address: string): readonly number[] =>
    (program?.ready[address.includes("@alpha.") ? "mail_alpha" : "mail_beta"] ?? "").match(/\d+/g)?.map(Number) ?? [];
  const sender = (from: string) =>
    createTransport({
      host: "localhost",
      port: portsOf(from)[1] ?? 0,
      requireTLS: true,
      pool: true,
      maxConnections: 2,
      maxMessages: Number.POSITIVE_INFINITY,
      auth: { user: from, pass: passwords.get(from) ?? "" },
      tls: { ca: readFileSync(join(folder.path, "ca.pem")) },
    });
  /** Sends without pause until the server is gone; what was acknowledged is remembered. */
  const load = async (from: string, over: () => boolean): Promise<void> => {
    const transport = sender(from);
    const one = async (): Promise<void> => {
      while (!over()) {
        const to = addresses[sent % 2] ?? addresses[0];
        sent += 1;
        const subject = `n${sent}`;
        const done = await transport.sendMail({ from, to, subject, text: `${subject} `.repeat(500) }).then(
          () => true,
          () => false,
        );
        if (done) acknowledged.get(to)?.push(subject);
        else await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.all([one(), one()]);
    transport.close();
  };
  const counts = async (address: string): Promise<Map<string, number>> => {
    const client = await openImap({ port: portsOf(address)[2] ?? 0, ca: join(folder.path, "ca.pem"), user: address, password: passwords.get(address) ?? "" });
    const lock = await client.getMailboxLock("INBOX");
    const found = new Map<string, number>();
    if (client.mailbox && client.mailbox.exists > 0)
      for await (const message of client.fetch("1:*", { envelope: true })) {
        const subject = message.envelope?.subject ?? "";
        found.set(subject, (found.get(subject) ?? 0) + 1);
      }
    lock.release();
    await client.logout();
    return found;
  };

  before(async () => {
    folder = await temporaryFolder();
    program = await start();
    for (const address of addresses) {
      acknowledged.set(address, []);
      assert.equal((await program.run(["mailbox", "add", address])).code, 0);
      passwords.set(address, JSON.parse((await program.run(["mailbox", "app-password", address, "--json"])).out).password);
    }
  });
  after(async () => {
    await program?.stop();
    await folder.remove();
  });

  it(`every acknowledged message is in its mailbox once after ${kills} kills of both operators`, async (t) => {
    for (let i = 0; i < kills; i++) {
      let killed = false;
      const working = addresses.map((from) => load(from, () => killed));
      // The load itself is what is measured here, not an event to wait for; on a slow machine it lasts until something was accepted.
      await new Promise((resolve) => setTimeout(resolve, loadMillis + Math.random() * 500));
      await eventually(async () => addresses.every((address) => acknowledged.get(address)?.length), 60);
      const stopping = program?.stop("SIGKILL");
      killed = true;
      await stopping;
      await Promise.all(working);
      program = await start();
      if (i % 10 === 9) t.diagnostic(`${i + 1} kills, ${[...acknowledged.values()].flat().length} acknowledged of ${sent}`);
    }
    for (const address of addresses) {
      const wanted = acknowledged.get(address) ?? [];
      assert.ok(wanted.length > 0);
      let found = new Map<string, number>();
      await eventually(async () => {
        found = await counts(address);
        return wanted.every((subject) => found.has(subject));
      }, settleSeconds);
      assert.deepEqual(
        wanted.filter((subject) => found.get(subject) !== 1),
        [],
      );
      // What was not acknowledged may have arrived, never twice.
      assert.deepEqual(
        [...found].filter(([, count]) => count !== 1),
        [],
      );
    }
    t.diagnostic(`${kills} kills, ${[...acknowledged.values()].flat().length} acknowledged of ${sent} tried`);
  });
});

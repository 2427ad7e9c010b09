// Two operators that write to each other, with clients that nobody here wrote: nodemailer, imapflow, swaks.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import type { ImapFlow } from "imapflow";
import { createTransport } from "nodemailer";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import type SMTPTransport from "nodemailer/lib/smtp-transport/index.js";
import { askServer } from "../src/control-socket.ts";
import { openImap } from "./mail-clients.ts";

type Place = { smtp: number; submission: number; imap: number };

describe("mail", () => {
  let program: TestProgram;
  let alpha: Place;
  let beta: Place;
  let ca: string;
  const zoe = "zoe@alpha.mssante.test";
  const paul = "paul@beta.mssante.test";
  const passwords = new Map<string, string>();

  const place = (text: string | undefined): Place => {
    const [smtp = 0, submission = 0, imap = 0] = (text ?? "").match(/\d+/g)?.map(Number) ?? [];
    return { smtp, submission, imap };
  };
  const command = async (...args: string[]): Promise<Record<string, unknown>> => {
    const run = await program.run([...args, "--json"]);
    assert.equal(run.code, 0, run.err);
    return JSON.parse(run.out || "{}");
  };

  before(async () => {
    program = await startProgram();
    alpha = place(program.ready.mail_alpha);
    beta = place(program.ready.mail_beta);
    ca = join(program.data, "ca.pem");
    for (const address of [zoe, paul]) {
      await command("mailbox", "add", address);
      passwords.set(address, String((await command("mailbox", "app-password", address)).password));
    }
  });
  after(() => program?.stop());

  const submit = (from: string, at: Place, message: { to: string; subject: string; text?: string; headerFrom?: string }, pass = passwords.get(from) ?? "") =>
    createTransport({ host: "localhost", port: at.submission, requireTLS: true, auth: { user: from, pass }, tls: { ca: readFileSync(ca) } }).sendMail({
      from: message.headerFrom ?? from,
      to: message.to,
      subject: message.subject,
      text: message.text ?? "Bonjour,\nvoici.\n",
      envelope: { from, to: message.to },
    });
  const open = (address: string, at: Place): Promise<ImapFlow> => openImap({ port: at.imap, ca, user: address, password: passwords.get(address) ?? "" });
  const subjects = async (address: string, at: Place, folder = "INBOX"): Promise<string[]> => {
    const client = await open(address, at);
    const lock = await client.getMailboxLock(folder);
    const found: string[] = [];
    if (client.mailbox && client.mailbox.exists > 0)
      for await (const message of client.fetch("1:*", { envelope: true })) found.push(message.envelope?.subject ?? "");
    lock.release();
    await client.logout();
    return found;
  };
  const swaks = (at: Place, ...args: string[]): Promise<string> =>
    new Promise((resolve) =>
      execFile("swaks", ["--server", "localhost", "--port", String(at.smtp), "--from", zoe, "--to", paul, "--timeout", "10", ...args], (_error, out, err) =>
        resolve(`${out}${err}`),
      ),
    );

  it("carries a message from one operator to the other, with a copy for the sender", async () => {
    await submit(zoe, alpha, { to: paul, subject: "Compte rendu d’hospitalisation" });
    await eventually(async () => (await subjects(paul, beta)).includes("Compte rendu d’hospitalisation"), 20);
    assert.deepEqual(await subjects(zoe, alpha, "Envoyés"), ["Compte rendu d’hospitalisation"]);
  });

  it("brings a report back when the recipient does not exist, naming the cause", async () => {
    await submit(zoe, alpha, { to: "nobody@beta.mssante.test", subject: "perdu" });
    await eventually(async () => (await subjects(zoe, alpha)).some((subject) => subject.includes("Undelivered")), 20);
  });

  it("refuses at submission: a wrong password, another sender, another header sender, a domain out of the list", async () => {
    await assert.rejects(submit(zoe, alpha, { to: paul, subject: "x" }, "wrong"), /535/);
    await assert.rejects(submit(zoe, alpha, { to: paul, subject: "x", headerFrom: "autre@alpha.mssante.test" }), /550.*header/);
    await assert.rejects(submit(zoe, alpha, { to: "a@example.org", subject: "x" }), /not in the whitelist/);
    await assert.rejects(
      createTransport({
        host: "localhost",
        port: alpha.submission,
        requireTLS: true,
        auth: { user: zoe, pass: passwords.get(zoe) ?? "" },
        tls: { ca: readFileSync(ca) },
      }).sendMail({
        from: paul,
        to: paul,
        text: "x",
      }),
      /553/,
    );
  });

  it("[MSS-07] refuses a partner without TLS, without a certificate, and with one that is not a mail server's", async () => {
    assert.match(await swaks(beta), /530 5\.7\.0/);
    assert.match(await swaks(beta, "-tls"), /530 5\.7\.0 A client certificate/);
    const [key, certificate] = [join(program.data, "foreign.key"), join(program.data, "foreign.pem")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=alpha.mssante.test"], {
      stdio: "ignore",
    });
    assert.match(await swaks(beta, "-tls", "--tls-cert", certificate, "--tls-key", key), /550 5\.7\.1 The client certificate is refused: unknown-issuer/);
  });

  it("[MSS-27] a domain whose right is withdrawn is out of the list, and refused everywhere within two seconds; its return opens it again", async () => {
    const listed = async (): Promise<string> => (await fetch(`${program.ready.portal}/public/whitelist.xml`)).text();
    assert.match(await listed(), /alpha\.mssante\.test/);
    const post = (path: string, body: object) => askServer(program.data, { method: "POST", path, body }, "en");
    const started = performance.now();
    await post("/api/sandbox/withdrawals", { right: "domain.exchange", subject: "alpha.mssante.test" });
    await eventually(async () => !(await listed()).includes("alpha.mssante.test"));
    await eventually(() =>
      submit(zoe, alpha, { to: paul, subject: "trop tard" }).then(
        () => false,
        () => true,
      ),
    );
    await eventually(() =>
      submit(paul, beta, { to: zoe, subject: "trop tard" }).then(
        () => false,
        () => true,
      ),
    );
    assert.ok(performance.now() - started < 2000);
    await post("/api/sandbox/grants", { right: "domain.exchange", subject: "alpha.mssante.test", holder: "operator:alpha", limits: { phase: "validated" } });
    await eventually(async () => (await listed()).includes("alpha.mssante.test"));
    await submit(zoe, alpha, { to: paul, subject: "de retour" });
    await eventually(async () => (await subjects(paul, beta)).includes("de retour"), 20);
  });

  /** What curl hears at sign-in. */
  const told = (address: string, at: Place): Promise<string> =>
    new Promise((resolve, reject) =>
      execFile(
        "curl",
        ["-sv", "--ssl-reqd", "--cacert", ca, "-u", `${address}:${passwords.get(address)}`, `imap://localhost:${at.imap}/`],
        (error, _out, heard) => (error ? reject(error) : resolve(heard)),
      ),
    );

  it("[MSS-09] [MSS-47] lets a provisional domain write and receive with test mailboxes only, gives it twenty-five at most, and tells their users the rule at each sign-in", async () => {
    const grant = (phase: string) =>
      askServer(
        program.data,
        {
          method: "POST",
          path: "/api/sandbox/grants",
          body: { right: "domain.exchange", subject: "beta.mssante.test", holder: "operator:beta", limits: { phase } },
        },
        "en",
      );
    await grant("provisional");
    await eventually(() =>
      submit(zoe, alpha, { to: paul, subject: "non" }).then(
        () => false,
        (error: Error) => /test mailboxes only/.test(error.message),
      ),
    );
    assert.match(await told(paul, beta), /\* OK \[ALERT\] .*no health data, no personal data \(MSS 4\.1\)/);
    const refused = await program.run(["mailbox", "add", "dupont@beta.mssante.test", "--json"]);
    assert.deepEqual([refused.code, JSON.parse(refused.err).clause], [1, "MSS 4.1"]);
    const add = (i: number) =>
      askServer(
        program.data,
        { method: "POST", path: "/api/mail/beta.mssante.test/mailboxes", body: { address: `test${i}@beta.mssante.test`, kind: "organisational" } },
        "en",
      );
    for (let i = 2; i <= 25; i++) assert.equal((await add(i))?.status, 200);
    assert.equal((await add(26))?.status, 409);
    await grant("validated");
    await eventually(async () => !(await told(paul, beta)).includes("ALERT"));
  });

  it("passes large messages as they were written, gives any part of them, and keeps nothing of one that was cut off", async () => {
    const file = randomBytes(4_000_000);
    const compose = (subject: string, content: Buffer): Promise<Buffer> =>
      new MailComposer({
        from: zoe,
        to: [zoe, paul],
        subject,
        text: "voir la pièce jointe",
        attachments: [{ content }, { content: "MARQUEURDEFIN", contentType: "text/plain" }],
      })
        .compile()
        .build();
    const transport = (socket = connect(alpha.submission, "localhost")) =>
      createTransport({
        host: "localhost",
        port: alpha.submission,
        requireTLS: true,
        auth: { user: zoe, pass: passwords.get(zoe) ?? "" },
        tls: { ca: readFileSync(ca) },
        getSocket: (_options: unknown, done: (error: null, socket: { connection: Socket }) => void) => done(null, { connection: socket }),
      } as SMTPTransport.Options);
    const read = async (client: ImapFlow, subject: string): Promise<{ uid: string; source: Buffer }> => {
      const uid = String(((await client.search({ subject }, { uid: true })) || [])[0]);
      const found = await client.fetchOne(uid, { source: true }, { uid: true });
      assert.ok(found);
      return { uid, source: found.source ?? Buffer.alloc(0) };
    };
    /** Behind what our own servers put before it. */
    const written = (source: Buffer): Buffer => source.subarray(source.indexOf("\r\n", source.indexOf("X-MSS-NIL")) + 2);

    const whole = await compose("imagerie", file);
    const [line, half] = [connect(alpha.submission, "localhost"), new PassThrough()];
    const broken = transport(line).sendMail({ envelope: { from: zoe, to: zoe }, raw: half });
    half.write(whole.subarray(0, 3_000_000));
    await eventually(() => line.bytesWritten > 1_000_000, 30);
    line.destroy();
    await assert.rejects(broken);
    await transport().sendMail({ envelope: { from: zoe, to: zoe }, raw: whole });
    const away = await compose("ailleurs", file.subarray(0, 1_000_000));
    await transport().sendMail({ envelope: { from: zoe, to: paul }, raw: away });

    const client = await open(zoe, alpha);
    const lock = await client.getMailboxLock("INBOX");
    const { uid, source } = await read(client, "imagerie");
    assert.ok(written(source).equals(whole), `${source.length} ${whole.length}`);
    const attached = await client.fetchOne(uid, { bodyParts: ["2"] }, { uid: true });
    assert.ok(attached);
    assert.ok(Buffer.from(String(attached.bodyParts?.get("2")), "base64").equals(file));
    // Across the pieces that it lies in, and the last of them.
    for (const [from, length] of [
      [262_000, 1000],
      [2_000_000, 600_000],
      [source.length - 50, 1000],
    ] as const) {
      const part = await client.fetchOne(uid, { source: { start: from, maxLength: length } }, { uid: true });
      assert.ok(part);
      assert.ok(part.source?.equals(source.subarray(from, from + length)), `${from}`);
    }
    assert.deepEqual(await client.search({ body: "MARQUEURDEFIN" }, { uid: true }), [Number(uid)]);
    lock.release();
    await client.logout();
    assert.deepEqual(
      (await subjects(zoe, alpha, "Envoyés")).filter((subject) => subject === "imagerie"),
      ["imagerie"],
    );
    await eventually(async () => (await subjects(paul, beta)).includes("ailleurs"), 60);
    const there = await open(paul, beta);
    const held = await there.getMailboxLock("INBOX");
    assert.ok(written((await read(there, "ailleurs")).source).equals(away));
    held.release();
    await there.logout();
  });

  it("keeps no content in clear in the store", async () => {
    await submit(zoe, alpha, { to: paul, subject: "secret médical", text: "UNMISTAKABLEBODY" });
    await eventually(async () => (await subjects(paul, beta)).includes("secret médical"), 20);
    const found = execFileSync("sh", ["-c", `grep -rl UNMISTAKABLEBODY '${join(program.data, "database")}' || true`], { encoding: "utf8" });
    assert.equal(found, "");
  });
});

// A domain goes from one operator to another while mail arrives: two processes, two data folders, two authorities, nothing in common but
// the list. A third operator sends all the while, with the certificate that the agency gave it, and tries again as a queue does.
import assert from "node:assert/strict";
import type { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { TLSSocket } from "node:tls";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { ImapFlow } from "imapflow";
import { createTransport } from "nodemailer";
import { SMTPServer } from "smtp-server";
import { askServer } from "../src/control-socket.ts";

const zoe = "zoe@alpha.mssante.test";
const accueil = "accueil@alpha.mssante.test";
const paul = "paul@beta.mssante.test";
const domain = "alpha.mssante.test";
const appended = Number(process.env.TRANSFER_MESSAGES ?? 300);
const perSecond = Number(process.env.TRANSFER_PER_SECOND ?? 10);
const folders = ["Santé/Été 2026", "Santé/Père & fils", "日本"] as const;

type Snapshot = { uidValidity: number; uidNext: number; highestModseq: number; messages: Record<string, string> };

describe("a domain's transfer to another operator", () => {
  let source: TestProgram;
  let target: TestProgram;
  let third: { key: string; cert: string };
  let sink: SMTPServer;
  const received: { from: string; organisation: string; subject: string }[] = [];
  const passwords = new Map<string, string>();
  const acknowledged: string[] = [];
  const permanent: string[] = [];
  let over = false;

  const portOf = (program: TestProgram, which: number, operator = "alpha"): number => Number((program.ready[`mail_${operator}`] ?? "").match(/\d+/g)?.[which]);
  const caOf = (program: TestProgram): string => readFileSync(join(program.data, "ca.pem"), "utf8");
  const api = async <T>(program: TestProgram, method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> => {
    const reply = await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "en");
    assert.ok(reply && reply.status < 300, `${path}: ${JSON.stringify(reply?.body)}`);
    return reply.body as T;
  };
  const command = async (program: TestProgram, ...args: string[]): Promise<Record<string, unknown>> => {
    const run = await program.run([...args, "--json"]);
    assert.equal(run.code, 0, run.err);
    return JSON.parse(run.out || "{}");
  };
  const state = async (program: TestProgram): Promise<string> => (await api<{ state: string }>(program, "GET", `/api/mail/${domain}/transfer`)).state;
  const open = async (program: TestProgram, address: string): Promise<ImapFlow> => {
    const client = new ImapFlow({
      host: "localhost",
      port: portOf(program, 2),
      secure: false,
      doSTARTTLS: true,
      auth: { user: address, pass: passwords.get(address) ?? "" },
      logger: false,
      tls: { ca: caOf(program) },
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  /** What a client that was synchronised knows of a mailbox: folders, and of each message its number, flags and sequence. */
  const look = async (program: TestProgram, address: string): Promise<Record<string, Snapshot>> => {
    const client = await open(program, address);
    const found: Record<string, Snapshot> = {};
    for (const { path, subscribed, specialUse } of await client.list()) {
      const lock = await client.getMailboxLock(path);
      const messages: Record<string, string> = {};
      assert.ok(client.mailbox);
      const { uidValidity, uidNext, highestModseq, exists } = client.mailbox;
      if (exists > 0)
        for await (const { uid, flags, envelope, modseq, size, internalDate } of client.fetch("1:*", {
          uid: true,
          flags: true,
          envelope: true,
          modseq: true,
          size: true,
          internalDate: true,
        } as object))
          messages[uid] = [envelope?.messageId, [...(flags ?? [])].sort().join(" "), modseq, size, String(internalDate)].join("|");
      found[`${path} ${subscribed} ${specialUse ?? ""}`] = { uidValidity: Number(uidValidity), uidNext, highestModseq: Number(highestModseq ?? 0), messages };
      lock.release();
    }
    await client.logout();
    return found;
  };
  const submit = (program: TestProgram, from: string, to: string, subject: string, operator = "alpha"): Promise<{ messageId: string }> =>
    createTransport({
      host: "localhost",
      port: portOf(program, 1, operator),
      requireTLS: true,
      auth: { user: from, pass: passwords.get(from) ?? "" },
      tls: { ca: caOf(program) },
    }).sendMail({ from, to, subject, text: "Bonjour" });

  /** The pace of the load, not an event to wait for. */
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
  /** A partner's queue: one message after the other, each tried until it is taken, now here, now there. */
  const send = async (over: () => boolean, number: number): Promise<void> => {
    const transports = [source, target].map((program) =>
      createTransport({
        host: "localhost",
        port: portOf(program, 0),
        requireTLS: true,
        pool: true,
        maxConnections: 1,
        tls: { ...third, ca: [caOf(source), caOf(target)], rejectUnauthorized: true },
      }),
    );
    for (let i = 0; !over(); i++) {
      const messageId = `<t${number}-${i}@tiers.mssante.test>`;
      const message = { from: "a@tiers.mssante.test", to: i % 3 === 0 ? accueil : zoe, subject: `n${i}`, text: "n ".repeat(800), messageId };
      for (let attempt = 0; !over(); attempt++) {
        const transport = transports[attempt % 2 === 0 ? 0 : 1];
        const error = await transport?.sendMail(message).then(
          () => undefined,
          (failed: Error & { responseCode?: number }) => failed,
        );
        if (!error) {
          acknowledged.push(messageId);
          break;
        }
        if ((error.responseCode ?? 400) >= 500) permanent.push(error.message);
        await pause();
      }
      await pause();
    }
    for (const transport of transports) transport.close();
  };

  before(async () => {
    source = await startProgram();
    const enrolled = await api<{ certificate: string; key: string }>(source, "POST", "/api/mail/operators", { domain: "tiers.mssante.test" });
    third = { key: enrolled.key, cert: enrolled.certificate };
    sink = new SMTPServer({
      name: "tiers.mssante.test",
      ...third,
      ca: [caOf(source)],
      requestCert: true,
      rejectUnauthorized: true,
      authOptional: true,
      disabledCommands: ["AUTH"],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        const peer = (session as typeof session & { peer?: X509Certificate }).peer;
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const subject = /^Subject: (.*)$/m.exec(Buffer.concat(chunks).toString("utf8"))?.[1]?.trim() ?? "";
          received.push({ from: session.envelope.mailFrom ? session.envelope.mailFrom.address : "", organisation: peer?.subject ?? "", subject });
          done();
        });
      },
      onSecure(socket, session, done) {
        Object.assign(session, { peer: (socket as TLSSocket).getPeerX509Certificate() });
        done();
      },
    });
    sink.on("error", () => undefined);
    await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", () => resolve()));
    target = await startProgram({
      fresh: true,
      environment: {
        CERCLE_MAIL_WHITELIST_URL: `${source.ready.portal}/public/whitelist.xml`,
        CERCLE_MAIL_WHITELIST_SECONDS: "1",
        // The source's folder is a prepared copy: certificates in it name a responder that is gone.
        CERCLE_MAIL_REVOCATION_UNREACHABLE: "accept",
        CERCLE_MAIL_TRUST_FILE: join(source.data, "ca.pem"),
        CERCLE_MAIL_ROUTES: JSON.stringify({
          "beta.mssante.test": `localhost:${portOf(source, 0, "beta")}`,
          "tiers.mssante.test": `localhost:${(sink.server.address() as AddressInfo).port}`,
        }),
      },
    });
    for (const [address, kind] of [
      [zoe, "personal"],
      [accueil, "organisational"],
      [paul, "organisational"],
    ] as const) {
      const at = `/api/mail/${address.split("@")[1]}/mailboxes`;
      await api(source, "POST", at, { address, kind });
      passwords.set(address, (await api<{ password: string }>(source, "POST", `${at}/${address}/passwords`, { label: "t" })).password);
    }
    const client = await open(source, zoe);
    for (const folder of folders) await client.mailboxCreate(folder);
    for (let i = 0; i < appended; i++) {
      const folder = folders[i % folders.length] ?? "INBOX";
      const flags = [...(i % 2 === 0 ? ["\\Seen"] : []), ...(i % 5 === 0 ? ["\\Flagged", "$Urgent"] : [])];
      await client.append(folder, `From: ${zoe}\r\nSubject: =?utf-8?q?=C3=A9t=C3=A9?= ${i}\r\nMessage-ID: <a${i}@alpha>\r\n\r\nCorps ${i} é\r\n`, flags);
    }
    const lock = await client.getMailboxLock(folders[0]);
    await client.messageFlagsAdd("1:5", ["\\Answered"]);
    await client.messageMove("6:9", folders[1]);
    await client.messageCopy("1:3", "Archives");
    await client.messageDelete("10:12");
    lock.release();
    await client.mailboxUnsubscribe("日本");
    await client.logout();
    const shared = await open(source, accueil);
    await shared.append("INBOX", `From: ${accueil}\r\nMessage-ID: <s@alpha>\r\n\r\nLu\r\n`, ["\\Seen"]);
    await shared.logout();
  });
  after(async () => {
    over = true;
    await Promise.all([source?.stop(), target?.stop()]);
    await new Promise<void>((resolve) => (sink ? sink.close(() => resolve()) : resolve()));
  });

  it("moves the domain, its mailboxes and every message, while a third party sends", async (t) => {
    // Waits at the source: it knows no way to the third party.
    await submit(source, zoe, "b@tiers.mssante.test", "en attente");
    const working = [0, 1].map((number) => send(() => over, number));
    const invitation = join(source.data, "invitation");
    const announced = await command(source, "mail", "transfer", "announce", domain, "--to", "Nouvel Opérateur", "--out", invitation);
    assert.deepEqual([announced.state, announced.code], ["announced", null]);
    const accepted = await command(target, "mail", "transfer", "accept", domain, invitation, "--to", "Nouvel Opérateur");
    await eventually(async () => (await state(source)) === "accepted", 20);
    const wrong = await source.run(["mail", "transfer", "confirm", domain, "AAAA-AAAA-AAAA-AAAA", "--json"]);
    assert.deepEqual([wrong.code, JSON.parse(wrong.err).error], [1, "mail.transfer-code"]);
    const shown = await command(source, "mail", "transfer", "show", domain);
    assert.equal(shown.code, accepted.code);
    await command(source, "mail", "transfer", "confirm", domain, String(accepted.code));
    await eventually(
      async () => (await api<{ facts: { last_round?: number } }>(target, "GET", `/api/mail/${domain}/transfer`)).facts.last_round !== undefined,
      60,
    );
    assert.match(await denied(target), /UNAVAILABLE/);
    await submit(source, paul, zoe, "par la file", "beta");
    const before = await look(source, zoe);
    const began = performance.now();
    await command(source, "mail", "transfer", "switch", domain);
    await eventually(async () => (await state(target)) === "received", 30);
    t.diagnostic(`closed for ${Math.round(performance.now() - began)} ms, ${acknowledged.length} messages of the third party`);
    const sent = acknowledged.length;
    await eventually(() => acknowledged.length > sent + 20, 60);
    over = true;
    await Promise.all(working);
    assert.deepEqual(permanent, []);

    const after = await look(target, zoe);
    assert.deepEqual(Object.keys(after), Object.keys(before));
    for (const [name, { messages, ...numbers }] of Object.entries(before)) {
      const now = after[name];
      for (const [uid, line] of Object.entries(messages)) assert.equal(now?.messages[uid], line, `${name} ${uid}`);
      if (!name.startsWith("INBOX")) assert.deepEqual(now, { messages, ...numbers }, name);
      else assert.equal(now?.uidValidity, numbers.uidValidity);
    }
    const lines = [after, await look(target, accueil)].flatMap((box) => Object.values(box).flatMap(({ messages }) => Object.values(messages)));
    const counts = new Map<string, number>();
    for (const line of lines) {
      const id = line.split("|")[0] ?? "";
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    assert.deepEqual(
      acknowledged.filter((id) => counts.get(id) !== 1),
      [],
    );
  });

  /** What IMAP says at sign-in. */
  const denied = async (program: TestProgram): Promise<string> =>
    open(program, zoe).then(
      async (client) => {
        await client.logout();
        return "signed in";
      },
      (error: Error & { response?: { attributes?: unknown }; serverResponseCode?: string; responseText?: string }) =>
        `${error.serverResponseCode ?? ""} ${error.responseText ?? ""} ${error.message}`,
    );

  it("waiting mail leaves from the target, under the certificate that the agency gave it", async () => {
    await eventually(async () => {
      for (const { id, state: standing } of await api<{ id: string; state: string }[]>(target, "GET", `/api/mail/${domain}/queue`))
        if (standing === "waiting") await askServer(target.data, { method: "POST", path: `/api/mail/${domain}/queue/${id}`, body: { act: "retry" } }, "en");
      return received.length > 0;
    }, 60);
    assert.deepEqual([received.length, received[0]?.from, received[0]?.subject], [1, zoe, "en attente"]);
    assert.match(received[0]?.organisation ?? "", /O=Nouvel Opérateur/);
    await submit(target, zoe, paul, "du nouvel opérateur");
    await eventually(async () => (await api<unknown[]>(source, "GET", `/api/sandbox/mail/${paul}/messages?subject=nouvel`)).length === 1, 60);
    // A partner of the source's own house finds the new gateway as well.
    await submit(source, paul, zoe, "à la nouvelle adresse", "beta");
    await eventually(async () => (await api<unknown[]>(target, "GET", `/api/sandbox/mail/${zoe}/messages?subject=nouvelle`)).length === 1, 60);
  });

  it("the source answers for now, then for good once its copy is withdrawn", async () => {
    const knock = (): Promise<string> =>
      createTransport({ host: "localhost", port: portOf(source, 0), requireTLS: true, tls: { ...third, ca: caOf(source) } })
        .sendMail({ from: "a@tiers.mssante.test", to: zoe, text: "x" })
        .then(
          () => "taken",
          (error: Error) => error.message,
        );
    assert.match(await knock(), /451 4\.3\.2 alpha\.mssante\.test is moving/);
    assert.match(await denied(source), /UNAVAILABLE/);
    await assert.rejects(submit(source, zoe, paul, "trop tard"), /451 4\.3\.2/);
    assert.equal((await command(source, "mail", "transfer", "withdraw", domain)).state, "withdrawn");
    assert.match(await knock(), /550 5\.1\.6 alpha\.mssante\.test has moved/);
    await submit(target, zoe, paul, "toujours en règle");
    await eventually(async () => (await api<unknown[]>(source, "GET", `/api/sandbox/mail/${paul}/messages?subject=toujours`)).length === 1, 60);
  });
});

// Gateway mode: an operator in front of a server that was there before, here Debian's Dovecot over LMTP.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestFolder, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { createTransport } from "nodemailer";
import { askServer } from "../src/control-socket.ts";
import { type Dovecot, hasDovecot, openDovecot } from "./dovecot.ts";
import { hasPostfix, openPostfix } from "./postfix.ts";

const zoe = "zoe@alpha.mssante.test";
const accueil = "accueil@beta.mssante.test";

describe("gateway mode", { skip: hasDovecot() ? false : "no dovecot with lmtp" }, () => {
  let folder: TestFolder;
  let inner: Dovecot;
  let program: TestProgram;
  let password: string;
  let data: string;
  let client: { key: string; cert: string };

  const api = async <T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> => {
    const reply = await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "en");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply?.body));
    return reply.body as T;
  };
  const port = (operator: "alpha" | "beta", which: number): number => Number((program.ready[`mail_${operator}`] ?? "").match(/\d+/g)?.[which]);
  const ca = (): Buffer => readFileSync(join(program.data, "ca.pem"));
  const send = (to: string, subject: string): Promise<unknown> =>
    createTransport({ host: "localhost", port: port("alpha", 1), requireTLS: true, auth: { user: zoe, pass: password }, tls: { ca: ca() } }).sendMail({
      from: zoe,
      to,
      subject,
      text: "Bonjour",
    });
  /** As the inner server submits: no password, a certificate or an address. */
  const submit = (from: string, more: object, tls: object = {}): Promise<unknown> =>
    createTransport({ host: "localhost", port: port("beta", 1), requireTLS: true, tls: { ca: ca(), ...tls }, ...more }).sendMail({
      from,
      to: zoe,
      subject: `de ${from}`,
      text: "x",
    });
  const inbox = async (): Promise<{ subject: string; raw: string }[]> => api("GET", `/api/sandbox/mail/${zoe}/messages?raw=true`);
  const arrived = (subject: string): number =>
    inner.messages(accueil).filter((raw) => raw.includes(`Subject: ${subject}\r\n`) || raw.includes(`Subject: ${subject}\n`)).length;

  before(async () => {
    folder = await temporaryFolder();
    const [key, cert] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=exchange"], { stdio: "ignore" });
    client = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    const fingerprint = createHash("sha256").update(new X509Certificate(client.cert).raw).digest("hex");
    inner = await openDovecot([accueil]);
    const settings = { "beta.mssante.test": { deliver: `lmtp://127.0.0.1:${inner.port}`, submits: [fingerprint, "127.0.0.2"] } };
    data = join(folder.path, "data");
    mkdirSync(data);
    program = await startProgram({ data, environment: { CERCLE_MAIL_INNER_SERVERS: JSON.stringify(settings) } });
    await api("POST", "/api/mail/alpha.mssante.test/mailboxes", { address: zoe, kind: "organisational" });
    ({ password } = await api<{ password: string }>("POST", `/api/mail/alpha.mssante.test/mailboxes/${zoe}/passwords`, { label: "t" }));
  });
  after(async () => {
    await program?.stop();
    await inner?.end();
    await folder?.remove();
  });

  it("brings what partners send to the inner server, with the trail of how it came", async () => {
    await send(accueil, "par la passerelle");
    await eventually(() => arrived("par la passerelle") === 1, 60);
    assert.match(inner.messages(accueil)[0] ?? "", /Received: from .* by beta\.mssante\.test with ESMTPS \(TLSv1\.3/);
    await eventually(async () => {
      const queue = await api<{ recipient: string; state: string }[]>("GET", "/api/mail/beta.mssante.test/queue");
      return queue.length === 1 && queue[0]?.recipient === accueil && queue[0]?.state === "sent";
    }, 60);
  });

  it("refuses a recipient whom the inner server does not know while the partner waits, in its own words", async () => {
    await send("personne@beta.mssante.test", "à personne");
    await eventually(
      async () =>
        (await inbox()).some(
          ({ raw }) =>
            raw.includes("Reporting-MTA: dns; alpha.mssante.test") &&
            /Diagnostic-Code: smtp; 550 5\.1\.1 personne@beta\.mssante\.test does not exist; the server behind says: 550 5\.1\.1 <personne@/.test(
              raw.replace(/\r?\n[ \t]+/g, " "),
            ),
        ),
      60,
    );
    assert.ok(!(await api<{ recipient: string }[]>("GET", "/api/mail/beta.mssante.test/queue")).some(({ recipient }) => recipient.startsWith("personne@")));
  });

  it("keeps what it accepted while the inner server is away, and brings it once", async () => {
    await inner.stop();
    await send(accueil, "en attendant");
    // Whether this one exists nobody can say now: its sender hears it later.
    await send("inconnue@beta.mssante.test", "à l’aveugle");
    type Row = { id: string; recipient: string; state: string; attempts: number; last_reply: string | null };
    let waiting: Row | undefined;
    await eventually(async () => {
      const rows = await api<Row[]>("GET", "/api/mail/beta.mssante.test/queue");
      const kept = (of: string): Row | undefined => rows.find(({ recipient, state, attempts }) => recipient === of && state === "waiting" && attempts > 0);
      waiting = kept(accueil);
      return waiting !== undefined && kept("inconnue@beta.mssante.test") !== undefined;
    }, 60);
    assert.match(waiting?.last_reply ?? "", /ECONNREFUSED|refused|closed/i);
    await inner.start();
    await eventually(async () => {
      const reply = await askServer(program.data, { method: "POST", path: `/api/mail/beta.mssante.test/queue/${waiting?.id}`, body: { act: "retry" } }, "en");
      return reply?.status === 200 || arrived("en attendant") > 0;
    }, 60);
    await eventually(() => arrived("en attendant") === 1, 60);
    for (const row of await api<Row[]>("GET", "/api/mail/beta.mssante.test/queue"))
      if (row.state === "waiting")
        await askServer(program.data, { method: "POST", path: `/api/mail/beta.mssante.test/queue/${row.id}`, body: { act: "retry" } }, "en");
    await eventually(async () => (await inbox()).some(({ raw }) => /Final-Recipient: rfc822; inconnue@beta\.mssante\.test\r?\nAction: failed/.test(raw)), 60);
    assert.ok((await inbox()).some(({ raw }) => raw.includes("Reporting-MTA: dns; beta.mssante.test")));
  });

  it("submits for the inner server, known by certificate or address under TLS, as its own domain only", async () => {
    await submit(accueil, {}, client);
    await submit("direction@beta.mssante.test", { localAddress: "127.0.0.2" });
    await eventually(async () => {
      const subjects = (await inbox()).map(({ subject }) => subject);
      return subjects.includes(`de ${accueil}`) && subjects.includes("de direction@beta.mssante.test");
    }, 60);
    await assert.rejects(submit(accueil, {}), /530 5\.7\.0 Authentication required/);
    await assert.rejects(submit("a@ailleurs.mssante.test", {}, client), /553 5\.7\.1/);
    await assert.rejects(submit(accueil, { requireTLS: false, ignoreTLS: true, localAddress: "127.0.0.2" }), /530 5\.7\.0 Must issue a STARTTLS/);
  });

  it("delivers by SMTP under TLS to a Postfix whose certificate stands, and refuses for now while it cannot be asked, when told so", async (context) => {
    if (!hasPostfix()) return context.skip("no postfix");
    const pair = await api<{ certificate: string; key: string }>("POST", "/api/mail/operators", { domain: "dedans.mssante.test" });
    const tls = { cert: pair.certificate, key: pair.key, ca: ca().toString() };
    const postfix = await openPostfix({ domain: "beta.mssante.test", users: [accueil], tls });
    try {
      await program.stop();
      const settings = { "beta.mssante.test": { deliver: `smtp+tls://localhost:${postfix.port}`, unasked: "refuse", trust_file: join(data, "ca.pem") } };
      program = await startProgram({ data, environment: { CERCLE_MAIL_INNER_SERVERS: JSON.stringify(settings) } });
      await send(accueil, "par SMTP");
      await eventually(() => postfix.messages(accueil).some((raw) => raw.includes("Subject: par SMTP")), 60);
      assert.match(postfix.messages(accueil)[0] ?? "", /by beta\.mssante\.test \(Postfix\) with ESMTPS/);
      const check = async (address: string): Promise<{ fails?: string; steps: { said: string }[] }> => api("GET", `/api/mail/check/${address}`);
      assert.match((await check("absente@beta.mssante.test")).steps.at(-1)?.said ?? "", /550 5\.1\.1 .*the server behind says: 550 5\.1\.1 .*unknown/i);
      await postfix.end();
      assert.match((await check("autre@beta.mssante.test")).steps.at(-1)?.said ?? "", /^451 4\.4\.1 /);
    } finally {
      await postfix.end();
    }
  });
});

// Who uses a mailbox and what each does there, what is proved of a message, what is watched: through SMTP, IMAP, commands and the API.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Temporal } from "@cercle/kernel";
import { eventually, hasClamd, startClamd, startProgram, type TestClamd, type TestProgram } from "@cercle/testkit";
import { ImapFlow } from "imapflow";
import { createTransport } from "nodemailer";
import { askServer } from "../src/control-socket.ts";
import { openImap } from "./mail-clients.ts";
import { invitePeople, type People } from "./people.ts";

type Box = { user: string; pass: string };

describe("persons of a mailbox", () => {
  let program: TestProgram;
  let clamd: TestClamd | undefined;
  let ca: string;
  let people: { id: string; national_id: string }[];
  const secretariat = "secretariat@alpha.mssante.test";
  const paul = "paul@beta.mssante.test";
  const at = (name: string): string => join(program.data, name);

  const command = async (...args: string[]): Promise<Record<string, unknown>> => {
    const run = await program.run([...args, "--json"]);
    assert.equal(run.code, 0, run.err);
    return JSON.parse(run.out || "{}");
  };
  const refused = async (...args: string[]): Promise<Record<string, unknown>> => {
    const run = await program.run([...args, "--json"]);
    assert.equal(run.code, 1, run.out);
    return JSON.parse(run.err);
  };
  const api = async (method: "GET" | "POST", path: string, body?: object): Promise<unknown> => {
    const reply = await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "en");
    assert.equal(reply?.status, 200, JSON.stringify(reply?.body));
    return reply?.body;
  };
  const port = (address: string, which: number): number =>
    Number((program.ready[address.includes("@alpha.") ? "mail_alpha" : "mail_beta"] ?? "").match(/\d+/g)?.[which]);
  const submit = (
    box: Box,
    message: { to: string; subject: string; headers?: Record<string, string>; attachments?: { filename: string; content: string }[]; messageId?: string },
  ) =>
    createTransport({ host: "localhost", port: port(box.user, 1), requireTLS: true, auth: box, tls: { ca: readFileSync(ca) } }).sendMail({
      from: box.user,
      text: "Bonjour",
      ...message,
    });
  const open = (box: Box): Promise<ImapFlow> => openImap({ port: port(box.user, 2), ca, user: box.user, password: box.pass });
  /** Subject → whether this person has seen it, and the other flags. */
  const look = async (box: Box, folder = "INBOX"): Promise<Map<string, string>> => {
    const client = await open(box);
    const lock = await client.getMailboxLock(folder);
    const found = new Map<string, string>();
    if (client.mailbox && client.mailbox.exists > 0)
      for await (const { envelope, flags } of client.fetch("1:*", { envelope: true, flags: true }))
        found.set(envelope?.subject ?? "", [...(flags ?? [])].sort().join(" "));
    lock.release();
    await client.logout();
    return found;
  };
  const boxes = (address: string): string => `/api/mail/${address.split("@")[1]}/mailboxes/${encodeURIComponent(address)}`;
  const acts = async (address: string): Promise<{ holder: string; what: string }[]> =>
    (await api("GET", `${boxes(address)}/acts`)) as { holder: string; what: string }[];
  const password = async (address: string, more: object = {}): Promise<Box> => {
    const made = (await api("POST", `${boxes(address)}/passwords`, { label: "t", ...more })) as { password: string };
    return { user: address, pass: made.password };
  };
  const add = (address: string, kind: string, responsible?: string): Promise<unknown> =>
    api("POST", `/api/mail/${address.split("@")[1]}/mailboxes`, { address, kind, ...(responsible ? { responsible } : {}) });
  const allow = (address: string, holder: string, maySend = true): Promise<unknown> => api("POST", `${boxes(address)}/users`, { holder, may_send: maySend });
  let marie: Box;
  let staff: People;
  let jean: Box;
  let sender: Box;

  before(async () => {
    clamd = hasClamd() ? await startClamd() : undefined;
    const environment = { CERCLE_MAIL_WAVE_RECIPIENTS: "20", CERCLE_MAIL_BEARER_CLIENTS: '["messagerie"]' };
    program = await startProgram({ environment: { ...environment, ...(clamd ? { CERCLE_MAIL_CLAMD: clamd.place } : {}) } });
    ca = at("ca.pem");
    people = (await command("people")) as unknown as typeof people;
    const [first, second] = people;
    await command("mailbox", "add", secretariat, "--kind", "organisational", "--responsible", String(first?.id));
    await add(paul, "organisational");
    sender = await password(paul);
    await command("mailbox", "allow", secretariat, String(second?.id));
  });
  after(async () => {
    await program?.stop();
    await clamd?.stop();
  });

  it("[MSS-22] gives nobody a first use before the evidence agreement is accepted, by version", async () => {
    const [first, second] = people;
    const no = await refused("mailbox", "app-password", secretariat, "--person", String(second?.id));
    assert.deepEqual([no.error, no.clause], ["mail.agreement", "MSS 5.1"]);
    assert.match(await (await fetch(`${program.ready.portal}/public/mail/agreement`)).text(), /Version 1/);
    const accepted = await command("mailbox", "app-password", secretariat, "--person", String(first?.id), "--accept-agreement");
    marie = { user: secretariat, pass: String(accepted.password) };
    jean = await password(secretariat, { person: second?.id, accept_agreement: true });
    assert.equal((await look(marie)).size, 0);
  });

  it("[MSS-03] [MSS-32] knows three kinds of mailbox: one user, a service, a machine, each under a known professional", async () => {
    const [first, second] = people;
    await add("marie@alpha.mssante.test", "personal", first?.id);
    assert.equal((await refused("mailbox", "allow", "marie@alpha.mssante.test", String(second?.id))).clause, "MSS 3");
    await add("robot@alpha.mssante.test", "applicative", first?.id);
    assert.deepEqual(await api("GET", `${boxes("robot@alpha.mssante.test")}/users`), [
      { holder: "component:robot@alpha.mssante.test", kind: "component", may_send: true },
    ]);
    assert.equal((await refused("mailbox", "add", "x@alpha.mssante.test", "--kind", "personal", "--responsible", "899000000000")).clause, "MSS 6.2");
  });

  it("a component signs in with its certificate (SASL EXTERNAL), on IMAP and submission, until it is revoked or taken away", async () => {
    const robot = "robot@alpha.mssante.test";
    const issue = async (name: string, profile = "org-auth-cli"): Promise<{ pem: string; key: string; serial: string }> => {
      const made = await command("certificate", "issue", "--profile", profile, "--name", name, "--organization", "CH DE LA RADE", "--out", at(name));
      return { pem: String(made.certificate), key: String(made.key), serial: String(made.serial) };
    };
    const [own, other] = [await issue("DPI-1"), await issue("DPI-2")];
    const seal = await issue("CACHET", "org-sign");
    assert.equal((await refused("mailbox", "allow", robot, "--certificate", seal.pem)).error, "mail.bad-certificate");
    assert.equal((await refused("mailbox", "allow", secretariat, "--certificate", own.pem)).error, "mail.wrong-user");
    const bound = await command("mailbox", "allow", robot, "--certificate", own.pem);
    assert.deepEqual([bound.holder, bound.kind], [`component:${robot}`, "component"]);

    const run = (program: string, args: readonly string[], input = ""): Promise<string> =>
      new Promise((resolve) => {
        const child = execFile(program, args, { timeout: 30_000 }, (_error, out, err) => resolve(`${out}${err}`));
        child.stdin?.end(input);
      });
    const pairOf = (pair: { pem: string; key: string } | undefined): string[] => (pair ? ["--cert", pair.pem, "--key", pair.key] : []);
    const curl = (pair: { pem: string; key: string } | undefined, ...more: string[]): Promise<string> =>
      run("curl", ["-sv", "--ssl-reqd", "--cacert", ca, "--max-time", "20", "--login-options", "AUTH=EXTERNAL", ...pairOf(pair), ...more]);
    const [submission, imap] = [port(robot, 1), port(robot, 2)];
    const user = ["-u", `${robot}:`];
    assert.match(await curl(own, ...user, `imap://localhost:${imap}/`), /LIST \([^)]*\) "\/" "INBOX"/);
    writeFileSync(at("mail.txt"), `From: ${robot}\r\nTo: ${paul}\r\nSubject: du composant\r\n\r\nBonjour\r\n`);
    const send = ["--mail-from", robot, "--mail-rcpt", paul, "-T", at("mail.txt"), `smtp://localhost:${submission}`];
    assert.match(await curl(own, ...user, "--sasl-ir", ...send), /235[ -][\s\S]*250 2\.0\.0 accepted/);
    assert.match(await curl(own, ...user, ...send), /235[ -][\s\S]*250 2\.0\.0 accepted/);
    // Another's, none, and another's mailbox.
    assert.match(await curl(other, ...user, `imap://localhost:${imap}/`), /AUTHENTICATIONFAILED/);
    assert.match(await curl(other, ...user, ...send), /535 5\.7\.8/);
    assert.match(await curl(own, "-u", `${secretariat}:`, `imap://localhost:${imap}/`), /AUTHENTICATIONFAILED/);
    // Python, without a word on whose mailbox it is: the certificate has only one.
    const python = `import imaplib, smtplib, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1]); context.load_cert_chain(sys.argv[2], sys.argv[3])
box = imaplib.IMAP4("localhost", int(sys.argv[4])); box.starttls(context); print(box.authenticate("EXTERNAL", lambda _: b"")); print(box.select()); box.logout()
mail = smtplib.SMTP("localhost", int(sys.argv[5])); mail.starttls(context=context); mail.ehlo(); print(mail.esmtp_features["auth"])
print(mail.auth("EXTERNAL", lambda _=None: "", initial_response_ok=False)); mail.quit()`;
    const told = await run("python3", ["-c", python, ca, own.pem, own.key, String(imap), String(submission)]);
    assert.match(told, /OK[\s\S]*'OK'[\s\S]*EXTERNAL[\s\S]*235/);
    // Announced where a certificate was shown, and nowhere else.
    const announced = (protocol: "smtp" | "imap", pair?: { pem: string; key: string }): Promise<string> =>
      run(
        "openssl",
        [
          "s_client",
          "-quiet",
          "-ign_eof",
          "-crlf",
          "-connect",
          `localhost:${protocol === "imap" ? imap : submission}`,
          "-starttls",
          protocol,
          ...(pair ? ["-cert", pair.pem, "-key", pair.key] : []),
        ],
        protocol === "imap" ? "a CAPABILITY\nb LOGOUT\n" : "EHLO x\nQUIT\n",
      );
    for (const protocol of ["smtp", "imap"] as const) {
      assert.match(await announced(protocol, own), /EXTERNAL/, protocol);
      assert.doesNotMatch(await announced(protocol), /EXTERNAL/, protocol);
    }
    const traced = await acts(robot);
    assert.ok(traced.some(({ holder, what }) => holder === `component:${robot}` && what === "sent"));
    await command("certificate", "revoke", own.serial, "--reason", "keyCompromise");
    assert.match(await curl(own, ...user, `imap://localhost:${imap}/`), /AUTHENTICATIONFAILED/);
    assert.match(await curl(own, ...user, ...send), /535 5\.7\.8/);
    // A second one may be bound; with the component's use it goes.
    await command("mailbox", "allow", robot, "--certificate", other.pem);
    assert.match(await curl(other, ...user, `imap://localhost:${imap}/`), /INBOX/);
    const gone = await askServer(program.data, { method: "DELETE", path: `${boxes(robot)}/users/${encodeURIComponent(`component:${robot}`)}` }, "en");
    assert.equal(gone?.status, 204);
    assert.match(await curl(other, ...user, `imap://localhost:${imap}/`), /AUTHENTICATIONFAILED/);
    await allow(robot, `component:${robot}`);
  });

  it("[MSS-17] publishes a mailbox with its creation, and takes it out with its removal; a technical one may stay out", async () => {
    const published = async (): Promise<string[]> =>
      ((await api("GET", "/api/directory/mailboxes?limit=1000")) as { address: string }[]).map((row) => row.address);
    assert.ok((await published()).includes("marie@alpha.mssante.test"));
    assert.ok(!(await published()).includes(secretariat));
    assert.match((await program.run(["mail", "check", "marie@alpha.mssante.test"])).out, /directory +published/);
    await command("mailbox", "remove", "marie@alpha.mssante.test");
    assert.ok(!(await published()).includes("marie@alpha.mssante.test"));
  });

  it("[MSS-33] each person of an organisational mailbox signs in as oneself, with an own read state and send-as; the trace names who read, moved and sent", async () => {
    const [first, second] = people;
    await submit(sender, { to: secretariat, subject: "commun" });
    await eventually(async () => (await look(marie)).has("commun"), 20);
    const client = await open(marie);
    const lock = await client.getMailboxLock("INBOX");
    const { content } = await client.download("1");
    assert.ok(content);
    for await (const chunk of content) assert.ok(chunk);
    await client.messageFlagsAdd("1", ["\\Seen", "\\Flagged"]);
    lock.release();
    await client.logout();
    assert.equal((await look(marie)).get("commun"), "\\Flagged \\Seen");
    assert.equal((await look(jean)).get("commun"), "\\Flagged");
    await submit(jean, { to: paul, subject: "au nom du secrétariat" });
    await eventually(async () => (await look(sender)).has("au nom du secrétariat"), 20);
    const told = (await acts(secretariat)).map(({ holder, what }) => `${what} ${holder}`);
    for (const [what, person] of [
      ["read", first],
      ["marked", first],
      ["sent", second],
      ["signed-in", second],
    ] as const)
      assert.ok(told.includes(`${what} ${person?.national_id ?? person?.id}`), `${what}: ${told.join(", ")}`);
    assert.ok(!told.includes(`read ${second?.id}`));
    // Whoever may only read does not send.
    await allow(secretariat, String(second?.id), false);
    await assert.rejects(submit(jean, { to: paul, subject: "plus jamais" }), /553/);
    const robot = await password("robot@alpha.mssante.test");
    await submit(robot, { to: paul, subject: "par la machine" });
    assert.ok((await acts("robot@alpha.mssante.test")).some(({ holder, what }) => what === "sent" && holder.startsWith("component:")));
  });

  it("takes a Pro Santé Connect token on IMAP and submission, of this mailbox’s person and of the client of the setting only", async () => {
    const person = String(people[0]?.id);
    await command("e-cps", "activate", "--id", person, "--pin", "4071");
    const tokenOf = async (client: string): Promise<string> => {
      await api("POST", "/api/clients", { client_id: client, redirect_uris: ["http://localhost:9876/cb"] });
      const approve = fetch(`${program.ready.portal}/api/sandbox/e-cps/approve`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ id: person, pin: "4071", wait: 60 }),
      });
      const [signed] = await Promise.all([command("login", "--client", client, "--id", person, "--with", "e-cps"), approve]);
      return (signed.tokens as { access_token: string }).access_token;
    };
    const token = await tokenOf("messagerie");
    const read = async (user: string, accessToken: string, loginMethod?: string): Promise<boolean> => {
      const client = new ImapFlow({
        host: "localhost",
        port: port(user, 2),
        secure: false,
        doSTARTTLS: true,
        auth: { user, accessToken, ...(loginMethod ? { loginMethod } : {}) },
        logger: false,
        tls: { ca: readFileSync(ca) },
      });
      client.on("error", () => undefined);
      return client.connect().then(
        () => client.logout().then(() => true),
        () => false,
      );
    };
    /** curl names the mechanism; 67 is a refused sign-in. */
    const curl = (mechanism: string, accessToken: string): Promise<number> =>
      new Promise((resolve) =>
        execFile(
          "curl",
          [
            ...["-sS", "--ssl-reqd", "--cacert", ca, `imap://localhost:${port(secretariat, 2)}/`, "-u", `${secretariat}:`],
            ...["--oauth2-bearer", accessToken, "--login-options", `AUTH=${mechanism}`],
          ],
          (error) => resolve(typeof error?.code === "number" ? error.code : 0),
        ),
      );
    assert.ok(await read(secretariat, token));
    for (const mechanism of ["XOAUTH2", "OAUTHBEARER"]) {
      assert.equal(await curl(mechanism, token), 0, mechanism);
      assert.equal(await curl(mechanism, `${token.slice(0, -4)}AAAA`), 67, mechanism);
    }
    const send = (user: string, accessToken: string): Promise<unknown> =>
      createTransport({
        host: "localhost",
        port: port(user, 1),
        requireTLS: true,
        auth: { type: "OAuth2", user, accessToken },
        tls: { ca: readFileSync(ca) },
      }).sendMail({ from: user, to: paul, subject: "par jeton", text: "Bonjour" });
    await send(secretariat, token);
    await eventually(async () => (await look(sender)).has("par jeton"), 20);
    const told = await acts(secretariat);
    assert.ok(told.some(({ what, holder }) => what === "sent" && holder === person));
    // A mailbox this person does not use, and a token that another service was given.
    assert.equal(await read("robot@alpha.mssante.test", token), false);
    await assert.rejects(send("robot@alpha.mssante.test", token), /535/);
    const elsewhere = await tokenOf("autre-service");
    assert.equal(await curl("XOAUTH2", elsewhere), 67);
    await assert.rejects(send(secretariat, elsewhere), /535/);
  });

  it("[MSS-23] gives for a message a proof file that verifies offline: who, when, fingerprint, route, certificates, receipts", async () => {
    const messageId = "<preuve-1@beta.mssante.test>";
    await submit(sender, { to: secretariat, subject: "à prouver", messageId, headers: { "Disposition-Notification-To": paul } });
    await eventually(async () => (await look(marie)).has("à prouver"), 20);
    // A receipt comes back and joins the trail.
    await submit(marie, {
      to: paul,
      subject: "lu",
      headers: {},
      ...({
        raw: `From: <${secretariat}>\r\nTo: <${paul}>\r\nSubject: lu\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nlu\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;${secretariat}\r\nOriginal-Message-ID: ${messageId}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n`,
        envelope: { from: secretariat, to: paul },
      } as object),
    });
    await eventually(async () => (await look(sender)).has("lu"), 20);
    type Proof = { trail: { what: string; facts: Record<string, string> }[]; digest: string; signer: string };
    for (const domain of ["beta.mssante.test", "alpha.mssante.test"]) {
      await command("mail", "proof", domain, "--message-id", messageId, "--out", at(`${domain}.proof`));
      const proof = (await command("mail", "verify", at(`${domain}.proof`), "--trust", ca)) as unknown as Proof;
      const steps = proof.trail.map(({ what }) => what);
      assert.deepEqual(steps.slice(0, 3), domain.startsWith("beta") ? ["submitted", "queued", "sent"] : ["received", "receipt"]);
      assert.ok(steps.includes("receipt"), steps.join());
      const route = proof.trail.find(({ what }) => what === "sent" || what === "received");
      assert.match(String(route?.facts.certificate), /CN=(alpha|beta)\.mssante\.test/);
      if (domain.startsWith("alpha")) assert.match(String(route?.facts.tls), /TLSv1\.3/);
    }
    const client = await open(marie);
    const lock = await client.getMailboxLock("INBOX");
    const all = (await client.search({ subject: "prouver" }, { uid: true })) || [];
    const found = await client.fetchOne(String(all[0]), { source: true }, { uid: true });
    lock.release();
    await client.logout();
    writeFileSync(at("message.eml"), (found ? found.source : undefined) || "");
    await command("mail", "verify", at("alpha.mssante.test.proof"), "--trust", ca, "--message", at("message.eml"));
    writeFileSync(at("other.eml"), `${(found ? found.source : undefined) || ""}x`);
    assert.equal((await refused("mail", "verify", at("alpha.mssante.test.proof"), "--trust", ca, "--message", at("other.eml"))).error, "mail.bad-proof");
    const [head, payload, signature] = readFileSync(at("alpha.mssante.test.proof"), "utf8").split(".");
    const forged = Buffer.from(
      Buffer.from(payload ?? "", "base64url")
        .toString()
        .replace("received", "relieved"),
    ).toString("base64url");
    writeFileSync(at("forged.proof"), [head, forged, signature].join("."));
    assert.equal((await refused("mail", "verify", at("forged.proof"), "--trust", ca)).error, "mail.bad-proof");
  });

  it("checks the headers of the space and adds the product’s, and takes no program as attachment", async () => {
    await assert.rejects(submit(sender, { to: secretariat, subject: "x", headers: { "X-MSS-CODECDA": "34112-3" } }), /IHE_XDM/);
    await assert.rejects(submit(sender, { to: secretariat, subject: "x", headers: { "X-MSS-MES": "STOP" } }), /X-MSS-MES is FIN/);
    await assert.rejects(submit(sender, { to: secretariat, subject: "x", attachments: [{ filename: "facture.exe", content: "MZ" }] }), /program/);
    await assert.rejects(submit(sender, { to: secretariat, subject: "x", headers: { "X-MSS-MES": "FIN" } }), /X-MSS-MES is for messages to a patient/);
    await submit(sender, {
      to: secretariat,
      subject: "avec documents",
      headers: { "X-MSS-CODECDA": "34112-3,PRESC-BIO", "X-MSS-INS": "O" },
      attachments: [{ filename: "IHE_XDM.ZIP", content: "PK" }],
    });
    const client = await open(marie);
    const lock = await client.getMailboxLock("INBOX");
    let head = "";
    await eventually(async () => {
      await client.noop();
      const found = (await client.search({ subject: "documents" }, { uid: true })) || [];
      const message = found[0] ? await client.fetchOne(String(found[0]), { headers: true }, { uid: true }) : undefined;
      head = (message ? message.headers?.toString() : "") || "";
      return head !== "";
    }, 20);
    lock.release();
    await client.logout();
    assert.match(head, /^X-MSS-NIL: CERCLE/m);
  });

  it("writes to a patient at an address formed from a qualified identity only, and says why not", async () => {
    const identity = {
      number: "2 79 03 51 215 189 89",
      system: "1.2.250.1.213.1.4.10",
      state: "qualified",
      birth_name: "FICTIF",
      given_name: "DOMINIQUE",
      birth_date: "1979-03-15",
      sex: "F",
    };
    const form = async (more: object): Promise<unknown> => {
      const reply = await fetch(`${program.ready.portal}/api/mail/patient-address`, {
        method: "POST",
        headers: { "content-type": "application/json", "accept-language": "en" },
        body: JSON.stringify({ ...identity, ...more }),
      });
      const said = (await reply.json()) as { address?: string; title?: string };
      return said.address ?? `${reply.status} ${/: (\S+)\.$/.exec(said.title ?? "")?.[1]}`;
    };
    const patient = "279035121518989@patient.mssante.test";
    assert.equal(await form({}), patient);
    for (const [more, why] of [
      [{ number: "279035121518988" }, "bad-key"],
      [{ number: "27903512151898" }, "malformed"],
      [{ system: "1.2.250.1.213.1.4.99" }, "unknown-system"],
      [{ state: "validated" }, "not-qualified"],
      [{ birth_name: "" }, "traits-missing"],
    ] as const)
      assert.equal(await form(more), `422 ${why}`);
    await api("POST", "/api/mail/operators", { domain: "patient.mssante.test" });
    const wrong = submit(sender, { to: "279035121518988@patient.mssante.test", subject: "x" });
    await assert.rejects(wrong, /550 5\.1\.3 279035121518988@patient\.mssante\.test is no patient's address: bad-key http\S+#patient/);
    await eventually(
      () =>
        submit(sender, { to: patient, subject: "fin", headers: { "X-MSS-MES": "FIN" } }).then(
          () => true,
          () => false,
        ),
      20,
    );
    const documents = { to: patient, subject: "x", headers: { "X-MSS-INS": "N" }, attachments: [{ filename: "IHE_XDM.ZIP", content: "PK" }] };
    await assert.rejects(submit(sender, documents), /need a qualified identifier/);
    const large = { to: patient, subject: "x", attachments: [{ filename: "a.txt", content: "x".repeat(26 * 1024 * 1024) }] };
    await assert.rejects(submit(sender, large), /552 5\.3\.4 The message exceeds the \d+ bytes that patients' mailboxes take/);
  });

  it("[MSS-15] [MSS-19] computes the month’s indicators from the traces, availability among them, and sends them; the agency sees who is late", async () => {
    const month = new Date().toISOString().slice(0, 7);
    const seen = (await api("GET", `/api/mail/beta.mssante.test/indicators/${month}`)) as {
      availability: number;
      with_documents: number;
      with_qualified_identity: number;
      document_codes: Record<string, number>;
      messages: Record<string, number>;
      receipts: number;
    };
    assert.ok(seen.availability > 0 && seen.availability <= 100);
    assert.deepEqual([seen.with_documents, seen.with_qualified_identity, seen.receipts], [1, 1, 1]);
    assert.deepEqual(seen.document_codes, { "34112-3": 1, "PRESC-BIO": 1 });
    assert.ok((seen.messages.submitted ?? 0) >= 3 && (seen.messages.sent ?? 0) >= 3);
    await command("mail", "indicators", "beta.mssante.test", month, "--send");
    const agency = (await api("GET", `/api/mail-indicators/${month}`)) as { received: { domain: string }[]; late: string[] };
    assert.deepEqual([agency.received.map(({ domain }) => domain), agency.late], [["beta.mssante.test"], []]);
    await api("POST", "/api/mail/beta.mssante.test/indicators/2025-01");
    const past = (await api("GET", "/api/mail-indicators/2025-01")) as { late: string[] };
    // The domain of patients, listed by the case before, has sent nothing either.
    assert.deepEqual(past.late, ["alpha.mssante.test", "patient.mssante.test"]);
  });

  it("[MSS-20] mail from outside the whitelist and a wave of unsolicited mail open an incident by themselves, with its twenty-four hours", async () => {
    const outside = join(program.data, "dehors");
    await command("operator", "add", "--domain", "voisin.mssante.test", "--out", outside);
    const pair = ["-tls", "--tls-cert", `${outside}.pem`, "--tls-key", `${outside}.key`];
    const swaks = (from: string, to: string, ...more: string[]): Promise<string> =>
      new Promise((resolve) =>
        execFile("swaks", ["--server", "localhost", "--port", String(port(paul, 0)), "--from", from, "--to", to, ...pair, ...more], (_error, out) =>
          resolve(out),
        ),
      );
    type Incident = { id: string; kind: string; identified_at: string; due_at: string; reported_at: string | null; facts: Record<string, number> };
    const incidents = async (): Promise<Incident[]> => (await api("GET", "/api/mail/beta.mssante.test/incidents")) as Incident[];
    assert.match(await swaks("a@dehors.example", paul), /550 5\.7\.1 dehors\.example is not in the whitelist/);
    await eventually(async () => (await incidents()).some(({ kind }) => kind === "outside-whitelist"), 20);
    const [incident] = (await incidents()).filter(({ kind }) => kind === "outside-whitelist");
    assert.equal(Date.parse(incident?.due_at ?? "") - Date.parse(incident?.identified_at ?? ""), 24 * 3_600_000);
    // Twenty recipients of one sender where twenty are a wave (the setting).
    const many = Array.from({ length: 20 }, (_, i) => `vague${i}@beta.mssante.test`);
    await Promise.all(many.map((address) => add(address, "organisational")));
    await eventually(async () => /250 2\.0\.0/.test(await swaks("a@voisin.mssante.test", many.join(","), "--body", `${Math.random()}`)), 20);
    await eventually(async () => (await incidents()).some(({ kind }) => kind === "unsolicited-wave"), 20);
    await api("POST", `/api/mail/beta.mssante.test/incidents/${incident?.id}/report`, { channel: "email" });
    assert.ok((await incidents()).find(({ id }) => id === incident?.id)?.reported_at);
  });

  it("tells mail programs the servers of a domain, and nothing about who has a mailbox", async () => {
    const ask = (place: string, address: string): Promise<Response> => fetch(`${program.ready.portal}${place}?emailaddress=${encodeURIComponent(address)}`);
    for (const place of ["/.well-known/autoconfig/mail/config-v1.1.xml", "/mail/config-v1.1.xml"]) {
      const said = await (await ask(place, paul)).text();
      assert.match(
        said,
        new RegExp(`<incomingServer type="imap">[^]*<port>${port(paul, 2)}</port>[^]*<outgoingServer type="smtp">[^]*<port>${port(paul, 1)}</port>`),
      );
      assert.equal(await (await ask(place, "personne@beta.mssante.test")).text(), said);
      assert.equal((await ask(place, "a@nulle-part.example")).status, 404);
    }
  });

  it("mail check walks an address and names the first thing that fails", async () => {
    const check = async (address: string) =>
      (await api("GET", `/api/mail/check/${address}`)) as { ok: boolean; fails?: string; steps: { step: string; said: string }[] };
    const good = await check(paul);
    assert.deepEqual(
      good.steps.map(({ step }) => step),
      ["directory", "whitelist", "route", "tls", "certificate", "recipient"],
    );
    assert.equal(good.ok, true);
    assert.equal((await check("nobody@beta.mssante.test")).fails, "recipient");
    assert.equal((await check("a@nulle-part.example")).fails, "whitelist");
    assert.equal((await check("a@voisin.mssante.test")).fails, "route");
  });

  it("[MSS-08] while provisional, refuses anything but test messages between test mailboxes, both ways, and says the rule on content", async () => {
    const domain = "beta.mssante.test";
    const grant = (phase: string): Promise<unknown> =>
      api("POST", "/api/sandbox/grants", { right: "domain.exchange", subject: domain, holder: `operator:${domain}`, limits: { phase } });
    await add("essai-test@beta.mssante.test", "organisational");
    const tester = await password("essai-test@beta.mssante.test");
    await grant("provisional");
    const reason = /550 5\.7\.1 .*provisional integration, test mailboxes only, no personal data \(MSS 4\.1\) http\S+#provisional/;
    await eventually(
      () =>
        submit(tester, { to: secretariat, subject: "x" }).then(
          () => false,
          (error: Error) => reason.test(error.message),
        ),
      20,
    );
    await assert.rejects(submit(marie, { to: paul, subject: "x" }), reason);
    await assert.rejects(submit(sender, { to: "essai-test@beta.mssante.test", subject: "x" }), reason);
    await add("autre-test@alpha.mssante.test", "organisational");
    await submit(tester, { to: "autre-test@alpha.mssante.test", subject: "entre essais" });
    const other = await password("autre-test@alpha.mssante.test");
    await eventually(async () => (await look(other)).has("entre essais"), 20);
    await grant("validated");
    await eventually(
      () =>
        submit(marie, { to: paul, subject: "validé" }).then(
          () => true,
          () => false,
        ),
      20,
    );
  });

  it("partners of the demo answer with a receipt or an integration error; the sandbox’s door lists, awaits and deletes", async () => {
    await command("demo", "partners", "alpha.mssante.test");
    const subjects = async (): Promise<string[]> =>
      ((await api("GET", `/api/sandbox/mail/${paul}/messages?wait=1`)) as { subject: string }[]).map(({ subject }) => subject);
    await submit(sender, { to: "accuse-test@alpha.mssante.test", subject: "pour accusé", headers: { "Disposition-Notification-To": paul } });
    await submit(sender, { to: "erreur-902-test@alpha.mssante.test", subject: "XDM/1.0/DDM+CR", headers: { "Disposition-Notification-To": paul } });
    await assert.rejects(submit({ user: secretariat, pass: marie.pass }, { to: "plein-test@alpha.mssante.test", subject: "trop" }), /452 4\.2\.2/);
    await eventually(async () => {
      const seen = await subjects();
      return seen.some((subject) => subject === "pour accusé") && seen.some((subject) => /KO Int.*902.*XDM/.test(subject));
    }, 30);
    const [report] = (await api("GET", `/api/sandbox/mail/${paul}/messages?subject=902&raw=true`)) as { raw: string }[];
    assert.match(report?.raw ?? "", /Disposition: automatic-action\/MDN-sent-automatically; processed\/Error: 902\^/);
    const gone = await askServer(program.data, { method: "DELETE", path: `/api/sandbox/mail/${paul}/messages` }, "en");
    assert.ok(Number((gone?.body as { deleted?: number } | undefined)?.deleted) >= 2);
    assert.deepEqual(await subjects(), []);
  });

  it("[MSS-15] sends the indicators of the month by themselves once it ended by the space’s clock", async () => {
    const month = Temporal.Now.plainDateISO("Europe/Paris").toPlainYearMonth();
    const next = month.add({ months: 1 }).toPlainDate({ day: 2 });
    const received = async (): Promise<string[]> =>
      ((await api("GET", `/api/mail-indicators/${month}`)) as { received: { domain: string }[] }).received.map(({ domain }) => domain);
    assert.deepEqual(await received(), ["beta.mssante.test"]);
    await command("clock", "set", next.toString());
    await eventually(async () => (await received()).includes("alpha.mssante.test"), 20);
    assert.deepEqual(await received(), ["alpha.mssante.test", "beta.mssante.test"]);
    await command("clock", "reset");
  });

  it("opens a mailbox to administrators when two of them say so, with a reason and an end: read-only, within its scope, each reading written", async () => {
    staff = await invitePeople(program, { anne: "officer", bruno: "operator-contact", carla: "officer", eve: "second-officer" });
    const domain = "alpha.mssante.test";
    const opened = "ouverte@alpha.mssante.test";
    await add(opened, "personal", people[1]?.id);
    const box = await password(opened);
    for (const subject of ["visible", "hors sujet"])
      await submit(sender, { to: opened, subject, messageId: `<${subject.replace(" ", "-")}@beta.mssante.test>` });
    await eventually(async () => (await look(box)).size === 2, 20);
    const end = (hours: number): string => Temporal.Now.instant().add({ hours }).toString();
    const wanted = { address: opened, reason: "plainte du 22 novembre", ends_at: end(24), message_id: "<visible@beta.mssante.test>" };
    const at = `/api/mail/${domain}/accesses`;
    const asked = await staff.good<{ id: string; decision: string; state: string }>("anne", "POST", at, wanted);
    assert.equal(asked.state, "waiting");
    assert.equal((await staff.ask("anne", "POST", at, { ...wanted, ends_at: end(24 * 31) })).body.code, "mail.access-end");
    assert.equal((await staff.ask("anne", "POST", at, { ...wanted, message_id: "<inconnu@x>" })).body.code, "mail.no-message");
    assert.equal((await staff.ask("anne", "GET", `${at}/${asked.id}/messages`)).body.code, "mail.access-waits");
    const settle = (who: string, decision: string, act = "confirm") =>
      staff.ask(who, "POST", `/api/mail/${domain}/custody-decisions/${decision}`, { act, reason: "non" });
    assert.equal((await settle("anne", asked.decision)).body.code, "evidence.same-person");
    const tries = await Promise.all(Array.from({ length: 8 }, (_, i) => settle(i % 2 === 0 ? "bruno" : "carla", asked.decision)));
    assert.equal(tries.filter(({ status }) => status === 200).length, 1);
    // The owner is told in the mailbox, by whom and why.
    await eventually(async () => [...(await look(box)).keys()].some((subject) => /Accès d’administrateur/.test(subject)), 20);
    type Seen = { folder_id: string; uid: number; subject: string; digest: string };
    const { opened_by: second } = (await staff.good<{ id: string; opened_by: string }[]>("anne", "GET", at)).find(({ id }) => id === asked.id) ?? {};
    const confirmer = second === `account:${staff.accounts.bruno}` ? "bruno" : "carla";
    const seen = await staff.good<Seen[]>(confirmer, "GET", `${at}/${asked.id}/messages`);
    assert.deepEqual(
      seen.map(({ subject }) => subject),
      ["visible"],
    );
    const message = (uid: number, who: string) => staff.ask(who, "GET", `${at}/${asked.id}/messages/${seen[0]?.folder_id}/${uid}`);
    assert.match((await message(seen[0]?.uid ?? 0, "anne")).text, /^Received: [\s\S]*Subject: visible/);
    // Outside the scope, and for whoever is none of the two: nothing.
    assert.equal((await message(seen[0]?.uid === 1 ? 2 : 1, "anne")).body.code, "mail.no-message");
    assert.equal((await message(seen[0]?.uid ?? 0, confirmer === "bruno" ? "carla" : "bruno")).body.code, "mail.access-of-others");
    assert.equal((await message(seen[0]?.uid ?? 0, "eve")).status, 403);
    const told = (await api("GET", `${boxes(opened)}/acts`)) as { holder: string; what: string; digest: string | null }[];
    assert.deepEqual(
      told.filter(({ holder, what }) => holder === `account:${staff.accounts.anne}` && what === "read").map(({ digest }) => digest),
      [seen[0]?.digest],
    );
    assert.ok(told.some(({ holder, what }) => holder === second && what === "listed"));
    // What it read changed nothing.
    assert.equal((await look(box)).get("visible"), "");
    await staff.good("anne", "POST", `${at}/${asked.id}/close`);
    assert.equal((await message(seen[0]?.uid ?? 0, "anne")).body.code, "mail.access-ended");
    // Refused, it is over; open, it ends by itself.
    const no = await staff.good<{ decision: string }>("anne", "POST", at, wanted);
    assert.equal((await settle("bruno", no.decision, "refuse")).status, 200);
    assert.equal((await settle("carla", no.decision)).body.code, "evidence.already-settled");
    writeFileSync(join(program.data, "anne.key"), staff.keys.anne ?? "");
    const soon = Temporal.Now.instant().add({ seconds: 8 }).toString();
    const byCommand = await command("mail", "open", opened, "--reason", "essai par commande", "--until", soon, "--key-file", join(program.data, "anne.key"));
    assert.equal((await settle("bruno", String(byCommand.decision))).status, 200);
    await eventually(async () => (await staff.ask("anne", "GET", `${at}/${byCommand.id}/messages`)).body.code === "mail.access-ended", 30);
  });

  it("keeps under a legal hold what users and retention remove, out of their sight and quota, until two persons lift it; then it is erased", async () => {
    const domain = "alpha.mssante.test";
    const held = "garde@alpha.mssante.test";
    await add(held, "organisational");
    const box = await password(held);
    for (const subject of ["un", "deux", "trois"]) await submit(sender, { to: held, subject, messageId: `<garde-${subject}@beta.mssante.test>` });
    await eventually(async () => (await look(box)).size === 3, 20);
    const hold = { address: held, reference: "RG 26/0001", reason: "demande d’un juge", tell_owner: false };
    assert.equal((await refused("mail", "hold", held, "--reference", "x/1", "--reason", "essai")).error, "mail.named-administrator");
    assert.equal((await staff.ask("eve", "POST", `/api/mail/${domain}/holds`, hold)).status, 403);
    const { id } = await staff.good<{ id: string }>("anne", "POST", `/api/mail/${domain}/holds`, hold);
    assert.equal((await refused("mail", "transfer", "announce", domain, "--to", "Ailleurs")).error, "mail.transfer-held");
    const remove = async (folder: string): Promise<void> => {
      const client = await open(box);
      const lock = await client.getMailboxLock(folder);
      await client.messageDelete("1");
      lock.release();
      await client.logout();
    };
    const bytes = async (): Promise<number> => {
      const rows = (await api("GET", `/api/mail/${domain}/mailboxes`)) as { address: string; used_bytes: number }[];
      return rows.find(({ address }) => address === held)?.used_bytes ?? -1;
    };
    const before = await bytes();
    await remove("INBOX");
    assert.ok((await bytes()) < before);
    // Retention removes what lies in the bin for longer than its term.
    const client = await open(box);
    const lock = await client.getMailboxLock("INBOX");
    await client.messageMove("1", "Corbeille");
    lock.release();
    await client.logout();
    assert.equal((await refused("mail", "retention", domain, "--traces", "3")).error, "mail.bad-term");
    await command("mail", "retention", domain, "--trash", "1", "--removed", "2");
    const today = Temporal.Now.plainDateISO("Europe/Paris");
    await command("clock", "set", today.add({ days: 2 }).toString());
    await eventually(async () => (await look(box, "Corbeille")).size === 0, 20);
    const holds = async () => (await command("mail", "hold", domain)) as unknown as { id: string; kept: number; lifted_at: string | null }[];
    assert.equal((await holds()).find((one) => one.id === id)?.kept, 2);
    assert.equal((await look(box)).size, 1);
    assert.ok((await acts(held)).some(({ what, holder }) => what === "expired" && holder === "retention"));
    // One asks, the same cannot confirm, nor somebody who administers nothing here; of eight at once one confirms.
    const { decision } = await staff.good<{ decision: string }>("anne", "POST", `/api/mail/${domain}/holds/${id}/lift`, { reason: "procédure close" });
    const confirm = (who: string) => staff.ask(who, "POST", `/api/mail/${domain}/custody-decisions/${decision}`, { act: "confirm" });
    assert.equal((await confirm("anne")).body.code, "evidence.same-person");
    assert.equal((await staff.ask("eve", "POST", `/api/decisions/${decision}/confirm`)).body.code, "mail.not-administrator");
    const tries = await Promise.all(Array.from({ length: 8 }, () => confirm("bruno")));
    assert.deepEqual(tries.map(({ status }) => status).sort(), [200, ...Array.from({ length: 7 }, () => 409)]);
    await eventually(async () => (await holds()).find((one) => one.id === id)?.kept === 0, 20);
    const erased = async (): Promise<string[]> =>
      ((await command("mail", "retention", domain)).erased as { rule: string; address: string; count: number; digest: string }[])
        .filter(({ address, digest }) => address === held && /^[\w-]{43}$/.test(digest))
        .map(({ rule, count }) => `${rule} ${count}`);
    await eventually(async () => (await erased()).length === 2, 20);
    assert.deepEqual(await erased(), ["lifted 1", "lifted 1"]);
    // The owner hears of what was secret now.
    await eventually(async () => [...(await look(box)).keys()].some((subject) => /Garde de la boîte levée/.test(subject)), 20);
    // A removed mailbox: its key first, then all of it.
    await command("mailbox", "remove", held);
    await command("clock", "set", today.add({ days: 6 }).toString());
    await eventually(async () => (await erased()).some((line) => line.startsWith("removed ")), 20);
    assert.ok((await acts(held)).some(({ what }) => what === "erased"));
    assert.equal((await staff.ask("anne", "POST", `/api/mail/${domain}/holds`, { ...hold, reason: "trop tard" })).body.code, "mail.no-mailbox");
    await command("clock", "reset");
  });

  it("malware in an attachment is refused to its sender with its name, kept in quarantine, told to whom it was for; without a scanner nothing passes", {
    skip: hasClamd() ? false : "no clamd",
  }, async () => {
    const infected = { to: secretariat, subject: "facture", attachments: [{ filename: "facture.pdf", content: clamd?.malware ?? "" }] };
    const refusal = /550 5\.7\.1 Malware found: Eicar-Test-Signature\S*; the message is in quarantine http\S+#infected/;
    await assert.rejects(submit(marie, { ...infected, to: paul }), refusal);
    await assert.rejects(submit(sender, { ...infected, to: paul }), refusal);
    // Whom it was for learns it, once; nothing of it arrived.
    await eventually(async () => [...(await look(sender)).keys()].some((subject) => /Message arrêté par l’antivirus/.test(subject)), 20);
    assert.ok(![...(await look(sender)).keys()].includes("facture"));
    const [kept] = (await command("mail", "quarantine", "beta.mssante.test")) as unknown as { digest: string; found: string; recipients: string[] }[];
    assert.deepEqual([kept?.found, kept?.recipients], ["Eicar-Test-Signature.UNOFFICIAL", [paul]]);
    const place = `/api/mail/beta.mssante.test/quarantine/${kept?.digest}`;
    for (const status of [204, 404]) assert.equal((await askServer(program.data, { method: "DELETE", path: place }, "en"))?.status, status);
    await submit(sender, { to: paul, subject: "sain" });
    // What a partner sends is judged at the gateway; its own server tells its sender.
    const pair = ["-tls", "--tls-cert", at("dehors.pem"), "--tls-key", at("dehors.key")];
    const attached = ["--attach-type", "application/pdf", "--attach-name", "a.pdf", "--attach", clamd?.malware ?? ""];
    const swaks = (): Promise<string> =>
      new Promise((resolve) =>
        execFile(
          "swaks",
          ["--server", "localhost", "--port", String(port(paul, 0)), "--from", "a@voisin.mssante.test", "--to", paul, ...pair, ...attached],
          (_error, out) => resolve(out),
        ),
      );
    assert.match(await swaks(), refusal);
    const quarantined = (await command("mail", "quarantine", "beta.mssante.test")) as unknown as { sender: string }[];
    assert.equal(quarantined[0]?.sender, "a@voisin.mssante.test");
    await clamd?.stop();
    await assert.rejects(submit(sender, { to: paul, subject: "non examiné" }), /451 4\.7\.1 The malware scanner does not answer.*#unscanned/);
  });
});

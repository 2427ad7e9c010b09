// The protocol with clients that nobody here wrote (imapflow, Python's imaplib, curl, mbsync), and with bytes nobody should send.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { after, before, beforeEach, describe, it } from "node:test";
import { connect as connectTls } from "node:tls";
import { eventually, makeSelfSigned, temporaryFolder } from "@cercle/testkit";
import fc from "fast-check";
import { ImapFlow } from "imapflow";
import { createImapServer, type ImapServer } from "../src/index.ts";
import { createMemoryAccount } from "./memory-account.ts";

const plain =
  'From: =?utf-8?q?Zo=C3=A9?= <zoe@alpha.example>\nTo: "Durand, Paul" <paul@beta.example>, Groupe: a@x.example;\nSubject: Compte rendu\nDate: Sat, 21 Nov 2026 10:00:00 +0100\nMessage-ID: <1@alpha.example>\n\nBonjour,\nvoici.\n';
const mixed = `From: a@alpha.example\nTo: b@beta.example\nSubject: =?utf-8?q?r=C3=A9sultats?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="xx"\n\npreamble\n--xx\nContent-Type: text/plain; charset=utf-8\n\ntexte\n--xx\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\nAAECAw==\n--xx\nContent-Type: message/rfc822\n\nFrom: c@c.example\nSubject: inside\n\nnested\n--xx--\n`;

describe("IMAP", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: ImapServer;
  let port: number;
  let securePort: number;
  let account = createMemoryAccount();
  const errors: unknown[] = [];
  const at = (name: string): string => join(folder.path, name);
  let made: ReturnType<typeof makeSelfSigned>;

  // A listener more at each command would fill the memory of a connection that stays open.
  const leaks: string[] = [];
  const noteLeak = (warning: Error): void => void (warning.name === "MaxListenersExceededWarning" && leaks.push(warning.message));
  before(async () => {
    process.on("warning", noteLeak);
    folder = await temporaryFolder();
    made = makeSelfSigned(folder.path, "localhost", ["localhost", "127.0.0.1"]);
    server = createImapServer({
      name: "essai",
      passwords: true,
      tls: { key: readFileSync(made.key), cert: readFileSync(made.certificate) },
      limits: { appendBytes: 200_000, stallSeconds: 5 },
      authenticate: async (given) =>
        (given.kind === "password" && given.password === "right") || (given.kind === "bearer" && given.token === "token") ? account : undefined,
      onError: (error) => errors.push(error),
    });
    port = await server.listen({ host: "127.0.0.1", port: 0, implicitTls: false });
    securePort = await server.listen({ host: "127.0.0.1", port: 0, implicitTls: true });
  });
  beforeEach(() => {
    account = createMemoryAccount();
    account.deliver("INBOX", plain);
    account.deliver("INBOX", mixed);
  });
  after(async () => {
    await server.close();
    await folder.remove();
    process.off("warning", noteLeak);
    assert.deepEqual(errors, []);
    assert.deepEqual(leaks, []);
  });

  const flow = (auth: { user: string; pass?: string; accessToken?: string } = { user: "paul", pass: "right" }): ImapFlow =>
    new ImapFlow({ host: "localhost", port: securePort, secure: true, auth, logger: false, tls: { ca: readFileSync(made.certificate) } });

  it("imapflow: signs in by password and bearer token, reads envelope, structure, parts, search, flags, move", async () => {
    for (const auth of [
      { user: "paul", pass: "right" },
      { user: "paul", accessToken: "token" },
    ]) {
      const client = flow(auth);
      await client.connect();
      const lock = await client.getMailboxLock("INBOX");
      const first = await client.fetchOne("1", { envelope: true, bodyStructure: true, source: true, flags: true });
      assert.ok(first);
      assert.equal(first.envelope?.subject, "Compte rendu");
      assert.equal(first.envelope?.from?.[0]?.name, "Zoé");
      assert.deepEqual(first.envelope?.to?.[0], { name: "Durand, Paul", address: "paul@beta.example" });
      assert.equal(first.source?.toString(), plain.replaceAll("\n", "\r\n"));
      const second = await client.fetchOne("2", { bodyStructure: true, bodyParts: ["1", "2", "3.text", "3.1"] });
      assert.ok(second);
      assert.equal(second.bodyStructure?.childNodes?.length, 3);
      assert.equal(second.bodyParts?.get("1")?.toString(), "texte");
      assert.equal(second.bodyParts?.get("2")?.toString(), "AAECAw==");
      assert.equal(second.bodyParts?.get("3.text")?.toString(), "nested");
      assert.deepEqual(await client.search({ subject: "compte" }, { uid: true }), [1]);
      lock.release();
      await client.logout();
    }
  });

  it("imapflow: folders with accents, append, copy, move, expunge, idle on a delivery", async () => {
    const client = flow();
    await client.connect();
    await client.mailboxCreate("Boîte d’été/Résultats & suites");
    assert.ok((await client.list()).some((box) => box.path === "Boîte d’été/Résultats & suites"));
    const appended = await client.append("Boîte d’été/Résultats & suites", plain, ["\\Seen"]);
    assert.equal((appended || { uid: 0 }).uid, 1);
    const lock = await client.getMailboxLock("INBOX");
    const moved = await client.messageMove("1", "Boîte d’été/Résultats & suites");
    assert.equal((moved || { uidMap: new Map() }).uidMap?.get(1), 2);
    const exists = new Promise<number>((resolve) => client.once("exists", (event: { count: number }) => resolve(event.count)));
    void client.idle();
    setTimeout(() => account.deliver("INBOX", plain), 200);
    assert.equal(await exists, 2);
    assert.equal(await client.messageDelete("1"), true);
    lock.release();
    assert.equal((await account.status("INBOX")).messages, 1);
    await client.logout();
  });

  it("imaplib: STARTTLS, login, select, fetch, store, search in French, expunge", async () => {
    const script = `
import imaplib, ssl, sys
c = imaplib.IMAP4('localhost', ${port})
assert 'LOGINDISABLED' in c.capabilities
c.starttls(ssl.create_default_context(cafile='${made.certificate}'))
c.login('paul', 'right')
print(c.select('INBOX'))
print(c.fetch('1:*', '(FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT)])'))
print(c.store('2', '+FLAGS', r'(\\Deleted \\Flagged)'))
c.literal = 'résultats'.encode()
print(c.search('UTF-8', 'NOT', 'TEXT'))
print(c.search(None, 'DELETED'))
print(c.expunge())
print(c.status('INBOX', '(MESSAGES UNSEEN)'))
print(c.logout())
`;
    const out = await new Promise<string>((resolve, reject) =>
      execFile("python3", ["-c", script], (error, text, err) => (error ? reject(new Error(err)) : resolve(text))),
    );
    assert.match(out, /Subject: Compte rendu/);
    assert.match(out, /\('OK', \[b'2'\]\)/);
    assert.match(out, /MESSAGES 1 UNSEEN 1/);
  });

  it("curl: OAUTHBEARER, and a wrong token is refused", async () => {
    const curl = (token: string): Promise<{ code: number; out: string }> =>
      new Promise((resolve) =>
        execFile(
          "curl",
          [
            "-s",
            "--cacert",
            made.certificate,
            `imaps://localhost:${securePort}/INBOX;UID=1`,
            "-u",
            "paul:",
            "--oauth2-bearer",
            token,
            "--login-options",
            "AUTH=OAUTHBEARER",
          ],
          (error, out) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out }),
        ),
      );
    assert.match((await curl("token")).out, /Bonjour,/);
    assert.equal((await curl("forged")).code, 67);
  });

  it("mbsync: a tree with accents comes out identical on both sides", async () => {
    for (const name of ["Été", "Été/Août"]) await account.create(name);
    for (let i = 0; i < 40; i++) account.deliver(i % 2 ? "Été/Août" : "Été", plain.replace("<1@", `<${i}@`));
    mkdirSync(at("mail"));
    writeFileSync(
      at("mbsyncrc"),
      `IMAPAccount a\nHost localhost\nPort ${securePort}\nUser paul\nPass right\nSSLType IMAPS\nCertificateFile ${made.certificate}\n\nIMAPStore far\nAccount a\n\nMaildirStore near\nSubFolders Verbatim\nPath ${at("mail")}/\nInbox ${at("mail")}/INBOX\n\nChannel c\nFar :far:\nNear :near:\nPatterns *\nCreate Both\nExpunge Both\nSyncState *\n`,
    );
    const sync = (): Promise<string> =>
      new Promise((resolve, reject) =>
        execFile("mbsync", ["-c", at("mbsyncrc"), "-a"], { timeout: 20_000 }, (error, out, err) => (error ? reject(new Error(err)) : resolve(out))),
      );
    await sync();
    const wire = "&AMk-t&AOk-";
    const files = (name: string): number => readdirSync(at(`mail/${name}/cur`)).length + readdirSync(at(`mail/${name}/new`)).length;
    // mbsync keeps names as they are on the wire.
    assert.equal(files(wire) + files(`${wire}/Ao&APs-t`), 40);
    const [file = ""] = readdirSync(at(`mail/${wire}/new`));
    writeFileSync(
      at(`mail/${wire}/new/made-here`),
      readFileSync(at(`mail/${wire}/new/${file}`), "utf8")
        .replace("<0@", "<here@")
        .replace(/^X-TUID.*\r?\n/m, ""),
    );
    await sync();
    assert.equal((await account.status("Été")).messages, 21);
  });

  const talk = async (lines: string, { secure = true } = {}): Promise<string> => {
    const socket: Socket = secure ? connectTls({ host: "localhost", port: securePort, ca: readFileSync(made.certificate) }) : connect(port, "127.0.0.1");
    let out = "";
    socket.on("data", (chunk) => {
      out += chunk.toString("utf8");
    });
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.once(secure ? "secureConnect" : "connect", resolve));
    socket.write(lines);
    await closed;
    return out;
  };
  const signedIn = (lines: string): Promise<string> => talk(`a LOGIN paul right\r\nb SELECT INBOX\r\n${lines}z LOGOUT\r\n`);

  it("sections, partials and structure of a nested message are exact", async () => {
    const out = await signedIn("c FETCH 2 (BODY.PEEK[3.HEADER] BODY.PEEK[2.MIME] BODY.PEEK[1]<1.3> BODY.PEEK[9] BODYSTRUCTURE)\r\n");
    assert.match(out, /BODY\[3\.HEADER\] \{38\}\r\nFrom: c@c\.example\r\nSubject: inside\r\n\r\n/);
    assert.match(out, /BODY\[1\]<1> \{3\}\r\next/);
    assert.match(out, /BODY\[9\] NIL/);
    assert.match(out, /\("application" "pdf" \("name" "a\.pdf"\) NIL NIL "base64" 8 NIL \("attachment" \("filename" "a\.pdf"\)\) NIL NIL\)/);
    assert.match(out, /\("message" "rfc822" NIL NIL NIL "7bit" 44 \(NIL "inside" /);
  });

  it("keeps modification sequences: CHANGEDSINCE, UNCHANGEDSINCE, HIGHESTMODSEQ", async () => {
    const out = await signedIn(
      "c STORE 1 +FLAGS.SILENT (\\Flagged)\r\nd FETCH 1:* (FLAGS) (CHANGEDSINCE 3)\r\ne STORE 1 (UNCHANGEDSINCE 2) +FLAGS (x)\r\nf UID SEARCH RETURN (MIN MAX COUNT ALL) ALL\r\n",
    );
    assert.match(out, /HIGHESTMODSEQ 3/);
    assert.match(out, /\* 1 FETCH \(FLAGS \(\\Flagged\) MODSEQ \(4\)\)/);
    assert.doesNotMatch(out, /\* 2 FETCH/);
    assert.match(out, /e OK \[MODIFIED 1\]/);
    assert.match(out, /ESEARCH \(TAG "f"\) UID MIN 1 MAX 2 ALL 1:2 COUNT 2/);
  });

  it("tells removals by others only where sequence numbers may shift", async () => {
    const client = flow();
    await client.connect();
    const lock = await client.getMailboxLock("INBOX");
    const out = signedIn("c FETCH 1 (FLAGS)\r\nd NOOP\r\n");
    await client.messageDelete("1");
    await eventually(async () => (await account.status("INBOX")).messages === 1);
    lock.release();
    await client.logout();
    assert.match(await out, /c OK/);
  });

  it("refuses: a password in the clear, a wrong one, commands out of state, unknown ones, a literal of a gigabyte, injection behind STARTTLS", async () => {
    assert.match(await talk("a LOGIN paul right\r\nb LOGOUT\r\n", { secure: false }), /a NO \[PRIVACYREQUIRED\]/);
    assert.match(await talk("a LOGIN paul wrong\r\nb LOGOUT\r\n"), /a NO \[AUTHENTICATIONFAILED\]/);
    assert.match(await talk("a SELECT INBOX\r\nb FROB\r\nc FETCH 1 FLAGS\r\nd LOGOUT\r\n"), /a BAD[\s\S]*b BAD[\s\S]*c BAD/);
    assert.match(await signedIn("c APPEND INBOX {1000000000}\r\n"), /c NO \[TOOBIG\]/);
    assert.match(await signedIn("c APPEND Nowhere {3}\r\nabc\r\n"), /c NO \[TRYCREATE\]/);
    assert.match(
      await signedIn("c FETCH 7 FLAGS\r\nd FETCH 1 BODY[x]\r\ne STORE 1 FLAGS (\\Recent)\r\nf SEARCH FROB\r\n"),
      /c BAD[\s\S]*d BAD[\s\S]*e NO[\s\S]*f BAD/,
    );
    const injected = await new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write("a STARTTLS\r\nb LOGIN paul right\r\n"));
      let out = "";
      socket.on("data", (chunk) => {
        out += chunk.toString("latin1");
      });
      setTimeout(() => {
        socket.destroy();
        resolve(out);
      }, 500);
    });
    assert.doesNotMatch(injected, /^b /m);
  });

  it("begins TLS whatever the pieces and pauses in which the client's first bytes come", async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    /** TLS over a wire that cuts what the client sends anywhere, and at times waits before it goes on. */
    const attempt = async (): Promise<string> => {
      const plain = connect(port, "127.0.0.1");
      plain.setNoDelay(true);
      const heard = (pattern: RegExp): Promise<void> =>
        new Promise((resolve, reject) => {
          let said = "";
          const hear = (bytes: Buffer): void => {
            said += bytes.toString("latin1");
            if (!pattern.test(said)) return;
            plain.off("data", hear);
            plain.off("close", reject);
            resolve();
          };
          plain.on("data", hear);
          plain.once("close", reject);
        });
      await heard(/^\* OK/);
      const begun = heard(/^a OK/m);
      for (const piece of ["a STAR", "TTLS", "\r", "\n"]) plain.write(piece);
      await begun;
      const wire = new Duplex({
        read: () => undefined,
        write: (bytes: Buffer, _encoding, done) => {
          const next = (rest: Buffer): void => {
            if (rest.length === 0) {
              done();
              return;
            }
            const size = 1 + random(Math.min(rest.length, random(3) === 0 ? 3 : 200));
            plain.write(rest.subarray(0, size));
            if (random(4) === 0) setTimeout(next, random(8), rest.subarray(size));
            else setImmediate(next, rest.subarray(size));
          };
          next(bytes);
        },
        final: (done) => void plain.end(done),
      });
      plain.on("data", (bytes) => wire.push(bytes));
      plain.on("close", () => wire.push(null));
      const secure = connectTls({ socket: wire, servername: "localhost", ca: readFileSync(made.certificate) });
      return new Promise((resolve, reject) => {
        let said = "";
        secure.on("data", (bytes: Buffer) => {
          said += bytes.toString("latin1");
          if (!/^c OK/m.test(said)) return;
          secure.destroy();
          resolve(said);
        });
        secure.once("error", reject);
        plain.once("close", () => reject(new Error(`cut after: ${said}`)));
        secure.write("b LOGIN paul right\r\nc LOGOUT\r\n");
      });
    };
    for (let i = 0; i < 5; i++) {
      const all = await Promise.all(Array.from({ length: 20 }, attempt));
      for (const said of all) assert.match(said, /^b OK[\s\S]*^c OK/m);
    }
  });

  it("survives random commands and bytes, and still serves the others", async () => {
    const word = fc.constantFrom(
      "FETCH",
      "UID",
      "SEARCH",
      "STORE",
      "1:*",
      "(",
      ")",
      '"',
      "BODY[",
      "]",
      "{3}",
      "{3+}",
      "\r\n",
      "NOT",
      "OR",
      "a",
      "*",
      "\0",
      "é",
      "FLAGS",
      "LIST",
      "%",
      "IDLE",
      "DONE",
      "1,2",
      "0",
      "<0.9>",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 25 }), async (words) => {
        const out = await new Promise<string>((resolve) => {
          const socket = connectTls({ host: "localhost", port: securePort, ca: readFileSync(made.certificate) }, () =>
            socket.end(`a LOGIN paul right\r\nb SELECT INBOX\r\nx ${words.join(" ")}\r\n`),
          );
          let text = "";
          socket.on("data", (chunk) => {
            text += chunk.toString("latin1");
          });
          socket.on("error", () => undefined);
          const timer = setTimeout(() => socket.destroy(), 300);
          socket.once("close", () => {
            clearTimeout(timer);
            resolve(text);
          });
        });
        assert.doesNotMatch(out, /SERVERBUG/);
      }),
      { numRuns: 60 },
    );
    assert.match(await signedIn("c NOOP\r\n"), /c OK/);
  });

  it("answers thousands of commands sent without waiting, all and in order", async () => {
    const count = 5000;
    const out = await signedIn(Array.from({ length: count }, (_, i) => `n${i} ${i % 10 === 0 ? "UID FETCH 1 (FLAGS BODY.PEEK[])" : "NOOP"}\r\n`).join(""));
    assert.deepEqual(
      [...out.matchAll(/^n(\d+) OK/gm)].map(([, i]) => Number(i)),
      Array.from({ length: count }, (_, i) => i),
    );
  });

  it("forgets connections that ended, those that went over to TLS too", async () => {
    const client = flow();
    await client.connect();
    assert.ok(server.connections() > 0);
    await client.logout();
    await eventually(() => server.connections() === 0);
  });
});

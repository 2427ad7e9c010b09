// Hostile input on every port of mail: nobody crashes, memory stays bounded, and nobody reads another's mail. Fuzzers run for seconds
// here, SOAK_MINUTES each in `npm run soak mail-fuzz`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { startProgram, type TestProgram } from "@cercle/testkit";

const fuzzMillis = Number(process.env.SOAK_MINUTES ?? 0) * 60_000 || 4000;
const zoe = "zoe@alpha.mssante.test";
const paul = "paul@beta.mssante.test";
const secret = "TRESORDEPAUL";
/** Over what a quiet program uses, whatever is thrown at it and however long; the embedded engine's heap never shrinks. */
const memoryGrowthMegabytes = 900;

/** A raw connection: what was said, and waiting for a line. */
class Line {
  #socket: Socket;
  said = "";
  closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#hear();
  }

  static async open(port: number): Promise<Line> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new Line(socket);
  }

  #hear(): void {
    this.#socket.on("data", (bytes: Buffer) => {
      this.said = (this.said + bytes.toString("latin1")).slice(-200_000);
    });
    this.#socket.on("close", () => {
      this.closed = true;
    });
    this.#socket.on("error", () => undefined);
  }

  async startTls(ca: Buffer): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners("data");
    const secure: TLSSocket = connectTls({ socket: plain, ca, servername: "localhost" });
    await new Promise<void>((resolve, reject) => secure.once("secureConnect", resolve).once("error", reject));
    this.#socket = secure;
    this.#hear();
  }

  write(data: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed || this.#socket.destroyed) resolve();
      else this.#socket.write(typeof data === "string" ? Buffer.from(data, "latin1") : data, () => resolve());
    });
  }

  /** What came since, once it matches or the connection ended. */
  async until(pattern: RegExp, seconds = 20): Promise<string> {
    const end = performance.now() + seconds * 1000;
    while (!pattern.test(this.said)) {
      if (this.closed) return this.said;
      if (performance.now() > end) throw new Error(`${pattern} never came: ${this.said.slice(-300)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const said = this.said;
    this.said = "";
    return said;
  }

  /** Reads nothing more: the server's output piles up. */
  pause(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.destroy();
  }
}

describe("hostile input", () => {
  let program: TestProgram;
  let ca: Buffer;
  let submission = 0;
  let imap = 0;
  let smtp = 0;
  let before0 = 0;
  const passwords = new Map<string, string>();

  const memory = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${program.pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  /** On a machine that does much else, signing in may wait behind what the fuzzers asked for. */
  const patience = 120;
  const imapAs = async (user: string): Promise<Line> => {
    const port = user === zoe ? imap : Number((program.ready.mail_beta ?? "").match(/\d+/g)?.[2]);
    const line = await Line.open(port);
    await line.until(/\* OK/);
    await line.write("a STARTTLS\r\n");
    await line.until(/a OK/);
    await line.startTls(ca);
    await line.write(`b LOGIN ${user} ${passwords.get(user)}\r\n`);
    await line.until(/b OK/, patience);
    return line;
  };
  const submitAs = async (user: string): Promise<Line> => {
    const line = await Line.open(submission);
    await line.until(/220 .*\r\n/);
    await line.write("EHLO x\r\n");
    await line.until(/250 .*\r\n/);
    await line.write("STARTTLS\r\n");
    await line.until(/220 .*\r\n/);
    await line.startTls(ca);
    await line.write("EHLO x\r\n");
    await line.until(/250 .*\r\n/);
    await line.write(`AUTH PLAIN ${Buffer.from(`\0${user}\0${passwords.get(user)}`).toString("base64")}\r\n`);
    await line.until(/235/, patience);
    return line;
  };
  /** Sends one message to oneself; answers the last reply. */
  const send = async (content: Buffer): Promise<string> => {
    const line = await submitAs(zoe);
    for (const command of [`MAIL FROM:<${zoe}>`, `RCPT TO:<${zoe}>`]) {
      await line.write(`${command}\r\n`);
      await line.until(/250/);
    }
    await line.write("DATA\r\n");
    await line.until(/354/);
    await line.write(content);
    await line.write("\r\n.\r\n");
    const reply = await line.until(/^\d{3} .*\r\n/m, 60);
    line.end();
    return reply;
  };
  const message = (body: string, more = ""): Buffer =>
    Buffer.from(`From: <${zoe}>\r\nTo: <${zoe}>\r\nSubject: hostile\r\nMIME-Version: 1.0\r\n${more}\r\n${body}`, "latin1");
  const fetchLast = async (): Promise<string> => {
    const line = await imapAs(zoe);
    await line.write("c SELECT INBOX\r\n");
    await line.until(/c OK/);
    await line.write("d FETCH * (ENVELOPE BODYSTRUCTURE FLAGS BODY.PEEK[TEXT]<0.100>)\r\n");
    const said = await line.until(/^d (OK|NO|BAD)/m, 60);
    line.end();
    return said;
  };
  const stillServes = async (): Promise<void> => {
    assert.match(await send(message("ping")), /^250/m);
    assert.match(await fetchLast(), /d OK/);
    assert.ok(memory() - before0 < memoryGrowthMegabytes, `${Math.round(before0)} MB became ${Math.round(memory())}`);
  };

  before(async () => {
    program = await startProgram();
    ca = readFileSync(join(program.data, "ca.pem"));
    [smtp = 0, submission = 0, imap = 0] = (program.ready.mail_alpha ?? "").match(/\d+/g)?.map(Number) ?? [];
    for (const address of [zoe, paul]) {
      assert.equal((await program.run(["mailbox", "add", address])).code, 0);
      passwords.set(address, JSON.parse((await program.run(["mailbox", "app-password", address, "--json"])).out).password);
    }
    const line = await imapAs(paul);
    const content = `Subject: ${secret}\r\n\r\n${secret}`;
    await line.write(`e APPEND INBOX {${content.length}+}\r\n${content}\r\n`);
    await line.until(/e OK/);
    line.end();
    before0 = memory();
  });
  after(() => program?.stop());

  it("takes or refuses bombs of MIME, ten thousand parts and bad charsets, and shows what it took", async () => {
    const nested = Array.from({ length: 3000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join("");
    const many = `${Array.from({ length: 10_000 }, (_, i) => `--b\r\nContent-Type: text/plain\r\n\r\npart ${i}\r\n`).join("")}--b--\r\n`;
    // A thousand parts that each promise a boundary that never comes, before megabytes without a line end.
    const far = `${Array.from({ length: 990 }, () => "--b\r\nContent-Type: multipart/mixed; boundary=never\r\n\r\n").join("")}${"x".repeat(1_000_000)}`;
    const cases = [
      message(nested, "").subarray(0, -2),
      message(many, "Content-Type: multipart/mixed; boundary=b\r\n"),
      message(far, "Content-Type: multipart/mixed; boundary=b\r\n"),
      message("\xff\xfe\x00\x01", "Content-Type: text/plain; charset=x-no-such\r\nContent-Transfer-Encoding: x-unheard-of\r\n"),
      message("a", `Subject: ${"=?utf-8?Q?=FF?= ".repeat(5000)}\r\n`),
      message("a", `X-Long: ${"y".repeat(500_000)}\r\n`),
      message("a", `${Array.from({ length: 20_000 }, (_, i) => `X-H${i}: v\r\n`).join("")}`),
      message("a", `To: ${"(".repeat(100_000)}\r\nCc: ${'"'.repeat(99_999)}\r\nBcc: ${"<".repeat(100_000)}\r\n`),
      message("a", `Content-Type: text/plain; ${Array.from({ length: 5000 }, (_, i) => `n*${i}*=x`).join("; ")}\r\n`),
    ];
    for (const [i, content] of cases.entries()) {
      const started = performance.now();
      const reply = await send(content);
      assert.match(reply, /^(250|5\d\d) /m, `case ${i}`);
      if (reply.startsWith("250")) assert.match(await fetchLast(), /d OK/, `case ${i}`);
      assert.ok(performance.now() - started < 30_000, `case ${i} took ${Math.round(performance.now() - started)} ms`);
    }
    await stillServes();
  });

  it("ends a message at CRLF.CRLF only: bare LF and bare CR smuggle nothing", async () => {
    const endings = ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\n\0.\r\n"];
    for (const ending of endings) {
      const marker = `smuggled-${endings.indexOf(ending)}`;
      const inner = `MAIL FROM:<${paul}>\r\nRCPT TO:<${zoe}>\r\nDATA\r\nFrom: <${paul}>\r\nSubject: ${marker}\r\n\r\nx`;
      const reply = await send(message(`before${ending}${inner}`));
      // One message, one reply: a second one would be the smuggled command's.
      assert.match(reply, /^(250|5\d\d) [^\r]*\r\n$/, JSON.stringify(ending));
    }
    const line = await imapAs(zoe);
    await line.write("c SELECT INBOX\r\n");
    await line.until(/c OK/);
    await line.write('d SEARCH HEADER SUBJECT "smuggled"\r\n');
    assert.match(await line.until(/d OK/), /\* SEARCH\r\n/);
    line.end();
  });

  it("[MSS-33] announces and takes AUTH under TLS only", async () => {
    const line = await Line.open(submission);
    await line.until(/220 .*\r\n/);
    await line.write("EHLO x\r\n");
    const clear = await line.until(/250 .*\r\n/);
    assert.match(clear, /STARTTLS/);
    assert.doesNotMatch(clear, /AUTH/);
    await line.write(`AUTH PLAIN ${Buffer.from(`\0${zoe}\0${passwords.get(zoe)}`).toString("base64")}\r\n`);
    assert.match(await line.until(/\r\n/), /^5\d\d /);
    await line.write(`MAIL FROM:<${zoe}>\r\n`);
    assert.match(await line.until(/\r\n/), /^530 5\.7\.0 Must issue a STARTTLS command first/);
    await line.write("STARTTLS\r\n");
    await line.until(/220 .*\r\n/);
    await line.startTls(ca);
    await line.write("EHLO x\r\n");
    assert.match(await line.until(/250 .*\r\n/), /^250[- ]AUTH PLAIN LOGIN XOAUTH2\r\n/m);
    await line.write(`MAIL FROM:<${zoe}>\r\n`);
    assert.match(await line.until(/\r\n/), /^530 /);
    line.end();
  });

  it("throws away what was sent in clear behind STARTTLS, and takes no command injected in an address", async () => {
    const line = await Line.open(imap);
    await line.until(/\* OK/);
    await line.write(`a STARTTLS\r\nb LOGIN ${zoe} ${passwords.get(zoe)}\r\n`);
    await line.until(/a OK/);
    await line.startTls(ca);
    await line.write("c CAPABILITY\r\n");
    assert.doesNotMatch(await line.until(/c OK/), /b OK/);
    line.end();
    for (const port of [submission, smtp]) {
      const clear = await Line.open(port);
      await clear.until(/220 .*\r\n/);
      await clear.write("EHLO x\r\nSTARTTLS\r\nRSET\r\nNOOP\r\n");
      await clear.until(/220 .*\r\n/);
      await clear.startTls(ca);
      await clear.write("EHLO y\r\n");
      const said = await clear.until(/250 [A-Z0-9 =]+\r\n/);
      assert.equal((said.match(/^\d{3} /gm) ?? []).length, 1, said);
      clear.end();
    }
    const injected = await submitAs(zoe);
    await injected.write(`MAIL FROM:<${zoe}\rRCPT TO:<${paul}>>\r\nMAIL FROM:<a\nb@c>\r\nNOOP\r\n`);
    assert.doesNotMatch(await injected.until(/250 .*\r\n.*$/), /354/);
    injected.end();
    await stillServes();
  });

  it("refuses literals of gigabytes, lines without end and slow readers, in bounded memory", async () => {
    const line = await imapAs(zoe);
    await line.write("c APPEND INBOX {4294967295}\r\n");
    assert.match(await line.until(/^c /m), /c NO \[TOOBIG\]/);
    await line.write("d NOOP\r\n");
    assert.match(await line.until(/^d /m), /d OK/);
    await line.write("e APPEND INBOX {9999999999+}\r\n");
    await line.until(/BYE/);
    line.end();
    const endless = await imapAs(zoe);
    for (let i = 0; i < 64 && !endless.closed; i++) await endless.write("x".repeat(64 * 1024));
    await endless.until(/BYE/);
    endless.end();
    const endlessSmtp = await submitAs(zoe);
    for (let i = 0; i < 64 && !endlessSmtp.closed; i++) await endlessSmtp.write("x".repeat(64 * 1024));
    endlessSmtp.end();
    // Connections that ask for megabytes and read nothing.
    const big = message("z".repeat(1_000_000).replace(/.{1000}/g, "$&\r\n"));
    const large = await imapAs(zoe);
    await large.write("c CREATE Large\r\n");
    await large.until(/c OK/);
    for (let i = 0; i < 4; i++) {
      await large.write(`d APPEND Large {${big.length}+}\r\n`);
      await large.write(big);
      await large.write("\r\n");
      await large.until(/d OK/);
    }
    large.end();
    const slow: Line[] = [];
    for (let i = 0; i < 6; i++) {
      const one = await imapAs(zoe);
      await one.write("c SELECT Large\r\n");
      await one.until(/c OK/);
      one.pause();
      await one.write("d FETCH 1:* BODY.PEEK[]\r\ne FETCH 1:* BODY.PEEK[]\r\n");
      slow.push(one);
    }
    await stillServes();
    for (const one of slow) one.end();
  });

  it("outlives fuzzers on IMAP and SMTP, signed in, and shows nobody else's mail", async (t) => {
    const words = [
      ...["SELECT", "EXAMINE", "FETCH", "UID", "STORE", "COPY", "MOVE", "SEARCH", "APPEND", "LIST", "LSUB", "STATUS", "CREATE", "RENAME", "DELETE"],
      ...["EXPUNGE", "IDLE", "DONE", "NOOP", "ENABLE", "CONDSTORE", "GETQUOTA", "GETQUOTAROOT", "NAMESPACE", "ID", "UNSELECT", "CLOSE", "INBOX", "Envoyés"],
      ...["1:*", "*", "1", "4294967295", "(FLAGS)", "(BODY.PEEK[1.2.3.MIME]<0.99999999>)", "BODY[HEADER.FIELDS (SUBJECT)]", "+FLAGS.SILENT", "(\\Deleted)"],
      ...["RETURN (ALL COUNT)", "CHARSET UTF-8", "TEXT", "OR", "NOT", "{3}\r\nabc", "{5+}\r\nhello", "{0}\r\n", '"', "(", ")", "\\", "%", "\0", "\xff", "NIL"],
      ...[paul, `user.${paul}`, "~paul", "../paul", "' or 1=1 --", "CHANGEDSINCE 1", "(UNCHANGEDSINCE 0)", "x".repeat(3000), "&AAAA-", "&-", "a/".repeat(200)],
    ];
    const smtpWords = [
      ...["EHLO x", "HELO y", `MAIL FROM:<${zoe}>`, `MAIL FROM:<${paul}>`, "MAIL FROM:<>", `RCPT TO:<${zoe}>`, `RCPT TO:<${paul}>`, "RCPT TO:<a@b>", "DATA"],
      ...["RSET", "NOOP", "VRFY a", "EXPN b", "HELP", "AUTH PLAIN", "AUTH PLAIN AAAA", "AUTH LOGIN", "=", "*", ".", "..", "SIZE=999999999999", "BODY=8BITMIME"],
      ...["SMTPUTF8", "XCLIENT ADDR=1.2.3.4", "XFORWARD NAME=x", "STARTTLS", "BDAT 100 LAST", "\xff\xfe", "\0", "x".repeat(5000), `From: <${zoe}>`, ""],
    ];
    let seed = 20261122;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const pick = (from: readonly string[]): string => from[random(from.length)] ?? "";
    const mangle = (text: string): string => {
      if (random(4) > 0 || text.length === 0) return text;
      const at = random(text.length);
      return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + random(2));
    };
    let commands = 0;
    let lines = 0;
    let slowest = 0;
    const begun = performance.now();
    const told = (): string =>
      `${Math.round((performance.now() - begun) / 60_000)} min, ${commands} commands over ${lines} connections, slowest to open ${Math.round(slowest)} ms, memory ${Math.round(before0)} → ${Math.round(memory())} MB`;
    const progress = setInterval(() => process.stderr.write(`${told()}\n`), 60_000);
    const fuzz = async (openLine: () => Promise<Line>, make: () => string): Promise<void> => {
      const end = performance.now() + fuzzMillis;
      while (performance.now() < end) {
        const opening = performance.now();
        const line = await openLine();
        slowest = Math.max(slowest, performance.now() - opening);
        lines += 1;
        for (let i = 0; i < 60 && !line.closed && performance.now() < end; i++) {
          await line.write(make());
          commands += 1;
          assert.ok(!line.said.includes(secret), "somebody else's mail");
          if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 2));
        }
        line.end();
      }
    };
    const smtpLine = (): string => mangle(`${pick(smtpWords)}${random(5) === 0 ? ` ${pick(smtpWords)}` : ""}${random(8) === 0 ? "\n" : "\r\n"}`);
    // All three at once: signed in on IMAP and on submission, and a stranger at the gateway.
    await Promise.all([
      fuzz(
        () => imapAs(zoe),
        () => mangle(`t${random(1000)} ${Array.from({ length: 1 + random(6) }, () => pick(words)).join(" ")}\r\n`),
      ),
      fuzz(() => submitAs(zoe), smtpLine),
      fuzz(async () => {
        const line = await Line.open(smtp);
        await line.until(/220 .*\r\n/);
        if (random(4) === 0) return line;
        await line.write("EHLO x\r\nSTARTTLS\r\n");
        await line.until(/^220 .*\r\n/m);
        await line.startTls(ca);
        return line;
      }, smtpLine),
    ]).finally(() => clearInterval(progress));
    t.diagnostic(told());
    assert.equal(execFileSync("ps", ["-o", "pid=", "-p", String(program.pid)], { encoding: "utf8" }).trim(), String(program.pid));
    // The fuzzer may have thrown away its own folders, nothing of Paul's.
    const line = await imapAs(paul);
    await line.write("c STATUS INBOX (MESSAGES)\r\n");
    assert.match(await line.until(/c OK/), /MESSAGES [1-9]/);
    line.end();
  });
});

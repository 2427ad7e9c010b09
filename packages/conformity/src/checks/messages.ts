// What a message may be, where it ends, and that it arrives as it was sent.
import { randomUUID } from "node:crypto";
import type { Bench, Check } from "../check.ts";
import { openImap } from "../imap.ts";
import { deliver, openGateway, openSmtp, type Smtp, writeLetter } from "../smtp.ts";
import { must, needed } from "../target.ts";
import { goodPartner, goodSender } from "./certificates.ts";

const quietMillis = 400;
const againMillis = 300;
const loopHops = 120;

async function withSession<T>({ target, said, ...bench }: Bench, work: (smtp: Smtp, extensions: ReadonlyMap<string, string>) => Promise<T>): Promise<T> {
  const { smtp } = await openGateway(target, goodPartner({ target, said, ...bench }), said);
  try {
    return await work(smtp, await smtp.hello());
  } finally {
    smtp.wire.end();
  }
}

/** What some servers take for the end of a message, and what must stay inside one (RFC 5321 §2.3.8, §4.1.1.4). */
const falseEnds = ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\r\n.\n"] as const;

async function mustNotEnd(bench: Bench, falseEnd: string): Promise<void> {
  const from = goodSender(bench);
  const { recipient } = bench.target;
  const inner = [`MAIL FROM:<${from}>`, `RCPT TO:<${recipient}>`, "DATA"].join("\r\n");
  await withSession(bench, async (smtp) => {
    for (const command of [`MAIL FROM:<${from}>`, `RCPT TO:<${recipient}>`, "DATA"]) {
      const { code, text } = await smtp.ask(command);
      must(code < 400, `${command}: ${text}`);
    }
    smtp.wire.write(`${writeLetter({ from, to: recipient }, { body: `premier${falseEnd}${inner}\r\n` })}${writeLetter({ from, to: recipient })}.\r\n`);
    await smtp.reply();
    const more = await smtp.wire.unasked(quietMillis);
    must(more.length === 0, `${JSON.stringify(falseEnd)} ended the message: the rest was taken for commands (${more[0]})`);
  });
}

export const messageChecks: readonly Check[] = [
  {
    id: "size-announced",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "la taille acceptée est annoncée (SIZE), et appliquée", en: "the size accepted is announced (SIZE, RFC 1870), and applied" },
    run: (bench) =>
      withSession(bench, async (smtp, extensions) => {
        const limit = Number(extensions.get("SIZE") ?? Number.NaN);
        must(limit > 0, "EHLO announces no limit with SIZE");
        const { code, text } = await smtp.ask(`MAIL FROM:<${goodSender(bench)}> SIZE=${limit + 1}`);
        must(code >= 500, `a message of ${limit + 1} bytes is welcome: ${text}`);
      }),
  },
  {
    id: "capabilities",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "should",
    about: { fr: "8BITMIME, PIPELINING et SMTPUTF8 sont annoncés", en: "8BITMIME, PIPELINING and SMTPUTF8 are announced" },
    run: (bench) =>
      withSession(bench, async (_smtp, extensions) => {
        const missing = ["8BITMIME", "PIPELINING", "SMTPUTF8"].filter((name) => !extensions.has(name));
        must(missing.length === 0, `not announced: ${missing.join(", ")}`);
      }),
  },
  {
    id: "loop",
    requirement: "MSS-15",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "un message qui tourne en rond est arrêté", en: "a message that goes round is stopped (RFC 5321 §6.3)" },
    async run(bench) {
      const [from, to] = [goodSender(bench), bench.target.recipient];
      const hop = "Received: from a.example by b.example with ESMTPS; Mon, 1 Jan 2024 00:00:00 +0000\r\n";
      const { accepted, said } = await deliver(
        bench.target,
        goodPartner(bench),
        { from, to, content: writeLetter({ from, to }, { header: hop.repeat(loopHops) }) },
        bench.said,
      );
      must(!accepted, `a message with ${loopHops} hops is accepted: ${said}`);
    },
  },
  {
    id: "smuggling",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "seul CRLF.CRLF termine un message (LF ou CR seuls : non)", en: "CRLF.CRLF alone ends a message (bare LF or CR: no)" },
    async run(bench) {
      for (const falseEnd of falseEnds) await mustNotEnd(bench, falseEnd);
    },
  },
  {
    id: "pipelining",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "should",
    about: { fr: "les commandes groupées sont répondues dans l’ordre", en: "commands sent together are answered in order (RFC 2920)" },
    run: (bench) =>
      withSession(bench, async (smtp, extensions) => {
        must(extensions.has("PIPELINING"), "EHLO does not announce PIPELINING");
        smtp.wire.write(`MAIL FROM:<${goodSender(bench)}>\r\nRCPT TO:<${bench.target.recipient}>\r\nRSET\r\nNOOP\r\n`);
        for (let i = 0; i < 4; i++) {
          const { code, text } = await smtp.reply();
          must(code === 250, `reply ${i + 1} of four: ${text}`);
        }
      }),
  },
  {
    id: "long-command",
    requirement: "MSS-15",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "une commande d’un mégaoctet n’arrête pas le service", en: "a command of a megabyte does not stop the service" },
    async run({ target, said }) {
      const smtp = await openSmtp(target, target.gateway, said);
      smtp.wire.write(`EHLO ${"a".repeat(1024 * 1024)}\r\n`);
      await smtp.reply().catch(() => undefined);
      smtp.wire.end();
      const again = await openSmtp(target, target.gateway, said);
      await again.hello();
      again.wire.end();
    },
  },
  {
    id: "arrives-intact",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "ce qui est accepté arrive, intact, dans la boîte", en: "what is accepted arrives in the mailbox, intact" },
    async run(bench) {
      const { target, said } = bench;
      const port = needed(target.imap, "the port of IMAP");
      const account = needed(target.account, "an account");
      const [from, to, id] = [goodSender(bench), target.recipient, randomUUID()];
      const content = writeLetter({ from, to }, { id, body: "Texte accentué : é à ç, œ.\r\n.un point en tête\r\n\r\nfin  \r\n" });
      const outcome = await deliver(target, goodPartner(bench), { from, to, content }, said);
      must(outcome.accepted, `refused at ${outcome.stage}: ${outcome.said}`);
      const imap = await openImap(target, port, said);
      try {
        must((await imap.ask("STARTTLS")).status === "OK", "STARTTLS refused");
        await imap.wire.secure({ ca: target.trust });
        must((await imap.ask(`LOGIN ${quote(account.user)} ${quote(account.password)}`, "LOGIN … …")).status === "OK", "the account is refused");
        const end = performance.now() + (target.patience ?? 15) * 1000;
        for (;;) {
          await imap.ask('SELECT "INBOX"');
          const { untagged } = await imap.ask(`UID SEARCH HEADER Message-ID ${quote(id)}`);
          const [uid] = untagged.flatMap((line) => (/^\* SEARCH\b/i.test(line) ? (line.match(/\d+/g) ?? []) : []));
          if (uid) {
            const [read] = (await imap.ask(`UID FETCH ${uid} (BODY.PEEK[])`)).literals;
            must(read?.subarray(-Buffer.byteLength(content)).equals(Buffer.from(content)) === true, "what is read is not what was sent");
            return;
          }
          must(performance.now() < end, "accepted, and not in the mailbox");
          await new Promise((resolve) => setTimeout(resolve, againMillis));
        }
      } finally {
        imap.wire.end();
      }
    },
  },
];

const quote = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

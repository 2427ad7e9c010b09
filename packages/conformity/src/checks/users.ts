// The side of users: submission and IMAP. Nobody's secret travels in the clear, nobody writes as somebody else.
import type { Bench, Check } from "../check.ts";
import { openImap } from "../imap.ts";
import { openSmtp } from "../smtp.ts";
import { must, needed } from "../target.ts";
import { beginTls, mustForget, mustNotShake, oldProtocols } from "./tls.ts";

const quietMillis = 600;
const submissionOf = ({ target }: Bench): number => needed(target.submission, "the port of submission");
const imapOf = ({ target }: Bench): number => needed(target.imap, "the port of IMAP");
const plain = (user: string, password: string): string => Buffer.from(`\0${user}\0${password}`).toString("base64");
const credentials = ({ target }: Bench) => target.account ?? { user: target.recipient, password: "not-a-password" };

async function beginImapTls(bench: Bench) {
  const imap = await openImap(bench.target, imapOf(bench), bench.said);
  const { status, text } = await imap.ask("STARTTLS");
  must(status === "OK", `STARTTLS: ${text}`);
  return imap;
}

export const userChecks: readonly Check[] = [
  {
    id: "submission-clear",
    requirement: "MSS-33",
    article: "MSS 6.2",
    severity: "must",
    about: { fr: "soumission : aucune authentification hors TLS", en: "submission: no sign-in without TLS" },
    async run(bench) {
      const smtp = await openSmtp(bench.target, submissionOf(bench), bench.said);
      try {
        const extensions = await smtp.hello();
        must(extensions.has("STARTTLS"), "EHLO does not announce STARTTLS");
        const { user, password } = credentials(bench);
        const { code, text } = await smtp.ask(`AUTH PLAIN ${plain(user, password)}`, "AUTH PLAIN …");
        must(code >= 500, `AUTH in the clear: ${text}`);
      } finally {
        smtp.wire.end();
      }
    },
  },
  {
    id: "submission-announces",
    requirement: "MSS-33",
    article: "MSS 6.2",
    severity: "should",
    about: { fr: "soumission : AUTH n’est annoncé qu’une fois chiffré", en: "submission: AUTH is announced under TLS only (RFC 4954 §4)" },
    async run(bench) {
      const smtp = await openSmtp(bench.target, submissionOf(bench), bench.said);
      try {
        must(!(await smtp.hello()).has("AUTH"), "AUTH is announced in the clear");
      } finally {
        smtp.wire.end();
      }
    },
  },
  {
    id: "submission-tls",
    requirement: "MSS-33",
    article: "MSS 6.2",
    severity: "must",
    about: { fr: "soumission : TLS 1.2 au moins, rien de glissé derrière STARTTLS", en: "submission: TLS 1.2 at least, nothing slipped in behind STARTTLS" },
    async run(bench) {
      await mustNotShake(() => beginTls(bench.target, submissionOf(bench), bench.said), oldProtocols, "TLS below 1.2");
      await mustForget(bench.target, submissionOf(bench), bench.said);
    },
  },
  {
    id: "submission-sender",
    requirement: "MSS-33",
    article: "MSS 6.2",
    severity: "must",
    about: {
      fr: "soumission : personne n’écrit sans s’être identifié, ni au nom d’un autre",
      en: "submission: nobody writes without signing in, nor as somebody else",
    },
    async run(bench) {
      const smtp = await openSmtp(bench.target, submissionOf(bench), bench.said);
      try {
        await smtp.hello();
        must((await smtp.ask("STARTTLS")).code === 220, "STARTTLS refused");
        await smtp.wire.secure({ ca: bench.target.trust });
        const extensions = await smtp.hello();
        must(/\bXOAUTH2\b|\bOAUTHBEARER\b/.test(extensions.get("AUTH") ?? ""), `AUTH offers no token: ${extensions.get("AUTH")}`);
        must((await smtp.ask(`MAIL FROM:<${bench.target.recipient}>`)).code >= 500, "MAIL is taken before signing in");
        const { user, password } = needed(bench.target.account, "an account");
        must((await smtp.ask(`AUTH PLAIN ${plain(user, password)}`, "AUTH PLAIN …")).code === 235, "the account is refused");
        for (const command of [`MAIL FROM:<directeur@${bench.target.domain}>`, `RCPT TO:<${bench.target.recipient}>`, "DATA"]) {
          if ((await smtp.ask(command)).code >= 400) return;
        }
        must(false, "one person writes as another");
      } finally {
        smtp.wire.end();
      }
    },
  },
  {
    id: "imap-clear",
    requirement: "MSS-33",
    article: "MSS 6.2",
    severity: "must",
    about: { fr: "IMAP : aucune authentification hors TLS", en: "IMAP: no sign-in without TLS" },
    async run(bench) {
      const imap = await openImap(bench.target, imapOf(bench), bench.said);
      try {
        const known = await imap.capabilities();
        must(known.includes("STARTTLS"), "STARTTLS is not announced");
        must(!known.some((name) => name.startsWith("AUTH=")), "AUTH is offered in the clear");
        must(known.includes("LOGINDISABLED"), "LOGINDISABLED is not announced before TLS (RFC 3501 §7.2.1)");
        const { user, password } = credentials(bench);
        const { status, text } = await imap.ask(`LOGIN "${user}" "${password}"`, "LOGIN … …");
        must(status !== "OK", `LOGIN in the clear: ${text}`);
      } finally {
        imap.wire.end();
      }
    },
  },
  {
    id: "imap-tls",
    requirement: "MSS-33",
    article: "MSS 6.2",
    severity: "must",
    about: { fr: "IMAP : TLS 1.2 au moins, rien de glissé derrière STARTTLS", en: "IMAP: TLS 1.2 at least, nothing slipped in behind STARTTLS" },
    async run(bench) {
      await mustNotShake(async () => (await beginImapTls(bench)).wire, oldProtocols, "TLS below 1.2");
      const imap = await openImap(bench.target, imapOf(bench), bench.said);
      try {
        imap.wire.write("a STARTTLS\r\nb NOOP\r\n");
        if (!/^a OK/i.test(await imap.wire.line())) return;
        const secured = await imap.wire.secure({}).then(
          () => true,
          () => false,
        );
        const slipped = secured ? await imap.wire.unasked(quietMillis) : [];
        must(slipped.length === 0, `a command sent in the clear was answered inside TLS: ${slipped[0]}`);
      } finally {
        imap.wire.end();
      }
    },
  },
  {
    id: "imap-capabilities",
    requirement: "MSS-33",
    article: "MSS 6.2",
    severity: "must",
    about: { fr: "IMAP4rev1 et XOAUTH2 (jeton Pro Santé Connect) sous TLS", en: "IMAP4rev1 and XOAUTH2 (identity provider’s token) under TLS" },
    async run(bench) {
      const imap = await beginImapTls(bench);
      try {
        await imap.wire.secure({ ca: bench.target.trust });
        const known = await imap.capabilities();
        const missing = ["IMAP4REV1", "AUTH=XOAUTH2"].filter((name) => !known.includes(name));
        must(missing.length === 0, `not announced: ${missing.join(", ")}`);
        must((await imap.ask(`LOGIN "${bench.target.recipient}" "not-a-password"`, "LOGIN … …")).status === "NO", "a wrong password is taken");
      } finally {
        imap.wire.end();
      }
    },
  },
];

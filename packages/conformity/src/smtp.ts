// SMTP as a partner speaks it: a session up to the state a check needs, and a whole message with where it was refused.
import { randomUUID } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Partner, Target } from "./target.ts";
import { openWire, type Said, type Wire } from "./wire.ts";

export type SmtpReply = { readonly code: number; readonly lines: readonly string[]; readonly text: string };
export type Smtp = {
  readonly wire: Wire;
  reply(): Promise<SmtpReply>;
  ask(command: string, shown?: string): Promise<SmtpReply>;
  /** EHLO; the extensions announced, upper case, by keyword. */
  hello(): Promise<ReadonlyMap<string, string>>;
};

const ownName = "conformity.example";

export async function openSmtp(target: Target, port: number, said: Said): Promise<Smtp> {
  const wire = await openWire({ host: target.host, port, said });
  const reply = async (): Promise<SmtpReply> => {
    const lines: string[] = [];
    for (;;) {
      const line = await wire.line();
      lines.push(line.slice(4));
      if (!/^\d{3}-/.test(line)) return { code: Number(line.slice(0, 3)), lines, text: line };
    }
  };
  const ask: Smtp["ask"] = (command, shown) => {
    wire.write(`${command}\r\n`, shown);
    return reply();
  };
  const greeting = await reply();
  if (greeting.code !== 220) {
    wire.end();
    throw new Error(`greeting: ${greeting.text}`);
  }
  return {
    wire,
    reply,
    ask,
    async hello() {
      const { code, lines, text } = await ask(`EHLO ${ownName}`);
      if (code !== 250) throw new Error(`EHLO: ${text}`);
      return new Map(lines.slice(1).map((line) => [line.split(" ")[0]?.toUpperCase() ?? "", line.split(" ").slice(1).join(" ").toUpperCase()]));
    },
  };
}

/** A session of the gateway after STARTTLS, as one partner; without one, no certificate is shown. */
export async function openGateway(target: Target, partner: Partner | undefined, said: Said): Promise<{ smtp: Smtp; tls: TLSSocket }> {
  const smtp = await openSmtp(target, target.gateway, said);
  try {
    await smtp.hello();
    const begun = await smtp.ask("STARTTLS");
    if (begun.code !== 220) throw new Error(`STARTTLS: ${begun.text}`);
    const own = partner ? { cert: partner.certificate, key: partner.key } : {};
    const tls = await smtp.wire.secure({ ca: target.trust, servername: /^[\d.:]+$/.test(target.host) ? "" : target.host, ...own });
    return { smtp, tls };
  } catch (error) {
    smtp.wire.end();
    throw error;
  }
}

export type Outcome = { readonly accepted: boolean; readonly stage: "session" | "MAIL" | "RCPT" | "DATA" | "message"; readonly said: string };
export type Letter = { readonly from: string; readonly to: string; readonly content?: string };

/** A test message; no personal data (MSS 4.1). */
export function writeLetter(
  { from, to }: { from: string; to: string },
  more: { id?: string; header?: string; body?: string; headerFrom?: string } = {},
): string {
  const lines = [
    `From: <${more.headerFrom ?? from}>`,
    `To: <${to}>`,
    "Subject: Message de test (conformite)",
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${more.id ?? randomUUID()}@${ownName}>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
  ];
  return `${more.header ?? ""}${lines.join("\r\n")}\r\n\r\n${more.body ?? "Message de test, sans donnee a caractere personnel.\r\n"}`;
}

/** One message to the last reply; a session that ends early is a refusal. */
export async function deliver(target: Target, partner: Partner | undefined, letter: Letter, said: Said): Promise<Outcome> {
  let stage: Outcome["stage"] = "session";
  let smtp: Smtp | undefined;
  try {
    ({ smtp } = await openGateway(target, partner, said));
    await smtp.hello();
    for (const [next, command] of [
      ["MAIL", `MAIL FROM:<${letter.from}>`],
      ["RCPT", `RCPT TO:<${letter.to}>`],
      ["DATA", "DATA"],
    ] as const) {
      stage = next;
      const { code, text } = await smtp.ask(command);
      if (code >= 400) return { accepted: false, stage, said: text };
    }
    stage = "message";
    const content = letter.content ?? writeLetter(letter);
    smtp.wire.write(`${content.replace(/^\./gm, "..")}${content.endsWith("\r\n") ? "" : "\r\n"}.\r\n`);
    const { code, text } = await smtp.reply();
    return { accepted: code < 400, stage, said: text };
  } catch (error) {
    return { accepted: false, stage, said: error instanceof Error ? error.message : String(error) };
  } finally {
    smtp?.wire.end();
  }
}

export const senderOf = (partner: Partner): string => `conformite-test@${partner.domain}`;

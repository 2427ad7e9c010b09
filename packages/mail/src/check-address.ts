// `mail check ADDRESS`: the walk of a message without the message. Steps in order; the first that fails is the answer.
import { connect } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Store } from "@cercle/store";
import { domainOf } from "./gateway/gateway.ts";
import { talk } from "./gateway/smtp-talk.ts";
import type { Operator } from "./operator.ts";
import type { PeerVerdict, Publication } from "./ports.ts";
import { subjectOf } from "./trust/certificate-name.ts";
import { tlsPolicy } from "./trust/tls-policy.ts";

export type CheckStep = {
  readonly step: "directory" | "whitelist" | "route" | "tls" | "certificate" | "recipient";
  readonly ok: boolean;
  readonly said: string;
};
export type CheckParts = {
  readonly operators: readonly Operator[];
  readonly store: Store;
  readonly publication: Publication | undefined;
  route(domain: string): Promise<{ host: string; port: number } | undefined>;
  verifyPeer(der: Uint8Array): Promise<PeerVerdict>;
  /** As whom the recipient is asked: the certificate of one operator of this house. */
  gatewayOf(operator: Operator): { key: string; cert: string; ca: string };
};

const seconds = 15;

export async function checkAddress(address: string, parts: CheckParts): Promise<{ address: string; ok: boolean; steps: readonly CheckStep[]; fails?: string }> {
  const domain = domainOf(address);
  // Another operator asks, when there is one: a server does not knock at its own door.
  const asker = parts.operators.find((operator) => operator.domain !== domain) ?? parts.operators[0];
  const steps: CheckStep[] = [];
  const say = (step: CheckStep["step"], ok: boolean, said: string): boolean => {
    steps.push({ step, ok, said });
    return ok;
  };
  const walk = async (): Promise<void> => {
    if (parts.publication) {
      const found = await parts.publication.find(address);
      // Technical mailboxes may be left out of the directory (MSS 5.1): said, and the walk goes on.
      say("directory", true, found ? "published" : "not published");
    }
    if (!asker || !say("whitelist", asker.partners.lookup().has(domain), asker.partners.lookup().has(domain) ? "listed" : `${domain} is not in the whitelist`))
      return;
    const place = await parts.route(domain);
    if (!say("route", place !== undefined, place ? `${place.host}:${place.port}` : `no next hop for ${domain}`) || !place) return;
    const session = await openSession(place, parts.gatewayOf(asker)).catch((error: Error) => error);
    if (!say("tls", !(session instanceof Error), session instanceof Error ? session.message : session.protocol) || session instanceof Error) return;
    try {
      const verdict = await parts.verifyPeer(session.certificate);
      const bound = asker.partners.lookup().binds(domain, session.subject);
      const why = verdict.ok ? (bound ? session.subject : `${session.subject} is not bound to ${domain}`) : verdict.reason;
      if (!say("certificate", verdict.ok && bound, why)) return;
      for (const command of [`EHLO ${asker.domain}`, `MAIL FROM:<postmaster@${asker.domain}>`]) {
        const reply = await session.ask(command);
        if (!reply.startsWith("2")) return void say("recipient", false, reply);
      }
      const reply = await session.ask(`RCPT TO:<${address}>`);
      say("recipient", reply.startsWith("2"), reply);
    } finally {
      session.end();
    }
  };
  await walk();
  const failed = steps.find((step) => !step.ok);
  return { address, ok: failed === undefined, steps, ...(failed ? { fails: failed.step } : {}) };
}

type Session = { protocol: string; certificate: Uint8Array; subject: string; ask(command: string): Promise<string>; end(): void };

async function openSession({ host, port }: { host: string; port: number }, own: { key: string; cert: string; ca: string }): Promise<Session> {
  const plain = connect({ host, port, timeout: seconds * 1000 });
  plain.setTimeout(seconds * 1000, () => plain.destroy(new Error("no answer")));
  const clear = talk(plain);
  await clear.reply();
  await clear.ask("EHLO check");
  const begun = await clear.ask("STARTTLS");
  if (!begun.startsWith("220")) throw new Error(`STARTTLS: ${begun}`);
  plain.removeAllListeners("data");
  const secure: TLSSocket = connectTls({ socket: plain, servername: host, ...own, ...tlsPolicy, rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => secure.once("secureConnect", resolve).once("error", reject));
  const certificate = secure.getPeerCertificate();
  const { ask } = talk(secure);
  return {
    protocol: `${secure.getProtocol()} ${secure.getCipher().standardName}`,
    certificate: certificate.raw,
    subject: subjectOf(certificate.subject as unknown as Record<string, string | string[]>),
    ask,
    end: () => void secure.end("QUIT\r\n"),
  };
}

// Nothing but TLS between operators, and the operator's own certificate.
import type { ConnectionOptions } from "node:tls";
import type { Bench, Check } from "../check.ts";
import { openGateway, openSmtp } from "../smtp.ts";
import { must, needed, type Target } from "../target.ts";
import type { Said, Wire } from "../wire.ts";

const quietMillis = 600;

/** A handshake that must not succeed. */
export async function mustNotShake(open: () => Promise<Wire>, options: ConnectionOptions, what: string): Promise<void> {
  const wire = await open();
  try {
    const spoken = await wire.secure(options).then(
      (tls) => tls.getProtocol(),
      () => undefined,
    );
    must(spoken === undefined, `${what} is accepted (${spoken})`);
  } finally {
    wire.end();
  }
}

export const oldProtocols = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
export const weakSuites = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.2",
  ciphers: "AES128-SHA:AES256-SHA:AES128-GCM-SHA256:AES256-GCM-SHA384:@SECLEVEL=0",
} as const;

/** A session at the point where TLS may begin. */
export async function beginTls(target: Target, port: number, said: Said): Promise<Wire> {
  const smtp = await openSmtp(target, port, said);
  await smtp.hello();
  const { code, text } = await smtp.ask("STARTTLS");
  must(code === 220, `STARTTLS: ${text}`);
  return smtp.wire;
}

/** RFC 3207 §4.2: what came before TLS is thrown away. */
export async function mustForget(target: Target, port: number, said: Said): Promise<void> {
  const smtp = await openSmtp(target, port, said);
  try {
    await smtp.hello();
    smtp.wire.write("STARTTLS\r\nEHLO injected.example\r\n");
    const { code } = await smtp.reply();
    if (code !== 220) return;
    // A server that throws the session away has thrown the commands away too.
    const secured = await smtp.wire.secure({}).then(
      () => true,
      () => false,
    );
    if (!secured) return;
    const slipped = await smtp.wire.unasked(quietMillis);
    must(slipped.length === 0, `a command sent in the clear was answered inside TLS: ${slipped[0]}`);
  } finally {
    smtp.wire.end();
  }
}

export const tlsChecks: readonly Check[] = [
  {
    id: "tls-offered",
    requirement: "MSS-07",
    article: "MSS 4.1",
    severity: "must",
    about: { fr: "STARTTLS est annoncé et accepté", en: "STARTTLS is announced and accepted" },
    async run({ target, said }) {
      const smtp = await openSmtp(target, target.gateway, said);
      try {
        must((await smtp.hello()).has("STARTTLS"), "EHLO does not announce STARTTLS");
        const { code, text } = await smtp.ask("STARTTLS");
        must(code === 220, text);
        await smtp.wire.secure({ ca: target.trust });
      } finally {
        smtp.wire.end();
      }
    },
  },
  {
    id: "tls-mandatory",
    requirement: "MSS-07",
    article: "MSS 4.1",
    severity: "must",
    probe: "sans-tls-audit",
    about: { fr: "aucun message hors TLS", en: "no message without TLS" },
    async run({ target, said }) {
      const from = `conformite-test@${target.partners.good?.domain ?? "conformity.example"}`;
      const smtp = await openSmtp(target, target.gateway, said);
      try {
        await smtp.hello();
        for (const command of [`MAIL FROM:<${from}>`, `RCPT TO:<${target.recipient}>`, "DATA"]) {
          const { code } = await smtp.ask(command);
          if (code >= 400) return;
        }
        must(false, "a message is taken in the clear");
      } finally {
        smtp.wire.end();
      }
    },
  },
  {
    id: "tls-floor",
    requirement: "MSS-07",
    article: "MSS 4.1",
    severity: "must",
    about: { fr: "ni TLS 1.0, ni TLS 1.1", en: "neither TLS 1.0 nor TLS 1.1" },
    run: ({ target, said }) => mustNotShake(() => beginTls(target, target.gateway, said), oldProtocols, "TLS below 1.2"),
  },
  {
    id: "tls-suites",
    requirement: "MSS-07",
    article: "MSS 4.1",
    severity: "should",
    about: { fr: "aucune suite sans confidentialité persistante", en: "no suite without forward secrecy" },
    run: ({ target, said }) => mustNotShake(() => beginTls(target, target.gateway, said), weakSuites, "a suite without forward secrecy"),
  },
  {
    id: "tls-injection",
    requirement: "MSS-23",
    article: "MSS 5.1",
    severity: "must",
    about: { fr: "les commandes glissées derrière STARTTLS sont oubliées", en: "commands slipped in behind STARTTLS are forgotten" },
    run: ({ target, said }) => mustForget(target, target.gateway, said),
  },
  {
    id: "own-certificate",
    requirement: "MSS-07",
    article: "MSS 4.1",
    severity: "must",
    about: { fr: "le certificat de l’opérateur : chaîne, dates, usage", en: "the operator’s own certificate: chain, dates, purpose" },
    async run(bench) {
      const { tls, end } = await showGateway(bench);
      end();
      must(tls.authorized, `the operator’s certificate: ${tls.authorizationError}`);
    },
  },
  {
    id: "own-certificate-listed",
    requirement: "MSS-04",
    article: "MSS 3, 4.1",
    severity: "must",
    about: { fr: "la liste blanche rattache ce certificat au domaine", en: "the whitelist binds that certificate to the domain" },
    async run(bench) {
      const binds = needed(bench.target.binds, "the whitelist");
      const { tls, end } = await showGateway(bench);
      const { raw } = tls.getPeerCertificate();
      end();
      must(await binds(raw), `the list does not bind this certificate to ${bench.target.domain}`);
    },
  },
];

async function showGateway({ target, said }: Bench) {
  const { smtp, tls } = await openGateway(target, target.partners.good, said);
  return { tls, end: smtp.wire.end };
}

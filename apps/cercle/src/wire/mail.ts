// The two operators of the demo, each with its own schema, keys, whitelist copy and queue; mail between them goes over SMTP with
// mutual TLS. The agency's side publishes the list that their rights say.
import { randomBytes, X509Certificate } from "node:crypto";
import { EventEmitter } from "node:events";
import { realClock } from "@cercle/kernel";
import {
  createPublisher,
  type DomainRight,
  folderChanged,
  type ListedDomain,
  mailRoutes,
  nameOfCertificate,
  type Operator,
  openOperator,
  whitelistPublished,
} from "@cercle/mail";
import type { House } from "../house.ts";

const demo = ["alpha", "beta"] as const;

export async function startMail(house: House): Promise<void> {
  const { store, governance, authority, vault, log, space } = house;
  const publicHost = house.configuration.get<string>("program.public_host");
  const host = house.configuration.get<string>("program.host");
  const operatorDomains = demo.map((name) => ({ name, domain: `${name}.${space.domains.sandbox_mail}` }));
  const ports = new Map<string, { smtp: number; submission: number; imap: number }>();
  for (const { name, domain } of operatorDomains) {
    ports.set(domain, {
      smtp: await house.port(`mail.${name}_smtp_port`),
      submission: await house.port(`mail.${name}_submission_port`),
      imap: await house.port(`mail.${name}_imap_port`),
    });
  }

  const domains = new Map<string, DomainRight>();
  const names = new Map<string, string>();
  const signer = () => store.transaction((tx) => authority.signer(tx, "whitelist"));
  const publisher = createPublisher({ store, signer, real: realClock });
  const listed = (): readonly ListedDomain[] =>
    [...names].flatMap(([domain, certificateName]) => (domains.get(domain)?.state === "open" ? [{ domain, certificateName }] : []));

  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  const folders = await store.follow({ kind: folderChanged, handle: ({ payload }) => void changes.emit(`${payload.operator} ${payload.folder}`) });
  const watchers = {
    watch(folder: string, changed: () => void): () => void {
      changes.on(folder, changed);
      return () => void changes.off(folder, changed);
    },
  };

  const serverTls = await store.transaction((tx) => authority.issueServer(tx, { hosts: [publicHost, "localhost", "127.0.0.1", "::1"] }));
  const operators: Operator[] = [];
  for (const { name, domain } of operatorDomains) {
    const gateway = await keptCertificate(house, name, domain, publicHost);
    names.set(domain, nameOfCertificate(new X509Certificate(gateway.certificate)));
    operators.push(
      await openOperator({
        name,
        domain,
        store,
        vault,
        sealedQueueKey: vault.seal(await vault.secret(`mail-${name}-queue`, () => randomBytes(32))),
        rights: { find: (wanted) => domains.get(wanted) },
        gatewayTls: { key: gateway.key, cert: gateway.certificate, ca: authority.anchors() },
        serverTls: { key: serverTls.key, cert: serverTls.certificate },
        anchors: () => authority.anchors(),
        verifyPeer: async (der) => {
          const verdict = await authority.verifyMailCertificate(der);
          return verdict.ok ? { ok: true } : { ok: false, reason: verdict.reason };
        },
        route: async (wanted) => {
          const known = ports.get(wanted);
          return known && { host: publicHost, port: known.smtp };
        },
        watchers,
        trace: (tx, type, payload) => governance.evidence.trace(tx, { room: "mail", type, subject: domain, payload }),
        real: realClock,
        onError: (error) => log.error({ error: error instanceof Error ? error.message : String(error), operator: name }, "mail"),
      }),
    );
  }

  for (const { domain } of operatorDomains) {
    const known = await governance.files.right(store, "domain.exchange", domain);
    if (known || house.mode !== "sandbox") continue;
    await store.transaction((tx) =>
      governance.grants.grant(tx, {
        right: "domain.exchange",
        subject: domain,
        holder: `operator:${domain}`,
        actor: "operator",
        limits: { phase: "validated" },
      }),
    );
  }
  const consume = async (): Promise<void> => {
    const list = publisher.current();
    if (list) await Promise.all(operators.map((operator) => operator.partners.accept(Buffer.from(list.xml))));
  };
  const consumer = await store.follow({ kind: whitelistPublished, handle: consume });
  const door = await governance.doors.register({
    name: "mail.domains",
    rights: ["domain.exchange"],
    async apply(rights, whole) {
      if (whole) domains.clear();
      for (const { subject, state, clause, limits } of rights) {
        domains.set(subject, { state, clause, phase: typeof limits.phase === "string" ? limits.phase : undefined });
      }
      // Operators refuse by the right at once; the list that says the same to everyone else comes with it.
      await publisher.publish(listed());
      await consume();
    },
  });

  house.addRoutes(mailRoutes({ store, operators, publisher, rights: { find: (wanted) => domains.get(wanted) } }));
  if (house.listens) {
    for (const operator of operators) {
      const place = ports.get(operator.domain);
      if (place) await operator.listen(host, place);
    }
  }
  for (const { name, domain } of operatorDomains) {
    const place = ports.get(domain);
    house.addRow({
      key: `mail_${name}`,
      label: { fr: `Messagerie ${domain}`, en: `Mail ${domain}` },
      value: `SMTP ${place?.smtp}, submission ${place?.submission}, IMAP ${place?.imap}`,
    });
  }
  house.onStop(async () => {
    await door.close();
    await Promise.all([folders.stop(), consumer.stop(), ...operators.map((operator) => operator.stop())]);
  });
}

/** The mail server certificate of a domain, issued once and kept sealed. */
async function keptCertificate(
  { vault, store, authority }: House,
  name: string,
  domain: string,
  publicHost: string,
): Promise<{ certificate: string; key: string }> {
  const kept = await vault.secret(`mail-${name}-certificate`, async () => {
    const { certificate, key } = await store.transaction((tx) => authority.issueMailServer(tx, { domain, hosts: [publicHost, "localhost"] }));
    return Buffer.from(JSON.stringify({ certificate, key }));
  });
  return JSON.parse(Buffer.from(kept).toString("utf8")) as { certificate: string; key: string };
}

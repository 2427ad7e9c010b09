// The two operators of the demo, each with its own schema, keys, whitelist copy and queue; mail between them goes over SMTP with
// mutual TLS. The agency's side publishes the list that their rights say (`mail-agency.ts`).
import { randomBytes, X509Certificate } from "node:crypto";
import { createClamd } from "@cercle/antivirus";
import type { Directory } from "@cercle/directory";
import { realClock } from "@cercle/kernel";
import {
  autoconfigurationRoutes,
  createWatch,
  fetchBytes,
  folderChanged,
  followMonths,
  followWhitelist,
  type InnerServerSettings,
  mailRoutes,
  nameOfCertificate,
  type Operator,
  openOperator,
  sandboxMailRoutes,
  watchFolders,
  whitelistPublished,
  workRobot,
} from "@cercle/mail";
import type { House } from "../house.ts";
import { createMailAgency, identifyFor, type MailAgency, type MailTrust, openMailTrust } from "./mail-agency.ts";
import { patientsOf, surfaceOf } from "./mail-surface.ts";

const demo = ["alpha", "beta"] as const;
type Ports = { readonly smtp: number; readonly submission: number; readonly imap: number };

export async function startMail(
  house: House,
  { directory }: { directory: Directory },
): Promise<{ readonly operators: readonly Operator[]; readonly agreement: string }> {
  const { configuration, space } = house;
  const own = demo.map((name) => ({ name, domain: `${name}.${space.domains.sandbox_mail}` }));
  const ports = new Map<string, Ports>();
  for (const { name, domain } of own) {
    ports.set(domain, {
      smtp: await house.port(`mail.${name}_smtp_port`),
      submission: await house.port(`mail.${name}_submission_port`),
      imap: await house.port(`mail.${name}_imap_port`),
    });
  }
  const mailAgency = createMailAgency(house);
  const watchers = watchFolders(
    house.store,
    own.map(({ name }) => name),
  );
  house.onStop(() => watchers.stop());
  const trust = await openMailTrust(house, new Map([...ports].map(([domain, { smtp }]) => [domain, smtp])));
  const certificates = new Map<string, { key: string; certificate: string }>();
  for (const { name, domain } of own) certificates.set(domain, await keptCertificate(house, name, domain));
  const operators: Operator[] = await openOperators(house, own, { trust, certificates, mailAgency, watchers });

  await grantDemoDomains(house, own);
  await applyLists(house, mailAgency, operators);
  if (house.mode === "sandbox") followRobots(house, operators);
  const surface = surfaceOf(house, { directory, mailAgency, operators, trust, certificates });
  house.addRoutes(mailRoutes(surface));
  const host = configuration.get<string>("program.public_host");
  house.addRoutes(autoconfigurationRoutes([...ports].map(([domain, { submission, imap }]) => ({ domain, host, submission, imap }))));
  if (house.mode === "sandbox") house.addRoutes(sandboxMailRoutes({ store: house.store, operators, demo: surface.people.demo }));
  for (const operator of operators) {
    const place = ports.get(operator.domain);
    if (house.listens && place) await operator.listen(configuration.get<string>("program.host"), place);
    house.addRow({
      key: `mail_${operator.name}`,
      label: { fr: `Messagerie ${operator.domain}`, en: `Mail ${operator.domain}` },
      value: `SMTP ${place?.smtp}, submission ${place?.submission}, IMAP ${place?.imap}`,
    });
  }
  const stopMonths = house.listens ? sendMonths(house, mailAgency, operators) : undefined;
  house.onStop(async () => {
    await stopMonths?.();
    await Promise.all(operators.map((operator) => operator.stop()));
  });
  return { operators, agreement: trust.agreement };
}

/** The month that ended by the space's clock goes to the agency by itself. */
function sendMonths({ store, space, governance, log }: House, { agency }: MailAgency, operators: readonly Operator[]): () => Promise<void> {
  return followMonths({ store, agency, operators, timeZone: space.time_zone, now: () => governance.clock.now(), real: () => realClock.now() }, (error) =>
    log.error({ error: error instanceof Error ? error.message : String(error) }, "mail indicators"),
  );
}

type Parts = {
  readonly trust: MailTrust;
  readonly certificates: ReadonlyMap<string, { key: string; certificate: string }>;
  readonly mailAgency: MailAgency;
  readonly watchers: ReturnType<typeof watchFolders>;
};

/** Robots answer in the process that listens; a claim keeps two of them from answering the same. */
function followRobots({ store, listens, onStop, log }: House, operators: readonly Operator[]): void {
  if (!listens) return;
  const wait = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis).unref());
  const robots = store.hear(folderChanged, ({ operator, folder }) => {
    const own = operators.find(({ name }) => name === operator);
    // In its own time: a slow robot does not hold the others up.
    if (own) void workRobot(store, own, folder, wait).catch((error: Error) => log.error({ error: error.message }, "mail robot"));
  });
  onStop(() => robots.stop());
}

async function openOperators(
  house: House,
  own: readonly { name: string; domain: string }[],
  { trust, certificates, mailAgency: { agency, rights }, watchers }: Parts,
): Promise<Operator[]> {
  const { store, vault, authority, governance, log } = house;
  const publicHost = house.configuration.get<string>("program.public_host");
  const clamd = house.configuration.get<string | undefined>("mail.clamd");
  const serverTls = await store.transaction((tx) => authority.issueServer(tx, { hosts: [publicHost, "localhost", "127.0.0.1", "::1"] }));
  const operators: Operator[] = [];
  for (const { name, domain } of own) {
    const gateway = certificates.get(domain);
    if (!gateway) continue;
    const certificateName = nameOfCertificate(new X509Certificate(gateway.certificate));
    await store.transaction((tx) => agency.list(tx, { domain, certificateName, holder: `operator:${domain}` }));
    operators.push(
      await openOperator({
        name,
        domain,
        store,
        vault,
        sealedQueueKey: vault.seal(await vault.secret(`mail-${name}-queue`, () => randomBytes(32))),
        rights: { find: (wanted) => rights.get(wanted) },
        gatewayTls: { key: gateway.key, cert: gateway.certificate, ca: trust.anchors() },
        serverTls: { key: serverTls.key, cert: serverTls.certificate },
        anchors: trust.anchors,
        verifyPeer: trust.verifyPeer,
        route: trust.route,
        guide: trust.guide,
        agreement: { version: house.configuration.get<string>("mail.agreement_version"), place: trust.agreement },
        inner: house.configuration.get<InnerServerSettings>("mail.inner_servers")[domain],
        patients: patientsOf(house),
        product: house.configuration.get<string>("mail.product_number"),
        verifyBearer: trust.verifyBearer,
        scanner: clamd ? createClamd({ place: clamd }) : undefined,
        unscanned: house.configuration.get<"refuse" | "mark">("mail.clamd_unreachable"),
        watch: createWatch({
          waveRecipients: house.configuration.get<number>("mail.wave_recipients"),
          real: realClock,
          identify: identifyFor(house, agency, domain),
        }),
        watchers,
        trace: (tx, type, payload) => governance.evidence.trace(tx, { room: "mail", type, subject: domain, payload }),
        real: realClock,
        onError: (error) => log.error({ error: error instanceof Error ? error.message : String(error), operator: name }, "mail"),
      }),
    );
  }
  return operators;
}

async function grantDemoDomains({ governance, store, mode }: House, own: readonly { domain: string }[]): Promise<void> {
  for (const { domain } of own) {
    const known = await governance.files.right(store, "domain.exchange", domain);
    if (known || mode !== "sandbox") continue;
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
}

/** The door of domains publishes; operators apply what is published here, or what the setting's address holds. */
async function applyLists(house: House, { publisher, rights, publish }: MailAgency, operators: readonly Operator[]): Promise<void> {
  const { store, governance, configuration } = house;
  const url = configuration.get<string>("mail.whitelist_url");
  const partners = operators.map((operator) => operator.partners);
  const consume = async (): Promise<void> => {
    const list = publisher.current();
    if (list && url === "") await Promise.all(partners.map((one) => one.accept(Buffer.from(list.xml))));
  };
  const consumer = await store.follow({ kind: whitelistPublished, handle: consume });
  const door = await governance.doors.register({
    name: "mail.domains",
    rights: ["domain.exchange"],
    async apply(changed, whole) {
      if (whole) rights.clear();
      for (const { subject, state, clause, limits } of changed) {
        rights.set(subject, { state, clause, phase: typeof limits.phase === "string" ? limits.phase : undefined });
      }
      // Operators refuse by the right at once; the list that says the same to everyone else comes with it.
      await publish();
      await consume();
    },
  });
  const source =
    url === "" || !house.listens ? undefined : followWhitelist({ url, seconds: configuration.get<number>("mail.whitelist_seconds"), partners, fetchBytes });
  house.onStop(async () => {
    await door.close();
    await Promise.all([consumer.stop(), source?.stop()]);
  });
}

/** The mail server certificate of a domain, issued once and kept sealed. */
async function keptCertificate({ vault, store, authority, configuration }: House, name: string, domain: string): Promise<{ certificate: string; key: string }> {
  const publicHost = configuration.get<string>("program.public_host");
  const kept = await vault.secret(`mail-${name}-certificate`, async () => {
    const { certificate, key } = await store.transaction((tx) => authority.issueMailServer(tx, { domain, hosts: [publicHost, "localhost"] }));
    return Buffer.from(JSON.stringify({ certificate, key }));
  });
  return JSON.parse(Buffer.from(kept).toString("utf8")) as { certificate: string; key: string };
}

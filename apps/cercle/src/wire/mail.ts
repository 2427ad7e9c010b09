// The two operators of the demo, each with its own schema, keys, whitelist copy and queue; mail between them goes over SMTP with
// mutual TLS. The agency's side publishes the list that their rights say (`mail-agency.ts`).
import { X509Certificate } from "node:crypto";
import type { Decisions } from "@cercle/evidence";
import {
  fetchBytes,
  findStanding,
  folderChanged,
  followWhitelist,
  nameOfCertificate,
  type Operator,
  sandboxMailRoutes,
  whitelistPublished,
  workRobot,
} from "@cercle/mail";
import type { House } from "../house.ts";
import { createMailAgency, identifyFor, type MailAgency } from "./mail-agency.ts";
import type { MailDirectory } from "./mail-directory.ts";
import { type OperatorParts, type OwnOperator, openOperators, type Pair, portsOf, serveOperators } from "./mail-operators.ts";
import { administersByFile } from "./mail-surface.ts";
import { createTransferAgency } from "./mail-transfer.ts";
import { openMailTrust } from "./mail-trust.ts";

const demo = ["alpha", "beta"] as const;

export async function startMail(
  house: House,
  { directory, decisions }: { directory: MailDirectory; decisions: Decisions },
): Promise<{ readonly operators: readonly Operator[]; readonly agreement: string }> {
  const { configuration, space, store, authority, mode } = house;
  const mailAgency = createMailAgency(house);
  const { agency } = mailAgency;
  const own: OwnOperator[] = [];
  for (const name of demo) {
    const domain = `${name}.${space.domains.sandbox_mail}`;
    own.push({ name, domain, gateway: await keptCertificate(house, name, domain), ports: await portsOf(house, name) });
  }
  const operators: Operator[] = [];
  const publicHost = configuration.get<string>("program.public_host");
  const trust = await openMailTrust(house, (domain) => {
    const smtp = own.find((one) => one.domain === domain)?.ports.smtp;
    // A domain that went to another operator is found where its new gateway is.
    const [host, port] = (operators.find((operator) => operator.domain === domain)?.gate.destination() ?? "").split(/:(?=\d+$)/);
    if (host && port) return { host, port: Number(port) };
    return smtp === undefined ? undefined : { host: publicHost, port: smtp };
  });
  const consume = consumeLists(house, mailAgency, operators);
  const parts: OperatorParts = {
    own,
    transferAgency: createTransferAgency(house, mailAgency, consume),
    trust,
    agency,
    directory,
    decisions,
    serverTls: await store.transaction((tx) => authority.issueServer(tx, { hosts: [publicHost, "localhost", "127.0.0.1", "::1"] })),
    rights: { find: (wanted) => mailAgency.rights.get(wanted) },
    administers: (actor, domain, from) => administersByFile(house, actor, domain, from),
    identify: (domain) => identifyFor(house, agency, domain),
  };
  for (const { name, domain, gateway } of own) {
    // A domain that moves, or went to another operator, is listed by its transfer.
    if ((await findStanding(store, `mail_${name}`)) !== "open") continue;
    const certificateName = nameOfCertificate(new X509Certificate(gateway.certificate));
    await store.transaction((tx) => agency.list(tx, { domain, certificateName, holder: `operator:${domain}` }));
  }
  operators.push(...(await openOperators(house, parts)));
  await grantDemoDomains(house, own);
  await applyLists(house, mailAgency, operators, consume);
  if (mode === "sandbox") followRobots(house, operators);
  const { people } = await serveOperators(house, operators, parts);
  if (mode === "sandbox") house.addRoutes(sandboxMailRoutes({ store, operators, demo: people.demo }));
  return { operators, agreement: trust.agreement };
}

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

/** Operators apply what is published here, unless the setting names another list. */
function consumeLists({ configuration }: House, { publisher }: MailAgency, operators: readonly Operator[]): () => Promise<void> {
  const url = configuration.get<string>("mail.whitelist_url");
  return async () => {
    const list = publisher.current();
    if (list && url === "") await Promise.all(operators.map(({ partners }) => partners.accept(Buffer.from(list.xml))));
  };
}

/** The door of domains publishes; operators apply what is published here, or what the setting's address holds. */
async function applyLists(house: House, { rights, publish }: MailAgency, operators: readonly Operator[], consume: () => Promise<void>): Promise<void> {
  const { store, governance, configuration } = house;
  const url = configuration.get<string>("mail.whitelist_url");
  const partners = operators.map((operator) => operator.partners);
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
async function keptCertificate({ vault, store, authority, configuration }: House, name: string, domain: string): Promise<Pair> {
  const publicHost = configuration.get<string>("program.public_host");
  const kept = await vault.secret(`mail-${name}-certificate`, async () => {
    const { certificate, key } = await store.transaction((tx) => authority.issueMailServer(tx, { domain, hosts: [publicHost, "localhost"] }));
    return Buffer.from(JSON.stringify({ certificate, key }));
  });
  return JSON.parse(Buffer.from(kept).toString("utf8")) as Pair;
}

// What operators have in common, whether they are those of a demo or one alone: opened, listening, reached by mail programs, reporting.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createClamd } from "@cercle/antivirus";
import type { Decisions } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import type { MailSurface } from "@cercle/mail";
import {
  type Agency,
  autoconfigurationRoutes,
  createStreamServer,
  createWatch,
  type DeliverIndicators,
  findReceivedCertificate,
  followMonths,
  type IncidentKind,
  type InnerServerSettings,
  type MailRights,
  mailRoutes,
  type Operator,
  openOperator,
  publicMailRoutes,
  type TransferAgency,
  watchFolders,
} from "@cercle/mail";
import type { House } from "../house.ts";
import { type Administers, custodyDecisions, keepTerms } from "./mail-custody.ts";
import type { MailDirectory } from "./mail-directory.ts";
import { patientsOf, surfaceOf } from "./mail-surface.ts";
import type { MailTrust } from "./mail-trust.ts";

export type MailPorts = { readonly smtp: number; readonly submission: number; readonly imap: number };
export type Pair = { readonly key: string; readonly certificate: string };
export type OwnOperator = { readonly name: string; readonly domain: string; readonly gateway: Pair; readonly ports: MailPorts };

export type OperatorParts = {
  readonly own: readonly OwnOperator[];
  readonly serverTls: Pair;
  readonly trust: MailTrust;
  readonly agency: Agency;
  readonly rights: MailRights;
  readonly directory: MailDirectory;
  /** Indicators go to an agency outside as well. */
  readonly deliver?: DeliverIndicators | undefined;
  /** Where the list is published that names the domains; absent where another agency does. */
  readonly transferAgency?: TransferAgency | undefined;
  readonly administers: Administers;
  readonly decisions: Decisions;
  identify(domain: string): (kind: IncidentKind, facts: Readonly<Record<string, string | number>>) => Promise<void>;
};

export async function portsOf({ port }: House, name: string): Promise<MailPorts> {
  return { smtp: await port(`mail.${name}_smtp_port`), submission: await port(`mail.${name}_submission_port`), imap: await port(`mail.${name}_imap_port`) };
}

export async function openOperators(house: House, { own, serverTls, trust, rights, identify, transferAgency }: OperatorParts): Promise<readonly Operator[]> {
  const { store, vault, governance, log, configuration } = house;
  const clamd = configuration.get<string | undefined>("mail.clamd");
  const watchers = watchFolders(
    store,
    own.map(({ name }) => name),
  );
  house.onStop(() => watchers.stop());
  const onError =
    (operator: string) =>
    (error: unknown): void =>
      log.error({ error: error instanceof Error ? error.message : String(error), operator }, "mail");
  const host = configuration.get<string>("program.public_host");
  const streamPort = await house.port("mail.transfer_port");
  const stream = house.listens
    ? createStreamServer({ host: configuration.get<string>("program.host"), port: streamPort, onError: onError("transfer") })
    : undefined;
  house.onStop(async () => stream?.stop());
  const operators: Operator[] = [];
  for (const { name, domain, gateway: given, ports } of own) {
    const gateway = (await findReceivedCertificate(store, vault, name)) ?? given;
    const inner = configuration.get<InnerServerSettings>("mail.inner_servers")[domain];
    operators.push(
      await openOperator({
        name,
        domain,
        store,
        vault,
        sealedQueueKey: vault.seal(await vault.secret(`mail-${name}-queue`, () => randomBytes(32))),
        rights,
        gatewayTls: { key: gateway.key, cert: gateway.certificate, ca: trust.anchors() },
        serverTls: { key: serverTls.key, cert: serverTls.certificate },
        anchors: trust.anchors,
        verifyPeer: trust.verifyPeer,
        verifyComponent: trust.verifyComponent,
        route: trust.route,
        guide: trust.guide,
        agreement: { version: configuration.get<string>("mail.agreement_version"), place: trust.agreement },
        inner,
        innerAnchors: inner?.trust_file === undefined ? trust.anchors() : readFileSync(inner.trust_file, "utf8"),
        patients: patientsOf(house),
        product: configuration.get<string>("mail.product_number"),
        verifyBearer: trust.verifyBearer,
        passwords: (configuration.get<"on" | "off" | undefined>("mail.app_passwords") ?? (house.mode === "sandbox" ? "on" : "off")) === "on",
        scanner: clamd ? createClamd({ place: clamd }) : undefined,
        unscanned: configuration.get<"refuse" | "mark">("mail.clamd_unreachable"),
        watch: createWatch({ waveRecipients: configuration.get<number>("mail.wave_recipients"), real: realClock, identify: identify(domain) }),
        watchers,
        moves: { agency: transferAgency, stream, place: `${host}:${streamPort}`, gateway: `${host}:${ports.smtp}` },
        trace: (tx, type, payload) => governance.evidence.trace(tx, { room: "mail", type, subject: domain, payload }),
        real: realClock,
        now: () => governance.clock.now(),
        nameOf: async (from, holder) => (await house.accounts.find(from, holder.replace("account:", "")))?.name ?? holder,
        onError: onError(name),
      }),
    );
  }
  return operators;
}

/** API, public pages, autoconfiguration, listeners, indicators of each month. */
export async function serveOperators(house: House, operators: readonly Operator[], parts: OperatorParts): Promise<MailSurface> {
  const { configuration } = house;
  const { own, agency, rights, directory, trust, administers, deliver } = parts;
  const certificates = { get: (domain: string) => operators.find((operator) => operator.domain === domain)?.certificate() };
  const decisions = custodyDecisions(house, { decisions: parts.decisions, operators, administers });
  const surface = surfaceOf(house, { directory, agency, rights, operators, trust, certificates, administers, deliver, decisions });
  house.addRoutes(mailRoutes(surface));
  house.addRoutes(publicMailRoutes({ frame: house.frame, agreement: configuration.get<string>("mail.agreement_version") }));
  const host = configuration.get<string>("program.public_host");
  house.addRoutes(autoconfigurationRoutes(own.map(({ domain, ports: { submission, imap } }) => ({ domain, host, submission, imap }))));
  for (const operator of operators) {
    const ports = own.find(({ domain }) => domain === operator.domain)?.ports;
    if (house.listens && ports) await operator.listen(configuration.get<string>("program.host"), ports);
    house.addRow({
      key: `mail_${operator.name}`,
      label: { fr: `Messagerie ${operator.domain}`, en: `Mail ${operator.domain}` },
      value: `SMTP ${ports?.smtp}, submission ${ports?.submission}, IMAP ${ports?.imap}`,
    });
  }
  await keepTerms(house, operators);
  const stopMonths = house.listens ? sendMonths(house, parts, operators) : undefined;
  house.onStop(async () => {
    await stopMonths?.();
    await Promise.all(operators.map((operator) => operator.stop()));
  });
  return surface;
}

/** The month that ended by the space's clock goes to the agency by itself. */
function sendMonths({ store, space, governance, log }: House, { agency, deliver }: OperatorParts, operators: readonly Operator[]): () => Promise<void> {
  return followMonths(
    { store, agency, deliver, operators, timeZone: space.time_zone, now: () => governance.clock.now(), real: () => realClock.now() },
    (error) => log.error({ error: error instanceof Error ? error.message : String(error) }, "mail indicators"),
  );
}

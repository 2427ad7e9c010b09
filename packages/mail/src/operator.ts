// One operator put together: mailboxes, partners, gateway, queue, submission, IMAP. Each has its own schema, keys, list and queue.
import type { Clamd } from "@cercle/antivirus";
import type { Authenticate, ImapServer, MailAccount } from "@cercle/imap";
import { createImapServer } from "@cercle/imap";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Store } from "@cercle/store";
import type { SMTPServer } from "smtp-server";
import { type Custody, createCustody } from "./custody/custody.ts";
import { createGateway } from "./gateway/gateway.ts";
import { createInnerServer, type InnerServerSettings } from "./gateway/inner-server.ts";
import { createScreening, type Screening } from "./gateway/screening.ts";
import { openAccount } from "./mailboxes/account.ts";
import type { Watchers } from "./mailboxes/folder-watch.ts";
import { createMailboxes, type Mailboxes } from "./mailboxes/mailboxes.ts";
import { openKey, type Vault } from "./mailboxes/sealing.ts";
import { createSignIn, type SignIn } from "./mailboxes/sign-in.ts";
import type { SignedIn } from "./mailboxes/users.ts";
import type { MailRights, PeerVerdict, TraceMail, VerifyBearer } from "./ports.ts";
import { createQueue, type Queue, type Route } from "./queue/queue.ts";
import { createIndexer } from "./search/indexer.ts";
import type { PatientRules } from "./submission/patient-address.ts";
import { createSubmission, type Submission } from "./submission/submission.ts";
import { type Gate, openGate } from "./transfer/gate.ts";
import type { StreamServer } from "./transfer/stream-server.ts";
import { createTransfer, type Transfer, type TransferAgency } from "./transfer/transfer.ts";
import { openPartners, type Partners } from "./trust/partners.ts";
import { tlsPolicy } from "./trust/tls-policy.ts";
import { startBeats } from "./watching/indicators.ts";
import type { Watch } from "./watching/watch.ts";

/** MSS 4.1, told at each sign-in until the domain is validated; ASCII, as an IMAP text is. */
const provisionalNotice =
  "Boite de test, integration provisoire : aucune donnee de sante, aucune donnee personnelle (MSS 4.1). / Test mailbox, provisional integration: no health data, no personal data (MSS 4.1).";

export type OperatorOptions = {
  readonly name: string;
  readonly domain: string;
  readonly store: Store;
  readonly vault: Vault;
  /** The operator's own queue key, sealed by the vault. */
  readonly sealedQueueKey: Uint8Array;
  readonly rights: MailRights;
  /** The mail server certificate of the domain: gateway both ways. */
  readonly gatewayTls: { key: string; cert: string; ca: string };
  /** What users' programs see on submission and IMAP. */
  readonly serverTls: { key: string; cert: string };
  anchors(): string;
  verifyPeer(der: Uint8Array): Promise<PeerVerdict>;
  route(domain: string): Promise<Route | undefined>;
  readonly verifyBearer?: VerifyBearer;
  verifyComponent(der: Uint8Array): Promise<PeerVerdict>;
  readonly watch: Watch;
  /** Gateway mode: the server that holds the domain's mailboxes. */
  readonly inner?: InnerServerSettings[string] | undefined;
  /** What the inner server's certificate is judged by, PEM. */
  readonly innerAnchors: string;
  /** Judges messages; absent, nothing is scanned. */
  readonly scanner?: Pick<Clamd, "scan"> | undefined;
  /** When no verdict comes: refused for now, or let through with a mark. */
  readonly unscanned: "refuse" | "mark";
  /** The evidence agreement in force, and where it is read. */
  readonly agreement: { readonly version: string; readonly place: string };
  /** `X-MSS-NIL` of messages that carry none. */
  readonly product: string;
  /** Of the space, where patients have addresses. */
  readonly patients?: PatientRules | undefined;
  readonly watchers: Watchers;
  /** What a transfer of the domain to or from another operator needs (MSS 13). */
  readonly moves: {
    readonly agency: TransferAgency | undefined;
    readonly stream: StreamServer | undefined;
    /** Where targets reach the stream, and partners the gateway: `host:port`. */
    readonly place: string;
    readonly gateway: string;
  };
  /** Whether a device may have a password of its own. */
  readonly passwords: boolean;
  readonly trace: TraceMail;
  readonly real: Clock;
  /** The space's clock: what terms of retention and ends of accesses are counted by. */
  now(): Temporal.Instant;
  /** The name of an administrator's account. */
  nameOf(from: Queryable, holder: string): Promise<string>;
  /** Address of the page that explains refusals. */
  readonly guide: string;
  onError(error: unknown): void;
};

export type Operator = {
  readonly name: string;
  readonly domain: string;
  readonly mailboxes: Mailboxes;
  readonly partners: Partners;
  readonly queue: Queue;
  readonly screening: Screening;
  readonly signIn: SignIn;
  readonly agreementVersion: string;
  /** Whether a device may have a password of its own. */
  readonly passwords: boolean;
  readonly gate: Gate;
  readonly transfer: Transfer;
  /** What partners are shown now: another one once the domain came by transfer. */
  certificate(): { readonly key: string; readonly certificate: string };
  readonly custody: Custody;
  /** Wakes what erases; it works by itself as well. */
  erase(): void;
  readonly trace: TraceMail;
  submit: Submission["submit"];
  open(who: SignedIn): Promise<MailAccount>;
  listen(host: string, ports: { smtp: number; submission: number; imap: number }): Promise<void>;
  stop(): Promise<void>;
};

/** 5.3: the size that operators accept of each other, and of their users. */
const maximumBytes = 50 * 1024 * 1024;
const gateMillis = 2000;

const sweepMillis = 10 * 60_000;

export async function openOperator(options: OperatorOptions): Promise<Operator> {
  const { name, domain, store, vault, real, trace, rights } = options;
  const mailboxes = createMailboxes({ operator: name, store, vault, real });
  const indexer = createIndexer({ store, mailboxes, onError: options.onError });
  const partners = await openPartners({ store, schema: mailboxes.schema, anchors: options.anchors, real });
  const key = openKey(vault, options.sealedQueueKey);
  const inner = options.inner && createInnerServer(options.inner, { domain, ca: options.innerAnchors, real });
  const gate = await openGate({ store, schema: mailboxes.schema, domain, real });
  const queue = createQueue({
    isHeld: () => gate.standing() !== "open",
    isFresh: gate.isFresh,
    domain,
    store,
    mailboxes,
    partners,
    key,
    inner,
    tls: options.gatewayTls,
    route: options.route,
    trace,
    real,
  });
  const screening = createScreening({ domain, store, mailboxes, scanner: options.scanner, unscanned: options.unscanned, key, tell: queue.tell, trace, real });
  const signIn = createSignIn({
    mailboxes,
    store,
    verifyBearer: options.verifyBearer,
    verifyComponent: options.verifyComponent,
    agreement: options.agreement,
    passwords: options.passwords,
  });
  const authenticate: Authenticate = async (given) => {
    gate.passImap();
    const who =
      given.kind === "password"
        ? await signIn.withPassword(given.user, given.password)
        : given.kind === "bearer"
          ? await signIn.withBearer(given.user, given.token)
          : await signIn.withCertificate(given.user, given.certificate);
    if (!who) return undefined;
    await store.transaction((tx) => mailboxes.trail.act(tx, { ...who, what: "signed-in" }));
    const account = await openAccount({ who, mailboxes, store, watchers: options.watchers, indexer, real });
    return { ...gate.guard(account), alert: rights.find(domain)?.phase === "provisional" ? provisionalNotice : undefined };
  };
  const gateway = createGateway({
    inner,
    forward: inner && queue.add,
    pass: gate.passSmtp,
    domain,
    store,
    mailboxes,
    screening,
    partners,
    rights,
    tls: options.gatewayTls,
    verifyPeer: options.verifyPeer,
    trace,
    real,
    maximumBytes,
    watch: options.watch,
    guide: options.guide,
  });
  const submission = createSubmission({
    pass: gate.passSmtp,
    domain,
    store,
    mailboxes,
    partners,
    rights,
    queue,
    screening,
    inner,
    tls: options.serverTls,
    passwords: options.passwords,
    signIn,
    product: options.product,
    patients: options.patients,
    trace,
    real,
    maximumBytes,
    guide: options.guide,
  });
  const imap: ImapServer = createImapServer({
    name: domain,
    passwords: options.passwords,
    requestCertificate: true,
    tls: { ...options.serverTls, ...tlsPolicy },
    authenticate,
    limits: { appendBytes: maximumBytes },
    onError: options.onError,
  });
  gate.onClose(imap.drop);
  let shown = { key: options.gatewayTls.key, certificate: options.gatewayTls.cert };
  const transfer = createTransfer({
    ...options.moves,
    domain,
    store,
    mailboxes,
    vault,
    queueKey: key,
    gate,
    useCertificate(certificate) {
      shown = certificate;
      const tls = { ...options.gatewayTls, key: certificate.key, cert: certificate.certificate };
      gateway.updateSecureContext(tls);
      queue.useTls(tls);
    },
    trace,
    real,
    onError: options.onError,
  });
  const custody = createCustody({
    domain,
    store,
    mailboxes,
    openKept: (who) => openAccount({ who, mailboxes: { ...mailboxes, key: mailboxes.keptKey }, store, watchers: options.watchers, indexer, real }),
    tell: queue.tell,
    nameOf: options.nameOf,
    trace,
    now: options.now,
    onError: options.onError,
  });
  let stopBeats: (() => void) | undefined;
  let looking: NodeJS.Timeout | undefined;
  let sweeping: NodeJS.Timeout | undefined;
  return {
    name,
    domain,
    mailboxes,
    partners,
    queue,
    screening,
    signIn,
    agreementVersion: options.agreement.version,
    passwords: options.passwords,
    custody,
    erase: () => void custody.eraser.round().catch(options.onError),
    trace,
    submit: submission.submit,
    gate,
    transfer,
    certificate: () => shown,
    async open(who) {
      gate.passImap();
      return gate.guard(await openAccount({ who, mailboxes, store, watchers: options.watchers, indexer, real }));
    },
    async listen(host, ports) {
      // The embedded engine is one process's own: what was being brought when it died has nobody any more.
      await mailboxes.bodies.sweep({ idle: store.engine === "embedded" });
      sweeping = setInterval(() => void mailboxes.bodies.sweep().catch(options.onError), sweepMillis).unref();
      await listenSmtp(gateway, host, ports.smtp);
      await listenSmtp(submission.server, host, ports.submission);
      await imap.listen({ host, port: ports.imap, implicitTls: false });
      queue.start();
      indexer.start();
      await transfer.start();
      // Steps that another process took; the store refuses by itself meanwhile.
      looking = setInterval(() => void gate.refresh().catch(options.onError), gateMillis).unref();
      stopBeats = startBeats(store, mailboxes.schema, () => real.now());
    },
    async stop() {
      stopBeats?.();
      clearInterval(looking);
      await transfer.stop();
      clearInterval(sweeping);
      await imap.close();
      await Promise.all([gateway, submission.server].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
      await Promise.all([queue.stop(), indexer.stop(), custody.eraser.stop()]);
    },
  };
}

function listenSmtp(server: SMTPServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}

// The gateway: SMTP between operators, mutual TLS, the certificate bound to its domains by the whitelist. 250 means durable.
import type { TLSSocket } from "node:tls";
import { parseAddresses, parseHeaders } from "@cercle/imap";
import type { Clock } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Content } from "../bodies/bodies.ts";
import { receiveMessage } from "../bodies/receive.ts";
import { type Letter, type Note, sealLetter, structureOf } from "../mailboxes/delivery.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import { headOf } from "../mailboxes/mime-head.ts";
import type { MailRights, PeerVerdict, TraceMail } from "../ports.ts";
import { readReceipt } from "../submission/receipts.ts";
import { subjectOf } from "../trust/certificate-name.ts";
import type { Partners } from "../trust/partners.ts";
import { tlsPolicy } from "../trust/tls-policy.ts";
import { digestOf, referenceIn } from "../watching/trail.ts";
import type { Watch } from "../watching/watch.ts";
import { createArrivals } from "./arrivals.ts";
import type { InnerServer } from "./inner-server.ts";
import type { Screening } from "./screening.ts";
import { gatewayReplies as no, withPlace } from "./smtp-refusal.ts";

export type GatewayOptions = {
  readonly domain: string;
  readonly store: Store;
  readonly screening: Screening;
  /** Gateway mode: what comes waits here for the server that holds the mailboxes. */
  readonly forward: ((tx: Tx, message: { sender: string; recipients: readonly string[]; content: Content; digest: string }) => Promise<void>) | undefined;
  /** That server, asked whether it knows a recipient. */
  readonly inner?: Pick<InnerServer, "knows" | "unasked"> | undefined;
  readonly mailboxes: Mailboxes;
  readonly partners: Partners;
  readonly rights: MailRights;
  /** Throws the reply of a domain that is moving to another operator, or has moved. */
  pass(): void;
  readonly tls: { key: string; cert: string; ca: string };
  verifyPeer(der: Uint8Array): Promise<PeerVerdict>;
  readonly trace: TraceMail;
  readonly real: Clock;
  readonly maximumBytes: number;
  readonly watch: Watch;
  /** Address of the page that explains refusals. */
  readonly guide: string;
};

/** What the handshake said of the partner, kept with the session. */
type Peer = { readonly subject: string; readonly serial: string };
const peers = new WeakMap<object, Peer>();
const maximumHops = 30;

export function createGateway(options: GatewayOptions): SMTPServer {
  const { domain, mailboxes, store, rights, maximumBytes, real } = options;
  const arrivals = createArrivals({ store, operator: mailboxes.operator, schema: mailboxes.schema, real });
  const refuse =
    (done: (error: Error) => void) =>
    (error: unknown): void =>
      done(withPlace(error, options.guide));
  const server = new SMTPServer({
    name: domain,
    banner: "Cercle",
    secure: false,
    key: options.tls.key,
    cert: options.tls.cert,
    ca: [options.tls.ca],
    ...tlsPolicy,
    requestCert: true,
    // Judged by hand, so that the partner is told the true cause.
    rejectUnauthorized: false,
    disabledCommands: ["AUTH"],
    authOptional: true,
    disableReverseLookup: true,
    hidePIPELINING: false,
    hide8BITMIME: false,
    hideSMTPUTF8: false,
    size: maximumBytes,
    maxClients: 200,
    socketTimeout: 120_000,
    closeTimeout: 2000,
    logger: false,
    onSecure(socket, session, done) {
      const certificate = (socket as TLSSocket).getPeerCertificate();
      if (certificate?.raw)
        peers.set(session, { subject: subjectOf(certificate.subject as unknown as Record<string, string | string[]>), serial: certificate.serialNumber });
      Object.assign(session, { peerDer: certificate?.raw });
      done();
    },
    onMailFrom: (address, session, done) => void checkSender(address, session).then(done, refuse(done)),
    onRcptTo: (address, session, done) => void checkRecipient(address, session).then(done, refuse(done)),
    onData: (stream, session, done) => void receive(stream, session).then((text) => done(null, text), refuse(done)),
  });
  server.on("error", () => undefined);

  const checkSender = async (address: SMTPServerAddress, session: SMTPServerSession): Promise<undefined> => {
    if (!session.secure) throw no.noTls();
    const peer = peers.get(session);
    const der = (session as SMTPServerSession & { peerDer?: Buffer }).peerDer;
    if (!peer || !der) throw no.noCertificate();
    const verdict = await options.verifyPeer(der);
    if (!verdict.ok) {
      options.watch.outside(verdict.reason);
      throw no.badCertificate(verdict.reason);
    }
    const { lookup } = options.partners;
    if (address.address === "") {
      // A report has no sender: the certificate alone says who speaks.
      if (lookup().domainsOf(peer.subject).length === 0) throw no.nullSender();
      return undefined;
    }
    const from = domainOf(address.address);
    if (!lookup().has(from)) {
      options.watch.outside("not-listed");
      throw no.notListed(from);
    }
    if (!lookup().binds(from, peer.subject)) {
      options.watch.outside("not-bound");
      throw no.notBound(from);
    }
    const right = rights.find(from);
    if (right && right.state !== "open") throw no.closed(from, right.clause);
    if (right?.phase === "provisional" && !isTestAddress(address.address)) throw no.testOnly(address.address);
    return undefined;
  };

  const checkRecipient = async ({ address }: SMTPServerAddress, session: SMTPServerSession): Promise<undefined> => {
    const to = address.toLowerCase();
    if (domainOf(to) !== domain) throw no.relay(to);
    // MSS 13: nothing is accepted at two places, and nothing is lost: partners try again.
    options.pass();
    const own = rights.find(domain);
    if (own && own.state !== "open") throw no.closed(domain, own.clause);
    const sender = session.envelope.mailFrom ? session.envelope.mailFrom.address : "";
    const restricted = own?.phase === "provisional" || rights.find(domainOf(sender))?.phase === "provisional";
    if (restricted && !isTestAddress(to)) throw no.testOnly(to);
    if (options.inner) return checkInner(options.inner, to);
    const mailbox = await mailboxes.findRecipient(to);
    if (!mailbox) throw no.noMailbox(to);
    if (mailbox.used_bytes >= mailbox.quota_bytes) throw no.full(to);
    return undefined;
  };

  /** Who is not known inside is refused at once; room in a mailbox the inner server judges later, and its sender is told by a report. */
  const checkInner = async (inner: Pick<InnerServer, "knows" | "unasked">, to: string): Promise<undefined> => {
    const answer = await inner.knows(to);
    if (answer.is === "unknown") throw no.unknownInside(to, answer.said);
    if (answer.is === "unasked" && inner.unasked === "refuse") throw no.innerAway();
    return undefined;
  };

  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> => {
    const stamp = Buffer.from(receivedLine(session, domain, peers.get(session)));
    const content = await receiveMessage(mailboxes.bodies, stream, maximumBytes, { before: () => stamp, signs: "what came" });
    if (!content) throw no.tooLarge(maximumBytes);
    return mailboxes.bodies.settle(content, (also) => accept(content, session, also));
  };

  const accept = async (came: Content, session: SMTPServerSession, made: (content: Content) => Content): Promise<string> => {
    options.pass();
    const peer = peers.get(session);
    const raw = came.head.subarray(came.added);
    const headers = parseHeaders(headOf(raw));
    if (headers.all("received").length > maximumHops) throw no.loop();
    const sender = session.envelope.mailFrom ? session.envelope.mailFrom.address.toLowerCase() : "";
    checkHeaderSender(headers.all("from"), sender);
    const recipients = session.envelope.rcptTo.map(({ address }) => address.toLowerCase());
    options.watch.reached(sender, recipients.length);
    const content = made(await options.screening.screen(came, { direction: "received", sender, recipients, here: recipients, signs: "what came" }));
    const { digest: fingerprint } = content;
    const bytes = came.size - came.added;
    // A partner that lost our 250 sends again: the same envelope and bytes are accepted once.
    const acceptance = digestOf(Buffer.from(JSON.stringify([sender, recipients, fingerprint])));
    const facts = { sender, recipients, bytes, certificate: peer?.subject ?? "", serial: peer?.serial ?? "", tls: cipherOf(session) };
    const note: Note = { acceptance, digest: fingerprint, reference: referenceIn(headers), what: "received", facts };
    const also = async (tx: Tx): Promise<void> => {
      await options.trace(tx, "received", { digest: acceptance, bytes, recipients: recipients.length, peer: peer?.serial ?? "" });
      await noteReceipt(tx, mailboxes, raw, sender);
    };
    const reply = `2.0.0 accepted ${acceptance.slice(0, 12)}`;
    const { forward } = options;
    if (forward) {
      await store.transaction(async (tx) => {
        const fresh = await tx.run(`insert into ${mailboxes.schema}.accepted (digest, accepted_at) values ($1, $2) on conflict do nothing`, [
          acceptance,
          real.now(),
        ]);
        if (fresh !== 1) return;
        await mailboxes.trail.note(tx, note);
        await forward(tx, { sender, recipients: [...new Set(recipients)], content, digest: fingerprint });
        await also(tx);
      });
      return reply;
    }
    const about = { folder: "INBOX", flags: [], internalDate: real.now(), digest: fingerprint, acceptance };
    const structure = structureOf(content);
    const letters: Letter[] = [];
    for (const address of new Set(recipients))
      letters.push({ ...about, address, ...sealLetter(mailboxes.bodies, await mailboxes.key(address), content, structure) });
    await arrivals.put({ acceptance, letters, note, also });
    return reply;
  };
  return server;
}

/** MSS: the header sender is that of the envelope. A report without sender has none to compare. */
function checkHeaderSender(from: readonly string[], sender: string): void {
  if (sender === "") return;
  const [first, ...others] = from.flatMap((value) => parseAddresses(value)).filter((address) => address.mailbox !== undefined);
  const address = `${first?.mailbox ?? ""}@${first?.host ?? ""}`.toLowerCase();
  if (from.length !== 1 || others.length > 0 || address !== sender) throw no.senderMismatch();
}

/** A receipt that passes is told in the trail of the message it is about. */
export async function noteReceipt(tx: Tx, { trail }: Mailboxes, raw: Buffer, sender: string): Promise<void> {
  const receipt = readReceipt(raw);
  const about = receipt && (await trail.find(tx, receipt.messageId));
  if (!receipt || !about) return;
  const { disposition, error } = receipt;
  await trail.note(tx, { digest: about, what: "receipt", facts: { by: sender, disposition, ...(error ? { error } : {}) } });
}

export function cipherOf({ tlsOptions }: SMTPServerSession): string {
  const { version, standardName } = (typeof tlsOptions === "object" && tlsOptions ? tlsOptions : {}) as { version?: string; standardName?: string };
  return [version, standardName].filter((part) => part !== undefined).join(" ") || "TLS";
}

function receivedLine(session: SMTPServerSession, domain: string, peer: Peer | undefined): string {
  return `Received: from ${session.hostNameAppearsAs || "unknown"} by ${domain} with ESMTPS (${cipherOf(session)}; serial ${peer?.serial ?? "none"}); ${new Date().toUTCString().replace("GMT", "+0000")}\r\n`;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/** MSS 4.1: the name of a test mailbox shows it. */
export function isTestAddress(address: string): boolean {
  return /test/i.test(address.split("@")[0] ?? "");
}

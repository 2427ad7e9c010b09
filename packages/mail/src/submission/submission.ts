// Submission: who signed in is who sends. Recipients of the same operator are delivered at once, the others wait in the queue;
// all in one transaction with the trail and the act of the person, and a copy stays with the sender.

import type { TLSSocket } from "node:tls";
import { MailRefusal, parseAddresses, parseHeaders } from "@cercle/imap";
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Content, IntakeOptions } from "../bodies/bodies.ts";
import { receiveMessage } from "../bodies/receive.ts";
import { cipherOf, domainOf, isTestAddress, noteReceipt } from "../gateway/gateway.ts";
import type { InnerServer } from "../gateway/inner-server.ts";
import type { Screening } from "../gateway/screening.ts";
import { gatewayReplies as no, smtpRefusal, withPlace } from "../gateway/smtp-refusal.ts";
import { isShared } from "../mailboxes/account-changes.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import { headOf } from "../mailboxes/mime-head.ts";
import type { SignIn } from "../mailboxes/sign-in.ts";
import type { SignedIn } from "../mailboxes/users.ts";
import type { MailRights, TraceMail } from "../ports.ts";
import type { Queue } from "../queue/queue.ts";
import type { Partners } from "../trust/partners.ts";
import { tlsPolicy } from "../trust/tls-policy.ts";
import { messageReference } from "../watching/trail.ts";
import { offerExternal } from "./external.ts";
import { admitMessage, lackedHeaders } from "./message-rules.ts";
import { checkPatientAddress, type PatientRules } from "./patient-address.ts";

export type SubmissionOptions = {
  readonly domain: string;
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  readonly partners: Partners;
  readonly rights: MailRights;
  /** Throws the reply of a domain that is moving to another operator, or has moved. */
  pass(): void;
  readonly queue: Queue;
  readonly screening: Screening;
  /** Gateway mode: the server that holds the mailboxes, which submits for them. */
  readonly inner: InnerServer | undefined;
  readonly tls: { key: string; cert: string };
  readonly signIn: SignIn;
  /** Whether a device may have a password of its own. */
  readonly passwords: boolean;
  /** `X-MSS-NIL` of messages that carry none. */
  readonly product: string;
  /** Of the space, where patients have addresses. */
  readonly patients: PatientRules | undefined;
  readonly trace: TraceMail;
  readonly real: Clock;
  readonly maximumBytes: number;
  /** Address of the page that explains refusals. */
  readonly guide: string;
};

export type Submission = {
  readonly server: SMTPServer;
  /** Accepts a message of a person who signed in elsewhere (webmail, robots), by the same rules. Throws an SMTP refusal. */
  submit(who: SignedIn, message: { recipients: readonly string[]; raw: Buffer; tls: string }): Promise<string>;
};

/** As smtp-server reads it since 3.21.1; its types do not know it yet. */
type Guarded = SMTPServerSession & { disabledCommands: string[] };

export function createSubmission(options: SubmissionOptions): Submission {
  const { domain, mailboxes, store, rights, maximumBytes, signIn } = options;
  const refuse =
    (done: (error: Error) => void) =>
    (error: unknown): void =>
      done(withPlace(error, options.guide));
  const people = new WeakMap<object, SignedIn>();
  const servers = new WeakMap<object, string>();

  const admit = async (session: SMTPServerSession, asked: Promise<SignedIn | undefined>): Promise<string> => {
    const who = await asked.catch((error: unknown) => {
      if (error instanceof MailRefusal) throw smtpRefusal(535, "5.7.13", error.message, "agreement");
      throw error;
    });
    options.pass();
    if (!who) throw smtpRefusal(535, "5.7.8", "not recognised");
    people.set(session, who);
    return who.address;
  };
  const authenticate = ({ method, username, password, accessToken }: SMTPServerAuthentication, session: SMTPServerSession): Promise<string> =>
    admit(session, method === "XOAUTH2" ? signIn.withBearer(username ?? "", accessToken ?? "") : signIn.withPassword(username ?? "", password ?? ""));
  const tell = (error: unknown): never => {
    throw withPlace(error, options.guide);
  };

  const server = new SMTPServer({
    name: domain,
    banner: "Cercle",
    secure: false,
    key: options.tls.key,
    cert: options.tls.cert,
    ...tlsPolicy,
    authMethods: options.passwords ? ["PLAIN", "LOGIN", "XOAUTH2"] : ["XOAUTH2"],
    allowInsecureAuth: false,
    // A component signs in with its certificate (judged then), the inner server is known by its fingerprint.
    requestCert: true,
    rejectUnauthorized: false,
    ...(options.inner ? { authOptional: true } : {}),
    disableReverseLookup: true,
    hidePIPELINING: false,
    hide8BITMIME: false,
    hideSMTPUTF8: false,
    size: maximumBytes,
    maxClients: 200,
    closeTimeout: 2000,
    logger: false,
    // RFC 4954 §4: AUTH is announced, and taken, under TLS only. The session's own list stands above the server's.
    onConnect: (session, done) => {
      (session as Guarded).disabledCommands = ["AUTH"];
      done();
    },
    onSecure: (socket, session, done) => {
      (session as Guarded).disabledCommands = [];
      const shown = (socket as TLSSocket).getPeerX509Certificate?.();
      const digest = shown?.fingerprint256.replaceAll(":", "").toLowerCase();
      if (shown) offerExternal(server, session, (authzid) => admit(session, signIn.withCertificate(authzid, shown.raw)).catch(tell));
      const inner = options.inner?.recognise({ address: session.remoteAddress, fingerprint: digest });
      if (inner) servers.set(session, inner);
      done();
    },
    onAuth: (auth, session, done) => void authenticate(auth, session).then((user) => done(null, { user }), refuse(done)),
    onMailFrom: ({ address }, session, done) => {
      if (!session.secure) return refuse(done)(no.noTls());
      const own = address.toLowerCase();
      const server = servers.get(session);
      if (server && domainOf(own) === domain) people.set(session, { address: own, mailbox: "applicative", holder: server, kind: "component", maySend: true });
      const who = people.get(session);
      if (options.inner && !who) return refuse(done)(server ? no.notYourAddress(address) : smtpRefusal(530, "5.7.0", "Authentication required"));
      const right = rights.find(domain);
      if (!who?.maySend || who.address !== own) refuse(done)(no.notYourAddress(address));
      else if (right && right.state !== "open") refuse(done)(no.closed(domain, right.clause));
      else if (right?.phase === "provisional" && !isTestAddress(address)) refuse(done)(no.testOnly(address));
      else done();
    },
    onRcptTo: ({ address }, _session, done) => void checkRecipient(address.toLowerCase()).then(done, refuse(done)),
    onData: (stream, session, done) => void receive(stream, session).then((text) => done(null, text), refuse(done)),
  });
  server.on("error", () => undefined);

  const checkRecipient = async (to: string): Promise<undefined> => {
    const place = domainOf(to);
    const noPatient = checkPatientAddress(options.patients, to);
    if (noPatient) throw no.notAPatient(to, noPatient);
    const provisional = rights.find(domain)?.phase === "provisional" || rights.find(place)?.phase === "provisional";
    if (provisional && !isTestAddress(to)) throw no.testOnly(to);
    if (place !== domain) {
      if (!options.partners.lookup().has(place)) throw no.notListed(place);
      return undefined;
    }
    if (options.inner) return undefined;
    const mailbox = await mailboxes.find(store, to);
    if (!mailbox) throw no.noMailbox(to);
    if (mailbox.used_bytes >= mailbox.quota_bytes) throw no.full(to);
    return undefined;
  };

  /** ECO.2.4.3: every message names the product. */
  const completed: IntakeOptions = { before: (head) => lackedHeaders(head, options.product) };

  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> => {
    const content = await receiveMessage(mailboxes.bodies, stream, maximumBytes, completed);
    const who = people.get(session);
    if (!content) throw no.tooLarge(maximumBytes);
    if (!who) throw no.notYourAddress("");
    return accept(who, { recipients: session.envelope.rcptTo.map(({ address }) => address), content, tls: cipherOf(session) });
  };

  type Given = { readonly recipients: readonly string[]; readonly content: Content; readonly tls: string };
  const accept = (who: SignedIn, message: Given): Promise<string> => mailboxes.bodies.settle(message.content, (also) => judge(who, message, also));

  const judge = async (who: SignedIn, { recipients: given, content: came, tls }: Given, made: (content: Content) => Content): Promise<string> => {
    options.pass();
    const { address: sender, holder } = who;
    const written = came.head.subarray(came.added);
    const from = parseHeaders(headOf(written)).all("from");
    const [first, ...others] = from.flatMap((value) => parseAddresses(value));
    if (others.length > 0 || `${first?.mailbox}@${first?.host}`.toLowerCase() !== sender) throw no.senderMismatch();
    const recipients = [...new Set(given.map((address) => address.toLowerCase()))];
    // In gateway mode no mailbox is here: all leave by the queue.
    const isHere = (recipient: string): boolean => options.inner === undefined && domainOf(recipient) === domain;
    const here = recipients.filter(isHere);
    const away = recipients.filter((recipient) => !isHere(recipient));
    const patients = recipients.filter((recipient) => domainOf(recipient) === options.patients?.domain).length;
    if (options.patients && patients > 0 && came.size - came.added > options.patients.largestBytes) throw no.tooLargeForPatient(options.patients.largestBytes);
    const facts = admitMessage(written, came.structure(), { patients });
    const content = made(await options.screening.screen(came, { direction: "submitted", sender, recipients, here, signs: "all" }));
    const now = options.real.now();
    const { digest, size } = content;
    const reference = messageReference(content.head);
    await store.transaction(async (tx) => {
      const submitted = { sender, holder, recipients, bytes: size, tls, archives: facts.archives, codes: [...facts.codes], qualified: facts.qualified };
      await mailboxes.trail.note(tx, { digest, reference, what: "submitted", facts: submitted });
      for (const recipient of here) {
        await mailboxes.deliver(tx, recipient, { folder: "INBOX", raw: content, flags: [], internalDate: now });
        await mailboxes.trail.note(tx, { digest, reference, what: "delivered", facts: { recipient } });
      }
      if (away.length > 0) await options.queue.add(tx, { sender, recipients: away, content, digest });
      if (!options.inner)
        await mailboxes.deliver(tx, sender, {
          folder: "Envoyés",
          raw: content,
          flags: ["\\Seen"],
          internalDate: now,
          ...(isShared(who) ? { seenBy: holder } : {}),
        });
      await mailboxes.trail.act(tx, { address: sender, holder, what: "sent", digests: [digest] });
      await noteReceipt(tx, mailboxes, content.head, sender);
      await options.trace(tx, "submitted", { digest, bytes: size, here: here.length, away: away.length });
    });
    return "2.0.0 accepted";
  };

  return {
    server,
    async submit(who, message) {
      const right = rights.find(domain);
      if (!who.maySend) throw no.notYourAddress(who.address);
      if (right && right.state !== "open") throw no.closed(domain, right.clause);
      for (const recipient of message.recipients) await checkRecipient(recipient.toLowerCase());
      const content = await mailboxes.bodies.take(message.raw, completed);
      return accept(who, { ...message, content });
    },
  };
}

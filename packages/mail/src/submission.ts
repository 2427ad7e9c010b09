// Submission: who signed in is who sends. Recipients of the same operator are delivered at once, the others wait in the queue;
// all in one transaction, and a copy stays with the sender.
import { parseAddresses, parseHeaders } from "@cercle/imap";
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { collect, domainOf, headOf, isTestAddress } from "./gateway.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { Partners } from "./partners.ts";
import type { MailRights, TraceMail } from "./ports.ts";
import type { Queue } from "./queue.ts";
import { gatewayReplies as no, withPlace } from "./smtp-refusal.ts";
import { tlsPolicy } from "./tls-policy.ts";

export type SubmissionOptions = {
  readonly domain: string;
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  readonly partners: Partners;
  readonly rights: MailRights;
  readonly queue: Queue;
  readonly tls: { key: string; cert: string };
  /** The mailbox that these credentials open, or undefined. */
  authenticate(user: string, password: string): Promise<string | undefined>;
  readonly trace: TraceMail;
  readonly real: Clock;
  readonly maximumBytes: number;
  /** Address of the page that explains refusals. */
  readonly guide: string;
};

export function createSubmission(options: SubmissionOptions): SMTPServer {
  const { domain, mailboxes, store, rights, maximumBytes } = options;
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
    ...tlsPolicy,
    authMethods: ["PLAIN", "LOGIN"],
    allowInsecureAuth: false,
    disableReverseLookup: true,
    hidePIPELINING: false,
    hide8BITMIME: false,
    hideSMTPUTF8: false,
    size: maximumBytes,
    maxClients: 200,
    closeTimeout: 2000,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      void options.authenticate(username ?? "", password ?? "").then(
        (address) => (address ? done(null, { user: address }) : done(Object.assign(new Error("5.7.8 not recognised"), { responseCode: 535 }))),
        (error: Error) => done(error),
      ),
    onMailFrom: ({ address }, session, done) => {
      const own = session.user === address.toLowerCase();
      const right = rights.find(domain);
      if (!own) refuse(done)(no.notYourAddress(address));
      else if (right && right.state !== "open") refuse(done)(no.closed(domain, right.clause));
      else done();
    },
    onRcptTo: ({ address }, _session, done) => void checkRecipient(address.toLowerCase()).then(done, refuse(done)),
    onData: (stream, session, done) => void submit(stream, session).then((text) => done(null, text), refuse(done)),
  });
  server.on("error", () => undefined);

  const checkRecipient = async (to: string): Promise<undefined> => {
    const place = domainOf(to);
    const provisional = rights.find(domain)?.phase === "provisional" || rights.find(place)?.phase === "provisional";
    if (provisional && !isTestAddress(to)) throw no.testOnly(to);
    if (place !== domain) {
      if (!options.partners.lookup().has(place)) throw no.notListed(place);
      return undefined;
    }
    if (!(await mailboxes.find(store, to))) throw no.noMailbox(to);
    return undefined;
  };

  const submit = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> => {
    const raw = await collect(stream, maximumBytes);
    if (!raw) throw no.tooLarge(maximumBytes);
    const sender = String(session.user);
    const from = parseHeaders(headOf(raw)).all("from");
    const [first, ...others] = from.flatMap((value) => parseAddresses(value));
    if (others.length > 0 || `${first?.mailbox}@${first?.host}`.toLowerCase() !== sender) throw no.senderMismatch();
    const recipients = [...new Set(session.envelope.rcptTo.map(({ address }) => address.toLowerCase()))];
    const here = recipients.filter((recipient) => domainOf(recipient) === domain);
    const away = recipients.filter((recipient) => domainOf(recipient) !== domain);
    const now = options.real.now();
    await store.transaction(async (tx) => {
      for (const recipient of here) await mailboxes.deliver(tx, recipient, { folder: "INBOX", raw, flags: [], internalDate: now });
      if (away.length > 0) await options.queue.add(tx, { sender, recipients: away, raw });
      await mailboxes.deliver(tx, sender, { folder: "Envoyés", raw, flags: ["\\Seen"], internalDate: now });
      await options.trace(tx, "submitted", { bytes: raw.length, here: here.length, away: away.length });
    });
    return "2.0.0 accepted";
  };
  return server;
}

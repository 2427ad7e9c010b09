// What leaves: a message for another operator waits in the store until the partner said 250, or said no, or time ran out.
// Each attempt is claimed for a while by one process; refusals for good and expiry come back as a report (RFC 3464).
import { Readable } from "node:stream";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { createTransport, type Transporter } from "nodemailer";
import { type Body, type Content, contentOf } from "../bodies/bodies.ts";
import { domainOf } from "../gateway/gateway.ts";
import type { InnerServer } from "../gateway/inner-server.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { MailboxKey } from "../mailboxes/sealing.ts";
import type { TraceMail } from "../ports.ts";
import { subjectOf } from "../trust/certificate-name.ts";
import type { Partners } from "../trust/partners.ts";
import { tlsPolicy } from "../trust/tls-policy.ts";
import { digestOf } from "../watching/trail.ts";
import { buildReport } from "./report.ts";

export type Route = { readonly host: string; readonly port: number };

export type Queue = {
  add(tx: Tx, message: { sender: string; recipients: readonly string[]; content: Content; digest: string }): Promise<void>;
  /** What the operator itself writes: into a mailbox here, else over the queue, without sender, so that nothing is reported about it. */
  tell(tx: Tx, address: string, raw: Buffer): Promise<void>;
  list(): Promise<
    readonly { id: string; sender: string; recipient: string; state: string; attempts: number; last_reply: string | null; next_at: Temporal.Instant }[]
  >;
  /** Tries a message at once; false when it does not wait, or is being tried now. */
  retry(id: string): Promise<boolean>;
  /** Gives a waiting message up, once, with a report to its sender. */
  cancel(id: string): Promise<boolean>;
  /** Another certificate towards partners, from the next connection on. */
  useTls(tls: QueueOptions["tls"]): void;
  /** Begins to send; before, what is added waits. */
  start(): void;
  stop(): Promise<void>;
};

export type QueueOptions = {
  readonly domain: string;
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  readonly partners: Partners;
  readonly key: MailboxKey;
  readonly tls: { key: string; cert: string; ca: string };
  /** Next hop of a domain; undefined when none is known. */
  route(domain: string): Promise<Route | undefined>;
  /** Where the domain's own mailboxes are, when not here. */
  readonly inner: InnerServer | undefined;
  readonly trace: TraceMail;
  readonly real: Clock;
  /** While the domain moves to another operator nothing is sent from here. */
  isHeld(): boolean;
  /** The domain came lately: a partner whose list is older refuses its certificate, and will not tomorrow. */
  isFresh(): boolean;
};

type Row = {
  id: string;
  sender: string;
  recipient: string;
  domain: string;
  sealed: Uint8Array;
  content: string | null;
  digest: string | null;
  attempts: number;
  expires_at: Temporal.Instant;
  delay_told: boolean;
  created_at: Temporal.Instant;
};

type Answer = { kind: "taken"; reply: string } | { kind: "refused"; permanent: boolean; reply: string };

const columns = "id, sender, recipient, domain, sealed, content, digest, attempts, expires_at, delay_told, created_at";
const expireHours = 48;
const delayMinutes = 30;
const holdSeconds = 180;
const pollMillis = 500;
const together = 8;
/** Of a message, what a report about it quotes from. */
const headBytes = 256 * 1024;

export function createQueue(options: QueueOptions): Queue {
  const { store, mailboxes, real } = options;
  const { schema } = mailboxes;
  const transports = new Map<string, Transporter>();
  let { tls } = options;
  /** The certificate each partner showed last: the trail names it. */
  const peersSeen = new Map<string, { certificate: string; serial: string }>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();

  /** Connections are kept per partner: a handshake costs more than a message. */
  const transportOf = (domain: string, { host, port }: Route): Transporter => {
    const place = `${domain} ${host}:${port}`;
    const known = transports.get(place);
    if (known) return known;
    const made = createTransport({
      host,
      port,
      pool: true,
      maxConnections: 4,
      secure: false,
      requireTLS: true,
      name: options.domain,
      connectionTimeout: 15_000,
      socketTimeout: 60_000,
      tls: {
        ...tlsPolicy,
        key: tls.key,
        cert: tls.cert,
        ca: tls.ca,
        rejectUnauthorized: true,
        // The trust space binds a domain to a certificate's name: a host name alone is not enough.
        checkServerIdentity: (name: string, certificate: PeerCertificate) => {
          peersSeen.set(domain, { certificate: nameOf(certificate), serial: certificate.serialNumber });
          return checkServerIdentity(name, certificate) ?? checkBinding(domain, certificate, options.partners);
        },
      },
    });
    transports.set(place, made);
    return made;
  };

  const claim = async (): Promise<readonly Row[]> =>
    options.isHeld()
      ? []
      : store.query<Row>(
          `update ${schema}.queue set held_until = $2
        where id in (select id from ${schema}.queue where state = 'waiting' and next_at <= $1 and (held_until is null or held_until < $1)
                      order by next_at limit ${together} for update skip locked)
       returning ${columns}`,
          [real.now(), real.now().add({ seconds: holdSeconds })],
        );

  const attempt = async (row: Row): Promise<void> => {
    const body = mailboxes.bodies.open(options.key, row);
    const digest = await fingerprintOf(row, body);
    const answer = await send(row, body);
    if (answer.kind === "taken") {
      await store.transaction(async (tx) => {
        // The body goes once the partner has it; the row stays as a trace of the route.
        await tx.run(
          `update ${schema}.queue set state = 'sent', held_until = null, attempts = attempts + 1, sealed = '', content = null, last_reply = '250' where id = $1`,
          [row.id],
        );
        const facts = { recipient: row.recipient, reply: answer.reply, attempts: row.attempts, ...peersSeen.get(row.domain) };
        await mailboxes.trail.note(tx, { digest, what: "sent", facts });
        await options.trace(tx, "sent", { id: row.id, digest, attempts: row.attempts });
      });
      return;
    }
    const refused = answer;
    const settled = refused.permanent && !(options.isFresh() && /^\d{3} 5\.7\.1 /.test(refused.reply));
    const over = settled || real.now().epochMilliseconds > row.expires_at.epochMilliseconds;
    const about = { row, digest, reply: refused.reply, head: await headOf(body) };
    if (over) await giveUp(about);
    else await retry(about);
  };

  const send = async (row: Row, body: Body): Promise<Answer> => {
    // A large one is read while it goes out.
    const raw = body.raw ?? Readable.from(body.read());
    const inside = row.domain === options.domain ? options.inner : undefined;
    if (inside) return ask(() => inside.deliver({ ...row, raw }));
    if (!options.partners.lookup().has(row.domain)) return { kind: "refused", permanent: true, reply: `550 5.7.1 ${row.domain} is not in the whitelist` };
    const route = await options.route(row.domain);
    if (!route) return { kind: "refused", permanent: false, reply: `451 4.4.4 no route to ${row.domain}` };
    return ask(async () => (await transportOf(row.domain, route).sendMail({ envelope: { from: row.sender, to: [row.recipient] }, raw })).response);
  };

  const retry = async ({ row, digest, reply, head }: Refused): Promise<void> => {
    const pause = Math.min(2 ** row.attempts * 10, 3600);
    const late = !row.delay_told && row.sender !== "" && real.now().epochMilliseconds - row.created_at.epochMilliseconds > delayMinutes * 60_000;
    await store.transaction(async (tx) => {
      await tx.run(
        `update ${schema}.queue set held_until = null, attempts = attempts + 1, next_at = $2, last_reply = $3, delay_told = delay_told or $4 where id = $1`,
        [row.id, real.now().add({ seconds: pause }), reply, late],
      );
      if (!late) return;
      await report(tx, { row, head, reply }, "delayed");
      await mailboxes.trail.note(tx, { digest, what: "delayed", facts: { recipient: row.recipient, reply } });
    });
  };

  const giveUp = ({ row, digest, reply, head }: Refused): Promise<void> =>
    store.transaction(async (tx) => {
      await tx.run(
        `update ${schema}.queue set state = 'failed', held_until = null, attempts = attempts + 1, sealed = '', content = null, last_reply = $2 where id = $1`,
        [row.id, reply],
      );
      // RFC 5321 §6.1: a report about a report is never made.
      if (row.sender !== "") await report(tx, { row, head, reply }, "failed");
      await mailboxes.trail.note(tx, { digest, what: "refused", facts: { recipient: row.recipient, reply } });
      await options.trace(tx, "failed", { id: row.id, attempts: row.attempts });
    });

  const report = async (tx: Tx, { row, head, reply }: Pick<Refused, "row" | "head" | "reply">, action: "failed" | "delayed"): Promise<void> => {
    const content = buildReport({
      domain: options.domain,
      sender: row.sender,
      recipient: row.recipient,
      action,
      reply,
      original: head,
      at: new Date(real.now().epochMilliseconds),
    });
    await tell(tx, row.sender, content);
  };

  const add: Queue["add"] = async (tx, { sender, recipients, content, digest }) => {
    const kept = mailboxes.bodies.keep(options.key, content);
    const sealed = Buffer.concat(kept.sealed);
    const now = real.now();
    for (const recipient of recipients) {
      await tx.run(
        `insert into ${schema}.queue (id, sender, recipient, domain, sealed, state, next_at, created_at, expires_at, digest, content)
         values ($1, $2, $3, $4, $5, 'waiting', $6, $6, $7, $8, $9)`,
        [newId<"queued">(), sender, recipient, domainOf(recipient), sealed, now, now.add({ hours: expireHours }), digest, kept.content],
      );
      await mailboxes.trail.note(tx, { digest, what: "queued", facts: { recipient } });
    }
  };

  const tell: Queue["tell"] = async (tx, address, raw) => {
    if (options.inner || domainOf(address) !== options.domain) {
      const content = contentOf(raw);
      await add(tx, { sender: "", recipients: [address], content, digest: content.digest });
    } else await mailboxes.deliver(tx, address, { folder: "INBOX", raw, flags: [], internalDate: real.now() });
  };

  const round = async (): Promise<void> => {
    for (let rows = await claim(); rows.length > 0 && !stopped; rows = await claim()) await Promise.allSettled(rows.map(attempt));
  };
  const tick = (): void => {
    if (stopped) return;
    working = round()
      .catch(() => undefined)
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, pollMillis);
      });
  };
  /** After an interruption everything is tried at once; what another process had claimed in the embedded engine died with it. */
  const begin = (): Promise<unknown> =>
    store.run(`update ${schema}.queue set next_at = $1${store.engine === "embedded" ? ", held_until = null" : ""} where state = 'waiting'`, [real.now()]);

  return {
    start() {
      working = begin()
        .catch(() => undefined)
        .finally(tick);
    },
    add,
    tell,
    useTls(next) {
      tls = next;
      for (const transport of transports.values()) transport.close();
      transports.clear();
    },
    retry: async (id) =>
      (await store.run(`update ${schema}.queue set next_at = $2 where id = $1 and state = 'waiting' and (held_until is null or held_until < $2)`, [
        id,
        real.now(),
      ])) === 1,
    async cancel(id) {
      const [row] = await store.query<Row>(
        `update ${schema}.queue set held_until = $3 where id = $1 and state = 'waiting' and (held_until is null or held_until < $2) returning ${columns}`,
        [id, real.now(), real.now().add({ seconds: holdSeconds })],
      );
      if (!row) return false;
      const body = mailboxes.bodies.open(options.key, row);
      const reply = "554 5.7.1 given up by an administrator of the operator";
      await giveUp({ row, digest: await fingerprintOf(row, body), reply, head: await headOf(body) });
      return true;
    },
    list: () => store.query(`select id, sender, recipient, state, attempts, last_reply, next_at from ${schema}.queue order by created_at desc limit 500`),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
      for (const transport of transports.values()) transport.close();
      options.inner?.stop();
    },
  };
}

/** A message that was not taken, and what a report about it quotes. */
type Refused = { readonly row: Row; readonly digest: string; readonly reply: string; readonly head: Buffer };

async function headOf(body: Body): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body.read(0, headBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Rows of before the trail carry none; what they hold is small. */
async function fingerprintOf({ digest }: Row, body: Body): Promise<string> {
  return digest ?? digestOf(await body.whole());
}

/** What the other server answered, whatever it was. */
async function ask(send: () => Promise<string | undefined>): Promise<Answer> {
  try {
    return { kind: "taken", reply: String((await send()) ?? "250").slice(0, 500) };
  } catch (error) {
    const { responseCode, response, message } = error as Error & { responseCode?: number; response?: string };
    return { kind: "refused", permanent: responseCode !== undefined && responseCode >= 500, reply: (response ?? message).slice(0, 500) };
  }
}

function nameOf({ subject }: PeerCertificate): string {
  return subjectOf(subject as unknown as Record<string, string | string[]>);
}

function checkBinding(domain: string, certificate: PeerCertificate, partners: Partners): Error | undefined {
  return partners.lookup().binds(domain, nameOf(certificate))
    ? undefined
    : new Error(`the certificate of the server is not bound to ${domain} in the whitelist`);
}

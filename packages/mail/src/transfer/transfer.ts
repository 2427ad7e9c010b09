// A domain's transfer at one operator, whichever end it is (MSS 13): the officers' acts, what the source answers, what the target does by
// itself. Every step is one conditional update of the transfer's row, so that a process that dies goes on where the row says.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { mailErrors } from "../errors.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { MailboxKey, Vault } from "../mailboxes/sealing.ts";
import type { TraceMail } from "../ports.ts";
import { digestDomain } from "./digest.ts";
import { freeze, type Gate, passFrozen } from "./gate.ts";
import { codeOf, fingerprintOf, isMailKey, makeMailKey, makeStreamKey } from "./keys.ts";
import { createRecords, type TransferRow } from "./record.ts";
import { createSource } from "./source.ts";
import { isOver, type Step } from "./steps.ts";
import { oneFrame, Refused, type StreamServer } from "./stream-server.ts";
import { createTarget, newTransferId } from "./target.ts";
import { followSource } from "./target-work.ts";
import { type Ask, parseInvitation, writeInvitation } from "./wire.ts";

/** The agency's part of a switch: certificate, listing and the contract's file (MSS 13), in the caller's transaction. */
export type TransferAgency = {
  hand(tx: Tx, to: { domain: string; organisation: string; publicKey: Uint8Array; transfer: string }): Promise<{ certificate: string }>;
  /** After the commit: the list that says it is published. */
  publish(): Promise<void>;
  /** MSS 12.3: certificates of the domain that were this operator's. */
  revoke(tx: Tx, domain: string, except: string): Promise<void>;
};

export type TransferOptions = {
  readonly domain: string;
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  readonly vault: Vault;
  readonly queueKey: MailboxKey;
  readonly gate: Gate;
  readonly agency: TransferAgency | undefined;
  /** The listener for targets; absent where nothing listens. */
  readonly stream: StreamServer | undefined;
  /** Where targets reach that listener, and where partners reach this operator's gateway. */
  readonly place: string;
  readonly gateway: string;
  /** The domain's certificate that the agency gave to this operator. */
  useCertificate(certificate: { key: string; certificate: string }): void;
  readonly trace: TraceMail;
  readonly real: Clock;
  onError(error: unknown): void;
};

export type TransferShown = {
  readonly id: string;
  readonly domain: string;
  readonly role: string;
  readonly state: string;
  readonly organisation: string;
  /** What both officers compare, once both ends know each other. */
  readonly code: string | null;
  readonly started_at: string;
  readonly changed_at: string;
  readonly facts: Readonly<Record<string, string | number>>;
};

export type Transfer = {
  announce(organisation: string): Promise<TransferShown & { invitation: string }>;
  accept(given: { invitation: string; organisation: string }): Promise<TransferShown>;
  confirm(code: string): Promise<TransferShown>;
  close(): Promise<TransferShown>;
  cancel(): Promise<TransferShown>;
  withdraw(): Promise<TransferShown>;
  show(): Promise<TransferShown>;
  /** Goes on with a transfer under way. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

const invitationHours = 48;
const drainMillis = 200;

export function createTransfer(options: TransferOptions): Transfer {
  const { domain, store, mailboxes, vault, gate, real, trace } = options;
  const { schema } = mailboxes;
  const records = createRecords({ schema, real });
  const read = createSource({ store, mailboxes, queueKey: options.queueKey, real });
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let following: { stop(): Promise<void> } | undefined;

  const show = (row: TransferRow): TransferShown => ({
    id: row.id,
    domain,
    role: row.role,
    state: row.state,
    organisation: row.organisation,
    code: row.peer && codeOf(row.id, ...keysOf(row)),
    started_at: row.started_at.toString(),
    changed_at: row.changed_at.toString(),
    facts: row.facts,
  });
  const current = async (): Promise<TransferRow> => {
    const row = await records.current(store);
    if (!row) throw mailErrors.refuse("mail.no-transfer", { params: { domain } });
    return row;
  };
  /** A step that an officer asks for, with what belongs to it; then the doors learn of it. */
  const step = async (row: TransferRow, name: Step, also: (tx: Tx) => Promise<void> = async () => undefined): Promise<TransferRow> => {
    const taken = await store.transaction(async (tx) => {
      const next = await records.take(tx, row.id, name);
      if (!next) throw mailErrors.refuse("mail.transfer-step", { params: { state: row.state }, clause: "MSS 13" });
      await also(tx);
      await trace(tx, "transfer", { transfer: row.id, step: name });
      return next;
    });
    await gate.refresh();
    return taken;
  };

  const serve = (row: TransferRow): Promise<void> | undefined =>
    options.stream?.serve({
      id: row.id,
      key: Buffer.from(vault.unseal(row.sealed_key)).toString("utf8"),
      certificate: row.certificate,
      answer: (ask, peer) => answer(row.id, ask, peer),
    });

  async function* answer(id: string, ask: Ask, peer: string): AsyncGenerator<readonly Uint8Array[]> {
    const row = await records.find(store, id);
    if (!row) throw new Refused(404, "no such transfer");
    if (ask.ask === "accept") return yield* oneFrame(await admit(row, ask, peer));
    if (row.peer === null || row.peer !== peer) throw new Refused(403, "this is not the target of the transfer");
    if (ask.ask === "state") return yield* oneFrame({ state: row.state, certificate: row.mail_certificate });
    if (ask.ask === "compared") return yield* oneFrame(await compare(row, ask.digests));
    if (!["copying", "closing", "closed"].includes(row.state)) throw new Refused(409, `nothing is given while the transfer is ${row.state}`);
    yield* read(ask);
  }

  /** The invitation is taken once; the target that took it may say so again. */
  const admit = async (row: TransferRow, ask: Extract<Ask, { ask: "accept" }>, peer: string): Promise<object> => {
    const key = Buffer.from(ask.public_key, "base64");
    const old = real.now().epochMilliseconds - row.started_at.epochMilliseconds > invitationHours * 3_600_000;
    if (row.peer === peer && row.state !== "cancelled") return { state: row.state };
    if (row.state !== "announced" || old || !matches(ask.secret, row.secret)) throw new Refused(403, "the invitation is not valid, or was taken");
    if (!isMailKey(key)) throw new Refused(422, "the domain's new key is not an RSA key of 2048 bits or more");
    const taken = await store.transaction((tx) => records.take(tx, row.id, "accept", { peer, gateway: ask.gateway, mail_key: key }));
    if (!taken) throw new Refused(403, "the invitation was taken");
    return { state: taken.state };
  };

  /** Both copies agree: certificate, listing and file go to the target in one transaction, and this end has lost the domain. */
  const compare = async (row: TransferRow, digests: Readonly<Record<string, string>>): Promise<object> => {
    if (row.state === "switched") return { agree: true };
    if (row.state !== "closed") throw new Refused(409, `there is nothing to compare while the transfer is ${row.state}`);
    const own = await digestDomain(store, schema);
    const differ = Object.keys(own).filter((section) => own[section] !== digests[section]);
    if (differ.length > 0) {
      await records.note(store, row.id, { differ: differ.join(" ") });
      return { agree: false, differ };
    }
    const { agency } = options;
    if (!agency || !row.mail_key) throw new Refused(409, "the agency of this domain is not here");
    const publicKey = row.mail_key;
    await store.transaction(async (tx) => {
      // The row is taken first: of a switch and a cancellation at once, one happens.
      if (!(await records.take(tx, row.id, "switch"))) throw new Refused(409, "the transfer was cancelled");
      const { certificate } = await agency.hand(tx, { domain, organisation: row.organisation, publicKey, transfer: row.id });
      await tx.run(`update ${schema}.transfer set mail_certificate = $2, facts = facts || jsonb_build_object('messages', $3::text) where id = $1`, [
        row.id,
        certificate,
        own.messages ?? "",
      ]);
      await trace(tx, "transfer", { transfer: row.id, step: "switch" });
    });
    await gate.refresh();
    await agency.publish();
    return { agree: true };
  };

  /** What is on its way to partners ends; then the store itself closes. */
  const drain = async (): Promise<void> => {
    const row = await records.current(store);
    if (row?.role !== "source" || row.state !== "closing") return;
    const busy = await store.first(`select 1 as one from ${schema}.queue where state = 'waiting' and held_until > $1 limit 1`, [real.now()]);
    if (busy) return;
    await step(row, "freeze", (tx) => freeze(tx, schema, true));
  };
  const watchDrain = (): void => {
    if (stopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      working = drain()
        .catch(options.onError)
        .then(() => records.current(store))
        .then((row) => {
          if (row?.role === "source" && row.state === "closing") watchDrain();
        }, options.onError);
    }, drainMillis);
  };

  const follow = (row: TransferRow): void => {
    if (following || !options.stream) return;
    const target = createTarget({ store, mailboxes, vault, queueKey: options.queueKey, transfer: row.id });
    following = followSource({ ...options, records, target, transfer: row.id, forget });
  };
  const forget = (): void => {
    following = undefined;
  };
  /** What a legal hold keeps is in no mailbox, and would stay behind. */
  const refuseHeld = async (tx: Tx): Promise<void> => {
    const held = await tx.first(`select 1 as found from ${schema}.legal_hold where lifted_at is null limit 1`);
    if (held) throw mailErrors.refuse("mail.transfer-held", { params: { domain }, clause: "MSS 13" });
  };

  return {
    async announce(organisation) {
      if (options.agency === undefined) throw mailErrors.refuse("mail.transfer-no-agency", { params: { domain } });
      const id = newTransferId();
      const { key, certificate } = await makeStreamKey(domain, real.now().epochMilliseconds);
      const secret = randomBytes(32).toString("base64url");
      await store.transaction(async (tx) => {
        const last = await records.current(tx);
        if (last && !isOver(last.state)) throw mailErrors.refuse("mail.transfer-under-way", { clause: "MSS 13" });
        await refuseHeld(tx);
        if (gate.standing() !== "open") throw mailErrors.refuse("mail.moving", { params: { domain }, clause: "MSS 13" });
        const about = { id, role: "source" as const, organisation, gateway: null, place: null, peer: null, mail_key: null };
        await records.add(tx, { ...about, sealed_key: vault.seal(Buffer.from(key)), certificate, secret: digest(secret) });
        await trace(tx, "transfer", { transfer: id, step: "announce" });
      });
      const row = await current();
      await serve(row);
      return { ...show(row), invitation: writeInvitation({ id, domain, place: options.place, fingerprint: fingerprintOf(certificate), secret }) };
    },
    async accept({ invitation, organisation }) {
      const given = parseInvitation(invitation);
      if (given?.domain !== domain) throw mailErrors.refuse("mail.bad-invitation", { params: { domain } });
      const { key, certificate } = await makeStreamKey(domain, real.now().epochMilliseconds);
      const mail = await makeMailKey();
      await store.transaction(async (tx) => {
        if (!(await isEmpty(tx, schema))) throw mailErrors.refuse("mail.transfer-not-empty", { params: { domain }, clause: "MSS 13" });
        await records.add(tx, {
          id: given.id,
          role: "target",
          organisation,
          gateway: options.gateway,
          place: given.place,
          peer: given.fingerprint,
          sealed_key: vault.seal(Buffer.from(key)),
          certificate,
          secret: vault.seal(Buffer.from(given.secret)),
          mail_key: vault.seal(Buffer.from(mail.key)),
        });
        await freeze(tx, schema, true);
        await trace(tx, "transfer", { transfer: given.id, step: "accept" });
      });
      await gate.refresh();
      const row = await current();
      follow(row);
      return show(row);
    },
    async confirm(code) {
      const row = await current();
      if (row.role !== "source" || row.state !== "accepted" || !row.peer) throw mailErrors.refuse("mail.transfer-step", { params: { state: row.state } });
      if (!matches(code.trim().toUpperCase(), digest(codeOf(row.id, ...keysOf(row))))) throw mailErrors.refuse("mail.transfer-code", { clause: "MSS 13" });
      return show(await step(row, "confirm"));
    },
    async close() {
      await store.transaction(refuseHeld);
      const row = await step(await current(), "close");
      watchDrain();
      return show(row);
    },
    async cancel() {
      const row = await current();
      await following?.stop();
      forget();
      const target = row.role === "target" && createTarget({ store, mailboxes, vault, queueKey: options.queueKey, transfer: row.id });
      const done = await step(row, "cancel", async (tx) => {
        if (target) await target.clear(tx);
        await freeze(tx, schema, false);
      });
      return show(done);
    },
    async withdraw() {
      const row = await current();
      const done = await step(row, "withdraw", async (tx) => {
        await options.agency?.revoke(tx, domain, row.mail_certificate ?? "");
        await erase(tx, schema, real);
        tx.afterCommit(mailboxes.forgetKeys);
      });
      await options.stream?.end(row.id);
      return show(done);
    },
    show: async () => show(await current()),
    async start() {
      const row = await records.current(store);
      if (!row || isOver(row.state)) return;
      if (row.role === "target") return follow(row);
      await serve(row);
      if (row.state === "closing") watchDrain();
      // A process that died between the switch and the list: it is published once more.
      if (row.state === "switched") await options.agency?.publish();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await following?.stop();
      await working;
    },
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const matches = (given: string, wanted: Uint8Array): boolean => wanted.length === 32 && timingSafeEqual(digest(given), Buffer.from(wanted));

/** Fingerprints of source and target, from either end's row. */
function keysOf({ role, certificate, peer }: TransferRow): [string, string] {
  const own = fingerprintOf(certificate);
  return role === "source" ? [own, peer ?? ""] : [peer ?? "", own];
}

/** Primary keys are the source's: nothing may be here that has any. */
async function isEmpty(tx: Tx, schema: string): Promise<boolean> {
  for (const table of ["mailbox", "trail", "act", "queue", "quarantine", "agreement"])
    if (await tx.first(`select 1 as one from ${schema}.${table} limit 1`)) return false;
  return true;
}

/** What users had here goes, keys first; who did what and the routes of messages stay for as long as evidence is kept. */
async function erase(tx: Tx, schema: string, real: Clock): Promise<void> {
  await passFrozen(tx, schema);
  await tx.run(`update ${schema}.mailbox set sealed_key = '', removed_at = coalesce(removed_at, $1)`, [real.now()]);
  for (const table of ["seen", "message", "expunged", "body", "search_segment", "folder", "app_password", "component_certificate"])
    await tx.run(`delete from ${schema}.${table}`);
  await tx.run(`update ${schema}.queue set sealed = '', content = null`);
}

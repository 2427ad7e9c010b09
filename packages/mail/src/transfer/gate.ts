// The gate of a domain: open, or moving, or gone. Every door asks it; the store refuses by itself what passed beside it (`frozen`,
// migration 0008), and that refusal is told in each door's own words.
import { type MailAccount, MailRefusal } from "@cercle/imap";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import { mailErrors } from "../errors.ts";
import { gatewayReplies } from "../gateway/smtp-refusal.ts";
import { type Role, type Standing, standingOf, type TransferState } from "./steps.ts";

export type Gate = {
  standing(): Standing;
  /** Where the domain's gateway is now, once it went to another operator (`host:port`). */
  destination(): string | undefined;
  /** The domain came lately: partners may still have a list that does not bind it to this operator's certificate. */
  isFresh(): boolean;
  /** Reads the state again: after each step, and now and then for steps of another process. */
  refresh(): Promise<void>;
  /** Throws the SMTP reply of a domain that is not open. */
  passSmtp(): void;
  /** The same mailbox as long as the domain is open; UNAVAILABLE (RFC 5530) afterwards. */
  guard(account: MailAccount): MailAccount;
  passImap(): void;
  onClose(closed: () => void): void;
};

/** Tables that a moving domain is written in by its transfer alone; folders first, as everywhere. */
const frozenTables = [
  "folder",
  "mailbox",
  "mailbox_user",
  "app_password",
  "component_certificate",
  "agreement",
  "message",
  "body",
  "expunged",
  "seen",
  "act",
  "trail",
  "accepted",
  "queue",
  "quarantine",
] as const;

/** Closes the tables, once who is writing has ended, or opens them again. In the caller's transaction. */
export async function freeze(tx: Tx, schema: string, frozen: boolean): Promise<void> {
  for (const table of frozenTables) await tx.run(`alter table ${schema}.${table} ${frozen ? "enable" : "disable"} trigger frozen`);
}

/** Lets this transaction write in a frozen domain. */
export async function passFrozen(tx: Tx, schema: string): Promise<void> {
  await tx.query("select set_config('cercle.transfer', $1, true)", [schema]);
}

/** Whether the store refused because the domain is frozen. */
export function isFrozen(error: unknown): boolean {
  return (error as { code?: unknown }).code === "CE451";
}

type Known = { readonly role: Role; readonly state: TransferState; readonly gateway: string | null; readonly changed_at: Temporal.Instant };

const find = (from: Queryable, schema: string): Promise<Known | undefined> =>
  from.first<Known>(`select role, state, gateway, changed_at from ${schema}.transfer where state <> 'cancelled' order by started_at desc limit 1`);

export async function findStanding(from: Queryable, schema: string): Promise<Standing> {
  return standingOf(await find(from, schema));
}

/** What an administrator or a page hears who tries to change a domain that moves. */
export function withFrozen(error: unknown, domain: string): unknown {
  return isFrozen(error) ? mailErrors.refuse("mail.moving", { params: { domain }, clause: "MSS 13" }) : error;
}

const unavailable = () => new MailRefusal("UNAVAILABLE", "the domain is moving to another operator; try again in a while");

/** How long a list may be in force: partners have the next one by then. */
const freshHours = 24;

export async function openGate({ store, schema, domain, real }: { store: Store; schema: string; domain: string; real: Clock }): Promise<Gate> {
  let known = await find(store, schema);
  let standing = standingOf(known);
  const closed: (() => void)[] = [];
  const passImap = (): void => {
    if (standing !== "open") throw unavailable();
  };
  const translate = (error: unknown): never => {
    throw isFrozen(error) ? unavailable() : error;
  };
  return {
    standing: () => standing,
    destination: () => (known?.role === "source" && (known.state === "switched" || known.state === "withdrawn") ? (known.gateway ?? undefined) : undefined),
    isFresh: () => known?.state === "received" && real.now().epochMilliseconds - known.changed_at.epochMilliseconds < freshHours * 3_600_000,
    async refresh() {
      const before = standing;
      known = await find(store, schema);
      standing = standingOf(known);
      if (before === "open" && standing !== "open") for (const told of closed) told();
    },
    passSmtp() {
      if (standing === "moving") throw gatewayReplies.moving(domain);
      if (standing === "gone") throw gatewayReplies.gone(domain);
    },
    passImap,
    guard: (account) =>
      new Proxy(account, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== "function" || name === "watch") return value;
          return (...given: unknown[]): unknown => {
            passImap();
            const answer: unknown = value.apply(target, given);
            return answer instanceof Promise ? answer.catch(translate) : answer;
          };
        },
      }),
    onClose: (told) => void closed.push(told),
  };
}

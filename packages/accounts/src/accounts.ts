// Accounts: invitation, sessions, API keys. Ceremonies with passkeys are in `passkeys.ts`.

import type { Evidence } from "@cercle/evidence";
import { type Clock, type Id, newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";
import { accountsErrors } from "./errors.ts";
import { digestToken, makeToken } from "./tokens.ts";

/** What a person may do. A role is given by an officer, or by the holder of a file within it. */
export const roles = ["officer", "second-officer", "auditor", "controller", "vendor", "operator-contact"] as const;
export type Role = (typeof roles)[number];

export type Account = { readonly id: Id<"account">; readonly name: string; readonly roles: readonly Role[] };
export type ApiKeyRow = {
  readonly id: string;
  readonly role: Role;
  readonly label: string;
  readonly expires_at: Temporal.Instant;
  readonly revoked_at: Temporal.Instant | null;
};

export type Accounts = {
  /** Makes an account and a single-use invitation; the token is shown once. */
  invite(
    tx: Tx,
    person: { name: string; email?: string; roles: readonly Role[]; validFor?: Temporal.DurationLike },
  ): Promise<{ account: Id<"account">; token: string }>;
  findInvitation(token: string): Promise<Account | undefined>;
  /** Uses an invitation up, or throws `accounts.bad-invitation`; of two at once one succeeds. */
  takeInvitation(tx: Tx, token: string): Promise<Account>;
  /** Starts a session; the token goes into a cookie and nowhere else. */
  startSession(tx: Tx, account: Id<"account">): Promise<string>;
  endSession(token: string): Promise<void>;
  /** Who bears these credentials; `nobody` when none are given, a refusal when an API key is wrong. */
  identify(bearer: { session?: string | undefined; authorization?: string | undefined }): Promise<Actor>;
  createApiKey(tx: Tx, key: { account: Id<"account">; role: Role; label: string; days: number }): Promise<{ id: string; key: string }>;
  listApiKeys(account: Id<"account">): Promise<readonly ApiKeyRow[]>;
  revokeApiKey(tx: Tx, account: Id<"account">, id: string): Promise<void>;
  disable(tx: Tx, account: Id<"account">): Promise<void>;
  /** The passkey with this credential id, of an account in use: for those who verify what it signed (evidence). */
  findPasskey(credential: string): Promise<{ account: Id<"account">; publicKey: Uint8Array; counter: number } | undefined>;
  /** An account in use. */
  find(from: Queryable, id: string): Promise<Account | undefined>;
  list(): Promise<readonly (Account & { disabled: boolean; passkeys: number })[]>;
};

const sessionHours = 10;
const idleMinutes = 60;
export const maximumKeyDays = 400;

type AccountRow = { id: Id<"account">; name: string; roles: Role[] };

export function createAccounts({ store, evidence, real }: { store: Store; evidence: Evidence; real: Clock }): Accounts {
  const trace = (tx: Tx, type: string, account: string, payload: Record<string, string> = {}): Promise<void> =>
    evidence.trace(tx, { room: "accounts", type, subject: account, payload });

  const bySession = async (token: string): Promise<AccountRow | undefined> => {
    const now = real.now();
    return store.first<AccountRow>(
      `with live as (
         update accounts.session set seen_at = $2 where token_digest = $1 and expires_at > $2 and seen_at > $3 returning account_id)
       select a.id, a.name, a.roles from live join accounts.account a on a.id = live.account_id where a.disabled_at is null`,
      [digestToken(token), now, now.subtract({ minutes: idleMinutes })],
    );
  };

  return {
    async invite(tx, { name, email, roles: given, validFor = { hours: 1 } }) {
      const id = newId<"account">();
      const token = makeToken("invite");
      await tx.run("insert into accounts.account (id, name, email, roles, created_at) values ($1, $2, $3, $4, $5)", [
        id,
        name,
        email ?? null,
        given,
        real.now(),
      ]);
      await tx.run("insert into accounts.invitation (token_digest, account_id, expires_at) values ($1, $2, $3)", [
        digestToken(token),
        id,
        real.now().add(validFor),
      ]);
      await trace(tx, "invited", id, { roles: given.join(" ") });
      return { account: id, token };
    },
    findInvitation: (token) =>
      store.first<AccountRow>(
        `select a.id, a.name, a.roles from accounts.invitation i join accounts.account a on a.id = i.account_id
          where i.token_digest = $1 and i.used_at is null and i.expires_at > $2`,
        [digestToken(token), real.now()],
      ),
    async takeInvitation(tx, token) {
      const row = await tx.first<AccountRow>(
        `with taken as (
           update accounts.invitation set used_at = $2 where token_digest = $1 and used_at is null and expires_at > $2 returning account_id)
         select a.id, a.name, a.roles from taken join accounts.account a on a.id = taken.account_id`,
        [digestToken(token), real.now()],
      );
      if (!row) throw accountsErrors.refuse("accounts.bad-invitation");
      return row;
    },
    async startSession(tx, account) {
      const token = makeToken("session");
      const now = real.now();
      await tx.run("insert into accounts.session (token_digest, account_id, started_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)", [
        digestToken(token),
        account,
        now,
        now.add({ hours: sessionHours }),
      ]);
      await tx.run("delete from accounts.session where expires_at < $1", [now]);
      await trace(tx, "signed-in", account);
      return token;
    },
    async endSession(token) {
      await store.run("delete from accounts.session where token_digest = $1", [digestToken(token)]);
    },
    async identify({ session, authorization }) {
      const key = readKey(authorization);
      if (key) {
        const row = await store.first<AccountRow & { role: Role }>(
          `select a.id, a.name, a.roles, k.role from accounts.api_key k join accounts.account a on a.id = k.account_id
            where k.key_digest = $1 and k.revoked_at is null and k.expires_at > $2 and a.disabled_at is null and k.role = any(a.roles)`,
          [digestToken(key), real.now()],
        );
        if (!row) throw accountsErrors.refuse("accounts.bad-api-key");
        return { kind: "account", id: row.id, name: row.name, roles: [row.role], by: "api-key" };
      }
      const row = session ? await bySession(session) : undefined;
      return row ? { kind: "account", id: row.id, name: row.name, roles: row.roles, by: "passkey" } : { kind: "nobody" };
    },
    async createApiKey(tx, { account, role, label, days }) {
      if (days > maximumKeyDays || days < 1) throw accountsErrors.refuse("accounts.too-long", { params: { days: maximumKeyDays } });
      const holder = await tx.first<AccountRow>("select id, name, roles from accounts.account where id = $1 and disabled_at is null", [account]);
      if (!holder) throw accountsErrors.refuse("accounts.no-account");
      if (!holder.roles.includes(role)) throw accountsErrors.refuse("accounts.role-not-held", { params: { role } });
      const id = newId<"api-key">();
      const key = makeToken("key");
      await tx.run("insert into accounts.api_key (id, key_digest, account_id, role, label, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)", [
        id,
        digestToken(key),
        account,
        role,
        label,
        real.now(),
        real.now().add({ hours: 24 * days }),
      ]);
      await trace(tx, "api-key-created", account, { key: id, role });
      return { id, key };
    },
    listApiKeys: (account) =>
      store.query<ApiKeyRow>("select id, role, label, expires_at, revoked_at from accounts.api_key where account_id = $1 order by created_at desc", [account]),
    async revokeApiKey(tx, account, id) {
      await tx.run("update accounts.api_key set revoked_at = coalesce(revoked_at, $3) where account_id = $1 and id = $2", [account, id, real.now()]);
      await trace(tx, "api-key-revoked", account, { key: id });
    },
    async disable(tx, account) {
      await tx.run("update accounts.account set disabled_at = coalesce(disabled_at, $2) where id = $1", [account, real.now()]);
      await tx.run("delete from accounts.session where account_id = $1", [account]);
      await trace(tx, "disabled", account);
    },
    async findPasskey(credential) {
      const row = await store.first<{ account_id: Id<"account">; public_key: Uint8Array; counter: number }>(
        `select p.account_id, p.public_key, p.counter from accounts.passkey p join accounts.account a on a.id = p.account_id
          where p.credential_id = $1 and a.disabled_at is null`,
        [credential],
      );
      return row && { account: row.account_id, publicKey: row.public_key, counter: row.counter };
    },
    find: (from, id) => from.first<AccountRow>("select id, name, roles from accounts.account where id = $1 and disabled_at is null", [id]),
    list: () =>
      store.query(
        `select a.id, a.name, a.roles, a.disabled_at is not null as disabled, count(p.credential_id) as passkeys
           from accounts.account a left join accounts.passkey p on p.account_id = a.id group by a.id order by a.created_at`,
      ),
  };
}

/** An API key as a bearer token (RFC 6750), or as the password of Basic (RFC 7617), which is all that calendar applications can send. */
function readKey(authorization: string | undefined): string | undefined {
  const [, scheme = "", value = ""] = authorization?.match(/^(Bearer|Basic) ([\w+/=-]{1,1000})$/i) ?? [];
  const said =
    scheme.toLowerCase() === "basic"
      ? Buffer.from(value, "base64")
          .toString("utf8")
          .replace(/^[^:]*:/, "")
      : value;
  return /^key_[\w-]+$/.test(said) ? said : undefined;
}

// Sessions of the proxy: one person, one software. Tokens are sealed; of the session id the store has a digest.
import { randomUUID } from "node:crypto";
import type { Evidence } from "@cercle/evidence";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Seal } from "../ports.ts";
import { digest } from "../registry.ts";

/** The provider's tokens of one session. */
export type HeldTokens = {
  readonly access: string;
  /** Milliseconds since the epoch. */
  readonly accessEndsAt: number;
  readonly refresh: string | undefined;
  readonly id: string | undefined;
  /** APIs to which this access token was passed. */
  readonly used: readonly string[];
};
export type EndReason = "disconnected" | "expired" | "idle" | "provider" | "right-closed" | "removed";

export type Session = {
  /** Digest of the session id. */
  readonly id: string;
  /** The session id itself, for traces. */
  readonly publicId: string;
  readonly clientId: string;
  readonly person: string;
  readonly sessionState: string;
  readonly endReason: EndReason | undefined;
  readonly active: boolean;
};

export type Sessions = {
  open(session: { clientId: string; person: string; sessionState: string; tokens: HeldTokens }): Promise<Session>;
  /** By the cookie; ended ones too. */
  find(cookie: string | undefined): Promise<Session | undefined>;
  touch(id: string): Promise<void>;
  tokens(id: string): Promise<HeldTokens | undefined>;
  keepTokens(id: string, tokens: HeldTokens): Promise<void>;
  /** Takes the right to renew tokens, for some seconds; one at a time, in every process. */
  lease(id: string): Promise<boolean>;
  release(id: string): Promise<void>;
  apiToken(id: string, api: string): Promise<string | undefined>;
  keepApiToken(id: string, api: string, token: string, endsAt: number): Promise<void>;
  dropApiToken(id: string, api: string): Promise<void>;
  /** Ends it once; answers what it held, to be revoked, or undefined when it had ended. */
  end(id: string, reason: EndReason): Promise<Ended | undefined>;
  /** Active sessions whose time is over. */
  overdue(): Promise<readonly { id: string; reason: EndReason }[]>;
  ofClient(clientId: string): Promise<readonly string[]>;
  activeClients(): Promise<readonly string[]>;
  forgetOld(): Promise<void>;
};
export type Ended = { readonly session: Session; readonly tokens: HeldTokens | undefined; readonly apiTokens: readonly { api: string; token: string }[] };

type Row = {
  id: string;
  sealed_id: Uint8Array;
  client_id: string;
  person: string;
  session_state: string;
  tokens: Uint8Array | null;
  used_at: Temporal.Instant;
  ends_at: Temporal.Instant;
  ended_at: Temporal.Instant | null;
  end_reason: EndReason | null;
};

const leaseSeconds = 20;
/** A token is renewed this long before it ends, milliseconds. */
export const marginMillis = 3000;
const keptAfterEndHours = 24;

export type SessionsParts = { store: Store; evidence: Evidence; real: Clock; seal: Seal; longestSeconds: number; idleSeconds: number };

export function createSessions({ store, evidence, real, seal, longestSeconds, idleSeconds }: SessionsParts): Sessions {
  const sealText = (text: string): Uint8Array => seal.seal(Buffer.from(text));
  const unseal = (bytes: Uint8Array): string => Buffer.from(seal.unseal(bytes)).toString("utf8");
  const idleSince = (): Temporal.Instant => real.now().subtract({ seconds: idleSeconds });
  const isOver = (row: Row): boolean => Temporal.Instant.compare(row.ends_at, real.now()) <= 0 || Temporal.Instant.compare(row.used_at, idleSince()) <= 0;
  const read = (row: Row): Session => ({
    id: row.id,
    publicId: unseal(row.sealed_id),
    clientId: row.client_id,
    person: row.person,
    sessionState: row.session_state,
    endReason: row.end_reason ?? undefined,
    active: row.ended_at === null && !isOver(row),
  });
  const alive = "ended_at is null";

  return {
    async open({ clientId, person, sessionState, tokens }) {
      const publicId = randomUUID();
      const now = real.now();
      const id = digest(publicId);
      await store.transaction(async (tx) => {
        await tx.run(
          `insert into trust_extension.session (id, sealed_id, client_id, person, session_state, tokens, began_at, used_at, ends_at)
           values ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
          [id, sealText(publicId), clientId, person, sessionState, sealText(JSON.stringify(tokens)), now, now.add({ seconds: longestSeconds })],
        );
        await evidence.trace(tx, { room: "trust-extension", type: "session-opened", subject: `client ${clientId}`, payload: { session: id } });
      });
      return { id, publicId, clientId, person, sessionState, endReason: undefined, active: true };
    },
    async find(cookie) {
      if (!cookie || cookie.length > 100) return undefined;
      const row = await store.first<Row>("select * from trust_extension.session where id = $1", [digest(cookie)]);
      return row && read(row);
    },
    touch: (id) => store.run(`update trust_extension.session set used_at = $2 where id = $1 and ${alive}`, [id, real.now()]).then(() => undefined),
    async tokens(id) {
      const row = await store.first<{ tokens: Uint8Array | null }>(`select tokens from trust_extension.session where id = $1 and ${alive}`, [id]);
      return row?.tokens ? (JSON.parse(unseal(row.tokens)) as HeldTokens) : undefined;
    },
    keepTokens: (id, tokens) =>
      store.run(`update trust_extension.session set tokens = $2 where id = $1 and ${alive}`, [id, sealText(JSON.stringify(tokens))]).then(() => undefined),
    async lease(id) {
      const now = real.now();
      return (
        (await store.run(`update trust_extension.session set lease_until = $2 where id = $1 and ${alive} and (lease_until is null or lease_until < $3)`, [
          id,
          now.add({ seconds: leaseSeconds }),
          now,
        ])) === 1
      );
    },
    release: (id) => store.run("update trust_extension.session set lease_until = null where id = $1", [id]).then(() => undefined),
    async apiToken(id, api) {
      const after = real.now().add({ milliseconds: marginMillis });
      const row = await store.first<{ token: Uint8Array }>("select token from trust_extension.api_token where session = $1 and api = $2 and expires_at > $3", [
        id,
        api,
        after,
      ]);
      return row && unseal(row.token);
    },
    keepApiToken: (id, api, token, endsAt) =>
      store
        .run(
          `insert into trust_extension.api_token (session, api, token, expires_at) values ($1, $2, $3, $4)
           on conflict (session, api) do update set token = excluded.token, expires_at = excluded.expires_at`,
          [id, api, sealText(token), Temporal.Instant.fromEpochMilliseconds(endsAt)],
        )
        .then(() => undefined),
    dropApiToken: (id, api) => store.run("delete from trust_extension.api_token where session = $1 and api = $2", [id, api]).then(() => undefined),
    end: (id, reason) =>
      store.transaction(async (tx) => {
        const row = await tx.first<Row>(`select * from trust_extension.session where id = $1 and ${alive} for update`, [id]);
        if (!row) return undefined;
        const held = await tx.query<{ api: string; token: Uint8Array }>("delete from trust_extension.api_token where session = $1 returning api, token", [id]);
        await tx.run("update trust_extension.session set ended_at = $2, end_reason = $3, tokens = null where id = $1", [id, real.now(), reason]);
        await evidence.trace(tx, { room: "trust-extension", type: "session-ended", subject: `client ${row.client_id}`, payload: { session: id, reason } });
        return {
          session: read({ ...row, end_reason: reason }),
          tokens: row.tokens ? (JSON.parse(unseal(row.tokens)) as HeldTokens) : undefined,
          apiTokens: held.map(({ api, token }) => ({ api, token: unseal(token) })),
        };
      }),
    async overdue() {
      const rows = await store.query<{ id: string; over: boolean }>(
        `select id, ends_at <= $1 as over from trust_extension.session where ${alive} and (ends_at <= $1 or used_at <= $2) limit 200`,
        [real.now(), idleSince()],
      );
      return rows.map(({ id, over }) => ({ id, reason: over ? "expired" : "idle" }));
    },
    ofClient: async (clientId) =>
      (await store.query<{ id: string }>(`select id from trust_extension.session where client_id = $1 and ${alive}`, [clientId])).map((row) => row.id),
    activeClients: async () =>
      (await store.query<{ client_id: string }>(`select distinct client_id from trust_extension.session where ${alive}`)).map((row) => row.client_id),
    async forgetOld() {
      const before = real.now().subtract({ hours: keptAfterEndHours });
      await store.run("delete from trust_extension.session where ended_at < $1", [before]);
      await store.run("delete from trust_extension.code_request where expires_at < $1", [real.now()]);
    },
  };
}

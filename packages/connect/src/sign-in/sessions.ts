// Ending sessions: here, everywhere, when a person is gone. Tokens die with their grants; services that asked are told (back-channel logout).
import { type Json, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Provider } from "oidc-provider";
import type { Environment } from "../ports.ts";
import { digestId, sidOf } from "../provider/adapter.ts";
import { nationalIdOf } from "./identifier.ts";

export type OpenSession = {
  readonly key: string;
  readonly uid: string;
  readonly subject: string;
  readonly person: string;
  readonly since: Temporal.Instant;
  readonly clients: readonly { readonly id: string; readonly grantId: string | undefined; readonly sid: string }[];
};

export type Sessions = {
  ofCookie(value: string | undefined): Promise<OpenSession | undefined>;
  ofSid(sid: string): Promise<OpenSession | undefined>;
  ofUid(uid: string): Promise<OpenSession | undefined>;
  ofSubject(subject: string): Promise<readonly OpenSession[]>;
  /** Ends it: grants with their tokens, the session, and word to the clients that asked for it. */
  end(session: OpenSession): Promise<void>;
  /** From now on every service asks who is there, and the cookie goes with the browser. */
  markShared(session: OpenSession): Promise<void>;
};

type Payload = { uid: string; accountId?: string; loginTs?: number; authorizations?: Record<string, { sid?: string; grantId?: string }> } & Record<
  string,
  Json
>;
type Row = { id: string; payload: Payload };

export function createSessions({
  store,
  environment,
  provider,
  now = () => Math.floor(Date.now() / 1000),
}: {
  store: Store;
  environment: Environment;
  provider: () => Provider;
  now?: () => number;
}): Sessions {
  const model = `${environment}:Session`;
  const live = "(expires_at is null or expires_at > $3)";
  const read = (row: Row | undefined): OpenSession | undefined =>
    row?.payload.accountId
      ? {
          key: row.id,
          uid: row.payload.uid,
          subject: row.payload.accountId,
          person: nationalIdOf(row.payload.accountId),
          since: Temporal.Instant.fromEpochMilliseconds((row.payload.loginTs ?? 0) * 1000),
          clients: Object.entries(row.payload.authorizations ?? {}).map(([id, { grantId, sid }]) => ({ id, grantId, sid: sid ?? sidOf(row.payload.uid) })),
        }
      : undefined;
  const bySid = async (sid: string): Promise<OpenSession | undefined> =>
    read(await store.first<Row>(`select id, payload from connect.payload where model = $1 and uid = $2 and ${live}`, [model, sid, now()]));

  return {
    ofCookie: async (value) =>
      value
        ? read(await store.first<Row>(`select id, payload from connect.payload where model = $1 and id = $2 and ${live}`, [model, digestId(value), now()]))
        : undefined,
    ofSid: bySid,
    ofUid: (uid) => bySid(sidOf(uid)),
    async ofSubject(subject) {
      const rows = await store.query<Row>(`select id, payload from connect.payload where model = $1 and account = $2 and ${live}`, [model, subject, now()]);
      return rows.flatMap((row) => read(row) ?? []);
    },
    async end(session) {
      const grants = session.clients.flatMap(({ grantId }) => (grantId ? [grantId] : []));
      await store.transaction(async (tx) => {
        await tx.run("delete from connect.payload where grant_id = any($1)", [grants]);
        await tx.run("delete from connect.payload where model = $1 and id = $2", [model, session.key]);
      });
      await Promise.all(session.clients.map((client) => tell(provider(), client, session.subject)));
    },
    async markShared(session) {
      await store.run(`update connect.payload set payload = (payload::jsonb || '{"transient": true}')::json where model = $1 and id = $2`, [
        model,
        session.key,
      ]);
    },
  };
}

type Told = { backchannelLogoutUri?: string; backchannelLogout(subject: string, sid: string): Promise<void> };

/** OpenID Back-Channel Logout 1.0 §2.5. A client that does not answer keeps nobody signed in here. */
async function tell(provider: Provider, client: { id: string; sid: string }, subject: string): Promise<void> {
  try {
    const found = (await provider.Client.find(client.id)) as unknown as Told | undefined;
    if (found?.backchannelLogoutUri) await found.backchannelLogout(subject, client.sid);
    if (found?.backchannelLogoutUri) provider.emit("cercle.told", client.id);
  } catch (error) {
    provider.emit("cercle.not-told", client.id, error);
  }
}

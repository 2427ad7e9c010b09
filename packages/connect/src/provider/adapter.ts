// Storage for oidc-provider. Consuming is one atomic statement (`writes.ts`); whoever comes second loses the whole family (RFC 9700 §4.14.2).
// A bearer value is stored as its digest only.
import { createHash } from "node:crypto";
import type { Store } from "@cercle/store";
import { type Adapter, type AdapterPayload, errors } from "oidc-provider";
import { connectErrors } from "../errors.ts";
import type { Environment } from "../ports.ts";
import { dropGrant, dropWritten, findNoted, findWritten, gathering, note, spend, writePayload } from "./writes.ts";

/** The stored key of a bearer value. */
export function digestId(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}

/** Public name of a session (`sid`, `session_state`): made of its private `uid`, in the shape that Keycloak gives it. */
export function sidOf(uid: string): string {
  const hex = createHash("sha256").update(`sid ${uid}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const ofGrant = new Set(["AuthorizationCode", "RefreshToken", "AccessToken"]);
const withAccount = new Set(["Session", "Grant"]);

type PayloadRow = { payload: AdapterPayload; consumed_at: number | null };

/** Makes the adapters of one environment. `clients` answers a client's metadata. */
export function createAdapters({
  store,
  environment,
  clients,
}: {
  store: Store;
  environment: Environment;
  clients: (id: string) => Promise<AdapterPayload | undefined>;
}): (model: string) => Adapter {
  return (name) => (name === "Client" ? clientAdapter(clients) : payloadAdapter(store, `${environment}:${name}`, name));
}

function clientAdapter(find: (id: string) => Promise<AdapterPayload | undefined>): Adapter {
  const never = async (): Promise<never> => {
    throw new TypeError("clients are written through their files only");
  };
  return { find, upsert: never, consume: never, destroy: never, revokeByGrantId: never, findByUid: never, findByUserCode: never };
}

function payloadAdapter(store: Store, model: string, name: string): Adapter {
  const instantiate = (row: PayloadRow | undefined, jti: string | undefined): AdapterPayload | undefined =>
    row && { ...row.payload, ...(jti ? { jti } : {}), ...(row.consumed_at === null ? {} : { consumed: row.consumed_at }) };
  const grantModel = ofGrant.has(name) ? model.replace(name, "Grant") : undefined;
  /** A code or token, and the grant behind it, which every use looks at next. */
  const findWithGrant = async (id: string, of: string): Promise<AdapterPayload | undefined> => {
    const row = await store.first<PayloadRow & { grant_id: string | null; grant_payload: string | null }>(
      `select token.payload, token.consumed_at, token.grant_id, grants.payload::text as grant_payload
         from connect.payload token left join connect.payload grants on grants.grant_id = token.grant_id and grants.model = $3
        where token.model = $1 and token.id = $2`,
      [model, digestId(id), of],
    );
    if (row?.grant_id) note("grant", row.grant_id, row.grant_payload ?? undefined);
    return instantiate(row, id);
  };
  /** A CIBA request, and the attempt behind it, which a poll looks at next. */
  const findWithAttempt = async (id: string): Promise<AdapterPayload | undefined> => {
    const row = await store.first<PayloadRow & { attempt: unknown }>(
      `select request.payload, request.consumed_at, row_to_json(attempt) as attempt
         from connect.payload request left join connect.attempt attempt on attempt.id = request.id where request.model = $1 and request.id = $2`,
      [model, digestId(id)],
    );
    if (row) note("attempt", digestId(id), row.attempt ?? undefined);
    return instantiate(row, id);
  };
  return {
    async upsert(id, payload, expiresIn) {
      const { jti: _jti, consumed: _consumed, ...kept } = payload as AdapterPayload & { session?: { cookie?: string } };
      // The interaction would keep the session's cookie in clear.
      if (kept.session) kept.session = { ...kept.session, cookie: undefined } as unknown as typeof kept.session & { cookie: string };
      const row = {
        model,
        id: digestId(id),
        payload: JSON.stringify(kept),
        grantId: name === "Grant" ? id : (payload.grantId ?? null),
        uid: name === "Session" ? sidOf(String(payload.uid)) : null,
        account: withAccount.has(name) ? (payload.accountId ?? null) : null,
        expiresAt: expiresIn ? Math.floor(Date.now() / 1000) + expiresIn : null,
      };
      // An answer is written to a request that still waits, never beside one that was resumed meanwhile: that would be a second code.
      if (name === "Interaction" && kept.result && !gathering()) {
        const waits = await store.run("update connect.payload set payload = $3 where model = $1 and id = $2", [model, row.id, row.payload]);
        if (waits === 0) throw connectErrors.refuse("connect.attempt-over");
        return;
      }
      await writePayload(store, row);
    },
    async find(id) {
      const written = findWritten(model, digestId(id));
      if (written) return instantiate({ payload: JSON.parse(written.payload) as AdapterPayload, consumed_at: null }, id);
      if (name === "Grant") {
        const noted = findNoted("grant", id);
        if (noted !== "none")
          return typeof noted === "string" ? instantiate({ payload: JSON.parse(noted) as AdapterPayload, consumed_at: null }, id) : undefined;
      }
      if (name === "BackchannelAuthenticationRequest") return findWithAttempt(id);
      if (grantModel) return findWithGrant(id, grantModel);
      return instantiate(
        await store.first<PayloadRow>("select payload, consumed_at from connect.payload where model = $1 and id = $2", [model, digestId(id)]),
        id,
      );
    },
    async findByUid(uid) {
      // The cookie's value is not known here; such a session is read, never written back.
      return instantiate(
        await store.first<PayloadRow>("select payload, consumed_at from connect.payload where model = $1 and uid = $2", [model, sidOf(uid)]),
        undefined,
      );
    },
    async findByUserCode() {
      return undefined;
    },
    async consume(id) {
      const key = digestId(id);
      const late = async (): Promise<Error> => {
        await store.run("delete from connect.payload where grant_id = (select grant_id from connect.payload where model = $1 and id = $2)", [model, key]);
        return new errors.InvalidGrant("already used: the tokens issued from it are revoked");
      };
      await spend(store, { model, id: key, how: "consume", late });
    },
    async destroy(id) {
      const key = digestId(id);
      // An authorization request is resumed once: of two parallel returns one gets the code.
      const late = async (): Promise<Error> => new errors.SessionNotFound("this authorization request was already answered");
      const dropped = dropWritten(model, key);
      if (name === "Interaction" && !dropped) return spend(store, { model, id: key, how: "destroy", late });
      await store.run("delete from connect.payload where model = $1 and id = $2", [model, key]);
    },
    async revokeByGrantId(grantId) {
      dropGrant(model, grantId);
      await store.run("delete from connect.payload where model = $1 and grant_id = $2", [model, grantId]);
    },
  };
}

/** Deletes what expired more than a minute ago, in batches; answers how many rows went. */
export async function sweepPayloads(store: Store): Promise<number> {
  let all = 0;
  for (;;) {
    const gone = await store.run(
      `delete from connect.payload where (model, id) in (select model, id from connect.payload where expires_at < $1 order by expires_at limit 5000)`,
      [Math.floor(Date.now() / 1000) - 60],
    );
    all += gone;
    if (gone < 5000) return all;
  }
}

// Relying parties. A client exists by its record here; whether it may sign anyone in is its file's to say (right `client.sign-in`).
import { randomBytes } from "node:crypto";
import type { Clock, Temporal, Text } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import type { AdapterPayload } from "oidc-provider";
import { connectErrors } from "../errors.ts";
import type { Environment } from "../ports.ts";
import { type AuthMethod, type Profile, type ProfileName, profiles } from "../provider/profiles.ts";

/** What a client registered, in OpenID Connect's own words (OIDC Registration §2). */
export type ClientMetadata = {
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly token_endpoint_auth_method: AuthMethod;
  readonly tls_client_auth_subject_dn?: string;
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] };
  readonly backchannel_logout_uri?: string;
  readonly ciba: boolean;
};

export type Client = {
  readonly id: string;
  readonly environment: Environment;
  readonly profile: ProfileName;
  readonly name: Text;
  readonly purpose: Text;
  readonly metadata: ClientMetadata;
  readonly created_at: Temporal.Instant;
};
export type NewClient = Omit<Client, "created_at">;

type ClientRow = Client & { readonly secret: Uint8Array | null };
export type Seal = { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };

export type Clients = {
  /** Writes the record; answers the secret, shown once: drawn here, unless a test chose it. Throws `connect.client-exists`, `connect.bad-redirect-uri`, `connect.method-refused-by-profile`. */
  add(tx: Tx, client: NewClient, chosenSecret?: string): Promise<string | undefined>;
  find(id: string): Promise<Client | undefined>;
  get(id: string): Promise<Client>;
  list(from: Queryable): Promise<readonly Client[]>;
  /** Metadata for oidc-provider, secret included; undefined when the client is not of this environment. */
  metadata(id: string, environment: Environment): Promise<AdapterPayload | undefined>;
  profileOf(id: string): Promise<Profile>;
};

const columns = "id, environment, profile, name, purpose, metadata, secret, created_at";
/** A record is read again after this long; what a file decides comes through the door, at once. */
const cacheMillis = 900;
const maximumCached = 2000;

export function createClients({ store, seal, real }: { store: Store; seal: Seal; real: Clock }): Clients {
  const cache = new Map<string, { at: number; row: ClientRow | undefined; payload?: AdapterPayload }>();

  const read = async (id: string): Promise<{ at: number; row: ClientRow | undefined; payload?: AdapterPayload }> => {
    const known = cache.get(id);
    if (known && performance.now() - known.at < cacheMillis) return known;
    const row = id.length > 128 ? undefined : await store.first<ClientRow>(`select ${columns} from connect.client where id = $1`, [id]);
    if (cache.size >= maximumCached) cache.clear();
    const entry = { at: performance.now(), row, ...(row ? { payload: buildPayload(row, seal) } : {}) };
    cache.set(id, entry);
    return entry;
  };
  const open = ({ secret: _, ...client }: ClientRow): Client => client;

  return {
    async add(tx, client, chosenSecret) {
      checkClient(client);
      const withSecret = client.metadata.token_endpoint_auth_method.startsWith("client_secret");
      const secret = withSecret ? (chosenSecret ?? randomBytes(32).toString("base64url")) : undefined;
      const written = await tx.run(`insert into connect.client (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`, [
        client.id,
        client.environment,
        client.profile,
        json(client.name),
        json(client.purpose),
        json(client.metadata),
        secret ? seal.seal(Buffer.from(secret)) : null,
        real.now(),
      ]);
      if (written !== 1) throw connectErrors.refuse("connect.client-exists", { params: { id: client.id } });
      tx.afterCommit(() => cache.delete(client.id));
      return secret;
    },
    async find(id) {
      const { row } = await read(id);
      return row && open(row);
    },
    async get(id) {
      const { row } = await read(id);
      if (!row) throw connectErrors.refuse("connect.no-client", { params: { id } });
      return open(row);
    },
    list: async (from) => (await from.query<ClientRow>(`select ${columns} from connect.client order by id limit 5000`)).map(open),
    async metadata(id, environment) {
      const { row, payload } = await read(id);
      return row?.environment === environment ? payload : undefined;
    },
    async profileOf(id) {
      const { row } = await read(id);
      return profiles[row?.profile ?? "psc-2026"];
    },
  };
}

function buildPayload(row: ClientRow, seal: Seal): AdapterPayload {
  const { ciba, tls_client_auth_subject_dn: subject, ...metadata } = row.metadata;
  const certificate = metadata.token_endpoint_auth_method === "tls_client_auth";
  // Without a return address there is no code flow; without CIBA either, a client only verifies tokens (a data provider, PSC 5).
  const code = metadata.redirect_uris.length > 0;
  return {
    client_id: row.id,
    client_name: row.name.fr,
    ...metadata,
    ...(row.secret ? { client_secret: Buffer.from(seal.unseal(row.secret)).toString("utf8") } : {}),
    ...(certificate ? { tls_client_auth_subject_dn: subject ?? `CN=${row.id}`, tls_client_certificate_bound_access_tokens: true } : {}),
    grant_types: [...(code ? ["authorization_code"] : []), ...(ciba ? ["urn:openid:params:grant-type:ciba"] : []), ...(code || ciba ? ["refresh_token"] : [])],
    response_types: code ? ["code"] : [],
    application_type: "web",
    id_token_signed_response_alg: "RS256",
    ...(ciba ? { backchannel_token_delivery_mode: "poll" } : {}),
    ...(metadata.backchannel_logout_uri ? { backchannel_logout_session_required: true } : {}),
  } as AdapterPayload;
}

function checkClient(client: NewClient): void {
  const profile = profiles[client.profile];
  const method = client.metadata.token_endpoint_auth_method;
  if (!profile.authMethods.includes(method)) {
    throw connectErrors.refuse("connect.method-refused-by-profile", {
      params: { profile: profile.name, method, accepted: profile.authMethods.join(", ") },
    });
  }
  for (const uri of [...client.metadata.redirect_uris, ...client.metadata.post_logout_redirect_uris]) {
    if (!isReturnAddress(uri)) throw connectErrors.refuse("connect.bad-redirect-uri", { params: { uri } });
  }
}

/** RFC 6749 §3.1.2: absolute, no fragment; https, or a loopback (RFC 8252 §7.3). */
export function isReturnAddress(uri: string): boolean {
  const parsed = URL.parse(uri);
  if (!parsed || uri.includes("#") || parsed.username || parsed.password) return false;
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(parsed.hostname) || parsed.hostname.endsWith(".localhost");
  return parsed.protocol === "https:" || (parsed.protocol === "http:" && loopback);
}

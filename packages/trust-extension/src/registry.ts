// Softwares that the proxy serves and connected APIs, with credentials sealed by the vault.
import { createHash, createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import { trustExtensionErrors } from "./errors.ts";
import type { IssuerName, Seal } from "./ports.ts";
import type { Credentials } from "./provider.ts";

export type GivenCredentials = { readonly certificate?: string | undefined; readonly key?: string | undefined; readonly secret?: string | undefined };

export type Software = {
  readonly clientId: string;
  readonly issuer: IssuerName;
  readonly apis: readonly string[];
  readonly createdAt: Temporal.Instant;
  /** Subject of its certificate, as traces name it; "" without one. */
  readonly dn: string;
  readonly hasKey: boolean;
};
export type Api = {
  readonly name: string;
  readonly clientId: string;
  readonly issuer: IssuerName;
  /** Of its client's certificate; "" without one: such an API passes nothing on. */
  readonly subject: string;
  readonly audience: string;
  readonly upstream: string;
  readonly scopes: readonly string[];
  readonly createdAt: Temporal.Instant;
};

export type Registry = {
  addSoftware(tx: Tx, software: { clientId: string; issuer: IssuerName; apis: readonly string[] } & GivenCredentials): Promise<{ softwareKey: string }>;
  removeSoftware(tx: Tx, clientId: string): Promise<void>;
  findSoftware(clientId: string): Promise<Software | undefined>;
  /** Whether this is the software's key. */
  knowsKey(clientId: string, key: string): Promise<boolean>;
  softwares(): Promise<readonly Software[]>;
  softwareCredentials(clientId: string): Promise<Credentials>;
  addApi(tx: Tx, api: Omit<Api, "subject" | "createdAt"> & GivenCredentials): Promise<void>;
  findApi(name: string): Promise<Api | undefined>;
  apis(): Promise<readonly Api[]>;
  apiCredentials(name: string): Promise<Credentials>;
  /** Whether a client is that of a connected API. */
  providesData(clientId: string): Promise<boolean>;
};

type Sealed = { certificate: string | null; key: Uint8Array | null; secret: Uint8Array | null };
type SoftwareRow = Sealed & { client_id: string; issuer: IssuerName; apis: string[]; key_digest: string | null; created_at: Temporal.Instant };
type ApiRow = Sealed & {
  name: string;
  client_id: string;
  issuer: IssuerName;
  subject: string;
  audience: string;
  upstream: string;
  scopes: string[];
  created_at: Temporal.Instant;
};

export const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

export function createRegistry({ store, real, seal }: { store: Store; real: Clock; seal: Seal }): Registry {
  const sealText = (text: string | undefined): Uint8Array | null => (text === undefined ? null : seal.seal(Buffer.from(text)));
  const open = (sealed: Uint8Array | null): string | undefined => (sealed ? Buffer.from(seal.unseal(sealed)).toString("utf8") : undefined);
  const credentials = (row: Sealed & { client_id: string }): Credentials => {
    const key = open(row.key);
    const secret = open(row.secret);
    return { clientId: row.client_id, ...(row.certificate && key ? { certificate: row.certificate, key } : {}), ...(secret ? { secret } : {}) };
  };
  const one = <R>(from: Queryable, table: "software" | "api", column: "client_id" | "name", value: string): Promise<R | undefined> =>
    value.length > 128 ? Promise.resolve(undefined) : from.first<R>(`select * from trust_extension.${table} where ${column} = $1`, [value]);
  const getRow = async <R>(table: "software" | "api", column: "client_id" | "name", value: string): Promise<R> => {
    const row = await one<R>(store, table, column, value);
    if (row) return row;
    throw table === "api"
      ? trustExtensionErrors.refuse("trust-extension.no-api", { params: { name: value } })
      : trustExtensionErrors.refuse("trust-extension.no-software", { params: { id: value } });
  };

  return {
    async addSoftware(tx, { clientId, issuer, apis, ...given }) {
      checkCredentials(given);
      const softwareKey = randomBytes(32).toString("base64url");
      const written = await tx.run(
        `insert into trust_extension.software (client_id, issuer, certificate, key, secret, key_digest, apis, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (client_id) do nothing`,
        [clientId, issuer, given.certificate, sealText(given.key), sealText(given.secret), digest(softwareKey), apis, real.now()],
      );
      if (written !== 1) throw trustExtensionErrors.refuse("trust-extension.exists", { params: { name: clientId } });
      return { softwareKey };
    },
    async removeSoftware(tx, clientId) {
      if ((await tx.run("delete from trust_extension.software where client_id = $1", [clientId])) !== 1)
        throw trustExtensionErrors.refuse("trust-extension.no-software", { params: { id: clientId } });
    },
    async findSoftware(clientId) {
      const row = await one<SoftwareRow>(store, "software", "client_id", clientId);
      return row && toSoftware(row);
    },
    async knowsKey(clientId, key) {
      // Compared as digests of 256 random bits: how long the comparison takes says nothing.
      return (await one<SoftwareRow>(store, "software", "client_id", clientId))?.key_digest === digest(key);
    },
    softwares: async () => (await store.query<SoftwareRow>("select * from trust_extension.software order by client_id limit 2000")).map(toSoftware),
    softwareCredentials: async (clientId) => credentials(await getRow<SoftwareRow>("software", "client_id", clientId)),
    async addApi(tx, { name, clientId, issuer, audience, upstream, scopes, ...given }) {
      checkCredentials(given);
      if (!isUpstream(upstream)) throw trustExtensionErrors.refuse("trust-extension.bad-upstream", { params: { url: upstream } });
      const written = await tx.run(
        `insert into trust_extension.api (name, client_id, issuer, subject, audience, upstream, scopes, certificate, key, secret, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
        [
          name,
          clientId,
          issuer,
          subjectOf(given.certificate),
          audience,
          upstream,
          scopes,
          given.certificate,
          sealText(given.key),
          sealText(given.secret),
          real.now(),
        ],
      );
      if (written !== 1) throw trustExtensionErrors.refuse("trust-extension.exists", { params: { name } });
    },
    async findApi(name) {
      const row = await one<ApiRow>(store, "api", "name", name);
      return row && toApi(row);
    },
    apis: async () => (await store.query<ApiRow>("select * from trust_extension.api order by name limit 2000")).map(toApi),
    apiCredentials: async (name) => credentials(await getRow<ApiRow>("api", "name", name)),
    providesData: async (clientId) => (await one(store, "api", "client_id", clientId)) !== undefined,
  };
}

const toSoftware = (row: SoftwareRow): Software => ({
  clientId: row.client_id,
  issuer: row.issuer,
  apis: row.apis,
  createdAt: row.created_at,
  dn: subjectOf(row.certificate).split("\n").join(", "),
  hasKey: row.key_digest !== null,
});
const toApi = (row: ApiRow): Api => ({
  name: row.name,
  clientId: row.client_id,
  issuer: row.issuer,
  subject: row.subject,
  audience: row.audience,
  upstream: row.upstream,
  scopes: row.scopes,
  createdAt: row.created_at,
});

/** The first certificate of a PEM text, DER. */
export function toDer(pem: string): Uint8Array {
  return new X509Certificate(pem).raw;
}

function subjectOf(certificate: string | null | undefined): string {
  return certificate ? new X509Certificate(certificate).subject : "";
}

/** A certificate with its own key, or a secret. */
function checkCredentials({ certificate, key, secret }: GivenCredentials): void {
  const bad = (problem: string) => trustExtensionErrors.refuse("trust-extension.bad-credentials", { params: { problem } });
  if (certificate === undefined && key === undefined && secret !== undefined) return;
  if (certificate === undefined || key === undefined) throw bad("certificate, key");
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return;
  } catch (cause) {
    throw bad((cause as Error).message.slice(0, 100));
  }
  throw bad("key ≠ certificate");
}

function isUpstream(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
}

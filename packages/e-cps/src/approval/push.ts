// Web Push (RFC 8030, 8292): an empty push that only wakes the application; what is asked never leaves this server.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { Store, Tx } from "@cercle/store";
import type { Secrets } from "../devices/secrets.ts";
import { eCpsErrors } from "../errors.ts";
import type { Clocks, Vault } from "../ports.ts";

export type Push = {
  /** The application server key for `pushManager.subscribe`, base64url of the uncompressed point. */
  readonly publicKey: string;
  /** Remembers where a telephone is woken; throws for an address that is not a push service's. */
  subscribe(device: string, endpoint: string | undefined): Promise<void>;
  wake(tx: Tx, device: string): Promise<void>;
};

const jobName = "e-cps.push";
const ttlSeconds = 120;

export async function createPush({
  store,
  vault,
  secrets,
  clocks,
  hosts,
  subject,
}: {
  store: Store;
  vault: Vault;
  secrets: Secrets;
  clocks: Clocks;
  hosts: readonly string[];
  /** `mailto:` or `https:` of who runs this space (RFC 8292 §2.1). */
  subject: string;
}): Promise<Push> {
  const der = await vault.secret("e-cps-vapid", () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "der", type: "pkcs8" }));
  const key = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
  const { x = "", y = "" } = createPublicKey(key).export({ format: "jwk" });
  const publicKey = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]).toString("base64url");

  const authorize = (endpoint: string): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { aud: new URL(endpoint).origin, exp: Math.floor(clocks.real.now().epochMilliseconds / 1000) + 3600, sub: subject };
    const text = `${part({ typ: "JWT", alg: "ES256" })}.${part(claims)}`;
    const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
    return `vapid t=${text}.${signature}, k=${publicKey}`;
  };

  store.jobs.work({
    name: jobName,
    async handle(payload) {
      const { device } = payload as { device: string };
      const row = await store.first<{ push: Uint8Array | null }>("select push from e_cps.device_identifier where device_id = $1", [device]);
      if (!row?.push) return;
      const endpoint = secrets.unsealJson<string>(row.push);
      const reply = await fetch(endpoint, {
        method: "POST",
        headers: { ttl: String(ttlSeconds), urgency: "high", authorization: authorize(endpoint) },
        signal: AbortSignal.timeout(5000),
        redirect: "error",
      });
      // RFC 8030 §7.3: the subscription is no more.
      if (reply.status === 404 || reply.status === 410) await store.run("update e_cps.device_identifier set push = null where device_id = $1", [device]);
      else if (!reply.ok) throw new Error(`the push service answered ${reply.status}`);
    },
  });

  return {
    publicKey,
    async subscribe(device, endpoint) {
      if (endpoint !== undefined && !isPushService(endpoint, hosts)) throw eCpsErrors.refuse("e-cps.bad-push");
      await store.run("update e_cps.device_identifier set push = $2 where device_id = $1", [
        device,
        endpoint === undefined ? null : secrets.sealJson(endpoint),
      ]);
    },
    async wake(tx, device) {
      const row = await tx.first("select 1 as found from e_cps.device_identifier where device_id = $1 and push is not null", [device]);
      if (row) await store.jobs.add(tx, { name: jobName, payload: { device } });
    },
  };
}

/** Only the push services named in the settings are called: a telephone must not make this server ask anything else. */
export function isPushService(endpoint: string, hosts: readonly string[]): boolean {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== "https:" || url.port !== "" || url.username !== "") return false;
  return hosts.some((host) => (host.startsWith("*.") ? url.hostname.endsWith(host.slice(1)) : url.hostname === host));
}

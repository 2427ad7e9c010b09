// Webhooks of files: who asked to be told, where, and of which files.
import { randomBytes } from "node:crypto";
import type { Keys } from "@cercle/evidence";
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import type { Outgoing } from "./ports.ts";

/** On whose side a hook stands: the agency, or a party. */
export type HookSide = { readonly party: string | null };
export type HookRow = {
  readonly id: string;
  readonly party_id: string | null;
  readonly file: string | null;
  readonly created_at: Temporal.Instant;
  readonly url: Uint8Array;
  readonly secret: Uint8Array;
};
export type Hooks = {
  /** The secret is answered once, here. */
  add(tx: Tx, hook: HookSide & { file: string | undefined; url: string; by: string }): Promise<{ id: string; secret: string }>;
  end(tx: Tx, id: string): Promise<void>;
  /** Hooks in use of these sides. */
  list(from: Queryable, sides: readonly (string | null)[]): Promise<readonly HookRow[]>;
  find(from: Queryable, id: string): Promise<HookRow | undefined>;
  address(hook: HookRow): string;
  secret(hook: HookRow): Uint8Array;
};

const mostOfASide = 50;
const columns = "h.id, h.party_id, f.reference as file, h.created_at, h.url, h.secret";
const tables = "governance.hook h left join governance.file f on f.id = h.file_id";

export function createHooks({ real, keys, outgoing }: { real: Clock; keys: Pick<Keys, "seal" | "unseal">; outgoing: Outgoing }): Hooks {
  return {
    async add(tx, { party, file, url, by }) {
      checkAddress(url, outgoing);
      await tx.run("select pg_advisory_xact_lock(hashtextextended($1, 7206540))", [party ?? "agency"]);
      const known = await tx.first<{ count: number }>(
        "select count(*)::int as count from governance.hook where party_id is not distinct from $1 and ended_at is null",
        [party],
      );
      if ((known?.count ?? 0) >= mostOfASide) throw governanceErrors.refuse("governance.too-many-hooks", { params: { most: mostOfASide } });
      const id = newId<"hook">();
      const secret = randomBytes(32);
      await tx.run("insert into governance.hook (id, party_id, file_id, url, secret, made_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)", [
        id,
        party,
        file ?? null,
        keys.seal(Buffer.from(url)),
        keys.seal(secret),
        by,
        real.now(),
      ]);
      return { id, secret: `whsec_${secret.toString("base64")}` };
    },
    async end(tx, id) {
      await tx.run("update governance.hook set ended_at = coalesce(ended_at, $2) where id = $1", [id, real.now()]);
      // What was still to be told is owed to nobody.
      await tx.run("update governance.delivery set next_at = null, given_up_at = $2 where hook_id = $1 and next_at is not null", [id, real.now()]);
    },
    list: (from, sides) =>
      from.query<HookRow>(
        `select ${columns} from ${tables} where h.ended_at is null and (h.party_id = any($1) or ($2 and h.party_id is null)) order by h.created_at desc limit 500`,
        [sides.filter((side) => side !== null), sides.includes(null)],
      ),
    find: (from, id) => from.first<HookRow>(`select ${columns} from ${tables} where h.id = $1 and h.ended_at is null`, [id]),
    address: (hook) => Buffer.from(keys.unseal(hook.url)).toString("utf8"),
    secret: (hook) => keys.unseal(hook.secret),
  };
}

/** https, no password in it, and outside a sandbox no address inside the network: judged again where the connection is made. */
function checkAddress(url: string, { guarded, isInside }: Outgoing): void {
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== "https:" && (guarded || protocol !== "http:")) throw governanceErrors.refuse("governance.plain-hook");
  if (username !== "" || password !== "") throw governanceErrors.refuse("governance.hook-with-password");
  if (guarded && (isInside(hostname) || hostname === "localhost")) throw governanceErrors.refuse("governance.inside-hook");
}

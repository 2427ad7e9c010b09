// Revocation lists as they are served: made when asked and the last one is stale, by whichever process is asked first.
import type { Clock, Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import type { Authorities } from "../authorities/authorities.ts";
import type { AuthorityCode } from "../authorities/hierarchy.ts";
import { buildList } from "../encoding/crl.ts";

type Row = { number: number; stale: boolean; this_update: Temporal.Instant };

const lifeSeconds = 7 * 86_400;
/** Every morning a new one, as the real ones; a revocation makes one at once. */
const renewSeconds = 86_400;
/** RFC 5280 §3.3: an entry stays on one list issued after the certificate has expired. */
const keepSeconds = 8 * 86_400;

export type Lists = { get(code: AuthorityCode): Promise<Uint8Array> };

export async function createLists({ store, authorities, real }: { store: Store; authorities: Authorities; real: Clock }): Promise<Lists> {
  // A row stands for each authority from the start, so that a first list and a revocation that commits meanwhile meet on it.
  await store.run(
    `insert into pki.list (issuer, number, der, this_update, next_update, stale)
     select code, 0, ''::bytea, $2, $2, true from unnest($1::text[]) as code on conflict do nothing`,
    [authorities.list.map((authority) => authority.code), real.now()],
  );
  const remembered = new Map<AuthorityCode, { number: number; der: Uint8Array }>();

  const isFresh = (row: Row): boolean => !row.stale && row.this_update.epochMilliseconds + renewSeconds * 1000 > real.now().epochMilliseconds;

  const make = async (tx: Tx, code: AuthorityCode): Promise<{ number: number; der: Uint8Array }> => {
    // One maker at a time: numbers never repeat (RFC 5280 §5.2.3).
    await tx.run("select pg_advisory_xact_lock(hashtextextended($1, 7206521))", [code]);
    const row = await tx.first<Row>("select number, stale, this_update from pki.list where issuer = $1 for update", [code]);
    if (row && isFresh(row)) {
      const made = await tx.first<{ der: string }>("select encode(der, 'base64') as der from pki.list where issuer = $1", [code]);
      return { number: row.number, der: Buffer.from(made?.der ?? "", "base64") };
    }
    const now = real.now();
    const kept = now.subtract({ seconds: keepSeconds });
    await tx.run("delete from pki.revocation where issuer = $1 and not_after <= $2", [code, kept]);
    // In one value, and as base64: 100,000 rows, or megabytes as a bytea parameter, cost the embedded engine seconds.
    const all = await tx.first<{ entries: string | null }>(
      "select encode(string_agg(entry, ''::bytea), 'base64') as entries from pki.revocation where issuer = $1",
      [code],
    );
    const { name, keyId, key } = authorities.get(code);
    const seconds = Math.floor(now.epochMilliseconds / 1000);
    const number = (row?.number ?? 0) + 1;
    const der = await buildList({
      issuer: { name, keyId, key: key() },
      number,
      thisUpdate: seconds,
      nextUpdate: seconds + lifeSeconds,
      entries: Buffer.from(all?.entries ?? "", "base64"),
    });
    await tx.run(
      `insert into pki.list (issuer, number, der, this_update, next_update) values ($1, $2, decode($3, 'base64'), $4, $5)
       on conflict (issuer) do update set number = excluded.number, der = excluded.der, this_update = excluded.this_update,
         next_update = excluded.next_update, stale = false`,
      [code, number, Buffer.from(der).toString("base64"), now, now.add({ seconds: lifeSeconds })],
    );
    return { number, der };
  };

  return {
    async get(code) {
      const row = await store.first<Row>("select number, stale, this_update from pki.list where issuer = $1", [code]);
      const known = remembered.get(code);
      if (row && known && isFresh(row) && known.number === row.number) return known.der;
      const list = await store.transaction((tx) => make(tx, code));
      remembered.set(code, list);
      return list.der;
    },
  };
}

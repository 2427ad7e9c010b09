// What one request of oidc-provider writes, gathered and sent as one statement before its answer leaves: a code exchange stores two
// tokens, a return from the sign-in page three things. Consuming and deleting are never gathered: they decide who wins.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Store } from "@cercle/store";

export type PayloadRow = {
  readonly model: string;
  readonly id: string;
  readonly payload: string;
  readonly grantId: string | null;
  readonly uid: string | null;
  readonly account: string | null;
  readonly expiresAt: number | null;
};

type Request = {
  readonly pending: Map<string, PayloadRow>;
  /** Grants read beside the token that names them, by their id: one statement fewer on each use of a token. */
  readonly grants: Map<string, string | undefined>;
};
const current = new AsyncLocalStorage<Request>();
const begin = (): Request => ({ pending: new Map(), grants: new Map() });
const keyOf = (model: string, id: string): string => `${model} ${id}`;

const insert = `insert into connect.payload (model, id, payload, grant_id, uid, account, expires_at)
 select model, id, payload::json, grant_id, uid, account, expires_at
   from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[]) as rows (model, id, payload, grant_id, uid, account, expires_at)
 on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id, account = excluded.account, expires_at = excluded.expires_at`;

async function send(store: Store, rows: readonly PayloadRow[]): Promise<void> {
  if (rows.length === 0) return;
  await store.run(insert, [
    rows.map((row) => row.model),
    rows.map((row) => row.id),
    rows.map((row) => row.payload),
    rows.map((row) => row.grantId),
    rows.map((row) => row.uid),
    rows.map((row) => row.account),
    rows.map((row) => row.expiresAt),
  ]);
}

/** Runs a request; what it wrote is in the store when this returns, and not before. A failed write fails the request. */
export async function gatherWrites(store: Store, work: () => Promise<unknown>): Promise<void> {
  const request = begin();
  await current.run(request, work);
  await send(store, [...request.pending.values()]);
}

/** What `work` would write, for a statement of the caller's own. */
export async function collectWrites(work: () => Promise<unknown>): Promise<readonly PayloadRow[]> {
  const request = begin();
  await current.run(request, work);
  return [...request.pending.values()];
}

/** Notes a grant that was read beside its token; outside a request nothing is kept. */
export function noteGrant(grantId: string, payload: string | undefined): void {
  current.getStore()?.grants.set(grantId, payload);
}

/** The grant read earlier in this request; `none` when it was not. */
export function findNotedGrant(grantId: string): { readonly payload: string | undefined } | "none" {
  const grants = current.getStore()?.grants;
  return grants?.has(grantId) ? { payload: grants.get(grantId) } : "none";
}

export const gathering = (): boolean => current.getStore() !== undefined;

/** Writes with the request at hand, or at once outside of one. */
export async function writePayload(store: Store, row: PayloadRow): Promise<void> {
  const pending = current.getStore()?.pending;
  if (pending) pending.set(keyOf(row.model, row.id), row);
  else await send(store, [row]);
}

/** What this request wrote under that key and has not sent yet. */
export function findWritten(model: string, id: string): PayloadRow | undefined {
  return current.getStore()?.pending.get(keyOf(model, id));
}

/** Forgets what was not sent yet; answers whether there was anything. */
export function dropWritten(model: string, id: string): boolean {
  return current.getStore()?.pending.delete(keyOf(model, id)) ?? false;
}

/** Forgets what was not sent yet of a grant that is revoked in the same request. */
export function dropGrant(model: string, grantId: string): void {
  const request = current.getStore();
  request?.grants.delete(grantId);
  for (const [key, row] of request?.pending ?? []) if (row.model === model && row.grantId === grantId) request?.pending.delete(key);
}

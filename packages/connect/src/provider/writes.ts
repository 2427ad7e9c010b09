// What one request of oidc-provider writes, gathered and sent as one statement before its answer leaves: a code exchange stores two
// tokens, a return from the sign-in page three things. What the request uses up (a code, a refresh token, an authorization request)
// goes in that same statement: it decides who wins, and nothing of a loser is written.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Queryable, Store } from "@cercle/store";

export type PayloadRow = {
  readonly model: string;
  readonly id: string;
  readonly payload: string;
  readonly grantId: string | null;
  readonly uid: string | null;
  readonly account: string | null;
  readonly expiresAt: number | null;
};

/** A row that is good once. `late` says what its second user is told, and takes what follows of it. */
export type Spend = { readonly model: string; readonly id: string; readonly how: "consume" | "destroy"; late(): Promise<Error> };

type Request = {
  readonly pending: Map<string, PayloadRow>;
  /** Read beside what was asked for, for who asks next: one statement fewer on each use of a token. */
  readonly notes: Map<string, unknown>;
  /** Whether the end of this request sends what it spends. */
  readonly spends: boolean;
  spend?: Spend;
};
const current = new AsyncLocalStorage<Request>();
const begin = (spends: boolean): Request => ({ pending: new Map(), notes: new Map(), spends });
const keyOf = (model: string, id: string): string => `${model} ${id}`;

/** Inserts rows given by `rowParameters`, the first of them numbered `first`; `condition` may forbid all. */
export function insertRows(first: number, condition = "true"): string {
  const kinds = ["text", "text", "text", "text", "text", "text", "bigint"];
  return `insert into connect.payload (model, id, payload, grant_id, uid, account, expires_at)
 select model, id, payload::json, grant_id, uid, account, expires_at
   from unnest(${kinds.map((kind, at) => `$${first + at}::${kind}[]`).join(", ")}) as rows (model, id, payload, grant_id, uid, account, expires_at)
  where ${condition}
 on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id, account = excluded.account, expires_at = excluded.expires_at`;
}

export function rowParameters(rows: readonly PayloadRow[]): unknown[] {
  return [
    rows.map((row) => row.model),
    rows.map((row) => row.id),
    rows.map((row) => row.payload),
    rows.map((row) => row.grantId),
    rows.map((row) => row.uid),
    rows.map((row) => row.account),
    rows.map((row) => row.expiresAt),
  ];
}

const insert = insertRows(1);
const afterSpent = insertRows(1, "exists (select from spent)");
// The caller's own row may be written and spent in one request: PostgreSQL changes a row once a statement, so its new payload goes along.
const spendSql = {
  consume: `with spent as (update connect.payload set consumed_at = $10, payload = coalesce($11::json, payload)
    where model = $8 and id = $9 and consumed_at is null returning 1), written as (${afterSpent}) select count(*)::int as won from spent`,
  destroy: `with spent as (delete from connect.payload where model = $8 and id = $9 returning 1), written as (${afterSpent})
    select count(*)::int as won from spent`,
} as const;

async function send(store: Queryable, rows: readonly PayloadRow[]): Promise<void> {
  if (rows.length > 0) await store.run(insert, rowParameters(rows));
}

/** Answers whether the caller was the first. */
async function sendSpending(store: Queryable, rows: readonly PayloadRow[], { model, id, how }: Spend): Promise<boolean> {
  const own = rows.find((row) => row.model === model && row.id === id);
  const others = rowParameters(rows.filter((row) => row !== own));
  const more = how === "consume" ? [Math.floor(Date.now() / 1000), own?.payload ?? null] : [];
  return (await store.first<{ won: number }>(spendSql[how], [...others, model, id, ...more]))?.won === 1;
}

/**
 * Runs a request; what it wrote is in the store when this returns, and not before. A failed write fails the request.
 * Answers what to tell the client instead when what it spent was spent already.
 */
export async function gatherWrites(store: Store, work: () => Promise<unknown>): Promise<Error | undefined> {
  const request = begin(true);
  await current.run(request, work);
  const rows = [...request.pending.values()];
  if (request.spend) return (await sendSpending(store, rows, request.spend)) ? undefined : request.spend.late();
  await send(store, rows);
  return undefined;
}

/** What `work` would write, for a statement of the caller's own. */
export async function collectWrites(work: () => Promise<unknown>): Promise<readonly PayloadRow[]> {
  const request = begin(false);
  await current.run(request, work);
  return [...request.pending.values()];
}

/** What this request wrote so far, taken over by a statement of the caller's own. */
export function takeWrites(): readonly PayloadRow[] {
  const pending = current.getStore()?.pending;
  const rows = [...(pending?.values() ?? [])];
  pending?.clear();
  return rows;
}

/** Uses a row up: with what the request at hand writes, or at once outside of one. Throws what `late` says. */
export async function spend(store: Store, one: Spend): Promise<void> {
  const request = current.getStore();
  if (request?.spends && !request.spend) {
    request.spend = one;
    return;
  }
  if (!(await sendSpending(store, [], one))) throw await one.late();
}

/** Keeps for this request what was read on the way; outside a request nothing is kept. */
export function note(kind: "grant" | "attempt", id: string, value: unknown): void {
  current.getStore()?.notes.set(keyOf(kind, id), value);
}

/** What was noted earlier in this request; `none` when nothing was. */
export function findNoted(kind: "grant" | "attempt", id: string): unknown {
  const notes = current.getStore()?.notes;
  return notes?.has(keyOf(kind, id)) ? notes.get(keyOf(kind, id)) : "none";
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
  request?.notes.delete(keyOf("grant", grantId));
  for (const [key, row] of request?.pending ?? []) if (row.model === model && row.grantId === grantId) request?.pending.delete(key);
}

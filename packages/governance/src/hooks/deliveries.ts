// What is to be told to each webhook and contact person, tried until it arrives or is given up, and kept to be looked at and played again.
import { type Clock, type Id, newId, type Temporal } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import type { Hooks } from "./hooks.ts";
import { type HookKind, pauseAfter, writeHook } from "./message.ts";
import type { Outgoing } from "./ports.ts";

export type DeliveryRow = {
  readonly id: string;
  readonly kind: HookKind;
  readonly file: string;
  readonly entry: number | null;
  readonly created_at: Temporal.Instant;
  readonly next_at: Temporal.Instant | null;
  readonly attempts: number;
  readonly done_at: Temporal.Instant | null;
  readonly given_up_at: Temporal.Instant | null;
  readonly tried: readonly { readonly at: string; readonly status: number | null; readonly failure: string | null; readonly millis: number }[];
};
export type Deliveries = {
  /** One delivery for each hook in use that tells of this file. */
  tell(tx: Tx, file: string, news: { kind: HookKind; entry?: number; data: object }): Promise<void>;
  /** A message to the contact person of the file's party, whose address is looked up when it leaves. */
  write(tx: Tx, file: string, news: { kind: HookKind; data: object }): Promise<void>;
  list(from: Queryable, hook: string): Promise<readonly DeliveryRow[]>;
  /** Queues again what this hook was told: one delivery, or all since an instant. Answers how many. */
  replay(tx: Tx, hook: string, what: { delivery: string } | { since: Temporal.Instant }): Promise<number>;
  /** Sends what is due now; answers when nothing is left that is due. */
  run(): Promise<void>;
  stop(): Promise<void>;
};

const atOnce = 16;
const holdSeconds = 60;
const everyMillis = 1000;
const mostShown = 200;
const mostReplayed = 1000;

type Claimed = { id: string; hook_id: string | null; file_id: Id<"file">; kind: HookKind; body: unknown; attempts: number };

export function createDeliveries({
  store,
  real,
  hooks,
  outgoing,
  mailOf,
}: {
  store: Store;
  real: Clock;
  hooks: Hooks;
  outgoing: Outgoing;
  /** The message to a file's contact person, with the address; undefined when there is nobody to write to. */
  mailOf(from: Queryable, file: Id<"file">, kind: HookKind, body: unknown): Promise<{ to: string; subject: string; text: string } | undefined>;
}): Deliveries {
  const insert = (tx: Tx, hook: string | null, file: string, { kind, entry, data }: { kind: HookKind; entry?: number; data: object }): Promise<number> =>
    tx.run("insert into governance.delivery (id, hook_id, file_id, kind, entry, body, created_at, next_at) values ($1, $2, $3, $4, $5, $6, $7, $7)", [
      newId<"delivery">(),
      hook,
      file,
      kind,
      entry ?? null,
      json(data),
      real.now(),
    ]);

  const claim = (): Promise<readonly Claimed[]> =>
    store.query<Claimed>(
      `update governance.delivery set held_until = $1, attempts = attempts + 1
        where id in (select id from governance.delivery where next_at <= $2 and (held_until is null or held_until < $2)
                      order by next_at limit ${atOnce} for update skip locked)
       returning id, hook_id, file_id, kind, body, attempts`,
      [real.now().add({ seconds: holdSeconds }), real.now()],
    );

  /** Sends one; answers the status, or why nothing came back. */
  const send = async ({ id, hook_id, file_id, kind, body }: Claimed): Promise<{ status: number | null; failure: string | null }> => {
    const secrets: string[] = [];
    try {
      if (hook_id === null) {
        const message = await mailOf(store, file_id, kind, body);
        if (!message || !outgoing.mail) return { status: null, failure: null };
        secrets.push(message.to);
        await outgoing.mail(message);
        return { status: 250, failure: null };
      }
      const hook = await hooks.find(store, hook_id);
      if (!hook) return { status: null, failure: null };
      const url = hooks.address(hook);
      secrets.push(url, new URL(url).host, new URL(url).hostname);
      const at = Math.floor(real.now().epochMilliseconds / 1000);
      const status = await outgoing.post(url, writeHook({ id, kind, data: body, at, secret: hooks.secret(hook) }));
      return { status, failure: status >= 200 && status < 300 ? null : `HTTP ${status}` };
    } catch (error) {
      // The reason without the address: it is kept and shown.
      let reason = error instanceof Error ? error.message : String(error);
      for (const secret of secrets) reason = reason.replaceAll(secret, "…");
      return { status: null, failure: reason.slice(0, 200) };
    }
  };

  const deliver = async (claimed: Claimed): Promise<void> => {
    const started = performance.now();
    const { status, failure } = await send(claimed);
    const millis = Math.round(performance.now() - started);
    const now = real.now();
    const pause = failure === null ? undefined : pauseAfter(claimed.attempts);
    await store.transaction(async (tx) => {
      await tx.run("insert into governance.delivery_attempt (delivery_id, at, status, failure, millis) values ($1, $2, $3, $4, $5)", [
        claimed.id,
        now,
        status,
        failure,
        millis,
      ]);
      await tx.run(
        "update governance.delivery set held_until = null, next_at = $2, done_at = case when $3 then $4::timestamptz end, given_up_at = case when $5 then $4::timestamptz end where id = $1 and next_at is not null",
        [claimed.id, pause === undefined ? null : now.add({ seconds: pause }), failure === null, now, failure !== null && pause === undefined],
      );
    });
  };

  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    for (let due = await claim(); due.length > 0 && !stopped; due = await claim()) await Promise.all(due.map(deliver));
  };
  const run = (): Promise<void> => {
    running = running.then(round, round);
    return running;
  };
  const timer = setInterval(() => void run().catch(() => undefined), everyMillis);
  timer.unref();

  return {
    run,
    async tell(tx, file, news) {
      const rows = await tx.query<{ id: string }>(
        `select h.id from governance.hook h join governance.file f on f.id = $1
          where h.ended_at is null and (h.file_id = f.id or h.file_id is null) and (h.party_id is null or h.party_id = f.party_id)`,
        [file],
      );
      for (const { id } of rows) await insert(tx, id, file, news);
    },
    async write(tx, file, news) {
      await insert(tx, null, file, news);
    },
    list: (from, hook) =>
      from.query<DeliveryRow>(
        `select d.id, d.kind, f.reference as file, d.entry, d.created_at, d.next_at, d.attempts, d.done_at, d.given_up_at,
                coalesce((select jsonb_agg(jsonb_build_object('at', a.at, 'status', a.status, 'failure', a.failure, 'millis', a.millis) order by a.at)
                            from governance.delivery_attempt a where a.delivery_id = d.id), '[]') as tried
           from governance.delivery d join governance.file f on f.id = d.file_id where d.hook_id = $1 order by d.created_at desc, d.id desc limit ${mostShown}`,
        [hook],
      ),
    async replay(tx, hook, what) {
      const [clause, value] = "delivery" in what ? (["id = $3", what.delivery] as const) : (["created_at >= $3", what.since] as const);
      const queued = await tx.run(
        `update governance.delivery set next_at = $2, attempts = 0, done_at = null, given_up_at = null
          where id in (select id from governance.delivery where hook_id = $1 and ${clause} order by created_at limit ${mostReplayed})`,
        [hook, real.now(), value],
      );
      if (queued === 0 && "delivery" in what) throw governanceErrors.refuse("governance.no-delivery");
      return queued;
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running.catch(() => undefined);
    },
  };
}

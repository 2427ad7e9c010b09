// Jobs: work to be done at least once, later. A job is written in the transaction that wants it, claimed for a while by one
// process, retried with growing pauses, and stays visible when it failed for good.
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "./queryable.ts";
import { json } from "./values.ts";

export type JobRequest = {
  name: string;
  payload: unknown;
  /** Not before this instant (real time). Now when absent. */
  runAt?: Temporal.Instant;
  /** At most one waiting job with this name and key. While one is at work, another may wait for its end: it is done again. */
  key?: string;
};

export type JobHandler = { name: string; handle(payload: unknown): Promise<void> };

export type Jobs = {
  add(tx: Tx, job: JobRequest): Promise<void>;
  /** Handles jobs of this name from now on in this process. */
  work(handler: JobHandler): void;
  /** Runs `handle` about every `seconds` in one process of the space. */
  every(name: string, seconds: number, handle: () => Promise<void>): Promise<void>;
  /** Jobs that gave up, newest first: for the page that shows them. */
  failed(): Promise<readonly { id: string; name: string; last_error: string | null; attempts: number }[]>;
  stop(): Promise<void>;
};

const maximumAttempts = 8;
const holdSeconds = 120;
const pollMillis = 500;

export function createJobs({ query, transaction, clock }: { query: Queryable; transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>; clock: Clock }): Jobs {
  const handlers = new Map<string, JobHandler["handle"]>();
  const periods = new Map<string, number>();
  let stopped = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const add: Jobs["add"] = async (tx, job) => {
    // The namesake is locked until this transaction ends: nobody begins it before what it is wanted for can be seen.
    await tx.run(
      `insert into store.job as namesake (id, name, key, payload, run_at) values ($1, $2, $3, $4, $5)
       on conflict (name, key) where done_at is null and failed_at is null and key is not null
       do update set again_at = excluded.run_at, again_payload = excluded.payload where namesake.held_until is not null`,
      [newId<"job">(), job.name, job.key ?? null, json(job.payload), job.runAt ?? clock.now()],
    );
  };

  const claim = (): Promise<ClaimedJob | undefined> =>
    query.first<ClaimedJob>(
      `update store.job set held_until = $2, attempts = attempts + 1
        where id = (select id from store.job
                     where name = any($1) and done_at is null and failed_at is null and run_at <= $3 and (held_until is null or held_until < $3)
                     order by run_at limit 1 for update skip locked)
       returning id, name, payload, attempts`,
      [[...handlers.keys()], clock.now().add({ seconds: holdSeconds }), clock.now()],
    );

  const round = async (): Promise<void> => {
    for (let job = await claim(); job && !stopped; job = await claim()) {
      const failure = await Promise.resolve(handlers.get(job.name)?.(job.payload)).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 500),
      );
      await settle(job, failure);
    }
  };

  const settle = async ({ id, name, attempts }: ClaimedJob, failure: string | undefined): Promise<void> => {
    const period = periods.get(name);
    if (period !== undefined) {
      // A periodic job is one row that never ends; a failure waits for the next turn and shows meanwhile.
      const next = clock.now().add({ seconds: period });
      await query.run(
        "update store.job set held_until = null, attempts = 0, run_at = $2, last_error = $3, again_at = null, again_payload = null where id = $1",
        [id, next, failure ?? null],
      );
    } else if (failure === undefined) {
      await query.run(
        `update store.job set held_until = null, last_error = null, done_at = case when again_at is null then $2::timestamptz end,
           attempts = case when again_at is null then attempts else 0 end, run_at = coalesce(again_at, run_at), payload = coalesce(again_payload, payload),
           again_at = null, again_payload = null
         where id = $1`,
        [id, clock.now()],
      );
    } else {
      const over = attempts >= maximumAttempts ? clock.now() : null;
      const next = clock.now().add({ seconds: Math.min(2 ** attempts, 600) });
      // What was asked for meanwhile takes the place of what failed, with all its tries.
      await query.run(
        `update store.job set held_until = null, last_error = $2, failed_at = case when again_at is null then $3::timestamptz end,
           attempts = case when again_at is null then attempts else 0 end, run_at = coalesce(again_at, $4), payload = coalesce(again_payload, payload),
           again_at = null, again_payload = null
         where id = $1`,
        [id, failure, over, next],
      );
    }
  };

  const tick = (): void => {
    if (stopped) return;
    running = round()
      .catch(() => undefined)
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, pollMillis);
      });
  };

  return {
    add,
    work({ name, handle }) {
      handlers.set(name, handle);
      if (!running) tick();
    },
    async every(name, seconds, handle) {
      handlers.set(name, handle);
      periods.set(name, seconds);
      await transaction((tx) => add(tx, { name, key: "every", payload: {}, runAt: clock.now().add({ seconds }) }));
      if (!running) tick();
    },
    failed: () => query.query("select id, name, last_error, attempts from store.job where failed_at is not null order by failed_at desc limit 200"),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

type ClaimedJob = { id: string; name: string; payload: unknown; attempts: number };

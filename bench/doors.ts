// `npm run bench doors`, on PostgreSQL: the list of work over 100,000 open obligations (target: under 100 ms), and from a decision to the
// last door acknowledged, with a door in each of four processes (target: under 1 s at the 99th percentile).
import { fork } from "node:child_process";
import { once } from "node:events";
import { evidenceMigrations } from "@cercle/evidence";
import { createGovernance, type Governance, governanceMigrations, listWork } from "@cercle/governance";
import { realClock } from "@cercle/kernel";
import { defaultPolicy } from "@cercle/law";
import { openStore, type Store } from "@cercle/store";
import { createDatabase, startPostgres } from "@cercle/testkit";

const obligations = 100_000;
const processes = 4;
const decisions = 200;
const right = "client.sign-in";
const rooms = [evidenceMigrations, governanceMigrations];

const open = async (databaseUrl: string): Promise<{ store: Store; governance: Governance }> => {
  const store = await openStore({ folder: "/nonexistent", databaseUrl, rooms });
  return { store, governance: await createGovernance({ store, mode: "sandbox", policy: defaultPolicy, real: realClock }) };
};
const percentile = (values: readonly number[], share: number): number =>
  Math.round((values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0) * 10) / 10;

/** One of the four: a door that applies at once. */
async function holdDoor(databaseUrl: string): Promise<void> {
  const { governance } = await open(databaseUrl);
  await governance.doors.register({ name: "bench", rights: [right], apply: () => undefined });
  process.send?.("ready");
}

async function fill(store: Store): Promise<void> {
  await store.run(
    `insert into governance.file (id, reference, instrument, holder, opened_at)
     select gen_random_uuid(), 'OP-2026-' || n, 'mssante-operator', 'bench', now() from generate_series(1, $1::int) n`,
    [obligations / 20],
  );
  await store.run(
    `insert into governance.obligation (file_id, clock, article, kind, state, owed_by, about_fr, about_en, last_day, urgency)
     select f.id, 'MSS-5.1#' || n, 'MSS 5.1', 'duty', 'running', 'operator', 'devoir', 'duty', date '2026-01-01' + (n * 37 % 700), (n * 7919 % 99991)
       from governance.file f, generate_series(1, 20) n`,
  );
  await store.run("analyze governance.obligation");
}

async function timeWork(store: Store): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    const begun = performance.now();
    const rows = await listWork(store, { limit: 200 });
    times.push(performance.now() - begun);
    if (rows.length !== 200) throw new Error(`${rows.length} rows of work`);
  }
  return times;
}

/** Each decision opens or closes one right; the store says how long the last door took. */
async function timeDoors({ store, governance }: { store: Store; governance: Governance }): Promise<readonly number[]> {
  for (let i = 0; i < decisions; i++) {
    const subject = `client-${i >> 1}`;
    await store.transaction((tx) =>
      i % 2 === 0
        ? governance.grants.grant(tx, { right, subject, holder: "bench", actor: "bench" })
        : governance.grants.withdraw(tx, { right, subject, actor: "bench" }),
    );
    for (;;) {
      const row = await store.first<{ waiting: number }>("select count(*) as waiting from governance.change where settled_at is null");
      if (Number(row?.waiting ?? 0) === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return (await store.query<{ slowest_ms: number }>("select slowest_ms from governance.change")).map((row) => row.slowest_ms);
}

async function main(): Promise<void> {
  const postgres = await startPostgres();
  process.env.TEST_POSTGRES_URL = postgres.url;
  const database = await createDatabase();
  const here = await open(database.url);
  await fill(here.store);
  const work = await timeWork(here.store);
  const children = Array.from({ length: processes }, () => fork(import.meta.filename, ["door", database.url]));
  await Promise.all(children.map((child) => once(child, "message")));
  const doors = await timeDoors(here);
  for (const child of children) child.kill();
  await here.governance.stop();
  await here.store.close();
  await database.drop();
  postgres.stop();
  const figures = {
    bench: "doors",
    obligations,
    work_list_p50_ms: percentile(work, 0.5),
    work_list_p99_ms: percentile(work, 0.99),
    work_list_target_ms: 100,
    processes,
    decisions: doors.length,
    doors_p50_ms: percentile(doors, 0.5),
    doors_p99_ms: percentile(doors, 0.99),
    doors_target_ms: 1000,
  };
  console.log(JSON.stringify(figures));
  if (figures.work_list_p50_ms > 100 || figures.doors_p99_ms > 1000) process.exitCode = 1;
}

const [role, url] = process.argv.slice(2);
await (role === "door" && url ? holdDoor(url) : main());

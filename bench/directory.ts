// `npm run bench directory [ROWS]` (2,000,000 unless told): national size on PostgreSQL. First import against plain COPY of the
// same rows plus the same indexes, daily difference against the first import, memory of the importing process, and FHIR at 16
// connections. Run it alone.
import { execFileSync } from "node:child_process";
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDirectory, directoryMigrations } from "@cercle/directory";
import { createEvidence, evidenceMigrations } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import { openStore, type Store } from "@cercle/store";
import { createDatabase } from "@cercle/testkit";
import { createLog } from "@cercle/web";
import { generateExtraction } from "../packages/directory/src/sandbox/generate.ts";

const plainSeal = { seal: (bytes: Uint8Array) => bytes, unseal: (bytes: Uint8Array) => bytes };
const open = (store: Store) =>
  createDirectory({
    store,
    evidence: createEvidence({ store, clock: realClock, real: realClock }),
    mode: "sandbox",
    limits: { entriesPerDay: 1e9, pages: 1e9 },
    needs: { sealer: plainSeal, mayPublish: async () => true },
  });
const openBench = (databaseUrl: string, folder: string): Promise<Store> =>
  openStore({ folder, databaseUrl, poolSize: 16, rooms: [evidenceMigrations, directoryMigrations] });

/** One import in a process of its own: prints seconds and peak memory. */
async function importAlone(file: string, url: string, folder: string): Promise<void> {
  const store = await openBench(url, folder);
  const directory = open(store);
  const id = await directory.loads.start([file], { force: false });
  while (directory.loads.find(id)?.state === "running") await new Promise((resolve) => setTimeout(resolve, 50));
  const state = directory.loads.find(id);
  if (state?.refusal) throw state.refusal;
  const [report] = state?.reports ?? [];
  console.log(
    JSON.stringify({ seconds: report?.seconds, lines: report?.lines, persons: report?.persons, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) }),
  );
  await directory.stop();
  await store.close();
}

type Result = { seconds: number; megabytes: number; lines: Record<string, number>; persons: Record<string, number> };
const importIn = (file: string, url: string, folder: string): Result =>
  JSON.parse(
    execFileSync(process.execPath, [import.meta.filename, "--import", file, url, folder], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  ) as Result;

/** The same rows by COPY into bare tables, then the same indexes. */
async function copyBaseline(store: Store, folder: string): Promise<number> {
  const tables = ["person", "situation", "structure"];
  for (const table of tables) {
    await store.run(`copy directory.${table} to '${join(folder, table)}.copy'`);
    await store.run("create schema if not exists bench");
    await store.run(`create table bench.${table} (like directory.${table})`);
  }
  const indexes = await store.query<{ indexdef: string }>("select indexdef from pg_indexes where schemaname = 'directory' and tablename = any($1::text[])", [
    tables,
  ]);
  const started = performance.now();
  for (const table of tables) await store.run(`copy bench.${table} from '${join(folder, table)}.copy'`);
  for (const { indexdef } of indexes) await store.run(indexdef.replace(" ON directory.", " ON bench."));
  const seconds = (performance.now() - started) / 1000;
  await store.run("drop schema bench cascade");
  return seconds;
}

/** Median and 99th percentile in milliseconds of `count` requests over 16 connections. */
async function measure(base: string, paths: (i: number) => string, count: number): Promise<{ p50: number; p99: number; perSecond: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const times: number[] = [];
  let next = 0;
  const one = (path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      get(`${base}/${path}`, { agent }, (reply) => {
        reply.resume();
        reply.on("end", () => {
          if (reply.statusCode !== 200) reject(new Error(`${reply.statusCode} ${path}`));
          times.push(performance.now() - started);
          resolve();
        });
      }).on("error", reject);
    });
  const started = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (next < count) await one(paths(next++));
    }),
  );
  const sorted = times.toSorted((a, b) => a - b);
  agent.destroy();
  return {
    p50: sorted[Math.floor(count * 0.5)] ?? 0,
    p99: sorted[Math.floor(count * 0.99)] ?? 0,
    perSecond: Math.round(count / ((performance.now() - started) / 1000)),
  };
}

async function bench(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cercle-bench-"));
  chmodSync(folder, 0o777);
  const database = await createDatabase();
  const [first, second] = [join(folder, "a.txt"), join(folder, "b.txt")];
  for (const [file, changed] of [[first, 0] as const, [second, 1] as const]) {
    await pipeline(Readable.from(generateExtraction({ rows, seed: 7, changed })), createWriteStream(file));
  }
  const whole = importIn(first, database.url, folder);
  const store = await openBench(database.url, folder);
  const baseline = await copyBaseline(store, folder);
  const daily = importIn(second, database.url, folder);
  console.log(`rows ${rows}`);
  console.log(
    `first import        ${whole.seconds.toFixed(1)} s, ${(whole.seconds / baseline).toFixed(2)} × plain COPY plus indexes (${baseline.toFixed(1)} s), ${whole.megabytes} MB`,
  );
  console.log(
    `daily, 1 % changed  ${daily.seconds.toFixed(1)} s, ${(daily.seconds / whole.seconds).toFixed(2)} × the first import, ${daily.megabytes} MB, ${JSON.stringify(daily.persons)}`,
  );
  const directory = open(store);
  const server = createServer();
  const handler = directory.fhirHandler({
    base: "http://bench/fhir/v2",
    open: true,
    perMinute: 1e9,
    log: createLog("silent"),
    identify: async () => ({ kind: "operator" }),
  });
  server.on("request", (request, response) => void handler(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/v2`;
  const people = await store.query<{ id: string; family: string; given: string }>(
    "select national_id as id, family_folded as family, given_folded as given from directory.person tablesample system (1) where active and rev_to = 2147483647 limit 2000",
  );
  const who = (i: number) => people[i % people.length] ?? { id: "", family: "", given: "" };
  const e = encodeURIComponent;
  const cases: readonly (readonly [string, (i: number) => string])[] = [
    ["by identifier", (i) => `Practitioner?identifier=${who(i).id}`],
    ["family and given", (i) => `Practitioner?family=${e(who(i).family)}&given=${e(who(i).given)}`],
    ["prefix, 50 hits", (i) => `Practitioner?family=${e(who(i).family.slice(0, 4))}&_count=50`],
  ];
  for (const [name, path] of cases) {
    await measure(base, path, 200);
    const { p50, p99, perSecond } = await measure(base, path, 2000);
    console.log(`${name.padEnd(19)} median ${p50.toFixed(1)} ms, 99th percentile ${p99.toFixed(1)} ms, ${perSecond}/s at 16 connections`);
  }
  await directory.stop();
  server.closeAllConnections();
  server.close();
  await store.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === "--import") await importAlone(rest[0] ?? "", rest[1] ?? "", rest[2] ?? "");
else await bench(Number(mode ?? 2_000_000));

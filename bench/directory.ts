// `npm run bench directory [ROWS]` (2,000,000 unless told): national size on PostgreSQL. First import against plain COPY of the
// same rows plus the same indexes, daily difference against the first import, memory of the importing process, FHIR at 16
// connections, and LDAP at 16 connections against Debian's slapd on the same entries. Run it alone: on a busy machine read the
// ratios. Server and askers are processes of their own; the server's processor time per request does not depend on the others.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDirectory, directoryMigrations } from "@cercle/directory";
import { createEvidence, evidenceMigrations } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import { createLdapServer } from "@cercle/ldap";
import { openStore, type Store } from "@cercle/store";
import { createDatabase } from "@cercle/testkit";
import { createLog } from "@cercle/web";
import { generateExtraction } from "../packages/directory/src/sandbox/generate.ts";
import type { Measured } from "./directory/clients.ts";
import { findSlapd, startSlapd } from "./directory/slapd.ts";

const ldapBase = "dc=mssante,dc=fr";
const plainSeal = { seal: (bytes: Uint8Array) => bytes, unseal: (bytes: Uint8Array) => bytes };
const open = (store: Store) =>
  createDirectory({
    store,
    evidence: createEvidence({ store, clock: realClock, real: realClock }),
    mode: "sandbox",
    limits: { entriesPerDay: 1e9, pages: 1e9 },
    copy: { megabytes: 2048, after: 0 },
    daily: { urls: [], ca: undefined, folder: "/nowhere", staleHours: 48, onStale: () => undefined, keepClosedDays: 400 },
    needs: { sealer: plainSeal, mayPublish: async () => true },
  });
const openBench = (databaseUrl: string, folder: string): Promise<Store> =>
  openStore({ folder, databaseUrl, poolSize: 16, rooms: [evidenceMigrations, directoryMigrations] });
const faceOf = (directory: ReturnType<typeof open>) => directory.ldap({ base: ldapBase, anonymous: true, identify: async () => ({ kind: "nobody" }) });

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
    JSON.stringify({
      seconds: report?.seconds,
      lines: report?.lines,
      persons: report?.persons,
      megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
      processor: process.cpuUsage().user / 1e6,
    }),
  );
  await directory.stop();
  await store.close();
}

type Result = { seconds: number; megabytes: number; lines: Record<string, number>; persons: Record<string, number> };
const importIn = (file: string, url: string, folder: string): Result =>
  JSON.parse(
    execFileSync(process.execPath, [import.meta.filename, "--import", file, url, folder], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  ) as Result;

/** FHIR and LDAP in a process of their own, until its input ends; a line on its input is answered by its processor time in milliseconds. */
async function serve(url: string, folder: string): Promise<void> {
  const store = await openBench(url, folder);
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
  const ldap = createLdapServer({ directory: faceOf(directory), tls: {}, limits: { entries: 1000 } });
  const ports = { http: (server.address() as AddressInfo).port, ldap: await ldap.listen({ host: "127.0.0.1", port: 0, implicitTls: false }) };
  const before = performance.now();
  const copy = await directory.copy.settled();
  console.log(JSON.stringify({ ...ports, copy: copy && { ...copy, seconds: (performance.now() - before) / 1000 } }));
  process.stdin.on("data", () => {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1000);
  });
  await new Promise((done) => process.stdin.once("end", done));
  process.exit(0);
}

type Ready = { http: number; ldap: number; copy?: { size: number; megabytes: number; seconds: number } };
type Serving = Ready & { processor(): Promise<number>; stop(): void };

/** `BENCH_PROFILE=FOLDER` leaves a processor profile of the server there. */
const profile = process.env.BENCH_PROFILE ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];

async function startServing(url: string, folder: string): Promise<Serving> {
  const child = spawn(process.execPath, [...profile, import.meta.filename, "--serve", url, folder], { stdio: ["pipe", "pipe", "inherit"] });
  const line = (): Promise<string> => new Promise((resolve) => child.stdout.once("data", (data: Buffer) => resolve(data.toString())));
  const ready = JSON.parse(await line()) as Ready;
  return {
    ...ready,
    processor: async () => {
      const answer = line();
      child.stdin.write("?\n");
      return Number(await answer);
    },
    stop: () => child.stdin.end(),
  };
}

const clients = join(import.meta.dirname, "directory/clients.ts");
async function ask(folder: string, protocol: "http" | "ldap", place: string | number, asks: readonly unknown[]): Promise<Measured> {
  const file = join(folder, "asks.json");
  writeFileSync(file, JSON.stringify(asks));
  const child = spawn(process.execPath, [clients, protocol, String(place), file], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  for await (const data of child.stdout) out += data;
  return JSON.parse(out) as Measured;
}

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

type Someone = { id: string; identifier: string; family: string; given: string; written: string; first: string };

async function benchFhir(serving: Serving, folder: string, people: readonly Someone[]): Promise<void> {
  const e = encodeURIComponent;
  const base = `http://127.0.0.1:${serving.http}/fhir/v2`;
  const prefix = (who: Someone): string => `Practitioner?family=${e(who.family.slice(0, 4))}&_count=50`;
  const pages: string[] = [];
  for (const who of people.slice(0, 200)) {
    const bundle = (await (await fetch(`${base}/${prefix(who)}`)).json()) as { link: { relation: string; url: string }[] };
    const next = bundle.link.find((link) => link.relation === "next");
    if (next) pages.push(new URL(next.url).search);
  }
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["by identifier", people.map((who) => `Practitioner?identifier=${who.id}`)],
    ["family and given", people.map((who) => `Practitioner?family=${e(who.family)}&given=${e(who.given)}`)],
    ["prefix, 50 hits", people.map(prefix)],
    ["next page", Array.from({ length: people.length }, (_, i) => pages[i % pages.length] ?? "metadata")],
  ];
  for (const [name, paths] of cases) {
    const before = await serving.processor();
    const { p50, p99, perSecond } = await ask(folder, "http", base, paths);
    const processor = ((await serving.processor()) - before) / (paths.length + 300);
    console.log(
      `FHIR ${name.padEnd(17)} median ${p50.toFixed(1)} ms, 99th percentile ${p99.toFixed(1)} ms, ${perSecond}/s, ${processor.toFixed(2)} ms of the server's processor each; ${new Set(paths).size} different of ${paths.length}`,
    );
  }
}

/** Half by number, four tenths by both names, a tenth by a prefix with fifty entries. */
function mixed(people: readonly Someone[]): readonly object[] {
  return people.map((who, i) => ({
    base: ldapBase,
    size: 50,
    filter:
      i % 10 === 9
        ? [["sn", `${who.written.slice(0, 4)}*`]]
        : i % 2 === 0
          ? [["IdentifiantPP", who.identifier]]
          : [
              ["sn", who.written],
              ["givenName", who.first],
            ],
  }));
}

async function writeLdif(store: Store, path: string): Promise<void> {
  const directory = open(store);
  const face = faceOf(directory);
  const lines = async function* () {
    yield `dn: ${ldapBase}\nobjectClass: dcObject\nobjectClass: organization\ndc: mssante\no: bench\n\n`;
    // An address of several holders is one entry of an LDAP tree.
    const names = new Set<string>();
    let after: string | undefined;
    do {
      const page = await face.search({
        base: ldapBase,
        scope: "sub",
        filter: { kind: "present", attribute: "mail" },
        limit: 2000,
        who: undefined,
        signal: new AbortController().signal,
        ...(after === undefined ? {} : { after }),
      });
      for (const { name, attributes } of page?.entries ?? []) {
        if (names.has(name)) continue;
        names.add(name);
        const values = Object.entries({
          ...attributes,
          sn: attributes.sn?.length ? attributes.sn : attributes.cn,
          objectClass: ["inetOrgPerson", "mailboxEntry"],
        });
        yield `dn: ${name}\n${values.flatMap(([key, all]) => (all ?? []).map((one) => `${key}:: ${Buffer.from(one).toString("base64")}\n`)).join("")}\n`;
      }
      after = page?.next;
    } while (after !== undefined);
  };
  await pipeline(Readable.from(lines()), createWriteStream(path));
  await directory.stop();
}

async function benchLdap(store: Store, serving: Serving, folder: string, people: readonly Someone[]): Promise<void> {
  const asks = mixed(people);
  const before = await serving.processor();
  const { copy } = serving;
  if (copy) console.log(`LDAP copy in memory    ${copy.size} mailboxes, ${copy.megabytes} MB, filled in ${copy.seconds.toFixed(1)} s`);
  const own = await ask(folder, "ldap", serving.ldap, asks);
  const processor = ((await serving.processor()) - before) / (asks.length + 300);
  const say = (name: string, { p50, p99, perSecond, entries }: Measured, more: string): void =>
    console.log(`LDAP ${name.padEnd(17)} median ${p50.toFixed(1)} ms, 99th percentile ${p99.toFixed(1)} ms, ${perSecond}/s, ${entries} entries${more}`);
  say("own", own, `, ${processor.toFixed(2)} ms of the server's processor each`);
  const binary = findSlapd();
  if (!binary) {
    console.log("LDAP slapd: not installed (apt-get install slapd)");
    return;
  }
  const ldif = join(folder, "entries.ldif");
  await writeLdif(store, ldif);
  const slapd = await startSlapd(binary, folder, ldif, ldapBase);
  const peer = await ask(folder, "ldap", slapd.port, asks);
  say("slapd mdb", peer, `; loading took ${slapd.seconds.toFixed(1)} s`);
  const again = await ask(folder, "ldap", serving.ldap, asks);
  say("own, again", again, "");
  slapd.stop();
  console.log(`LDAP own/slapd ${(Math.max(own.perSecond, again.perSecond) / peer.perSecond).toFixed(2)}`);
}

async function bench(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cercle-bench-"));
  chmodSync(folder, 0o777);
  const database = await createDatabase();
  const [first, second, boxes] = [join(folder, "a.txt"), join(folder, "b.txt"), join(folder, "m.txt")];
  for (const [file, changed, layout] of [[first, 0, "activity"] as const, [second, 1, "activity"] as const, [boxes, 0, "mailbox"] as const]) {
    await pipeline(Readable.from(generateExtraction({ rows, seed: 7, changed, layout })), createWriteStream(file));
  }
  console.log(`rows ${rows}`);
  const whole = importIn(first, database.url, folder);
  const store = await openBench(database.url, folder);
  const baseline = await copyBaseline(store, folder);
  console.log(
    `first import        ${whole.seconds.toFixed(1)} s, ${(whole.seconds / baseline).toFixed(2)} × plain COPY plus indexes (${baseline.toFixed(1)} s), ${whole.megabytes} MB`,
  );
  const daily = importIn(second, database.url, folder);
  console.log(
    `daily, 1 % changed  ${daily.seconds.toFixed(1)} s, ${(daily.seconds / whole.seconds).toFixed(2)} × the first import, ${daily.megabytes} MB, ${JSON.stringify(daily.persons)}`,
  );
  importIn(boxes, database.url, folder);
  await store.run("vacuum analyze");
  const serving = await startServing(database.url, folder);
  const people = await store.query<Someone>(
    `select national_id as id, identifier, family_folded as family, given_folded as given, family_name as written, given_name as first
       from directory.person tablesample system (${Math.min(100, Math.max(5, 6_000_000 / rows))}) where active and rev_to = 2147483647 and source = 0 order by md5(national_id) limit 20000`,
  );
  await benchFhir(serving, folder, people.slice(0, 4000));
  await benchLdap(store, serving, folder, people);
  serving.stop();
  await store.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === "--import") await importAlone(rest[0] ?? "", rest[1] ?? "", rest[2] ?? "");
else if (mode === "--serve") await serve(rest[0] ?? "", rest[1] ?? "");
else await bench(Number(mode ?? 2_000_000));

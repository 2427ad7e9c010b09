// `npm run bench mail`: our operator on PostgreSQL against Debian's Postfix with Dovecot by LMTP (Maildir), by the same driver, in the
// same run, alternated. Messages of 20 kB over mutual TLS: the clock stops when the last one accepted is readable by IMAP. Sizes:
// BENCH_PARTS (delivery,imap,opening,large,idle), BENCH_CELLS (only those cells whose title holds this), BENCH_MESSAGES (400 a cell),
// BENCH_MAILBOX (20000), BENCH_LARGE (200000), BENCH_IDLE (2000). BENCH_PROFILE=FOLDER writes a CPU profile of our server there.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startPostgres, startProgram, type TestProgram, temporaryFolder } from "@cercle/testkit";
import { type Imap, makeMessage, openImap, openSmtp, type Place } from "./mail/clients.ts";
import { hasPeer, memoryOf, type Peer, processorOf, startPeer } from "./mail/postfix-dovecot.ts";

const size = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const perCell = size("BENCH_MESSAGES", 400);
const mailbox = size("BENCH_MAILBOX", 20_000);
const large = size("BENCH_LARGE", 200_000);
const idle = size("BENCH_IDLE", 2000);
const profile = process.env.BENCH_PROFILE;
const parts = (process.env.BENCH_PARTS ?? "delivery,imap,opening,large,idle").split(",");
const cells = process.env.BENCH_CELLS ?? "";
const domain = "alpha.mssante.test";
const address = `bench-test@${domain}`;

type Side = {
  readonly name: string;
  readonly place: Place;
  memory(): number /** Of all its processes, the database's included; milliseconds. */;
  processor(): number;
};
const millis = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};
const count = async (imap: Imap): Promise<number> => Number(/MESSAGES (\d+)/.exec((await imap.ask("STATUS INBOX (MESSAGES)")).join(" "))?.[1] ?? 0);
const say = (what: string, ours: number, theirs: number | undefined, unit: string, wanted: string): void => {
  const ratio = theirs === undefined ? "" : `  ratio ${(unit === "ms" ? theirs / ours : ours / theirs).toFixed(2)}`;
  console.log(
    `${what.padEnd(44)} ${`${ours.toFixed(1)} ${unit}`.padStart(14)} ${theirs === undefined ? "".padStart(14) : `${theirs.toFixed(1)} ${unit}`.padStart(14)}${ratio}  (wanted: ${wanted})`,
  );
};

/** Messages a second from the first byte sent to the last one readable. */
async function deliver(
  { place }: Side,
  { connections, messages, bytes, kept }: { connections: number; messages: number; bytes: number; kept: boolean },
): Promise<number> {
  const imap = await openImap(place);
  const before = await count(imap);
  const letters = Array.from({ length: messages }, () => makeMessage(place, bytes));
  const pool = kept ? await Promise.all(Array.from({ length: connections }, () => openSmtp(place))) : [];
  const spent = await millis(async () => {
    let next = 0;
    await Promise.all(
      Array.from({ length: connections }, async (_, i) => {
        for (let letter = letters[next++]; letter; letter = letters[next++]) {
          const smtp = pool[i] ?? (await openSmtp(place));
          await smtp.send(letter);
          if (!kept) smtp.end();
        }
      }),
    );
    while ((await count(imap)) < before + messages) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  for (const smtp of pool) smtp.end();
  imap.end();
  return (messages * 1000) / spent;
}

/** Processor time of the last cell, milliseconds: what a loaded machine blurs less. */
const costs = new Map<string, number>();

/** Every cell on each side in turn, the best of two rounds. */
async function compare(sides: readonly Side[], what: string, wanted: string, cell: (side: Side) => Promise<number>, unit = "/s"): Promise<void> {
  if (!what.includes(cells)) return;
  const best = new Map<string, number>();
  for (let round = 0; round < 2; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const before = side.processor();
      const figure = await cell(side);
      costs.set(side.name, side.processor() - before);
      const known = best.get(side.name);
      best.set(side.name, known === undefined ? figure : unit === "ms" ? Math.min(known, figure) : Math.max(known, figure));
    }
  }
  say(what, best.get("cercle") ?? Number.NaN, best.get("postfix+dovecot"), unit, wanted);
  const [mine, theirs] = [costs.get("cercle") ?? 0, costs.get("postfix+dovecot")];
  console.log(
    `${"    processor time of the last cell".padEnd(44)} ${`${mine} ms`.padStart(14)} ${(theirs === undefined ? "" : `${theirs} ms`).padStart(14)}${theirs ? `  ratio ${(theirs / Math.max(1, mine)).toFixed(2)}` : ""}`,
  );
}

async function fill(imap: Imap, place: Place, wanted: number): Promise<void> {
  const seed = Math.min(wanted, 2000);
  for (let made = await count(imap); made < seed; made++) await imap.append("INBOX", makeMessage(place, 2000));
  await imap.ask("SELECT INBOX");
  // Copies double the mailbox; both servers store the text once more or less as they like.
  for (let have = await count(imap); have < wanted; have = await count(imap)) await imap.ask(`COPY 1:${Math.min(have, wanted - have)} INBOX`);
}

async function benchDelivery(sides: readonly Side[]): Promise<void> {
  for (const connections of [1, 8, 32]) {
    const cell = { connections, messages: connections === 1 ? Math.ceil(perCell / 2) : perCell, bytes: 20_000, kept: true };
    await compare(sides, `accepted to readable, 20 kB, ${connections} kept open`, "2, aiming at 3", (side) => deliver(side, cell));
  }
  const few = Math.max(20, Math.ceil(perCell / 8));
  await compare(sides, "one connection a message, 8 at once", "1", (side) => deliver(side, { connections: 8, messages: few, bytes: 20_000, kept: false }));
  await compare(sides, "5 MB messages, 4 kept open", "1", (side) => deliver(side, { connections: 4, messages: 12, bytes: 5_000_000, kept: true }));
}

async function benchImap(sides: readonly Side[]): Promise<void> {
  const open = new Map<string, Imap>();
  for (const side of sides) open.set(side.name, await openImap(side.place));
  const of = ({ name }: Side): Imap => open.get(name) as Imap;
  const some = Math.min(perCell, 300);
  await compare(sides, `IMAP APPEND 20 kB`, "0.5", async (side) => {
    const letters = Array.from({ length: some }, () => makeMessage(side.place, 20_000));
    const spent = await millis(async () => {
      for (const letter of letters) await of(side).append("INBOX", letter);
    });
    return (some * 1000) / spent;
  });
  await compare(sides, `IMAP FETCH BODY[] 20 kB`, "0.5", async (side) => {
    await of(side).ask("SELECT INBOX");
    return (some * 1000) / (await millis(() => of(side).ask(`FETCH 1:${some} (BODY.PEEK[])`)));
  });
  for (const side of sides) await fill(of(side), side.place, mailbox);
  await compare(sides, `IMAP FETCH FLAGS ENVELOPE, all of ${mailbox}`, "0.3", async (side) => {
    await of(side).ask("SELECT INBOX");
    return (mailbox * 1000) / (await millis(() => of(side).ask("FETCH 1:* (FLAGS ENVELOPE)")));
  });
  await compare(sides, `IMAP SEARCH TEXT in ${mailbox}`, "20", (side) => millis(() => of(side).ask('SEARCH TEXT "mot17 "')), "ms");
  for (const imap of open.values()) imap.end();
}

const megabytes = (bytes: number): number => bytes / 1024 / 1024;

/** Ours alone: a large mailbox opened. */
async function benchOpening(ours: Side): Promise<void> {
  const imap = await openImap(ours.place);
  await fill(imap, ours.place, large);
  const spent = [await millis(() => imap.ask("SELECT INBOX")), await millis(() => imap.ask("SELECT INBOX"))];
  say(`SELECT of ${large} messages`, Math.min(...spent), undefined, "ms", "under 300 ms");
  imap.end();
}

/** The memory that large messages take, in and out, over what the process had after a small one. */
async function benchLarge(ours: Side): Promise<void> {
  const smtp = await openSmtp(ours.place);
  await smtp.send(makeMessage(ours.place, 20_000));
  const before = ours.memory();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, ours.memory());
  }, 100);
  for (let i = 0; i < 3; i++) await smtp.send(makeMessage(ours.place, 49_000_000));
  smtp.end();
  say("memory grown by messages of 50 MB, in", megabytes(most - before), undefined, "MB", "under 64 MB");
  const imap = await openImap(ours.place);
  await imap.ask("SELECT INBOX");
  await imap.ask("FETCH 2:4 (BODY.PEEK[])");
  imap.end();
  clearInterval(watch);
  say("memory grown by messages of 50 MB, in and out", megabytes(most - before), undefined, "MB", "under 64 MB");
}

async function benchIdle(ours: Side): Promise<void> {
  const before = ours.memory();
  const held: Imap[] = [];
  for (let i = 0; i < idle; i += 20) held.push(...(await Promise.all(Array.from({ length: Math.min(20, idle - i) }, () => openImap(ours.place)))));
  say(`memory of ${idle} idle IMAP connections`, megabytes(ours.memory()), undefined, "MB", "under 400 MB");
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  console.log(`    ten seconds later ${megabytes(ours.memory()).toFixed(1)} MB, of which they take ${megabytes(ours.memory() - before).toFixed(1)} MB`);
  for (const one of held) one.end();
}

/** PostgreSQL's own processes: below this one, started by `startPostgres`. */
function databases(): readonly number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" }).trim().split("\n");
  return rows.flatMap((row) => {
    const [pid, parent, command] = row.trim().split(/\s+/);
    return Number(parent) === process.pid && command === "postgres" ? [Number(pid)] : [];
  });
}

async function startOurs(folder: string, url: string): Promise<{ program: TestProgram; side: Side; peerTls: { cert: string; key: string; ca: string } }> {
  if (profile) mkdirSync(profile, { recursive: true });
  const program = await startProgram({
    args: ["--database-url", url],
    environment: { CERCLE_MAIL_WAVE_RECIPIENTS: "1000000", ...(profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` } : {}) },
  });
  const run = async (...words: readonly string[]): Promise<Record<string, string>> => {
    const { code, out, err } = await program.run([...words, "--json"], { NODE_OPTIONS: "" });
    if (code !== 0) throw new Error(err);
    return JSON.parse(out || "{}") as Record<string, string>;
  };
  const partner = await run("operator", "add", "--domain", "bench.example", "--out", join(folder, "partner"));
  const server = await run("operator", "add", "--domain", "peer.example", "--out", join(folder, "peer"));
  await run("mailbox", "add", address);
  const { password = "" } = await run("mailbox", "app-password", address);
  const [smtp = 0, , imap = 0] = (program.ready.mail_alpha ?? "").match(/\d+/g)?.map(Number) ?? [];
  const read = (path: string | undefined): string => readFileSync(path ?? "", "utf8");
  const ca = read(partner.trust);
  const place = { smtp, imap, ca, cert: read(partner.certificate), key: read(partner.key), from: "bench-test@bench.example", to: address, password };
  return {
    program,
    side: { name: "cercle", place, memory: () => memoryOf([program.pid]), processor: () => processorOf([program.pid, ...databases()]) },
    peerTls: { cert: read(server.certificate), key: read(server.key), ca },
  };
}

/** A process that nothing has been asked of yet. */
async function inFreshProcess(work: (ours: Side) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const postgres = await startPostgres();
  const { program, side } = await startOurs(folder.path, postgres.url);
  try {
    await work(side);
  } finally {
    await program.stop();
    postgres.stop();
    await folder.remove();
  }
}

if (parts.includes("large")) await inFreshProcess(benchLarge);
if (parts.includes("idle")) await inFreshProcess(benchIdle);
const folder = await temporaryFolder();
const postgres = await startPostgres();
const { program, side: ours, peerTls } = await startOurs(folder.path, postgres.url);
let peer: Peer | undefined;
// Stopped by hand or by a time limit: what was started is ended all the same.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, async () => {
    await peer?.stop();
    await program.stop();
    process.exit(1);
  });
try {
  const sides: Side[] = [ours];
  if (hasPeer() && (parts.includes("delivery") || parts.includes("imap"))) {
    const started = await startPeer({ folder: folder.path, domain, password: ours.place.password, tls: peerTls });
    peer = started;
    sides.push({
      name: "postfix+dovecot",
      place: { ...ours.place, smtp: started.smtp, imap: started.imap },
      memory: () => started.memory(),
      processor: () => started.processor(),
    });
  }
  console.log(`${"".padEnd(44)} ${"cercle".padStart(14)} ${(peer ? "postfix+dovecot" : "no peer here").padStart(14)}`);
  if (parts.includes("delivery")) await benchDelivery(sides);
  if (parts.includes("imap")) await benchImap(sides);
  if (parts.includes("opening")) await benchOpening(ours);
} finally {
  await peer?.stop();
  await program.stop();
  postgres.stop();
  await folder.remove();
}

// One file into the registers: read, compared by digest with what stands, written unseen, looked at, shown.
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { digestBytes } from "../digest.ts";
import { directoryErrors } from "../errors.ts";
import { parseRecord } from "../record.ts";
import { open } from "../revisions.ts";
import { createDigestTable, type DigestTable } from "./digest-table.ts";
import { createDoubts, listDoubts } from "./doubts.ts";
import { createRecordBuilder, type FileLayout, findLayout } from "./layout.ts";
import { rebuildPersons, rebuildStructures, restampPersons } from "./rebuild.ts";
import { type ChangeCounts, type LoadProgress, type LoadReport, noChanges } from "./report.ts";
import { listLines, readBlocks, type SourceFile } from "./source.ts";
import { createStage } from "./stage.ts";
import { readStanding, writeStanding } from "./standing.ts";
import { createStreams } from "./streams.ts";
import { type NewLine, targets } from "./targets.ts";
import { addLine, createBatch, touch, type Writer, writeBatch } from "./write.ts";

/** A file with fewer lines than this part of the last one is refused unless forced: a truncated file must not empty the registers. */
const leastPart = 0.9;

/** How long a batch may hold the embedded engine, which serves everybody in turn. */
const batchMillis = 25;

/** Lines of the national files, on average; only to make room. */
const lineBytes = 340;

/** Below this part of new lines the statistics of the tables still hold. */
const analyzePart = 0.05;

export type LoadOptions = { readonly force?: boolean; onProgress?(progress: LoadProgress): void };

export type LoadPlace = {
  readonly store: Store;
  readonly clock: Clock;
  /** That the store may have open to its server, everybody's included. */
  readonly sessions?: number;
};

const defaultSessions = 10;
/** A first load keeps three at work, and leaves some to others. */
const leastSessions = 6;

type Work = Writer & { readonly file: FileLayout; readonly table: DigestTable; readonly counts: LoadReport["lines"] };

/** Throws refusals with nothing changed: `directory.unknown-layout`, `directory.too-few`, `directory.load-running`. */
export async function loadFile(
  { store, clock, sessions = defaultSessions }: LoadPlace,
  source: SourceFile,
  { force = false, onProgress = () => undefined }: LoadOptions = {},
): Promise<LoadReport> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  let bytes = 0;
  const blocks = readBlocks(await source.open(), (length) => {
    bytes += length;
  });
  const opening = (await blocks.next()).value ?? Buffer.alloc(0);
  const [header = Buffer.alloc(0)] = listLines(opening);
  const file = findLayout(header.toString("utf8"));
  const { name } = file.layout;
  const target = targets[name];
  const stage = createStage({ store, clock });
  const last = await store.first<{ lines: number }>("select lines from directory.load where layout = $1 and state = 'shown' order by started_at desc limit 1", [
    name,
  ]);
  const { revision, id } = await stage.take(source.name, name);
  const counts = { read: 0, added: 0, closed: 0, same: 0, duplicate: 0, rejected: 0 };
  const doubts = createDoubts();
  const progress = (phase: LoadProgress["phase"]): void =>
    onProgress({ id, file: source.name, phase, bytes, total: source.bytes, lines: counts.read, seconds: seconds() });
  try {
    const expected = Math.min(4_000_000, Math.ceil(source.bytes / lineBytes));
    const table = await readStanding(store, name, target, expected);
    const first = table.size === 0 && (!target.makesPersons || !(await hasRegisterPersons(store)));
    const bare = first && store.engine === "postgres" && target.makesPersons;
    if (bare) await store.run("select directory.drop_indexes()");
    const work: Work = {
      store,
      revision,
      target,
      file,
      table,
      first,
      bare,
      persons: createDigestTable(first && target.makesPersons ? expected * 0.8 : 0, { words: true }),
      structures: createDigestTable(0, { words: true }),
      local: await readLocal(store),
      counts,
      made: { persons: 0, structures: 0 },
    };
    const held = async (): Promise<void> => stage.hold(revision);
    await readAll(work, bare && sessions >= leastSessions, opening, blocks, doubts, async () => {
      await held();
      progress("reading");
    });
    progress("comparing");
    if (last && counts.read < last.lines * leastPart && !force) {
      throw directoryErrors.refuse("directory.too-few", { params: { lines: counts.read, last: last.lines } });
    }
    await closeUnmet(work, held);
    if (bare) {
      progress("indexing");
      await buildIndexes({ store, clock, sessions });
    }
    const { persons, structures } = await lookAgain(work, held);
    if (counts.added > counts.read * analyzePart) {
      await analyze({ store, clock, sessions }, target.makesPersons ? [target.table, "directory.person", "directory.structure"] : [target.table]);
    }
    await store.run("delete from directory.touched");
    const report: LoadReport = {
      file: source.name,
      layout: name,
      columns: file.columns,
      lines: counts,
      persons,
      structures,
      doubts: { counts: doubts.counts, first: doubts.first },
      seconds: seconds(),
    };
    await stage.show(revision, id, report, (tx) => writeStanding(tx, name, revision, table));
    progress("done");
    return report;
  } catch (error) {
    await stage.clean(revision, "refused").catch(() => undefined);
    await buildIndexes({ store, clock, sessions }).catch(() => undefined);
    throw error;
  }
}

/** Persons and structures whose lines came or went. */
async function lookAgain(
  { store, revision, target, first, made }: Work,
  held: () => Promise<void>,
): Promise<{ persons: ChangeCounts; structures: ChangeCounts }> {
  const size = store.engine === "embedded" ? 200 : 2000;
  if (!target.makesPersons) {
    const changes = first || target.table === "directory.mailbox" ? noChanges() : await restampPersons(store, revision, size, held);
    return { persons: changes, structures: noChanges() };
  }
  const persons = await rebuildPersons(store, revision, size, held);
  const structures = await rebuildStructures(store, revision, size, held);
  persons.added += made.persons;
  structures.added += made.structures;
  return { persons, structures };
}

/** With room to sort: the default of 64 MB would make the server write runs to disk. Tables beside each other where there are sessions for it. */
async function buildIndexes({ store, sessions }: Required<LoadPlace>): Promise<void> {
  const build = (name: string): Promise<void> =>
    store.transaction(async (tx) => {
      if (store.engine === "postgres") await tx.run("set local maintenance_work_mem = '256MB'");
      await tx.run(`select directory.build_${name}()`);
    });
  if (sessions < leastSessions) await build("indexes");
  else await settle(["person_indexes", "situation_indexes", "structure_indexes"].map(build));
}

/** All of them have ended, also when one failed. */
async function settle(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/** The embedded engine has no autovacuum: without statistics it would sort whole tables. A small sample keeps it short. */
async function analyze({ store, sessions }: Required<LoadPlace>, tables: readonly string[]): Promise<void> {
  const run = (table: string): Promise<void> =>
    store.transaction(async (tx) => {
      if (store.engine === "embedded") await tx.run("set local default_statistics_target = 8");
      await tx.run(`analyze ${table}`);
    });
  if (sessions >= leastSessions) await settle(tables.map(run));
  else for (const table of tables) await run(table);
}

async function hasRegisterPersons(store: Store): Promise<boolean> {
  return (await store.first(`select 1 from directory.person where source = 0 and rev_to = ${open} limit 1`)) !== undefined;
}

async function readLocal(store: Store): Promise<ReadonlySet<string>> {
  const rows = await store.query<{ key: string }>(
    `select national_id as key from directory.person where source = 1 and rev_to = ${open}
     union all select structure_id from directory.structure where source = 1 and rev_to = ${open}`,
  );
  return new Set(rows.map((row) => row.key));
}

/** Reads every line; a batch of new ones is written while the next is read. */
async function readAll(
  work: Work,
  streaming: boolean,
  opening: Buffer,
  blocks: AsyncGenerator<Buffer>,
  doubts: ReturnType<typeof createDoubts>,
  onBlock: () => Promise<void>,
): Promise<void> {
  const embedded = work.store.engine === "embedded";
  const build = createRecordBuilder(work.file);
  const streams = streaming ? createStreams(work.store, work.target) : undefined;
  let size = embedded ? 200 : streams ? 100 : 1000;
  let batch = createBatch();
  let writing: Promise<number> = Promise.resolve(0);
  let number = 0;
  const flush = async (): Promise<void> => {
    if (streams) {
      await streams.push(batch);
      batch = createBatch();
      return;
    }
    const spent = await writing;
    if (embedded && spent > 0) size = Math.max(50, Math.min(1000, Math.round((size * batchMillis) / spent)));
    if (batch.lines.length === 0) return;
    const full = batch;
    batch = createBatch();
    writing = writeBatch(work, full);
    writing.catch(() => undefined);
  };
  const take = async (block: Buffer): Promise<void> => {
    for (const line of listLines(block)) {
      number += 1;
      if (number === 1 || line.length === 0) continue;
      const fresh = readLine(work, build(line), number, doubts);
      if (fresh) addLine(work, batch, fresh);
      if (batch.lines.length >= size) await flush();
    }
  };
  try {
    await take(opening);
    for await (const block of blocks) {
      await take(block);
      await onBlock();
    }
    await flush();
    await writing;
    await streams?.end();
  } catch (error) {
    await streams?.abort();
    throw error;
  }
}

/** A line that is new and can be kept; the others are counted. */
function readLine({ file, table, counts, target }: Work, bytes: Buffer, number: number, doubts: ReturnType<typeof createDoubts>): NewLine | undefined {
  counts.read += 1;
  const digest = digestBytes(bytes);
  const [high, low] = [digest.readInt32BE(0), digest.readInt32BE(4)];
  const known = table.meet(high, low);
  if (known === "same") {
    counts.same += 1;
    return undefined;
  }
  if (known === "again") {
    counts.duplicate += 1;
    doubts.add(number, "duplicate");
    return undefined;
  }
  const record = bytes.toString("utf8");
  const values = parseRecord(record);
  const problem = values.length !== file.layout.columns.length ? "columns" : target.refuses(values);
  if (problem) {
    table.forget(high, low);
    counts.rejected += 1;
    doubts.add(number, problem);
    return undefined;
  }
  for (const kind of listDoubts(file.layout.name, values, record)) doubts.add(number, kind);
  counts.added += 1;
  return { digest: digest.readBigInt64BE(0).toString(), record, values, structure: target.structureOf(values) };
}

/** Lines that stand and were not met again are closed. */
async function closeUnmet(work: Work, onBatch: () => Promise<void>): Promise<void> {
  const { store, table, target, revision, counts } = work;
  const size = store.engine === "embedded" ? 200 : 10_000;
  let digests: string[] = [];
  const flush = async (): Promise<void> => {
    if (digests.length === 0) return;
    const closing = digests;
    digests = [];
    await store.transaction(async (tx) => {
      const rows = await tx.query<{ national_id: string | null; structure_id: string | null }>(
        `update ${target.table} set rev_to = $1 where source = 0 and rev_to = ${open} and digest = any($2::bigint[]) and rev_from <> $1
         returning national_id, ${target.makesPersons ? "structure_id" : "null::text as structure_id"}`,
        [revision, closing],
      );
      counts.closed += rows.length;
      const keys = (name: "national_id" | "structure_id"): Set<string> => new Set(rows.flatMap((row) => row[name] ?? []));
      if (target.table !== "directory.mailbox") await touch(tx, keys("national_id"), keys("structure_id"));
    });
    await onBatch();
  };
  for (const digest of table.unmet()) {
    digests.push(digest.toString());
    if (digests.length >= size) await flush();
  }
  await flush();
}

// One file into the registers: read, compared by digest with what stands, written unseen, looked at, shown.
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { digest64 } from "../digest.ts";
import { directoryErrors } from "../errors.ts";
import { parseRecord, structureRecordOf } from "../record.ts";
import { open } from "../revisions.ts";
import { createDigestTable, type DigestTable } from "./digest-table.ts";
import { createDoubts, listDoubts } from "./doubts.ts";
import { createRecordBuilder, type FileLayout, findLayout } from "./layout.ts";
import { rebuildPersons, rebuildStructures, restampPersons } from "./rebuild.ts";
import { type LoadProgress, type LoadReport, noChanges } from "./report.ts";
import { readLines, type SourceFile } from "./source.ts";
import { createStage } from "./stage.ts";
import { type NewLine, personCopyColumns, personRow, structureCopyColumns, structureRow, type Target, targets } from "./targets.ts";

/** A file with fewer lines than this part of the last one is refused unless forced: a truncated file must not empty the registers. */
const leastPart = 0.9;

/** How long a batch may hold the embedded engine, which serves everybody in turn. */
const batchMillis = 25;

export type LoadOptions = { readonly force?: boolean; onProgress?(progress: LoadProgress): void };

type Work = {
  readonly store: Store;
  readonly revision: number;
  readonly target: Target;
  readonly file: FileLayout;
  readonly table: DigestTable;
  /** Nothing of this extraction stands yet: persons and structures are written with their lines. */
  readonly first: boolean;
  readonly persons: DigestTable;
  readonly structures: DigestTable;
  /** Local test people and places, which the register now describes itself. */
  readonly local: ReadonlySet<string>;
  readonly counts: LoadReport["lines"];
  readonly made: { persons: number; structures: number };
};

/** Throws refusals with nothing changed: `directory.unknown-layout`, `directory.too-few`, `directory.load-running`. */
export async function loadFile(
  { store, clock }: { store: Store; clock: Clock },
  source: SourceFile,
  { force = false, onProgress = () => undefined }: LoadOptions = {},
): Promise<LoadReport> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  let bytes = 0;
  const blocks = readLines(await source.open(), (length) => {
    bytes += length;
  });
  const { value: opening } = await blocks.next();
  const [header = "", ...rest] = opening ?? [];
  const file = findLayout(header);
  const target = targets[file.layout.name];
  const stage = createStage({ store, clock });
  const last = await store.first<{ lines: number }>("select lines from directory.load where layout = $1 and state = 'shown' order by started_at desc limit 1", [
    file.layout.name,
  ]);
  const { revision, id } = await stage.take(source.name, file.layout.name);
  const counts = { read: 0, added: 0, closed: 0, same: 0, duplicate: 0, rejected: 0 };
  const doubts = createDoubts();
  const progress = (phase: LoadProgress["phase"]): void =>
    onProgress({ id, file: source.name, phase, bytes, total: source.bytes, lines: counts.read, seconds: seconds() });
  try {
    const table = await readStanding(store, target);
    const first = table.size === 0 && (file.layout.name !== "activity" || !(await hasRegisterPersons(store)));
    const bare = first && store.engine === "postgres" && file.layout.name === "activity";
    if (bare) await store.run("select directory.drop_indexes()");
    const work: Work = {
      store,
      revision,
      target,
      file,
      table,
      first,
      persons: createDigestTable(first ? 1 << 17 : 0),
      structures: createDigestTable(0),
      local: await readLocal(store),
      counts,
      made: { persons: 0, structures: 0 },
    };
    await readAll(work, rest, blocks, doubts, async () => {
      await stage.hold(revision);
      progress("reading");
    });
    progress("comparing");
    if (last && counts.read < last.lines * leastPart && !force) {
      throw directoryErrors.refuse("directory.too-few", { params: { lines: counts.read, last: last.lines } });
    }
    await closeUnmet(work, () => stage.hold(revision));
    if (bare) {
      progress("indexing");
      await store.run("select directory.build_indexes()");
    }
    const held = async (): Promise<void> => stage.hold(revision);
    const size = store.engine === "embedded" ? 60 : 2000;
    const persons =
      file.layout.name === "activity"
        ? await rebuildPersons(store, revision, size, held)
        : first || file.layout.name === "mailbox"
          ? noChanges()
          : await restampPersons(store, revision, size, held);
    const structures = file.layout.name === "activity" ? await rebuildStructures(store, revision, size, held) : noChanges();
    persons.added += work.made.persons;
    structures.added += work.made.structures;
    await analyze(store, file.layout.name === "activity" ? [target.table, "directory.person", "directory.structure"] : [target.table]);
    await store.run("delete from directory.touched");
    const report: LoadReport = {
      file: source.name,
      layout: file.layout.name,
      columns: file.columns,
      lines: counts,
      persons,
      structures,
      doubts: { counts: doubts.counts, first: doubts.first },
      seconds: seconds(),
    };
    await stage.show(revision, id, report);
    progress("done");
    return report;
  } catch (error) {
    await stage.clean(revision, "refused").catch(() => undefined);
    await store.run("select directory.build_indexes()").catch(() => undefined);
    throw error;
  }
}

/** Digests of the lines that stand, eight bytes each, many in one row. */
async function readStanding(store: Store, target: Target): Promise<DigestTable> {
  const size = store.engine === "embedded" ? 4000 : 100_000;
  const table = createDigestTable(1 << 16);
  let after = "-9223372036854775808";
  let inclusive = true;
  for (;;) {
    const row = await store.first<{ packed: Uint8Array | null; last: string | null }>(
      `select string_agg(int8send(digest), ''::bytea order by digest) as packed, max(digest)::text as last
         from (select digest from ${target.table} where source = 0 and rev_to = ${open} and digest ${inclusive ? ">=" : ">"} $1::bigint order by digest limit $2) t`,
      [after, size],
    );
    if (!row?.packed || row.last === null) return table;
    const view = new DataView(row.packed.buffer, row.packed.byteOffset, row.packed.byteLength);
    for (let i = 0; i < view.byteLength; i += 8) table.add(view.getBigInt64(i));
    after = row.last;
    inclusive = false;
  }
}

/** The embedded engine has no autovacuum: without statistics it would sort whole tables. A small sample keeps it short. */
async function analyze(store: Store, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await store.transaction(async (tx) => {
      if (store.engine === "embedded") await tx.run("set local default_statistics_target = 8");
      await tx.run(`analyze ${table}`);
    });
  }
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
  opening: readonly string[],
  blocks: AsyncGenerator<readonly string[]>,
  doubts: ReturnType<typeof createDoubts>,
  onBlock: () => Promise<void>,
): Promise<void> {
  const { file, table, counts } = work;
  const build = createRecordBuilder(file);
  const columns = file.layout.columns.length;
  let size = work.store.engine === "embedded" ? 200 : 4000;
  let batch: NewLine[] = [];
  let writing: Promise<number> = Promise.resolve(0);
  let number = 1;
  const flush = async (): Promise<void> => {
    const spent = await writing;
    if (work.store.engine === "embedded" && spent > 0) size = Math.max(50, Math.min(1000, Math.round((size * batchMillis) / spent)));
    if (batch.length === 0) return;
    const lines = batch;
    batch = [];
    writing = writeBatch(work, lines);
    writing.catch(() => undefined);
  };
  const take = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      number += 1;
      if (line === "") continue;
      counts.read += 1;
      const record = build(line);
      const digest = digest64(record);
      const known = table.meet(digest);
      if (known === "same") counts.same += 1;
      else if (known === "again") {
        counts.duplicate += 1;
        doubts.add(number, "duplicate");
      } else {
        const values = parseRecord(record);
        if (values.length !== columns) {
          counts.rejected += 1;
          doubts.add(number, "columns");
        } else if (refusesLine(work, values)) {
          counts.rejected += 1;
          doubts.add(number, file.layout.name === "mailbox" ? "no-address" : "no-identifier");
        } else {
          for (const kind of listDoubts(file.layout.name, values)) doubts.add(number, kind);
          counts.added += 1;
          batch.push({ digest, record, values });
          if (batch.length >= size) await flush();
        }
      }
    }
  };
  await take(opening);
  for await (const lines of blocks) {
    await take(lines);
    await onBlock();
  }
  await flush();
  await writing;
}

/** Without what identifies its subject a line cannot be kept; without a known kind neither can a mailbox. */
function refusesLine({ file, target }: Work, values: readonly string[]): boolean {
  if (file.layout.name === "mailbox") return !/^[^@\s]+@[^@\s]+$/.test(values[1] ?? "") || !["PER", "ORG", "APP", "CAB"].includes(values[0] ?? "");
  return target.personOf(values) === undefined;
}

/** Milliseconds it took. */
async function writeBatch(work: Work, lines: readonly NewLine[]): Promise<number> {
  const { store, revision, target, first, local } = work;
  const started = performance.now();
  const touchedPersons = new Set<string>();
  const touchedStructures = new Set<string>();
  const persons: NewLine[] = [];
  const structures: { id: string; record: string; digest: bigint }[] = [];
  const direct = first && work.file.layout.name === "activity";
  let before: string | undefined;
  for (const line of lines) {
    const person = target.personOf(line.values);
    const structure = target.structureOf(line.values);
    if (person && person !== before) {
      before = person;
      if (!direct || local.has(person)) touchedPersons.add(person);
      else if (work.persons.meet(digest64(person)) === "new") persons.push(line);
    }
    if (structure) {
      if (!direct || local.has(structure)) touchedStructures.add(structure);
      else if (work.structures.meet(digest64(structure)) === "new") {
        const record = structureRecordOf(line.values);
        structures.push({ id: structure, record, digest: digest64(record) });
      }
    }
  }
  await store.transaction(async (tx) => {
    await store.copyIn(
      tx,
      target.table,
      target.columns,
      mapRows(lines, (line) => target.row(line, revision)),
    );
    if (persons.length > 0)
      await store.copyIn(
        tx,
        "directory.person",
        personCopyColumns,
        mapRows(persons, (line) => personRow(line.values, revision)),
      );
    if (structures.length > 0)
      await store.copyIn(
        tx,
        "directory.structure",
        structureCopyColumns,
        mapRows(structures, ({ id, record, digest }) => structureRow(id, record, digest, revision)),
      );
    if (!(first && !direct)) await touch(tx, touchedPersons, touchedStructures);
  });
  work.made.persons += persons.length;
  work.made.structures += structures.length;
  return performance.now() - started;
}

function* mapRows<T, R>(items: readonly T[], build: (item: T) => R): Generator<R> {
  for (const item of items) yield build(item);
}

async function touch(tx: Parameters<Parameters<Store["transaction"]>[0]>[0], persons: ReadonlySet<string>, structures: ReadonlySet<string>): Promise<void> {
  for (const [kind, keys] of [["person", persons] as const, ["structure", structures] as const]) {
    if (keys.size > 0)
      await tx.run("insert into directory.touched (kind, key) select $1, k from unnest($2::text[]) as k on conflict do nothing", [kind, [...keys]]);
  }
}

/** Lines that stand and were not met again are closed. */
async function closeUnmet(work: Work, onBatch: () => Promise<void>): Promise<void> {
  const { store, table, target, revision, counts } = work;
  const size = store.engine === "embedded" ? 200 : 10_000;
  const hasStructure = target.columns.includes("structure_id") && target.columns.includes("situation_id");
  let digests: string[] = [];
  const flush = async (): Promise<void> => {
    if (digests.length === 0) return;
    const closing = digests;
    digests = [];
    await store.transaction(async (tx) => {
      const rows = await tx.query<{ national_id: string | null; structure_id: string | null }>(
        `update ${target.table} set rev_to = $1 where source = 0 and rev_to = ${open} and digest = any($2::bigint[]) and rev_from <> $1
         returning national_id, ${hasStructure ? "structure_id" : "null::text as structure_id"}`,
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

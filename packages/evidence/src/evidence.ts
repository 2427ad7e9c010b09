// What proves. `append` is for a file's legal entries (chained under the file's lock); `trace` for operational traces.
// Both write in the caller's transaction.
import { randomBytes } from "node:crypto";
import { type Clock, type Id, type Json, newId, type Temporal } from "@cercle/kernel";
import type { Entry } from "@cercle/law";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import { digestContent, digestEntry, merkleRoot } from "./chain.ts";
import { evidenceErrors } from "./errors.ts";
import { type ExportedFile, erasureType } from "./verify.ts";

export type NewEntry = {
  readonly type: string;
  /** Key of who acted (`operator`, `account:…`, `door:…`): never a name. */
  readonly actor: string;
  readonly payload: { readonly [key: string]: Json | undefined };
  /** Legal date; the moment of recording when absent. */
  readonly happenedAt?: Temporal.Instant;
};

export type NewTrace = {
  readonly room: string;
  readonly type: string;
  /** What the trace is about, for look-ups by it; absent when nothing can be named. */
  readonly subject?: string;
  readonly payload: { readonly [key: string]: Json | undefined };
};

export type Evidence = {
  openFile(tx: Tx): Promise<Id<"file">>;
  append(tx: Tx, file: Id<"file">, entry: NewEntry): Promise<Entry>;
  trace(tx: Tx, trace: NewTrace): Promise<void>;
  /** All entries of a file in order; with the transaction, under the file's lock. */
  list(from: Queryable, file: Id<"file">): Promise<readonly Entry[]>;
  lock(tx: Tx, file: Id<"file">): Promise<void>;
  /** Deletes content and salt of one entry and appends the entry that says so, with its basis. */
  erase(tx: Tx, file: Id<"file">, seq: number, why: { basis: string; actor: string }): Promise<Entry>;
  export(from: Queryable, file: Id<"file">): Promise<ExportedFile>;
  /** Seals the traces not yet sealed into one Merkle batch; answers how many. */
  sealTraces(tx: Tx): Promise<number>;
};

/** `clock` is governance's (entries), `real` the machine's (attested time). */
export function createEvidence({ clock, real }: { store: Store; clock: Clock; real: Clock }): Evidence {
  const append: Evidence["append"] = async (tx, file, entry) => {
    const head = await tx.first<{ last_seq: number; last_digest: string }>("select last_seq, last_digest from evidence.file where id = $1 for update", [file]);
    if (!head) throw evidenceErrors.refuse("evidence.no-file");
    const recordedAt = clock.now();
    const salt = randomBytes(16);
    const part = {
      file,
      seq: head.last_seq + 1,
      type: entry.type,
      happened_at: micro(entry.happenedAt ?? recordedAt),
      recorded_at: micro(recordedAt),
      real_at: micro(real.now()),
      actor: entry.actor,
      content: digestContent(salt, entry.payload),
      previous: head.last_digest,
    };
    const digest = digestEntry(part);
    await tx.run(
      `insert into evidence.entry (file_id, seq, type, happened_at, recorded_at, real_at, actor, content, previous, digest)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [file, part.seq, part.type, part.happened_at, part.recorded_at, part.real_at, part.actor, part.content, part.previous, digest],
    );
    await tx.run("insert into evidence.content (file_id, seq, salt, payload) values ($1, $2, $3, $4)", [file, part.seq, salt, json(entry.payload)]);
    await tx.run("update evidence.file set last_seq = $2, last_digest = $3 where id = $1", [file, part.seq, digest]);
    return { seq: part.seq, type: entry.type, happenedAt: entry.happenedAt ?? recordedAt, recordedAt, actor: entry.actor, payload: entry.payload };
  };

  return {
    append,
    async openFile(tx) {
      const id = newId<"file">();
      await tx.run("insert into evidence.file (id, opened_at) values ($1, $2)", [id, clock.now()]);
      return id;
    },
    async trace(tx, trace) {
      await tx.run("insert into evidence.trace (id, room, type, real_at, subject, payload) values ($1, $2, $3, $4, $5, $6)", [
        newId<"trace">(),
        trace.room,
        trace.type,
        real.now(),
        trace.subject ?? null,
        json(trace.payload),
      ]);
    },
    async list(from, file) {
      const rows = await from.query<EntryRow>(
        `select e.seq, e.type, e.happened_at, e.recorded_at, e.actor, c.payload
           from evidence.entry e left join evidence.content c on c.file_id = e.file_id and c.seq = e.seq
          where e.file_id = $1 order by e.seq`,
        [file],
      );
      return rows.map((row) => ({
        seq: row.seq,
        type: row.type,
        happenedAt: row.happened_at,
        recordedAt: row.recorded_at,
        actor: row.actor,
        payload: row.payload ?? undefined,
      }));
    },
    async lock(tx, file) {
      const found = await tx.first("select id from evidence.file where id = $1 for update", [file]);
      if (!found) throw evidenceErrors.refuse("evidence.no-file");
    },
    async erase(tx, file, seq, { basis, actor }) {
      const deleted = await tx.run("delete from evidence.content where file_id = $1 and seq = $2", [file, seq]);
      if (deleted !== 1) throw evidenceErrors.refuse("evidence.nothing-to-erase", { params: { seq } });
      return append(tx, file, { type: erasureType, actor, payload: { erased: seq, basis } });
    },
    async export(from, file) {
      const rows = await from.query<ExportRow>(
        `select e.*, c.salt, c.payload from evidence.entry e
           left join evidence.content c on c.file_id = e.file_id and c.seq = e.seq where e.file_id = $1 order by e.seq`,
        [file],
      );
      return {
        format: "cercle-evidence-1",
        file,
        entries: rows.map((row) => ({
          file,
          seq: row.seq,
          type: row.type,
          happened_at: micro(row.happened_at),
          recorded_at: micro(row.recorded_at),
          real_at: micro(row.real_at),
          actor: row.actor,
          content: row.content,
          previous: row.previous,
          digest: row.digest,
          ...(row.salt && row.payload !== null ? { disclosed: { salt: Buffer.from(row.salt).toString("base64"), payload: row.payload } } : {}),
        })),
      };
    },
    async sealTraces(tx) {
      // One sealer at a time: batches form a chain of their own.
      await tx.run("select pg_advisory_xact_lock(7206520)");
      const rows = await tx.query<{ id: string; room: string; type: string; real_at: Temporal.Instant; subject: string | null; payload: Json }>(
        "select id, room, type, real_at, subject, payload from evidence.trace where batch is null order by id limit 10000",
      );
      if (rows.length === 0) return 0;
      const root = merkleRoot(rows.map((row) => digestContent(Buffer.from(row.id), { ...row, real_at: micro(row.real_at) })));
      const previous = await tx.first<{ root: string }>("select root from evidence.trace_batch order by id desc limit 1");
      const batch = await tx.first<{ id: number }>("insert into evidence.trace_batch (root, count, sealed_at, previous) values ($1, $2, $3, $4) returning id", [
        root,
        rows.length,
        real.now(),
        previous?.root ?? "",
      ]);
      await tx.run("update evidence.trace set batch = $1 where id = any($2)", [batch?.id, rows.map((row) => row.id)]);
      return rows.length;
    },
  };
}

/** Instants in the chain carry microseconds, what PostgreSQL keeps; more would not survive the store. */
function micro(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: "microsecond" });
}

type EntryRow = {
  seq: number;
  type: string;
  happened_at: Temporal.Instant;
  recorded_at: Temporal.Instant;
  actor: string;
  payload: { [key: string]: Json } | null;
};
type ExportRow = EntryRow & { real_at: Temporal.Instant; content: string; previous: string; digest: string; salt: Uint8Array | null };

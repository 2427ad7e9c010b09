// What proves. `append` is for a file's legal entries (chained under the file's lock); `trace` for operational traces.
// Both write in the caller's transaction.
import { randomBytes } from "node:crypto";
import { type Clock, type Id, type Json, newId, type Temporal } from "@cercle/kernel";
import type { Entry } from "@cercle/law";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import { digestContent, digestEntry, merkleRoot } from "./chain.ts";
import { type ContentColumns, createContents } from "./contents.ts";
import { evidenceErrors } from "./errors.ts";
import { entryRecorded } from "./events.ts";
import type { NewEntry, Rectification } from "./new-entry.ts";
import type { Keys } from "./ports.ts";
import { type LeafProof, readProofs } from "./published.ts";
import { type ExportedFile, erasureType, rectificationType } from "./verify.ts";

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
  /** Traces about one subject, latest first. */
  traces(
    from: Queryable,
    of: { room: string; subject: string; limit: number },
  ): Promise<readonly { readonly type: string; readonly at: Temporal.Instant; readonly payload: { readonly [key: string]: Json } }[]>;
  /** All entries of a file in order; with the transaction, under the file's lock. */
  list(from: Queryable, file: Id<"file">): Promise<readonly Entry[]>;
  lock(tx: Tx, file: Id<"file">): Promise<void>;
  /** Deletes content and salt of one entry and appends the entry that says so, with its basis. */
  erase(tx: Tx, file: Id<"file">, seq: number, why: { basis: string; actor: string }): Promise<Entry>;
  /** Erases the key under which all of a file's contents lie, and appends the entry that says so. The chain stays. */
  eraseFile(tx: Tx, file: Id<"file">, why: { basis: string; actor: string }): Promise<Entry>;
  /** Appends the entry that names a wrong one and says what holds instead; answers it with the entries that relied on the wrong one. */
  rectify(tx: Tx, file: Id<"file">, seq: number, how: Rectification): Promise<{ entry: Entry; review: readonly number[] }>;
  /** Entries that name this one in `relies_on`, and those that name them, in order. */
  reliedOn(from: Queryable, file: Id<"file">, seq: number): Promise<readonly number[]>;
  export(from: Queryable, file: Id<"file">): Promise<ExportedFile>;
  /** Whether a file of this id is here already. */
  knows(from: Queryable, file: Id<"file">): Promise<boolean>;
  /** Takes over the chain of an exported file as it is, verified before. `readOnly`: nothing is appended but an erasure. */
  adopt(tx: Tx, exported: ExportedFile, how: { readOnly: boolean }): Promise<void>;
  /** Seals the traces not yet sealed into one Merkle batch; answers how many. */
  sealTraces(tx: Tx): Promise<number>;
};

/**
 * `clock` is governance's (entries), `real` the machine's (attested time). `keys` seal contents, a key for each file; the program
 * always hands them over, and without them (tests of other rooms) contents lie open.
 */
export function createEvidence({
  store,
  clock,
  real,
  keys,
}: {
  store: Store;
  clock: Clock;
  real: Clock;
  keys?: Pick<Keys, "seal" | "unseal"> | undefined;
}): Evidence {
  const contents = createContents({ keys, real });
  const append: Evidence["append"] = async (tx, file, entry) => {
    const head = await tx.first<{ last_seq: number; last_digest: string; read_only: boolean }>(
      "select last_seq, last_digest, read_only from evidence.file where id = $1 for update",
      [file],
    );
    if (!head) throw evidenceErrors.refuse("evidence.no-file");
    // Another operator's file: what must be erased is, and nothing else is added.
    if (head.read_only && entry.type !== erasureType) throw evidenceErrors.refuse("evidence.read-only");
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
    await contents.write(tx, file, part.seq, { salt, payload: entry.payload });
    await tx.run("update evidence.file set last_seq = $2, last_digest = $3 where id = $1", [file, part.seq, digest]);
    const { seq, type, happened_at, recorded_at } = part;
    store.emit(tx, { kind: entryRecorded, subject: file, payload: { file, seq, type, happened_at, recorded_at } });
    return { seq: part.seq, type: entry.type, happenedAt: entry.happenedAt ?? recordedAt, recordedAt, actor: entry.actor, payload: entry.payload };
  };

  const lock: Evidence["lock"] = async (tx, file) => {
    const found = await tx.first("select id from evidence.file where id = $1 for update", [file]);
    if (!found) throw evidenceErrors.refuse("evidence.no-file");
  };
  const list: Evidence["list"] = async (from, file) => {
    const rows = await from.query<EntryRow>(
      `select e.seq, e.type, e.happened_at, e.recorded_at, e.actor, c.salt, c.payload, c.generation, c.sealed
         from evidence.entry e left join evidence.content c on c.file_id = e.file_id and c.seq = e.seq
        where e.file_id = $1 order by e.seq`,
      [file],
    );
    const open = await contents.opener(from, file);
    return rows.map((row) => ({
      seq: row.seq,
      type: row.type,
      happenedAt: row.happened_at,
      recordedAt: row.recorded_at,
      actor: row.actor,
      payload: open(row.seq, row)?.payload,
    }));
  };
  const reliedOn: Evidence["reliedOn"] = async (from, file, seq) => {
    const wrong = new Set([seq]);
    const found: number[] = [];
    // Entries rely on earlier ones only: one pass in order finds those at any distance.
    for (const entry of await list(from, file)) {
      const named = entry.payload?.relies_on;
      if (!Array.isArray(named) || !named.some((one) => typeof one === "number" && wrong.has(one))) continue;
      wrong.add(entry.seq);
      found.push(entry.seq);
    }
    return found;
  };

  return {
    append,
    list,
    reliedOn,
    async openFile(tx) {
      const id = newId<"file">();
      await tx.run("insert into evidence.file (id, opened_at) values ($1, $2)", [id, clock.now()]);
      return id;
    },
    async trace(tx, trace) {
      tx.atEnd("insert into evidence.trace (id, room, type, real_at, subject, payload) values ($1, $2, $3, $4, $5, $6)", [
        newId<"trace">(),
        trace.room,
        trace.type,
        real.now(),
        trace.subject ?? null,
        json(trace.payload),
      ]);
    },
    traces: (from, { room, subject, limit }) =>
      from.query("select type, real_at as at, payload from evidence.trace where room = $1 and subject = $2 order by real_at desc, id desc limit $3", [
        room,
        subject,
        limit,
      ]),
    lock,
    async erase(tx, file, seq, { basis, actor }) {
      const deleted = await tx.run("delete from evidence.content where file_id = $1 and seq = $2", [file, seq]);
      if (deleted !== 1) throw evidenceErrors.refuse("evidence.nothing-to-erase", { params: { seq } });
      return append(tx, file, { type: erasureType, actor, payload: { erased: seq, basis } });
    },
    async eraseFile(tx, file, { basis, actor }) {
      await lock(tx, file);
      const last = await tx.first<{ last_seq: number }>("select last_seq from evidence.file where id = $1", [file]);
      if ((await contents.eraseKeys(tx, file)) === 0) throw evidenceErrors.refuse("evidence.nothing-to-erase", { params: { seq: last?.last_seq ?? 0 } });
      await tx.run("delete from evidence.content where file_id = $1", [file]);
      // The entry that says so is written under the next key.
      return append(tx, file, { type: erasureType, actor, payload: { erased_up_to: last?.last_seq ?? 0, basis } });
    },
    async rectify(tx, file, seq, { reason, actor, instead, insteadAt }) {
      await lock(tx, file);
      const known = await tx.first("select 1 as found from evidence.entry where file_id = $1 and seq = $2", [file, seq]);
      if (!known) throw evidenceErrors.refuse("evidence.no-entry", { params: { seq } });
      const review = await reliedOn(tx, file, seq);
      const payload = { rectifies: seq, reason, ...(instead ? { instead } : {}), ...(insteadAt ? { instead_at: micro(insteadAt) } : {}), review: [...review] };
      return { entry: await append(tx, file, { type: rectificationType, actor, payload }), review };
    },
    async export(from, file) {
      const open = await contents.opener(from, file);
      const rows = await from.query<ExportRow>(
        `select e.*, c.salt, c.payload, c.generation, c.sealed from evidence.entry e
           left join evidence.content c on c.file_id = e.file_id and c.seq = e.seq where e.file_id = $1 order by e.seq`,
        [file],
      );
      const imported = await from.first<{ proofs: readonly LeafProof[] }>("select proofs from evidence.imported_proof where file_id = $1", [file]);
      const proofs = [...(imported?.proofs ?? []), ...(await readProofs(from, file))];
      return {
        format: "cercle-evidence-1",
        file,
        ...(proofs.length > 0 ? { proofs } : {}),
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
          ...disclose(open(row.seq, row)),
        })),
      };
    },
    async knows(from, file) {
      return (await from.first("select 1 as found from evidence.file where id = $1", [file])) !== undefined;
    },
    async adopt(tx, { file, entries, proofs = [] }, { readOnly }) {
      const last = entries.at(-1);
      // The heads of this space cover what is written here; those of the other came along.
      await tx.run("insert into evidence.file (id, opened_at, last_seq, last_digest, logged_seq, read_only) values ($1, $2, $3, $4, $3, $5)", [
        file,
        entries[0]?.recorded_at,
        last?.seq ?? 0,
        last?.digest ?? "",
        readOnly,
      ]);
      for (const { disclosed, ...part } of entries) {
        await tx.run(
          `insert into evidence.entry (file_id, seq, type, happened_at, recorded_at, real_at, actor, content, previous, digest)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [file, part.seq, part.type, part.happened_at, part.recorded_at, part.real_at, part.actor, part.content, part.previous, part.digest],
        );
        if (disclosed) await contents.write(tx, file, part.seq, { salt: Buffer.from(disclosed.salt, "base64"), payload: disclosed.payload });
      }
      await tx.run("insert into evidence.imported_proof (file_id, proofs) values ($1, $2)", [file, json(proofs)]);
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

function disclose(content: { salt: Uint8Array; payload: Json } | undefined): { disclosed?: { salt: string; payload: Json } } {
  return content ? { disclosed: { salt: Buffer.from(content.salt).toString("base64"), payload: content.payload } } : {};
}

type EntryRow = ContentColumns & { seq: number; type: string; happened_at: Temporal.Instant; recorded_at: Temporal.Instant; actor: string };
type ExportRow = EntryRow & { real_at: Temporal.Instant; content: string; previous: string; digest: string };

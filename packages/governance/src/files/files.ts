// Files in use: opening one, recording an entry, and what follows from it: rights recomputed by the law, written, announced.

import type { Evidence, NewEntry, Rectification } from "@cercle/evidence";
import type { Clock, Id, Temporal } from "@cercle/kernel";
import {
  type CountingPolicy,
  type Entry,
  findFullInstrument,
  findInstrument,
  type Instrument,
  listFullInstruments,
  type Right,
  rectifiedType,
  standingEntries,
} from "@cercle/law";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import { rightChanged } from "../events.ts";
import type { Reach } from "../parties/reach.ts";
import { findHandOver } from "./hand-over.ts";
import { writeObligations } from "./obligations.ts";
import { refuseEntry } from "./refuse-entry.ts";

export type FileRow = {
  readonly id: Id<"file">;
  readonly reference: string;
  readonly instrument: string;
  /** Key of the party beside the agency; a name is in an entry, never here. */
  readonly holder: string;
  readonly opened_at: Temporal.Instant;
  readonly party_id: string | null;
  readonly phase: string;
  readonly phase_since: Temporal.Instant | null;
};

export type CurrentRight = {
  readonly right: string;
  readonly subject: string;
  readonly state: "open" | "closed";
  readonly limits: Readonly<Record<string, unknown>>;
  readonly since: Temporal.Instant;
  readonly reference: string;
  readonly entry: number;
  readonly clause: string;
  readonly seq: number;
};

export type Files = {
  open(tx: Tx, file: { instrument: string; holder: string; party?: string }): Promise<FileRow>;
  /**
   * Records one entry, if the instrument allows it now, and brings rights, phase and obligations up to date in the same
   * transaction. `ifSeq` is the last entry that the actor had seen: another one since then refuses with `governance.stale`.
   */
  record(tx: Tx, reference: string, entry: NewEntry, ifSeq?: number): Promise<Entry>;
  /**
   * Rectifies an entry: what holds instead is judged where the wrong one stood; rights, phase and obligations follow as if it had
   * stood from its date. Answers the entries that relied on the wrong one.
   */
  rectify(tx: Tx, reference: string, seq: number, how: Rectification): Promise<{ entry: Entry; review: readonly number[] }>;
  /** The next reference with this prefix, in this year of the space. */
  nextReference(tx: Tx, prefix: string): Promise<string>;
  /** The legal entries of a file, as the law reads them. */
  entries(from: Queryable, reference: string): Promise<readonly Entry[]>;
  /** Files of one instrument, newest first. */
  ofInstrument(from: Queryable, instrument: string, limit: number): Promise<readonly FileRow[]>;
  /** What time alone has changed: rights, phase and obligations of one file as they stand now. */
  refresh(tx: Tx, reference: string): Promise<void>;
  /** References of files in which something has changed by itself by now. */
  due(from: Queryable): Promise<readonly string[]>;
  find(from: Queryable, reference: string): Promise<FileRow | undefined>;
  get(from: Queryable, reference: string): Promise<FileRow>;
  /** Files that a reader sees (all when not said), newest first, at most 1,000; those of one natural person are found by their reference only. */
  list(from: Queryable, reach?: Reach): Promise<readonly FileRow[]>;
  rights(from: Queryable, where: { reference: string } | { rights: readonly string[] }): Promise<readonly CurrentRight[]>;
  right(from: Queryable, right: string, subject: string): Promise<CurrentRight | undefined>;
};

/** Files of one natural person each, as many as there are professionals. */
const personalInstruments = listFullInstruments()
  .filter(({ definition }) => definition.personal)
  .map(({ id }) => id);

const fileColumns = "id, reference, instrument, holder, opened_at, party_id, phase, phase_since";
const rightColumns = `r."right", r.subject, r.state, r.limits, r.since, f.reference, r.entry, r.clause, r.seq`;
const rightTables = "governance.current_right r join governance.file f on f.id = r.file_id";

export function createFiles({
  store,
  evidence,
  clock,
  real,
  policy,
}: {
  store: Store;
  evidence: Evidence;
  clock: Clock;
  real: Clock;
  /** How this space counts days; legal days and years begin in its time zone. */
  policy: CountingPolicy;
}): Files {
  const find: Files["find"] = (from, reference) => from.first<FileRow>(`select ${fileColumns} from governance.file where reference = $1`, [reference]);
  const get: Files["get"] = async (from, reference) => {
    const file = await find(from, reference);
    if (!file) throw governanceErrors.refuse("governance.no-file", { params: { reference } });
    return file;
  };

  const nextReference: Files["nextReference"] = async (tx, prefix) => {
    const year = clock.now().toZonedDateTimeISO(policy.timeZone).year;
    const row = await tx.first<{ last: number }>(
      `insert into governance.reference_counter (prefix, year, last) values ($1, $2, 1)
       on conflict (prefix, year) do update set last = reference_counter.last + 1 returning last`,
      [prefix, year],
    );
    return `${prefix}-${year}-${String(row?.last ?? 0).padStart(5, "0")}`;
  };

  const applyRights = async (tx: Tx, file: FileRow, rights: readonly Right[], last: number): Promise<void> => {
    const before = await tx.query<Pick<Right, "right" | "subject" | "state" | "limits" | "clause"> & { file_id: string; reference: string }>(
      `select r."right", r.subject, r.state, r.limits, r.clause, r.file_id, f.reference from ${rightTables}
        where r.file_id = $1 or (r."right", r.subject) in (select * from unnest($2::text[], $3::text[]))`,
      [file.id, rights.map((right) => right.right), rights.map((right) => right.subject)],
    );
    for (const right of rights) {
      const known = before.find((row) => row.right === right.right && row.subject === right.subject);
      if (known && known.file_id !== file.id) {
        if (right.state === "closed") continue;
        if (known.state === "open") {
          throw governanceErrors.refuse("governance.held-elsewhere", { params: { right: right.right, subject: right.subject, reference: known.reference } });
        }
      }
      if (known?.file_id === file.id && known.state === right.state && json(sorted(known.limits)) === json(sorted(right.limits))) continue;
      await writeRight(tx, file, right);
    }
    // What a rectification has taken back was never given: it closes with the entry that says so.
    for (const { right, subject, state, limits, clause, file_id } of before) {
      const gone = file_id === file.id && state === "open" && !rights.some((one) => one.right === right && one.subject === subject);
      if (gone) await writeRight(tx, file, { right, subject, state: "closed", limits, clause, since: clock.now(), entry: last });
    }
  };

  const writeRight = async (tx: Tx, file: FileRow, right: Right): Promise<void> => {
    // The counter's row lock is held to the commit: sequence order is commit order.
    const counter = await tx.first<{ last: number }>("update governance.change_counter set last = last + 1 returning last");
    const seq = counter?.last ?? 0;
    await tx.run(
      `insert into governance.current_right ("right", subject, state, limits, since, file_id, entry, clause, seq) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict ("right", subject) do update set state = excluded.state, limits = excluded.limits, since = excluded.since,
         file_id = excluded.file_id, entry = excluded.entry, clause = excluded.clause, seq = excluded.seq`,
      [right.right, right.subject, right.state, json(right.limits), right.since, file.id, right.entry, right.clause, seq],
    );
    await tx.run(`insert into governance.change (seq, file_id, "right", subject, state, changed_at) values ($1, $2, $3, $4, $5, $6)`, [
      seq,
      file.id,
      right.right,
      right.subject,
      right.state,
      real.now(),
    ]);
    store.emit(tx, {
      kind: rightChanged,
      subject: `${right.right} ${right.subject}`,
      payload: {
        seq,
        right: right.right,
        subject: right.subject,
        state: right.state,
        limits: { ...right.limits },
        since: right.since.toString(),
        reference: file.reference,
        entry: right.entry,
        clause: right.clause,
      },
    });
  };

  /** Rights, phase and obligations follow the entries and the clock. */
  const settle = async (tx: Tx, file: FileRow, entries: readonly Entry[]): Promise<void> => {
    const law = instrumentOf(file.instrument);
    const now = clock.now();
    const full = findFullInstrument(file.instrument);
    if (!full) {
      await applyRights(tx, file, law.rights(law.fold(entries), now), entries.at(-1)?.seq ?? 0);
      return;
    }
    const state = full.fold(entries, policy);
    const position = full.position(state, now);
    const gone = findHandOver(entries);
    const rights = gone ? position.rights.map((right) => closeWith(right, gone)) : position.rights;
    await applyRights(tx, file, rights, entries.at(-1)?.seq ?? 0);
    await tx.run("update governance.file set phase = $2, phase_since = $3, next_at = $4 where id = $1", [
      file.id,
      position.phase,
      position.since ?? null,
      gone ? null : (full.nextChange(state, now) ?? null),
    ]);
    await writeObligations(tx, file.id, gone ? [] : full.obligations(state, now));
  };

  /** Dates that this entry, known afterwards, has changed: the file says which, and which acts are to be looked at again. */
  const tellRecomputed = async (tx: Tx, file: FileRow, entries: readonly Entry[]): Promise<readonly Entry[]> => {
    const law = findFullInstrument(file.instrument);
    const last = entries.at(-1);
    if (!law || !last) return entries;
    const changes = law
      .recomputed(law.fold(entries, policy), last.seq)
      .filter((change) => change.late || last.type === rectifiedType || last.type.startsWith("letter-"));
    if (changes.length === 0) return entries;
    const told = await evidence.append(tx, file.id, {
      type: "dates-recomputed",
      actor: "governance",
      payload: {
        entry: last.seq,
        relies_on: [last.seq],
        changes: changes.map(({ clock: id, article, before, after, reason, review }) => ({
          clock: id,
          article,
          before: before.lastDay?.toString() ?? null,
          after: after.lastDay?.toString() ?? null,
          state: after.state,
          reason: { fr: reason.fr, en: reason.en },
          review: [...review],
        })),
      },
    });
    return [...entries, told];
  };

  return {
    find,
    get,
    nextReference,
    async open(tx, { instrument, holder, party }) {
      const law = instrumentOf(instrument);
      const id = await evidence.openFile(tx);
      const reference = await nextReference(tx, law.prefix);
      await tx.run("insert into governance.file (id, reference, instrument, holder, opened_at, party_id) values ($1, $2, $3, $4, $5, $6)", [
        id,
        reference,
        instrument,
        holder,
        clock.now(),
        party ?? null,
      ]);
      return get(tx, reference);
    },
    async record(tx, reference, entry, ifSeq) {
      const file = await get(tx, reference);
      const law = instrumentOf(file.instrument);
      if (!law.entries.includes(entry.type)) throw governanceErrors.refuse("governance.unknown-entry", { params: { type: entry.type } });
      await evidence.lock(tx, file.id);
      const entries = await evidence.list(tx, file.id);
      const last = entries.at(-1)?.seq ?? 0;
      if (ifSeq !== undefined && lastLegal(law, entries) > ifSeq) throw governanceErrors.refuse("governance.stale", { params: { last } });
      if (findHandOver(entries)) throw governanceErrors.refuse("governance.handed-over", { params: { reference } });
      const now = clock.now();
      // What doors add by themselves is dated by the machine: an act with an earlier legal date is judged without it.
      const legal = legalOf(law, entries);
      const at = entry.happenedAt ?? now;
      const state = law.fold(legal, policy);
      const forbidden = law.forbids(state, entry.type, entry.payload, now, at);
      if (forbidden) throw refuseEntry(forbidden);
      const relied = findFullInstrument(file.instrument)?.reliesOn(state as never, entry.type, entry.payload, at) ?? [];
      const payload = relied.length > 0 ? { ...entry.payload, relies_on: [...relied] } : entry.payload;
      const recorded = await evidence.append(tx, file.id, { ...entry, payload });
      await settle(tx, file, await tellRecomputed(tx, file, [...entries, recorded]));
      return recorded;
    },
    async rectify(tx, reference, seq, { instead, insteadAt, ...how }) {
      const file = await get(tx, reference);
      const law = instrumentOf(file.instrument);
      await evidence.lock(tx, file.id);
      const entries = await evidence.list(tx, file.id);
      if (findHandOver(entries)) throw governanceErrors.refuse("governance.handed-over", { params: { reference } });
      const wrong = standingEntries(entries).find((entry) => entry.seq === seq);
      if (!wrong) throw governanceErrors.refuse("governance.no-such-entry", { params: { entry: seq } });
      if (!instead && !insteadAt) return evidence.rectify(tx, file.id, seq, how);
      // The whole of what holds, so that nobody has to put two entries together to read it.
      const holds = { ...wrong.payload, ...instead };
      const at = insteadAt ?? wrong.happenedAt;
      if (law.entries.includes(wrong.type)) {
        const before = legalOf(
          law,
          entries.filter((entry) => entry.seq < seq),
        );
        const forbidden = law.forbids(law.fold(before, policy), wrong.type, holds, wrong.recordedAt, at);
        if (forbidden) throw refuseEntry(forbidden);
      }
      const { entry, review } = await evidence.rectify(tx, file.id, seq, { ...how, instead: holds, insteadAt: at });
      await settle(tx, file, await tellRecomputed(tx, file, [...entries, entry]));
      return { entry, review };
    },
    async refresh(tx, reference) {
      const file = await get(tx, reference);
      await evidence.lock(tx, file.id);
      await settle(tx, file, await evidence.list(tx, file.id));
    },
    async due(from) {
      const rows = await from.query<{ reference: string }>("select reference from governance.file where next_at <= $1 order by next_at limit 500", [
        clock.now(),
      ]);
      return rows.map((row) => row.reference);
    },
    async entries(from, reference) {
      const file = await get(from, reference);
      const law = instrumentOf(file.instrument);
      return legalOf(law, await evidence.list(from, file.id));
    },
    ofInstrument: (from, instrument, limit) =>
      from.query<FileRow>(`select ${fileColumns} from governance.file where instrument = $1 order by opened_at desc, reference desc limit $2`, [
        instrument,
        limit,
      ]),
    list: (from, reach = "all") =>
      from.query<FileRow>(
        `select ${fileColumns} from governance.file where ${reach === "all" ? "not (instrument = any($1) and party_id is null)" : "party_id = any($1) or reference = any($2)"}
          order by opened_at desc, reference desc limit 1000`,
        reach === "all" ? [personalInstruments] : [reach.parties, reach.files],
      ),
    rights: (from, where) =>
      "reference" in where
        ? from.query<CurrentRight>(`select ${rightColumns} from ${rightTables} where f.reference = $1 order by r."right", r.subject`, [where.reference])
        : from.query<CurrentRight>(`select ${rightColumns} from ${rightTables} where r."right" = any($1) order by r.seq`, [where.rights]),
    right: (from, right, subject) =>
      from.first<CurrentRight>(`select ${rightColumns} from ${rightTables} where r."right" = $1 and r.subject = $2`, [right, subject]),
  };
}

/** What a file gave ends here with its hand-over: it goes on where it was brought. */
const closeWith = (right: Right, { happenedAt, seq, type }: Entry): Right =>
  right.state === "closed" ? right : { ...right, state: "closed", since: happenedAt, entry: seq, clause: type };

/** What the law reads: its own entries, and what rectifies them. */
const legalOf = (law: Instrument, entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ type }) => law.entries.includes(type) || type === rectifiedType);

/** The last entry that a person can have seen as an act; what doors and heads add by themselves makes no page stale. */
function lastLegal(law: Instrument, entries: readonly Entry[]): number {
  return legalOf(law, entries).at(-1)?.seq ?? 0;
}

function instrumentOf(id: string): Instrument {
  const found = findInstrument(id);
  if (!found) throw new TypeError(`no instrument ${id}`);
  return found;
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

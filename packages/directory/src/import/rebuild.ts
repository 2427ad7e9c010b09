// After the lines: persons and structures whose lines came or went are looked at again, in small batches that nobody sees yet.
import type { CopyRow, Store } from "@cercle/store";
import { digest64 } from "../digest.ts";
import { listExercises, parseRecord, structureRecordOf } from "../record.ts";
import { open } from "../revisions.ts";
import type { ChangeCounts } from "./report.ts";
import { noChanges } from "./report.ts";
import { personCopyColumns, personRow, structureCopyColumns, structureRow } from "./targets.ts";

type Standing = { key: string; active: boolean | null; source: number | null; record: string | null };
type PersonState = Standing & {
  rev_from: number | null;
  subject_id: string | null;
  id_type: string | null;
  identifier: string | null;
  lines: readonly string[] | null;
};
type StructureState = Standing & { digest: string | null; own: string | null };

/** Touched keys of one kind, in order, a batch at a time. */
async function* batches<T extends { key: string }>(store: Store, sql: string, revision: number, size: number): AsyncGenerator<readonly T[]> {
  let after = "";
  for (;;) {
    const rows = await store.query<T>(sql, [revision, after, size]);
    if (rows.length === 0) return;
    after = rows.at(-1)?.key ?? after;
    yield rows;
  }
}

const personStates = `
  with keys as (select key from directory.touched where kind = 'person' and key > $2 order by key limit $3)
  select k.key, p.rev_from, p.active, p.source, p.subject_id, p.id_type, p.identifier, line.lines
    from keys k
    left join directory.person p on p.national_id = k.key and p.rev_to = ${open}
    left join lateral (
      select array_agg(s.record order by (s.rev_from = $1) desc, s.record) as lines
        from directory.situation s where s.national_id = k.key and s.rev_to = ${open} and s.source = 0
    ) line on true
   order by k.key`;

/** New versions of touched persons. A person without lines keeps identifiers only; a local one stays. */
export async function rebuildPersons(store: Store, revision: number, size: number, onBatch: () => Promise<void>): Promise<ChangeCounts> {
  const counts = noChanges();
  for await (const states of batches<PersonState>(store, personStates, revision, size)) {
    const fresh: CopyRow[] = [];
    const announce: { id: string; gone: boolean }[] = [];
    // Persons whom this load wrote with their first line, and who have others.
    const completed: { id: string; exercises: string }[] = [];
    for (const state of states) {
      const lines = state.lines?.map(parseRecord);
      if (lines?.[0] && state.rev_from === revision) completed.push({ id: state.key, exercises: listExercises(lines) });
      else if (lines?.[0]) {
        if (state.rev_from === null) counts.added += 1;
        else if (state.active) counts.changed += 1;
        else counts.returned += 1;
        if (state.rev_from !== null) announce.push({ id: state.key, gone: false });
        fresh.push(personRow(lines[0], revision, listExercises(lines), state.subject_id));
      } else if (state.source === 0 && state.active) {
        counts.gone += 1;
        announce.push({ id: state.key, gone: true });
        fresh.push([state.key, revision, 0, state.id_type, state.identifier, "", "", "", "", "", "", "", "", false, state.subject_id, ""]);
      }
    }
    const ids = fresh.map((row) => row[0]);
    await store.transaction(async (tx) => {
      await tx.run(`update directory.person set rev_to = $1 where national_id = any($2::text[]) and rev_to = ${open}`, [revision, ids]);
      // A local test person whom the register now knows: the register's lines stand alone.
      await tx.run(`update directory.situation set rev_to = $1 where national_id = any($2::text[]) and rev_to = ${open} and source = 1`, [revision, ids]);
      await store.copyIn(tx, "directory.person", personCopyColumns, fresh);
      if (completed.length > 0) {
        await tx.run(
          "update directory.person p set exercises = t.exercises from unnest($2::text[], $3::text[]) as t (id, exercises) where p.national_id = t.id and p.rev_from = $1",
          [revision, completed.map(({ id }) => id), completed.map(({ exercises }) => exercises)],
        );
      }
      await tx.run(
        "insert into directory.announcement (revision, national_id, gone) select $1, t.id, t.gone from unnest($2::text[], $3::boolean[]) as t (id, gone)",
        [revision, announce.map(({ id }) => id), announce.map(({ gone }) => gone)],
      );
    });
    await onBatch();
  }
  return counts;
}

const structureStates = `
  with keys as (select key from directory.touched where kind = 'structure' and key > $2 order by key limit $3)
  select k.key, t.digest::text as digest, t.active, t.source, t.record as own, line.record
    from keys k
    left join directory.structure t on t.structure_id = k.key and t.rev_to = ${open}
    left join lateral (
      select s.record from directory.situation s where s.structure_id = k.key and s.rev_to = ${open} and s.source = 0 order by (s.rev_from = $1) desc, s.record limit 1
    ) line on true
   order by k.key`;

/** New versions of touched structures whose description changed, or whose last line went. */
export async function rebuildStructures(store: Store, revision: number, size: number, onBatch: () => Promise<void>): Promise<ChangeCounts> {
  const counts = noChanges();
  for await (const states of batches<StructureState>(store, structureStates, revision, size)) {
    const fresh: CopyRow[] = [];
    for (const state of states) {
      if (state.record !== null) {
        const record = structureRecordOf(parseRecord(state.record));
        const digest = digest64(record);
        if (state.active && state.source === 0 && state.digest === digest.toString()) continue;
        if (state.digest === null) counts.added += 1;
        else if (state.active) counts.changed += 1;
        else counts.returned += 1;
        fresh.push(structureRow(state.key, record, digest, revision));
      } else if (state.source === 0 && state.active) {
        counts.gone += 1;
        fresh.push(structureRow(state.key, state.own ?? "", 0n, revision, false));
      }
    }
    if (fresh.length > 0) {
      await store.transaction(async (tx) => {
        await tx.run(`update directory.structure set rev_to = $1 where structure_id = any($2::text[]) and rev_to = ${open}`, [
          revision,
          fresh.map((row) => row[0]),
        ]);
        await store.copyIn(tx, "directory.structure", structureCopyColumns, fresh);
      });
    }
    await onBatch();
  }
  return counts;
}

/** Persons whose know-how or diplomas changed: a new version says when, with the same content. */
export async function restampPersons(store: Store, revision: number, size: number, onBatch: () => Promise<void>): Promise<ChangeCounts> {
  const counts = noChanges();
  const sql = `
    with keys as (select key from directory.touched where kind = 'person' and key > $2 order by key limit $3)
    select k.key, (p.national_id is not null and $1 > 0) as known from keys k left join directory.person p on p.national_id = k.key and p.rev_to = ${open} and p.active and p.source = 0 order by k.key`;
  for await (const states of batches<{ key: string; known: boolean }>(store, sql, revision, size)) {
    const ids = states.filter((state) => state.known).map((state) => state.key);
    counts.changed += ids.length;
    await store.transaction(async (tx) => {
      await tx.run(
        `with closed as (update directory.person set rev_to = $1 where national_id = any($2::text[]) and rev_to = ${open} returning *)
         insert into directory.person (national_id, rev_from, source, id_type, identifier, family_name, given_name, family_folded, given_folded,
           civility_code, civility_label, exercise_civility_code, exercise_civility_label, birth_name, active, test_person, subject_id, exercises)
         select national_id, $1, source, id_type, identifier, family_name, given_name, family_folded, given_folded,
           civility_code, civility_label, exercise_civility_code, exercise_civility_label, birth_name, active, test_person, subject_id, exercises from closed`,
        [revision, ids],
      );
      await tx.run("insert into directory.announcement (revision, national_id, gone) select $1, id, false from unnest($2::text[]) as id", [revision, ids]);
    });
    await onBatch();
  }
  return counts;
}

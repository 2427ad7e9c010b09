// Writing single persons: local people of a sandbox, through revisions, with their events.
import { type Clock, foldName } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { digest64, subjectFor } from "./digest.ts";
import { personChanged, personGone } from "./events.ts";
import { at } from "./france/layouts.ts";
import { buildRecord, hasPractice, listExercises, situationIdOf, structureIdOf, structureRecordOf, type Values } from "./record.ts";
import { open, startEdit } from "./revisions.ts";

export type LocalPerson = {
  readonly nationalId: string;
  readonly birthName: string;
  readonly testPerson: boolean;
  /** Kept from before a change of identifier; undefined: made from the identifier. */
  readonly subjectId?: string;
  /** At least one; a person without practice has a line without its columns. */
  readonly lines: readonly Values[];
};

export type Registry = {
  /** Writes a person as they now stand; what stood before is closed. Answers the revision. */
  put(tx: Tx, person: LocalPerson, known: boolean): Promise<number>;
  /** Leaves identifiers and `active = false`. */
  remove(tx: Tx, nationalId: string): Promise<void>;
  /** The person goes on under another identifier; the former one still finds them. */
  rename(tx: Tx, from: string, person: LocalPerson): Promise<void>;
};

export function createRegistry({ store, clock }: { store: Store; clock: Clock }): Registry {
  const write = async (tx: Tx, revision: number, person: LocalPerson): Promise<void> => {
    const first = person.lines[0] ?? [];
    const value = (position: number): string => first[position] ?? "";
    await close(tx, revision, person.nationalId);
    await tx.run(
      `insert into directory.person (national_id, rev_from, source, exercises, id_type, identifier, family_name, given_name, family_folded, given_folded,
         civility_code, civility_label, exercise_civility_code, exercise_civility_label, birth_name, test_person, subject_id)
       values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [
        person.nationalId,
        revision,
        listExercises(person.lines),
        value(at.idType),
        value(at.identifier),
        value(at.familyName),
        value(at.givenName),
        foldName(value(at.familyName)),
        foldName(value(at.givenName)),
        value(at.civility),
        value(at.civilityLabel),
        value(at.exerciseCivility),
        value(at.exerciseCivilityLabel),
        person.birthName,
        person.testPerson,
        person.subjectId ?? null,
      ],
    );
    for (const values of person.lines) {
      const record = buildRecord(values);
      const structureId = hasPractice(values) ? structureIdOf(values) : undefined;
      await tx.run(
        "insert into directory.situation (digest, situation_id, national_id, structure_id, source, rev_from, record) values ($1, $2, $3, $4, 1, $5, $6)",
        [digest64(record).toString(), situationIdOf(values), person.nationalId, structureId ?? null, revision, record],
      );
      if (structureId) await writeStructure(tx, revision, structureId, values);
    }
  };

  return {
    async put(tx, person, known) {
      const revision = await startEdit(tx, clock);
      await write(tx, revision, person);
      if (known) store.emit(tx, { kind: personChanged, subject: person.nationalId, payload: { national_id: person.nationalId } });
      return revision;
    },
    async remove(tx, nationalId) {
      const revision = await startEdit(tx, clock);
      await leaveIdentifiers(tx, revision, nationalId);
      store.emit(tx, { kind: personGone, subject: nationalId, payload: { national_id: nationalId } });
    },
    async rename(tx, from, person) {
      const revision = await startEdit(tx, clock);
      const before = await tx.first<{ subject_id: string | null }>("select subject_id from directory.person where national_id = $1 and rev_to = $2", [
        from,
        open,
      ]);
      await close(tx, revision, from);
      await write(tx, revision, { ...person, subjectId: before?.subject_id ?? subjectFor(from) });
      await tx.run("update directory.former_id set now = $2 where now = $1", [from, person.nationalId]);
      await tx.run(
        "insert into directory.former_id (national_id, now, since) values ($1, $2, $3) on conflict (national_id) do update set now = excluded.now, since = excluded.since",
        [from, person.nationalId, clock.now()],
      );
      // Whoever holds the former identifier must learn of it too.
      for (const id of [from, person.nationalId]) store.emit(tx, { kind: personChanged, subject: id, payload: { national_id: id } });
    },
  };
}

async function close(tx: Tx, revision: number, nationalId: string): Promise<void> {
  await tx.run("update directory.person set rev_to = $2 where national_id = $1 and rev_to = $3", [nationalId, revision, open]);
  await tx.run("update directory.situation set rev_to = $2 where national_id = $1 and rev_to = $3", [nationalId, revision, open]);
}

async function leaveIdentifiers(tx: Tx, revision: number, nationalId: string): Promise<void> {
  await tx.run(
    `insert into directory.person (national_id, rev_from, source, id_type, identifier, family_name, given_name, family_folded, given_folded, active, test_person, subject_id)
     select national_id, $2, source, id_type, identifier, '', '', '', '', false, test_person, subject_id
       from directory.person where national_id = $1 and rev_to = $3`,
    [nationalId, revision, open],
  );
  await tx.run("update directory.person set rev_to = $2 where national_id = $1 and rev_to = $3 and rev_from <> $2", [nationalId, revision, open]);
  await tx.run("update directory.situation set rev_to = $2 where national_id = $1 and rev_to = $3", [nationalId, revision, open]);
}

/** A local line names a structure that the registers do not know yet, or one that only local lines made. */
async function writeStructure(tx: Tx, revision: number, structureId: string, values: Values): Promise<void> {
  const record = structureRecordOf(values);
  const digest = digest64(record).toString();
  const standing = await tx.first<{ source: number; digest: string; rev_from: number }>(
    "select source, digest::text as digest, rev_from from directory.structure where structure_id = $1 and rev_to = $2",
    [structureId, open],
  );
  if (standing && (standing.source === 0 || standing.digest === digest || standing.rev_from === revision)) return;
  await tx.run("update directory.structure set rev_to = $2 where structure_id = $1 and rev_to = $3", [structureId, revision, open]);
  const value = (position: number): string => values[position] ?? "";
  await tx.run(
    `insert into directory.structure (structure_id, rev_from, source, digest, name, name_folded, legacy_id, finess, finess_legal, siret, siren, city_folded, postal_code, record)
     values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      structureId,
      revision,
      digest,
      value(at.name),
      foldName(value(at.name)),
      value(at.legacyStructureId),
      value(at.finess),
      value(at.finessLegal),
      value(at.siret),
      value(at.siren),
      foldName(value(at.city)),
      value(at.postalCode),
      record,
    ],
  );
}

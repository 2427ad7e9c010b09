// What other rooms see of a person: identity, exercises, situations. Built from the registers' records.
import type { Queryable } from "@cercle/store";
import { subjectFor } from "./digest.ts";
import { originOf, rppsOf, toNationalId } from "./france/identifiers.ts";
import { activityKeys, at } from "./france/layouts.ts";
import type { Coded, Exercise, Professional } from "./ports.ts";
import { hasPractice, parseRecord, type Values } from "./record.ts";
import { readSnapshot, visible } from "./revisions.ts";

export type PersonRow = {
  national_id: string;
  rev_from: number;
  source: number;
  id_type: string;
  identifier: string;
  family_name: string;
  given_name: string;
  civility_code: string;
  civility_label: string;
  exercise_civility_code: string;
  exercise_civility_label: string;
  birth_name: string;
  active: boolean;
  test_person: boolean;
  subject_id: string | null;
};

export const personColumns =
  "p.national_id, p.rev_from, p.source, p.id_type, p.identifier, p.family_name, p.given_name, p.civility_code, p.civility_label, p.exercise_civility_code, p.exercise_civility_label, p.birth_name, p.active, p.test_person, p.subject_id";

/** The stable subject of a person: what the register gave first, kept when the identifier changes. */
export function subjectOf(person: { subject_id: string | null; national_id: string }): string {
  return person.subject_id ?? subjectFor(person.national_id);
}

/** Finds one person by any identifier, a former one included. Persons who left are found too, with `active` false. */
export async function findProfessional(from: Queryable, id: string): Promise<Professional | undefined> {
  const asked = toNationalId(id);
  if (asked.length > 80) return undefined;
  const { current, pending } = await readSnapshot(from);
  const person = await from.first<PersonRow & { former: string[] }>(
    `select ${personColumns}, (select coalesce(array_agg(f.national_id order by f.since), '{}') from directory.former_id f where f.now = p.national_id) as former
       from directory.person p
      where ${visible("p")} and p.national_id = coalesce((select f.now from directory.former_id f where f.national_id = $3), $3)`,
    [current, pending, asked],
  );
  if (!person) return undefined;
  const lines = person.active
    ? await from.query<{ record: string }>(
        `select s.record from directory.situation s where ${visible("s")} and s.national_id = $3 order by s.source desc, s.situation_id, s.record`,
        [current, pending, person.national_id],
      )
    : [];
  return buildProfessional(
    person,
    lines.map((line) => parseRecord(line.record)),
  );
}

export function buildProfessional(person: PersonRow & { former: readonly string[] }, lines: readonly Values[]): Professional {
  const exercises = buildExercises(lines);
  const rpps = rppsOf(person.national_id);
  const civility = coded(person.civility_code, person.civility_label);
  return {
    nationalId: person.national_id,
    idType: person.id_type,
    ...(rpps ? { rpps } : {}),
    familyName: person.family_name,
    givenName: person.given_name,
    ...(civility ? { civility } : {}),
    ...(person.birth_name ? { birthName: person.birth_name } : {}),
    active: person.active,
    subjectId: subjectOf(person),
    otherIds: [person.national_id, ...person.former].map((id) => ({ identifiant: id, origine: originOf(id), qualite: 1 })),
    exercises,
    activities: exercises.flatMap((exercise) => exercise.activities),
    testPerson: person.test_person,
  };
}

/** Lines of one profession and one know-how are one exercise with its activities, in the order of the registers. */
function buildExercises(lines: readonly Values[]): readonly Exercise[] {
  const found = new Map<string, Exercise & { activities: Record<string, string>[] }>();
  for (const values of lines) {
    const value = (position: number): string => values[position] ?? "";
    const key = [at.profession, at.category, at.knowHowType, at.knowHow].map(value).join("|");
    const exercise = found.get(key) ?? {
      profession: { code: value(at.profession), label: value(at.professionLabel) },
      category: { code: value(at.category), label: value(at.categoryLabel) },
      exerciseCivility: { code: value(at.exerciseCivility), label: value(at.exerciseCivilityLabel) },
      familyName: value(at.familyName),
      givenName: value(at.givenName),
      knowHowType: { code: value(at.knowHowType), label: value(at.knowHowTypeLabel) },
      knowHow: { code: value(at.knowHow), label: value(at.knowHowLabel) },
      activities: [],
    };
    found.set(key, exercise);
    if (hasPractice(values)) exercise.activities.push(Object.fromEntries(activityKeys.map(([name, position]) => [name, value(position)])));
  }
  return [...found.values()];
}

function coded(code: string, label: string): Coded | undefined {
  return code ? { code, label } : undefined;
}

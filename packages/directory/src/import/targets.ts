// Where the lines of each extraction go, and what a line touches.
import type { CopyRow } from "@cercle/store";
import { digestHex } from "../digest.ts";
import { at, type LayoutName } from "../france/layouts.ts";
import { structurePrefixes } from "../france/words.ts";
import { fold, hasPractice, personOf, situationIdOf, structureIdOf, structureValues, type Values } from "../record.ts";
import type { DoubtKind } from "./doubts.ts";

export type NewLine = { readonly digest: string; readonly record: string; readonly values: Values; readonly structure: string | undefined };

export type Target = {
  readonly table: string;
  readonly columns: readonly string[];
  /** Persons and structures are made of these lines. */
  readonly makesPersons: boolean;
  /** Why a line cannot be kept: nothing identifies its subject, or a mailbox has no known kind. */
  refuses(values: Values): DoubtKind | undefined;
  row(line: NewLine, revision: number): CopyRow;
  personOf(values: Values): string | undefined;
  structureOf(values: Values): string | undefined;
};

/** Column of the national identifier in every extraction of persons. */
const personColumn = at.nationalId;

const noIdentifier = (values: Values): DoubtKind | undefined => (values[at.nationalId] ? undefined : "no-identifier");

const ofPerson = (table: string): Target => ({
  table,
  makesPersons: false,
  refuses: noIdentifier,
  columns: ["digest", "national_id", "source", "rev_from", "record"],
  row: ({ digest, record, values }, revision) => [digest, values[personColumn] ?? "", 0, revision, record],
  personOf: (values) => values[personColumn] || undefined,
  structureOf: () => undefined,
});

/** Columns of Correspondance_MSSante, from zero. */
export const mailboxAt = {
  kind: 0,
  address: 1,
  idType: 2,
  identifier: 3,
  nationalId: 4,
  structureIdType: 5,
  structureId: 6,
  service: 7,
  civility: 8,
  familyName: 9,
  givenName: 10,
  category: 11,
  categoryLabel: 12,
  profession: 13,
  professionLabel: 14,
  knowHow: 15,
  knowHowLabel: 16,
  paperless: 17,
  structureName: 18,
  brand: 19,
  streetNumber: 22,
  streetType: 24,
  street: 25,
  cedex: 27,
  postalCode: 28,
  department: 29,
  country: 30,
} as const;

/** The directory's key of the structure that a mailbox line names. */
export function structureKey(type: string, identifier: string): string | undefined {
  if (!identifier) return undefined;
  return `${structurePrefixes[type.toUpperCase()] ?? ""}${identifier}`;
}

const activity: Target = {
  makesPersons: true,
  refuses: noIdentifier,
  table: "directory.situation",
  columns: ["digest", "situation_id", "national_id", "structure_id", "source", "rev_from", "record"],
  row: ({ digest, record, values, structure }, revision) => [
    digest,
    situationIdOf(values),
    values[at.nationalId] ?? "",
    structure ?? null,
    0,
    revision,
    record,
  ],
  personOf: (values) => values[at.nationalId] || undefined,
  structureOf: (values) => (hasPractice(values) ? structureIdOf(values) : undefined),
};

const mailbox: Target = {
  makesPersons: false,
  refuses: (values) =>
    /^[^@\s]+@[^@\s]+$/.test(values[mailboxAt.address] ?? "") && ["PER", "ORG", "APP", "CAB"].includes(values[mailboxAt.kind] ?? "") ? undefined : "no-address",
  table: "directory.mailbox",
  columns: ["mailbox_id", "rev_from", "source", "digest", "address", "kind", "national_id", "structure_id", "service", "paperless", "record"],
  row: ({ digest, record, values }, revision) => {
    const value = (position: number): string => values[position] ?? "";
    const address = value(mailboxAt.address).toLowerCase();
    const nationalId = value(mailboxAt.nationalId);
    const structureId = structureKey(value(mailboxAt.structureIdType), value(mailboxAt.structureId)) ?? null;
    const kind = value(mailboxAt.kind);
    const service = value(mailboxAt.service);
    const id = digestHex([address, kind, nationalId, structureId ?? "", service].join("|"));
    return [id, revision, 0, digest, address, kind, nationalId || null, structureId, service, value(mailboxAt.paperless), record];
  },
  personOf: () => undefined,
  structureOf: () => undefined,
};

export const targets: Readonly<Record<LayoutName, Target>> = {
  activity,
  "know-how": ofPerson("directory.know_how"),
  diploma: ofPerson("directory.diploma"),
  mailbox,
};

export const personCopyColumns = [
  "national_id",
  "rev_from",
  "source",
  "id_type",
  "identifier",
  "family_name",
  "given_name",
  "family_folded",
  "given_folded",
  "civility_code",
  "civility_label",
  "exercise_civility_code",
  "exercise_civility_label",
  "active",
  "subject_id",
  "exercises",
] as const;

/** A person as one of their lines says them; `exercises` is of all of them (`listExercises`). */
export function personRow(values: Values, revision: number, exercises: string, subjectId: string | null = null): CopyRow {
  const person = personOf(values);
  const value = (position: number): string => values[position] ?? "";
  return [
    person.nationalId,
    revision,
    0,
    person.idType,
    person.identifier,
    person.familyName,
    person.givenName,
    person.familyFolded,
    person.givenFolded,
    value(at.civility),
    value(at.civilityLabel),
    value(at.exerciseCivility),
    value(at.exerciseCivilityLabel),
    true,
    subjectId,
    exercises,
  ];
}

export const structureCopyColumns = [
  "structure_id",
  "rev_from",
  "source",
  "digest",
  "name",
  "name_folded",
  "legacy_id",
  "finess",
  "finess_legal",
  "siret",
  "siren",
  "city_folded",
  "postal_code",
  "active",
  "record",
] as const;

/** A structure by its record; inactive ones keep their name and identifiers. */
export function structureRow(structureId: string, record: string, digest: bigint, revision: number, active = true): CopyRow {
  const values = structureValues(record);
  const value = (position: number): string => values[position] ?? "";
  return [
    structureId,
    revision,
    0,
    digest.toString(),
    value(at.name),
    fold(value(at.name)),
    value(at.legacyStructureId),
    value(at.finess),
    value(at.finessLegal),
    value(at.siret),
    value(at.siren),
    fold(value(at.city)),
    value(at.postalCode),
    active,
    record,
  ];
}

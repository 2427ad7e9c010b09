// A line of Personne_activite as values, and what is read out of it: person, structure, situation. Pure.
import { foldName } from "@cercle/kernel";
import { digestHex } from "./digest.ts";
import { at } from "./france/layouts.ts";

/** 56 values; older layouts are filled up with empty ones. */
export type Values = readonly string[];

export const activityColumns = 56;

export function parseRecord(record: string): Values {
  return record.split("|");
}

export function buildRecord(values: Values): string {
  return values.join("|");
}

/** Values by column position, the others empty. */
export function fillValues(given: Readonly<Record<number, string>>): string[] {
  const values = new Array<string>(activityColumns).fill("");
  // The separator and line ends cannot be written in this format.
  for (const [position, value] of Object.entries(given)) values[Number(position)] = value.replace(/[|\r\n]/g, " ");
  return values;
}

/** Columns that make an activity; a line where all are empty says who the person is, not where they work. */
const practice: readonly number[] = [...Array(31).keys()].map((i) => i + at.mode).concat([at.sector, at.section, at.role, at.kind]);

export function hasPractice(values: Values): boolean {
  return practice.some((position) => values[position] !== "" && position !== at.authority);
}

/** Stays while person, profession, structure, mode, kind and role stay: the identifier of a practice situation. */
export function situationIdOf(values: Values): string {
  return digestHex([at.nationalId, at.profession, at.structureId, at.mode, at.kind, at.role, at.section].map((position) => values[position] ?? "").join("|"));
}

/** The structure's key: its technical identifier, else what identifies it elsewhere, else nothing. */
export function structureIdOf(values: Values): string | undefined {
  const { structureId, finess, siret, legacyStructureId } = at;
  const technical = values[structureId];
  if (technical) return technical;
  if (values[finess]) return `F${values[finess]}`;
  if (values[siret]) return `C${values[siret]}`;
  return values[legacyStructureId] || undefined;
}

/** Profession, category and know-how of a line: columns 10 to 17; empty when it has none. */
export function exerciseOf(values: Values): string {
  const exercise = values.slice(at.profession, at.mode).join("|");
  return exercise === noExercise ? "" : exercise;
}

const noExercise = "|||||||";

/** The exercises of a person's lines, each once, sorted: what `person.exercises` holds. */
export function listExercises(lines: readonly Values[]): string {
  return [...new Set(lines.map(exerciseOf))].filter(Boolean).toSorted().join("\n");
}

/** The structure's part of a line, as kept in `structure.record`: columns 20–50 without the person's registration authority. */
export function structureRecordOf(values: Values): string {
  const part = values.slice(at.siret, at.sectorLabel + 1);
  part[at.authority - at.siret] = "";
  return part.join("|");
}

/** Puts a structure's record back at its positions. */
export function structureValues(record: string): string[] {
  const values = new Array<string>(activityColumns).fill("");
  record.split("|").forEach((value, i) => {
    values[at.siret + i] = value;
  });
  return values;
}

export type PersonColumns = {
  readonly nationalId: string;
  readonly idType: string;
  readonly identifier: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly familyFolded: string;
  readonly givenFolded: string;
};

export function personOf(values: Values): PersonColumns {
  const familyName = values[at.familyName] ?? "";
  const givenName = values[at.givenName] ?? "";
  return {
    nationalId: values[at.nationalId] ?? "",
    idType: values[at.idType] ?? "",
    identifier: values[at.identifier] ?? "",
    familyName,
    givenName,
    familyFolded: fold(familyName),
    givenFolded: fold(givenName),
  };
}

const folded = new Map<string, string>();
const maximumFolded = 20_000;

/** `foldName`, with what comes again and again (given names, towns) kept: a million persons share a few thousand names. */
export function fold(text: string): string {
  // Capitals without accents are already folded.
  if (/^[A-Z]*(?: [A-Z]+)*$/.test(text)) return text;
  const known = folded.get(text);
  if (known !== undefined) return known;
  if (folded.size >= maximumFolded) folded.clear();
  const made = foldName(text);
  folded.set(text, made);
  return made;
}

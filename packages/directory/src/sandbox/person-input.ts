// A test person as people describe one (`cercle people add`, the seed) → lines as the register would write them. Pure.
import { z } from "zod";
import { directoryErrors } from "../errors.ts";
import { isNationalId, splitNationalId, toNationalId } from "../france/identifiers.ts";
import { at } from "../france/layouts.ts";
import { labelledColumns, labelOf } from "../france/nomenclatures.ts";
import { fillValues, type Values } from "../record.ts";
import type { LocalPerson } from "../registry.ts";

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Fields of a situation as people write them: `postal_code` is column `postalCode`. */
export const situationFields: ReadonlyMap<string, number> = new Map(
  Object.entries(at)
    .filter(([name]) => !["idType", "identifier", "nationalId", "familyName", "givenName", "civility"].some((prefix) => name === prefix))
    .map(([name, position]) => [snake(name), position]),
);

const code = z.string().trim().max(20);
const name = z.string().trim().min(1).max(80);
const situation = z.record(z.string().max(40), z.string().trim().max(200));

export const personInput = z.object({
  id: z.string().trim().min(3).max(60),
  family_name: name,
  given_name: name,
  birth_name: z.string().trim().max(80).default(""),
  civility: code.default(""),
  exercise_civility: code.default(""),
  profession: code.default(""),
  category: code.default(""),
  know_how_type: code.default(""),
  know_how: code.default(""),
  situations: z.array(situation).max(20).default([]),
});
export type PersonInput = z.output<typeof personInput>;

/** Throws `directory.bad-identifier`, `directory.bad-situation`. */
export function buildLocalPerson(input: PersonInput): LocalPerson {
  const nationalId = toNationalId(input.id);
  if (!isNationalId(nationalId)) throw directoryErrors.refuse("directory.bad-identifier", { params: { id: input.id } });
  const { idType, identifier } = splitNationalId(nationalId);
  const identity = {
    [at.idType]: idType,
    [at.identifier]: identifier,
    [at.nationalId]: nationalId,
    [at.familyName]: input.family_name,
    [at.givenName]: input.given_name,
    [at.civility]: input.civility,
    [at.exerciseCivility]: input.exercise_civility,
    [at.profession]: input.profession,
    [at.category]: input.category,
    [at.knowHowType]: input.know_how_type,
    [at.knowHow]: input.know_how,
  };
  const lines = (input.situations.length > 0 ? input.situations : [{}]).map((given) => addLabels(fillValues({ ...identity, ...positions(given) })));
  return { nationalId, birthName: input.birth_name, testPerson: true, lines };
}

/** `mode=S,name=Hôpital` as the command line takes it. */
export function parseSituation(text: string): Record<string, string> {
  const pairs = text
    .split(/,(?=\s*[a-z_]+=)/)
    .map((part) => part.trim().split(/=(.*)/s))
    .map(([key = "", value]) => [key, value] as const);
  if (pairs.some(([, value]) => value === undefined)) throw badSituation(text);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function positions(situation: Readonly<Record<string, string>>): Record<number, string> {
  return Object.fromEntries(
    Object.entries(situation).map(([field, value]) => {
      const position = situationFields.get(field);
      if (position === undefined) throw badSituation(field);
      return [position, value];
    }),
  );
}

function badSituation(text: string): Error {
  return directoryErrors.refuse("directory.bad-situation", { params: { situation: text, known: [...situationFields.keys()].join(", ") } });
}

function addLabels(values: string[]): Values {
  for (const [from, to, list] of labelledColumns) if (values[from] && !values[to]) values[to] = labelOf(list, values[from] ?? "");
  if (values[at.finess] && !values[at.structureId]) values[at.structureId] = `F${values[at.finess]}`;
  if (values[at.siret] && !values[at.structureId]) values[at.structureId] = `C${values[at.siret]}`;
  if (values[at.city] && !values[at.cedex]) values[at.cedex] = `${values[at.postalCode]} ${values[at.city]}`.trim();
  return values;
}

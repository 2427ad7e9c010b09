// Test people of a sandbox: list, add, edit, remove, and the ten that stand from the first start.
import type { Queryable, Store, Tx } from "@cercle/store";
import { directoryErrors } from "../errors.ts";
import { at } from "../france/layouts.ts";
import type { Professional } from "../ports.ts";
import { findProfessional, type PersonRow, personColumns } from "../professional.ts";
import { hasPractice, parseRecord, type Values } from "../record.ts";
import type { Registry } from "../registry.ts";
import { open, readSnapshot, visible } from "../revisions.ts";
import { buildLocalPerson, type PersonInput, personInput, situationFields } from "./person-input.ts";
import { seedPeople } from "./seed-people.ts";

/** The shape that `cercle people --json` prints. */
export type PersonSummary = {
  readonly id: string;
  readonly rpps?: string;
  readonly family_name: string;
  readonly given_name: string;
  readonly active: boolean;
  readonly situations: readonly Readonly<Record<string, string>>[];
};

export type PersonChanges = Partial<Omit<PersonInput, "id">> & { id?: string; add_situations?: PersonInput["situations"] };

export type People = {
  list(): Promise<readonly PersonSummary[]>;
  find(id: string): Promise<PersonSummary>;
  add(tx: Tx, input: PersonInput): Promise<string>;
  edit(tx: Tx, id: string, changes: PersonChanges): Promise<string>;
  remove(tx: Tx, id: string): Promise<void>;
  /** Writes the ten test people when the space has no local person yet. */
  seed(): Promise<void>;
};

export function createPeople({ store, registry, mode }: { store: Store; registry: Registry; mode: "sandbox" | "live" }): People {
  const inSandbox = (): void => {
    // ECPS 9: the identity comes from the registers, never typed in.
    if (mode !== "sandbox") throw directoryErrors.refuse("directory.sandbox-only");
  };
  const get = async (from: Queryable, id: string): Promise<Professional> => {
    const person = await findProfessional(from, id);
    if (!person) throw directoryErrors.refuse("directory.no-person", { params: { id } });
    return person;
  };
  const linesOf = async (tx: Tx, nationalId: string): Promise<readonly Values[]> =>
    (
      await tx.query<{ record: string }>("select record from directory.situation where national_id = $1 and rev_to = $2 order by situation_id", [
        nationalId,
        open,
      ])
    ).map((row) => parseRecord(row.record));
  const isLocal = async (tx: Tx, nationalId: string): Promise<boolean> =>
    (await tx.first<{ source: number }>("select source from directory.person where national_id = $1 and rev_to = $2", [nationalId, open]))?.source === 1;

  const people: People = {
    async list() {
      const { current, pending } = await readSnapshot(store);
      const rows = await store.query<PersonRow>(
        `select ${personColumns} from directory.person p where ${visible("p")} and p.source = 1 order by p.family_folded, p.national_id`,
        [current, pending],
      );
      const found = await Promise.all(rows.map((row) => findProfessional(store, row.national_id)));
      return found.flatMap((person) => (person ? [summarise(person)] : []));
    },
    find: async (id) => summarise(await get(store, id)),
    async add(tx, input) {
      inSandbox();
      const person = buildLocalPerson(input);
      const known = await tx.first<{ active: boolean }>("select active from directory.person where national_id = $1 and rev_to = $2", [
        person.nationalId,
        open,
      ]);
      if (known?.active) throw directoryErrors.refuse("directory.person-exists", { params: { id: person.nationalId } });
      await registry.put(tx, person, known !== undefined);
      return person.nationalId;
    },
    async edit(tx, id, changes) {
      inSandbox();
      const { nationalId, birthName = "" } = await get(tx, id);
      if (!(await isLocal(tx, nationalId))) throw directoryErrors.refuse("directory.register-owns");
      const before = toInput(nationalId, birthName, await linesOf(tx, nationalId));
      const { add_situations: added = [], ...rest } = changes;
      const after = personInput.parse({ ...before, ...rest, situations: [...(rest.situations ?? before.situations), ...added] });
      const person = buildLocalPerson(after);
      if (person.nationalId === nationalId) await registry.put(tx, person, true);
      else {
        if (await tx.first("select 1 from directory.person where national_id = $1 and rev_to = $2", [person.nationalId, open])) {
          throw directoryErrors.refuse("directory.person-exists", { params: { id: person.nationalId } });
        }
        await registry.rename(tx, nationalId, person);
      }
      return person.nationalId;
    },
    async remove(tx, id) {
      inSandbox();
      const { nationalId } = await get(tx, id);
      if (!(await isLocal(tx, nationalId))) throw directoryErrors.refuse("directory.register-owns");
      await registry.remove(tx, nationalId);
    },
    async seed() {
      if (mode !== "sandbox") return;
      const any = await store.first("select 1 from directory.person where source = 1 limit 1");
      if (any) return;
      await store.transaction(async (tx) => {
        for (const { before, ...input } of seedPeople) {
          await people.add(tx, personInput.parse({ ...input, id: before ?? input.id }));
          if (before) await people.edit(tx, before, { id: input.id });
        }
      });
    },
  };
  return people;
}

/** From lines back to what a person would have typed. */
function toInput(nationalId: string, birthName: string, lines: readonly Values[]): PersonInput {
  const first = lines[0] ?? [];
  const value = (position: number): string => first[position] ?? "";
  const situations = lines
    .filter(hasPractice)
    .map((values) => Object.fromEntries([...situationFields].flatMap(([field, position]) => (values[position] ? [[field, values[position]]] : [])))) as Record<
    string,
    string
  >[];
  return {
    id: nationalId,
    family_name: value(at.familyName),
    given_name: value(at.givenName),
    birth_name: birthName,
    civility: value(at.civility),
    exercise_civility: value(at.exerciseCivility),
    profession: value(at.profession),
    category: value(at.category),
    know_how_type: value(at.knowHowType),
    know_how: value(at.knowHow),
    situations,
  };
}

function summarise(person: Professional): PersonSummary {
  return {
    id: person.nationalId,
    ...(person.rpps ? { rpps: person.rpps } : {}),
    family_name: person.familyName,
    given_name: person.givenName,
    active: person.active,
    situations: person.exercises.flatMap((exercise) =>
      exercise.activities.map((activity) => ({
        profession: exercise.profession.code,
        profession_label: exercise.profession.label,
        know_how: exercise.knowHow.code,
        mode: activity.codeModeExercice ?? "",
        structure_id: activity.identifiantTechniqueDeLaStructure ?? "",
        structure: activity.raisonSocialeSite ?? "",
        postal_code: activity.codePostal ?? "",
      })),
    ),
  };
}

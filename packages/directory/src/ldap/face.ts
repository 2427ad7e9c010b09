// The directory as LDAP asks it: one entry per published mailbox, under one base. The red list never takes part.

import { parseName, type Rdn, Refusal } from "@cercle/kernel";
import { type Bound, type DirectoryPage, DirectoryRefusal, type LdapDirectory, type LdapEntry, resultCode } from "@cercle/ldap";
import type { Actor } from "@cercle/web";
import type { Accesses } from "../access.ts";
import type { PersonRow } from "../professional.ts";
import type { Condition } from "../query/compile.ts";
import type { MailboxRow, Search, SituationRow, StructureRow } from "../query/search.ts";
import type { Snapshot } from "../revisions.ts";
import { attributes } from "./attributes.ts";
import { toCondition } from "./condition.ts";

export type LdapFaceOptions = {
  readonly search: Search;
  readonly accesses: Accesses;
  /** Top of the tree. */
  readonly base: string;
  readonly anonymous: boolean;
  /** Who bears this API key; `nobody` or a refusal when it is wrong. */
  identify(authorization: string): Promise<Actor>;
};

type People = ReadonlyMap<string, PersonRow>;

export function createLdapFace({ search, accesses, base, anonymous, identify }: LdapFaceOptions): LdapDirectory {
  const actors = new Map<string, Actor>();
  const baseName = parseName(base) ?? [];

  const entriesOf = async (rows: readonly MailboxRow[], snapshot: Snapshot): Promise<readonly LdapEntry[]> => {
    const ids = rows.flatMap((row) => row.national_id ?? []);
    const [people, situations, structures] = await Promise.all([
      search.listBy("person", "id", ids, snapshot),
      search.listBy("situation", "person", ids, snapshot),
      search.listBy(
        "structure",
        "id",
        rows.flatMap((row) => row.structure_id ?? []),
        snapshot,
      ),
    ]);
    const byPerson: People = new Map(people.map((person) => [person.national_id, person]));
    const byStructure = new Map(structures.map((structure) => [structure.structure_id, structure]));
    return rows.map((row) => entryOf(row, base, byPerson, situations, byStructure));
  };

  return {
    base,
    anonymous,
    attributes: attributes.map(({ name, about }) => ({ name, about })),
    objectClasses: [{ name: "inetOrgPerson", about: "A mailbox of the trust space", must: ["cn", "mail"], may: attributes.map(({ name }) => name) }],
    async authenticate(_name, password): Promise<Bound | undefined> {
      const actor = await identify(`Bearer ${password}`).catch((error: unknown) => {
        if (error instanceof Refusal) return undefined;
        throw error;
      });
      if (actor?.kind !== "account") return undefined;
      if (actors.size > 10_000) actors.clear();
      actors.set(actor.id, actor);
      return { key: actor.id };
    },
    async search({ base: at, scope, filter, after, limit, who }): Promise<DirectoryPage | undefined> {
      const place = placeOf(at, baseName);
      if (place === undefined) return undefined;
      if (place === "base" && scope === "base") return { entries: [{ name: base, attributes: { objectClass: ["top", "domain"] } }] };
      const named: Condition[] = place === "base" ? [] : [{ field: "address", is: "eq", value: place.mail }];
      if (place !== "base" && scope === "one") return { entries: [] };
      const where: Condition = { and: [...named, toCondition(filter)] };
      const access = { surface: "ldap", actor: actors.get(who?.key ?? "") ?? { kind: "nobody" }, address: who?.key ?? "ldap", purpose: "look-up" } as const;
      const prefix = filter.kind === "substring" && filter.initial ? filter.initial : undefined;
      const shape = { what: "mailbox", ...(prefix ? { prefix } : {}), page: after === undefined ? 1 : 2 };
      try {
        accesses.admit(access, shape);
      } catch (error) {
        throw error instanceof Refusal ? new DirectoryRefusal(resultCode.adminLimitExceeded, error.code) : error;
      }
      const from = after === undefined ? undefined : (JSON.parse(after) as { key: string; snapshot: Snapshot });
      const page = await search.search({ entity: "mailbox", where, limit, after: from?.key, snapshot: from?.snapshot });
      if (place !== "base" && page.rows.length === 0) return undefined;
      accesses.record(access, shape, page.rows.length);
      const entries = await entriesOf(page.rows, page.snapshot);
      return { entries, ...(page.next === undefined ? {} : { next: JSON.stringify({ key: page.next, snapshot: page.snapshot }) }) };
    },
  };
}

/** The base itself, or the mailbox that a name below it names; undefined for anything else. */
function placeOf(at: string, base: readonly Rdn[]): "base" | { readonly mail: string } | undefined {
  const name = parseName(at) ?? [];
  const below = name.length - base.length;
  if (below === 0) return "base";
  const [first] = name[0] ?? [];
  return below === 1 && first?.type === "MAIL" ? { mail: first.value } : undefined;
}

function entryOf(row: MailboxRow, base: string, people: People, situations: readonly SituationRow[], structures: ReadonlyMap<string, StructureRow>): LdapEntry {
  const person = row.national_id ? people.get(row.national_id) : undefined;
  const structure = row.structure_id ? structures.get(row.structure_id) : undefined;
  const own = situations.filter((situation) => situation.national_id === row.national_id).map((situation) => situation.record.split("|"));
  const professions = [...new Set(own.flatMap((cells) => cells[9] || []))];
  const one = (text: string | undefined | null): readonly string[] => (text ? [text] : []);
  const name = person ? `${person.given_name} ${person.family_name}`.trim() : row.service || row.description || structure?.name || row.address;
  return {
    name: `mail=${row.address.replace(/[\\,+"<>;=]/g, "\\$&")},${base}`,
    attributes: {
      objectClass: ["top", "inetOrgPerson"],
      mail: [row.address],
      TypeBAL: [row.kind],
      cn: [name],
      sn: one(person?.family_name ?? name),
      givenName: one(person?.given_name),
      IdentifiantPP: one(person?.identifier),
      TypeIdentifiantPP: one(person?.id_type),
      profession: professions,
      IdentifiantPM: one(row.structure_id),
      o: one(structure?.name),
      l: one(cityOf(structure)),
      ou: one(row.service),
      description: one(row.description),
    },
  };
}

/** Town of a structure, from its record. */
function cityOf(structure: StructureRow | undefined): string | undefined {
  return structure?.record.split("|")[37]?.replace(/^\d{5}\s+/, "");
}

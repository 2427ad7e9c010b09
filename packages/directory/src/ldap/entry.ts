// What LDAP shows of a mailbox: from a row of the query layer, or from the line of text that the copy in memory keeps of it.
import type { LdapEntry } from "@cercle/ldap";
import { unit } from "../query/fields.ts";
import type { MailboxRow } from "../query/rows.ts";
import { fold } from "../record.ts";

export type Shown = {
  readonly familyFolded: string;
  readonly givenFolded: string;
  readonly nationalId: string;
  readonly address: string;
  readonly kind: string;
  readonly service: string;
  readonly description: string;
  readonly family: string;
  readonly given: string;
  readonly number: string;
  readonly idType: string;
  /** Codes, joined by a comma. */
  readonly professions: string;
  /** Structures: key, name, town joined by `unit`, one per line. */
  readonly places: string;
};

/** Separates the fields of a line; it sorts before everything that a folded name may hold. */
export const separator = "\u001e";

export function shownOf(row: MailboxRow): Shown {
  const [family = "", given = "", number = "", idType = "", exercises = ""] = row.holder?.split(unit) ?? [];
  return {
    familyFolded: fold(family),
    givenFolded: fold(given),
    nationalId: row.national_id ?? "",
    address: row.address,
    kind: row.kind,
    service: row.service ?? "",
    description: row.description ?? "",
    family,
    given,
    number,
    idType,
    professions: [...new Set(exercises.split("\n").flatMap((exercise) => exercise.split("|", 1)[0] || []))].join(","),
    places: row.places ?? "",
  };
}

/** One line that sorts by family name, given name, identifier and address. */
export function writeLine(shown: Shown): string {
  const { familyFolded, givenFolded, nationalId, address, kind, service, description, family, given, number, idType, professions, places } = shown;
  return [familyFolded, givenFolded, nationalId, address, kind, service, description, family, given, number, idType, professions, places]
    .map((field) => (field.includes(separator) ? field.replaceAll(separator, " ") : field))
    .join(separator);
}

export function readLine(line: string): Shown {
  const [
    familyFolded = "",
    givenFolded = "",
    nationalId = "",
    address = "",
    kind = "",
    service = "",
    description = "",
    family = "",
    given = "",
    number = "",
    idType = "",
    professions = "",
    places = "",
  ] = line.split(separator);
  return { familyFolded, givenFolded, nationalId, address, kind, service, description, family, given, number, idType, professions, places };
}

const objectClass = ["top", "inetOrgPerson"];
const none: readonly string[] = [];

export function buildLdapEntry(shown: Shown, base: string): LdapEntry {
  const { address, family, given, service, description, professions } = shown;
  const places = shown.places === "" ? [] : shown.places.split("\n").map((place) => place.split(unit));
  const each = (part: number): readonly string[] => (places.length === 1 ? one(places[0]?.[part]) : [...new Set(places.flatMap((place) => place[part] || []))]);
  return {
    name: `mail=${/[\\,+"<>;=]/.test(address) ? address.replace(/[\\,+"<>;=]/g, "\\$&") : address},${base}`,
    attributes: {
      objectClass,
      mail: [address],
      TypeBAL: [shown.kind],
      cn: [`${given} ${family}`.trim() || service || description || places[0]?.[1] || address],
      sn: one(family),
      givenName: one(given),
      IdentifiantPP: one(shown.number),
      TypeIdentifiantPP: one(shown.idType),
      profession: professions === "" ? none : professions.split(","),
      IdentifiantPM: each(0),
      o: each(1),
      l: each(2),
      ou: one(service),
      description: one(description),
    },
  };
}

const one = (text: string | undefined): readonly string[] => (text ? [text] : none);

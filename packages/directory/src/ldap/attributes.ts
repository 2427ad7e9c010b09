// The attributes that LDAP shows of a mailbox, and where the query layer finds each. The names are the known national set and
// those of inetOrgPerson (shared reference, directory.md §5); no conformity to a national tree is claimed.

import { names } from "../france/words.ts";

export type LdapAttribute = {
  readonly name: string;
  readonly about: string;
  /** Field of the entity `mailbox` that a filter on it may use; absent: the server filters by itself. */
  readonly field?: string;
  /** Values are codes in capitals. */
  readonly upper?: boolean;
};

export const attributes: readonly LdapAttribute[] = [
  { name: "mail", about: "Address of the mailbox", field: "address" },
  { name: "TypeBAL", about: "Kind of mailbox: PER, ORG, APP, CAB", field: "kind", upper: true },
  { name: "cn", about: "Name of the person, or of the service" },
  { name: "sn", about: "Family name", field: "family" },
  { name: "givenName", about: "Given name", field: "given" },
  { name: "IdentifiantPP", about: "Identifier of the person", field: "number" },
  { name: "TypeIdentifiantPP", about: `Kind of that identifier: 0 ${names.formerPerson}, 8 ${names.person}` },
  { name: "profession", about: "Code of the profession", field: "profession" },
  { name: "IdentifiantPM", about: "Identifier of the structure", field: "structure" },
  { name: "o", about: "Name of the structure", field: "structure_name" },
  { name: "l", about: "Town", field: "city" },
  { name: "ou", about: "Service", field: "service" },
  { name: "description", about: "Description of the mailbox" },
];

const byName = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));

/** By its name in any case. */
export function findAttribute(name: string): LdapAttribute | undefined {
  return byName.get(name.toLowerCase());
}

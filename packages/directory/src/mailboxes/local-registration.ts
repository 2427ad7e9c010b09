// Local identifiers: the head of a structure is its local registration authority and answers for the identity check (MSS 6.1).
import type { Evidence } from "@cercle/evidence";
import { json, type Tx } from "@cercle/store";
import { directoryErrors } from "../errors.ts";
import { toNationalId } from "../france/identifiers.ts";
import type { Registry } from "../registry.ts";
import { open } from "../revisions.ts";
import { buildLocalPerson, personInput } from "../sandbox/person-input.ts";
import { hasRegistrationAuthority } from "./rules.ts";

export type LocalRegistration = {
  readonly structureId: string;
  /** The structure's own number for the person. */
  readonly number: string;
  readonly familyName: string;
  readonly givenName: string;
  /** Empty for staff without a profession of health. */
  readonly profession: string;
  /** National identifier of the head of the structure, who practises there. */
  readonly authority: string;
  /** How the identity was checked, and when (ISO date). */
  readonly check: { readonly document: string; readonly on: string };
};

/** Throws `directory.authority-exists`, `directory.unknown-structure`, `directory.not-head`. Answers the local identifier. */
export async function registerLocally(
  tx: Tx,
  { registry, evidence, by }: { registry: Registry; evidence: Evidence; by: string },
  given: LocalRegistration,
): Promise<string> {
  // MSS 6.2 before 6.1: whoever depends on a registration authority waits for it.
  if (hasRegistrationAuthority(given.profession))
    throw directoryErrors.refuse("directory.authority-exists", { params: { profession: given.profession }, clause: "MSS 6.2" });
  const structure = await tx.first<{ finess: string; siret: string }>(
    `select finess, siret from directory.structure where structure_id = $1 and rev_to = ${open} and active`,
    [given.structureId],
  );
  if (!structure || (!structure.finess && !structure.siret))
    throw directoryErrors.refuse("directory.unknown-structure", { params: { address: given.structureId }, clause: "MSS 6.1" });
  const head = toNationalId(given.authority);
  const there = await tx.first(`select 1 from directory.situation where national_id = $1 and structure_id = $2 and rev_to = ${open} limit 1`, [
    head,
    given.structureId,
  ]);
  if (!there) throw directoryErrors.refuse("directory.not-head", { clause: "MSS 6.1" });
  // TRE_G08: 3 is a structure's legal number and an internal one, 5 the same with the company's number.
  const id = structure.finess ? `3${structure.finess}/${given.number}` : `5${structure.siret}/${given.number}`;
  const known = await tx.first<{ active: boolean }>(`select active from directory.person where national_id = $1 and rev_to = ${open}`, [id]);
  if (known?.active) throw directoryErrors.refuse("directory.person-exists", { params: { id } });
  const input = personInput.parse({
    id,
    family_name: given.familyName,
    given_name: given.givenName,
    profession: given.profession,
    situations: [{ mode: "S", structure_id: given.structureId, finess: structure.finess, siret: structure.siret }],
  });
  await registry.put(tx, { ...buildLocalPerson(input), testPerson: false }, known !== undefined);
  await tx.run(
    "insert into directory.local_registration (national_id, structure_id, authority, check_made) values ($1, $2, $3, $4) on conflict (national_id) do update set authority = excluded.authority, check_made = excluded.check_made",
    [id, given.structureId, head, json(given.check)],
  );
  await evidence.trace(tx, { room: "directory", type: "registered-locally", subject: id, payload: { by, authority: head, on: given.check.on } });
  return id;
}

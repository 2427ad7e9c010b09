// Referentials by versions: imported whole or not at all, never changed afterwards.
import { createHash } from "node:crypto";
import { canonicalJson, type Json, newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { labelErrors } from "../errors.ts";
import type { Requirement } from "./referential.ts";

export type ReferentialRow = {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly fictional: boolean;
  readonly digest: string;
  readonly imported_at: Temporal.Instant;
  readonly published_at: Temporal.Instant | null;
};

const columns = "id, name, version, fictional, digest, imported_at, published_at";

/** Imports a version; the same contents again answer the version already there. */
export async function importReferential(
  tx: Tx,
  facts: { name: string; version: string; fictional: boolean; requirements: readonly Requirement[] },
  now: Temporal.Instant,
): Promise<ReferentialRow> {
  const digest = createHash("sha256")
    .update(canonicalJson(facts.requirements as readonly unknown[] as Json))
    .digest("hex");
  const id = newId<"referential">();
  const made = await tx.first<ReferentialRow>(
    `insert into label.referential (id, name, version, fictional, digest, imported_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (name, version) do nothing returning ${columns}`,
    [id, facts.name, facts.version, facts.fictional, digest, now],
  );
  if (!made) {
    const known = await tx.first<ReferentialRow>(`select ${columns} from label.referential where name = $1 and version = $2`, [facts.name, facts.version]);
    if (!known || known.digest !== digest) throw labelErrors.refuse("label.referential-exists", { params: { name: facts.name, version: facts.version } });
    return known;
  }
  for (const [place, one] of facts.requirements.entries())
    await tx.run(
      `insert into label.requirement (referential_id, place, id, profile, chapter, function, requirement, scenario, proof, kind, level, scope)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [id, place, one.id, one.profile, one.chapter, one.function, one.requirement, one.scenario, one.proof, one.kind, one.level, one.scope],
    );
  return made;
}

export async function getReferential(from: Queryable, id: string): Promise<ReferentialRow> {
  const found = await from.first<ReferentialRow>(`select ${columns} from label.referential where id = $1`, [id]);
  if (!found) throw labelErrors.refuse("label.no-referential");
  return found;
}

export const listReferentials = (from: Queryable): Promise<readonly ReferentialRow[]> =>
  from.query<ReferentialRow>(`select ${columns} from label.referential order by name, imported_at`);

export const listRequirements = (from: Queryable, referential: string): Promise<readonly Requirement[]> =>
  from.query<Requirement>(
    `select id, profile, chapter, function, requirement, scenario, proof, kind, level, scope from label.requirement where referential_id = $1 order by place`,
    [referential],
  );

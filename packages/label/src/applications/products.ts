// Products: their sheet, builds, assessments and evidence. Nothing here is public; what is goes through public-list.ts.
import { createHash } from "node:crypto";
import { newId, type Temporal } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import { labelErrors } from "../errors.ts";
import { checkEvidence } from "../examination/evidence-file.ts";
import { type Computed, computeLevel, type Level, type Result } from "../examination/level.ts";
import { listRequirements } from "../examination/referentials.ts";
import type { Room } from "../room.ts";
import type { Sheet } from "./sheet.ts";
import { type Build, judgeBuild, parseNumber } from "./version-number.ts";

export type ProductRow = { readonly id: string; readonly reference: string; readonly sheet: Sheet; readonly signed_sheet: Sheet | null };
export type AssessmentRow = { readonly requirement: string; readonly claimed: boolean | null; readonly result: Result | null; readonly note: string };
export type EvidenceRow = {
  readonly id: string;
  readonly requirement: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly digest: string;
};

const columns = "id, reference, sheet, signed_sheet";

export async function getProduct(from: Queryable, id: string): Promise<ProductRow> {
  const found = await from.first<ProductRow>(`select ${columns} from label.product where id = $1`, [id]);
  if (!found) throw labelErrors.refuse("label.no-product");
  return found;
}

export const findProducts = (from: Queryable, ids: readonly string[]): Promise<readonly ProductRow[]> =>
  from.query<ProductRow>(`select ${columns} from label.product where id = any($1)`, [ids]);

export const findProductsOf = (from: Queryable, references: readonly string[]): Promise<readonly ProductRow[]> =>
  from.query<ProductRow>(`select ${columns} from label.product where reference = any($1)`, [references]);

export async function createProduct(tx: Tx, { reference, sheet }: { reference: string; sheet: Sheet }, now: Temporal.Instant): Promise<string> {
  const id = newId<"product">();
  const made = await tx.run("insert into label.product (id, reference, sheet, created_at, updated_at) values ($1, $2, $3, $4, $4) on conflict do nothing", [
    id,
    reference,
    json(sheet),
    now,
  ]);
  if (made !== 1) throw labelErrors.refuse("label.already-filed");
  return id;
}

export const changeSheet = (tx: Tx, id: string, sheet: Sheet, now: Temporal.Instant): Promise<number> =>
  tx.run("update label.product set sheet = $2, updated_at = $3 where id = $1", [id, json(sheet), now]);

/** What the convention names from its signature on: the only sheet that the public list ever reads. */
export const keepSignedSheet = (tx: Tx, id: string, sheet: Sheet): Promise<number> =>
  tx.run("update label.product set signed_sheet = $2 where id = $1", [id, json(sheet)]);

export const listBuilds = (from: Queryable, id: string): Promise<readonly Build[]> =>
  from.query<Build>("select number, rank, fingerprint from label.build where product_id = $1 order by rank", [id]);

/** Records a build under its number; the same again is nothing new. Judged under the product's lock. */
export async function recordBuild(tx: Tx, id: string, { number, fingerprint }: { number: string; fingerprint: string }, now: Temporal.Instant): Promise<void> {
  const rank = parseNumber(number);
  if (!rank) throw labelErrors.refuse("label.bad-number", { params: { number }, clause: "LAB 3.1" });
  await tx.run("select 1 from label.product where id = $1 for update", [id]);
  const verdict = judgeBuild({ number, rank, fingerprint }, await listBuilds(tx, id));
  if (verdict.is === "two-builds")
    throw labelErrors.refuse("label.two-builds", { params: { number, fingerprint: verdict.known.fingerprint.slice(0, 12) }, clause: "LAB 3.1" });
  if (verdict.is === "goes-back") throw labelErrors.refuse("label.number-goes-back", { params: { number, last: verdict.last.number }, clause: "LAB 3.1" });
  if (verdict.is === "new")
    await tx.run("insert into label.build (product_id, number, rank, fingerprint, recorded_at) values ($1, $2, $3, $4, $5)", [
      id,
      number,
      rank,
      fingerprint,
      now,
    ]);
}

const assessed = async (tx: Tx, referential: string, requirement: string): Promise<void> => {
  const known = await tx.first("select 1 as found from label.requirement where referential_id = $1 and id = $2", [referential, requirement]);
  if (!known) throw labelErrors.refuse("label.no-requirement", { params: { requirement } });
};

export async function claim(tx: Tx, product: string, referential: string, requirement: string, claimed: boolean): Promise<void> {
  await assessed(tx, referential, requirement);
  await tx.run(
    `insert into label.assessment (product_id, referential_id, requirement, claimed) values ($1, $2, $3, $4)
     on conflict (product_id, referential_id, requirement) do update set claimed = excluded.claimed`,
    [product, referential, requirement, claimed],
  );
}

/** A requirement is met on evidence only. */
export async function recordResult(
  tx: Tx,
  product: string,
  facts: { referential: string; requirement: string; result: Result; note: string; by: string },
  now: Temporal.Instant,
): Promise<void> {
  const { referential, requirement, result, note, by } = facts;
  await assessed(tx, referential, requirement);
  const proved = await tx.first("select 1 as found from label.evidence where product_id = $1 and referential_id = $2 and requirement = $3 limit 1", [
    product,
    referential,
    requirement,
  ]);
  if (result === "met" && !proved) throw labelErrors.refuse("label.no-evidence", { params: { requirement }, clause: "LAB 3.2" });
  await tx.run(
    `insert into label.assessment (product_id, referential_id, requirement, result, note, examined_by, examined_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (product_id, referential_id, requirement) do update set result = excluded.result, note = excluded.note,
       examined_by = excluded.examined_by, examined_at = excluded.examined_at`,
    [product, referential, requirement, result, note, by, now],
  );
}

export const listAssessments = (from: Queryable, product: string, referential: string): Promise<readonly AssessmentRow[]> =>
  from.query<AssessmentRow>(
    "select requirement, claimed, result, note from label.assessment where product_id = $1 and referential_id = $2 order by requirement",
    [product, referential],
  );

export async function levelOf(from: Queryable, product: string, referential: string): Promise<Computed> {
  const results = await listAssessments(from, product, referential);
  return computeLevel(
    await listRequirements(from, referential),
    new Map(results.flatMap((row) => (row.result ? [[row.requirement, row.result] as const] : []))),
  );
}

export type NewEvidence = {
  readonly referential: string;
  readonly requirement: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly by: string;
};

/** Looked at before anything is written, by the scanner too where one is set; kept sealed. */
export async function addEvidence({ store, ports }: Room, product: string, { referential, requirement, name, bytes, by }: NewEvidence): Promise<EvidenceRow> {
  const type = await checkEvidence(name, bytes);
  const found = await ports.scan?.(bytes);
  if (found) throw labelErrors.refuse("label.malware", { params: { name: name.slice(0, 80), found: found.slice(0, 80) } });
  return store.transaction(async (tx) => {
    await assessed(tx, referential, requirement);
    const row: EvidenceRow = { id: newId<"evidence">(), requirement, name, type, size: bytes.length, digest: createHash("sha256").update(bytes).digest("hex") };
    await tx.run(
      `insert into label.evidence (id, product_id, referential_id, requirement, name, type, size, digest, sealed, added_by, added_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [row.id, product, referential, requirement, name, type, row.size, row.digest, ports.vault.seal(bytes), by, ports.now()],
    );
    return row;
  });
}

export const listEvidence = (from: Queryable, product: string): Promise<readonly EvidenceRow[]> =>
  from.query<EvidenceRow>("select id, requirement, name, type, size, digest from label.evidence where product_id = $1 order by added_at", [product]);

export const openEvidence = (from: Queryable, product: string, id: string): Promise<{ name: string; type: string; sealed: Uint8Array } | undefined> =>
  from.first("select name, type, sealed from label.evidence where product_id = $1 and id = $2", [product, id]);

export const isLevel = (value: unknown): value is Level => value === "standard" || value === "advanced";

// Evidence in parts: begun with its size and fingerprint, filled part by part, then judged whole as any piece is. Nothing of it is
// evidence before, and nothing of it stays when it is refused or left alone for a day.
import { createHash } from "node:crypto";
import { newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { labelErrors } from "../errors.ts";
import { evidenceLimit, partLimit } from "./evidence-file.ts";

export type Upload = {
  readonly id: string;
  readonly product_id: string;
  readonly referential_id: string;
  readonly requirement: string;
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly added_by: string;
};
type Begun = Omit<Upload, "id">;

const mostOfAProduct = 5;
const columns = "id, product_id, referential_id, requirement, name, size, digest, added_by";

export async function beginUpload(
  tx: Tx,
  begun: Begun,
  now: Temporal.Instant,
): Promise<{ readonly upload: string; readonly parts: number; readonly part_size: number }> {
  if (begun.size > evidenceLimit)
    throw labelErrors.refuse("label.evidence-size", { params: { limit: Math.floor(evidenceLimit / 1000), size: Math.ceil(begun.size / 1000) } });
  await tx.run("select 1 from label.product where id = $1 for update", [begun.product_id]);
  await tx.run("delete from label.upload where started_at < $1", [now.subtract({ hours: 24 })]);
  const open = await tx.first<{ count: number }>("select count(*) as count from label.upload where product_id = $1", [begun.product_id]);
  if ((open?.count ?? 0) >= mostOfAProduct) throw labelErrors.refuse("label.uploads-open", { params: { most: mostOfAProduct } });
  const id = newId<"upload">();
  await tx.run(`insert into label.upload (${columns}, started_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
    id,
    begun.product_id,
    begun.referential_id,
    begun.requirement,
    begun.name,
    begun.size,
    begun.digest,
    begun.added_by,
    now,
  ]);
  return { upload: id, parts: partsOf(begun.size), part_size: partLimit };
}

const partsOf = (size: number): number => Math.ceil(size / partLimit);

export async function getUpload(from: Queryable, product: string, id: string): Promise<Upload> {
  const found = await from.first<Upload>(`select ${columns} from label.upload where id = $1 and product_id = $2`, [id, product]);
  if (!found) throw labelErrors.refuse("label.no-upload");
  return found;
}

/** Keeps one part; the same again replaces it. */
export async function keepPart(from: Queryable, upload: Upload, part: number, bytes: Uint8Array, seal: (plain: Uint8Array) => Uint8Array): Promise<void> {
  const wanted = part === partsOf(upload.size) ? upload.size - (part - 1) * partLimit : partLimit;
  if (part > partsOf(upload.size) || bytes.length !== wanted) throw labelErrors.refuse("label.bad-part", { params: { part, wanted, size: bytes.length } });
  await from.run(
    "insert into label.upload_part (upload_id, part, sealed) values ($1, $2, $3) on conflict (upload_id, part) do update set sealed = excluded.sealed",
    [upload.id, part, seal(bytes)],
  );
}

/** The whole, compared with the fingerprint it was begun with. */
export async function joinParts(from: Queryable, upload: Upload, unseal: (sealed: Uint8Array) => Uint8Array): Promise<Uint8Array> {
  const rows = await from.query<{ sealed: Uint8Array }>("select sealed from label.upload_part where upload_id = $1 order by part", [upload.id]);
  const bytes = new Uint8Array(Buffer.concat(rows.map(({ sealed }) => unseal(sealed))));
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (rows.length !== partsOf(upload.size) || digest !== upload.digest) throw labelErrors.refuse("label.upload-incomplete");
  return bytes;
}

/** Of two who end it at once, one does. */
export const endUpload = (from: Queryable, id: string): Promise<number> => from.run("delete from label.upload where id = $1", [id]);

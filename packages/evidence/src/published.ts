// What was published, read from the store: heads, and the paths that prove growth and membership.
import { Temporal } from "@cercle/kernel";
import type { Queryable } from "@cercle/store";
import { evidenceErrors } from "./errors.ts";
import type { Leaf, PublishedHead } from "./heads.ts";
import { coverRange, joinNodes, type NodeName, planConsistency, planInclusion, type Range } from "./merkle.ts";

export type LeafProof = { readonly leaf: Leaf; readonly position: number; readonly path: readonly string[]; readonly head: PublishedHead };

/** Heads, newest first, those of size `before` and above left out. */
export async function listHeads(
  from: Queryable,
  { before = Number.MAX_SAFE_INTEGER, limit = 50 }: { before?: number | undefined; limit?: number | undefined } = {},
): Promise<readonly PublishedHead[]> {
  return (await from.query<HeadRow>(`${headSql} where h.size < $1 order by h.size desc limit $2`, [before, limit])).map(headOf);
}

/** The head of this size; throws `evidence.no-head`. */
export async function getHead(from: Queryable, size: number): Promise<PublishedHead> {
  const row = await from.first<HeadRow>(`${headSql} where h.size = $1`, [size]);
  if (!row) throw evidenceErrors.refuse("evidence.no-head", { params: { size } });
  return headOf(row);
}

/** RFC 6962 §2.1.2: the path that proves that the tree of `size` begins with the tree of `before`, hexadecimal. */
export function readConsistency(from: Queryable, before: number, size: number): Promise<readonly string[]> {
  return hashRanges(from, planConsistency(before, size));
}

/** Every leaf of a file with its path in the first head that covers it. */
export async function readProofs(from: Queryable, file: string): Promise<readonly LeafProof[]> {
  const leaves = await from.query<{ position: number; seq: number; digest: string; size: number }>(
    `select l.position, l.seq, l.digest, (select min(h.size) from evidence.head h where h.size > l.position) as size
       from evidence.log_leaf l where l.file_id = $1 order by l.position`,
    [file],
  );
  const proofs: LeafProof[] = [];
  for (const { position, seq, digest, size } of leaves) {
    const path = await hashRanges(from, planInclusion(position, size));
    proofs.push({ leaf: { kind: "file", file, seq, digest }, position, path, head: await getHead(from, size) });
  }
  return proofs;
}

/** Hashes of these nodes, in their order. */
export async function readNodes(from: Queryable, names: readonly NodeName[]): Promise<readonly Uint8Array[]> {
  if (names.length === 0) return [];
  const rows = await from.query<{ level: number; place: number; hash: Uint8Array }>(
    "select n.level, n.place, n.hash from evidence.log_node n join unnest($1::integer[], $2::bigint[]) as wanted (level, place) using (level, place)",
    [names.map((name) => name.level), names.map((name) => name.place)],
  );
  const known = new Map(rows.map((row) => [`${row.level} ${row.place}`, row.hash]));
  return names.map((name) => {
    const hash = known.get(`${name.level} ${name.place}`);
    if (!hash) throw evidenceErrors.refuse("evidence.no-head", { params: { size: name.place }, detail: "a node of the log is missing" });
    return hash;
  });
}

export async function hashRanges(from: Queryable, ranges: readonly Range[]): Promise<readonly string[]> {
  const covers = ranges.map(coverRange);
  const hashes = await readNodes(from, covers.flat());
  let next = 0;
  return covers.map((cover) => {
    const own = hashes.slice(next, next + cover.length);
    next += cover.length;
    return joinNodes(own).toString("hex");
  });
}

const headSql = "select h.size, h.root, h.at, h.signed, h.token, l.id as log from evidence.head h cross join evidence.log l";
type HeadRow = { size: number; root: string; at: Temporal.Instant; signed: string; token: Uint8Array | null; log: string };

function headOf(row: HeadRow): PublishedHead {
  return {
    format: "cercle-head-1",
    log: row.log,
    size: row.size,
    root: row.root,
    at: Temporal.Instant.from(row.at).toString({ smallestUnit: "microsecond" }),
    signed: row.signed,
    ...(row.token ? { token: Buffer.from(row.token).toString("base64") } : {}),
  };
}

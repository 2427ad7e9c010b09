// The log in the store: leaves and complete subtrees are only ever added, one writer at a time; heads are signed in the same
// transaction and timestamped after it, so that an authority that is away delays a token and never loses a head.
import { type Clock, newId } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import { headPublished } from "./events.ts";
import { type HeadStatement, type Leaf, leafHash, signHead } from "./heads.ts";
import { coverRange, growTree } from "./merkle.ts";
import type { SignerPort } from "./ports.ts";
import { hashRanges, readNodes } from "./published.ts";
import { buildTimestampRequest, verifyTimestamp } from "./timestamp.ts";
import type { TimestampAuthority } from "./tsa.ts";

export type Log = {
  /** Adds a leaf for each file and trace batch that changed, and signs a head over all of them; undefined when nothing changed. */
  publish(tx: Tx): Promise<HeadStatement | undefined>;
  /** Asks for the timestamps that are missing, oldest first; answers how many came. */
  timestamp(): Promise<number>;
  /** Heads without a timestamp, and what the authority last said. */
  waiting(from: Queryable): Promise<{ heads: number; last_failure: string | null }>;
};

const batch = 5000;

export function createLog({
  store,
  signer,
  authority,
  anchors,
  real,
}: {
  store: Store;
  signer: SignerPort;
  authority: TimestampAuthority;
  /** Of the outside authority, when the setting gives them: a reply that does not lead there is not kept. */
  anchors?: string | undefined;
  real: Clock;
}): Log {
  const publish: Log["publish"] = async (tx) => {
    // One writer at a time, to the commit.
    await tx.run("select pg_advisory_xact_lock(7206521)");
    const leaves = await changedLeaves(tx);
    if (leaves.length === 0) return undefined;
    await tx.run("insert into evidence.log (one, id) values (true, $1) on conflict do nothing", [newId<"log">()]);
    const log = await tx.first<{ id: string }>("select id from evidence.log");
    const size = await sizeOf(tx);
    await appendLeaves(tx, size, leaves);
    const statement: HeadStatement = {
      format: "cercle-head-1",
      log: log?.id ?? "",
      size: size + leaves.length,
      root: (await hashRanges(tx, [[0, size + leaves.length]]))[0] ?? "",
      at: real.now().toString({ smallestUnit: "microsecond" }),
    };
    await tx.run("insert into evidence.head (size, root, at, signed) values ($1, $2, $3, $4)", [
      statement.size,
      statement.root,
      statement.at,
      signHead(statement, await signer(tx)),
    ]);
    store.emit(tx, { kind: headPublished, subject: "heads", payload: { size: statement.size, root: statement.root } });
    return statement;
  };

  const stampOne = async (row: { size: number; signed: string }): Promise<boolean> => {
    const data = Buffer.from(row.signed);
    const request = buildTimestampRequest(data);
    const failed = async (reason: string): Promise<false> => {
      await store.run("update evidence.head set attempts = attempts + 1, last_failure = $2 where size = $1", [row.size, reason.slice(0, 200)]);
      return false;
    };
    const reply = await authority.stamp(request).catch((error: unknown) => (error instanceof Error ? error.message : "unreachable"));
    if (typeof reply === "string") return failed(reply);
    const verdict = verifyTimestamp({ reply, data, request, ...(anchors ? { anchors } : {}) });
    if (!verdict.ok) return failed(verdict.reason);
    if (verdict.trusted === false) return failed("the authority's certificate does not lead to evidence.timestamp_trust_file");
    const kept = "update evidence.head set token = $2, token_at = $3, authority = $4, last_failure = null where size = $1 and token is null";
    return (await store.run(kept, [row.size, reply, verdict.at, verdict.authority])) === 1;
  };

  return {
    publish,
    async timestamp() {
      const rows = await store.query<{ size: number; signed: string }>("select size, signed from evidence.head where token is null order by size limit 100");
      let stamped = 0;
      for (const row of rows) {
        if (!(await stampOne(row))) break;
        stamped += 1;
      }
      return stamped;
    },
    async waiting(from) {
      const row = await from.first<{ heads: number; last_failure: string | null }>(
        "select count(*) as heads, max(last_failure) as last_failure from evidence.head where token is null",
      );
      return row ?? { heads: 0, last_failure: null };
    },
  };
}

async function changedLeaves(tx: Tx): Promise<readonly Leaf[]> {
  const files = await tx.query<{ id: string; last_seq: number; last_digest: string }>(
    `update evidence.file set logged_seq = last_seq
      where id in (select id from evidence.file where last_seq > logged_seq order by id limit ${batch}) returning id, last_seq, last_digest`,
  );
  const batches = await tx.query<{ id: number; root: string }>(
    `update evidence.trace_batch set logged = true where id in (select id from evidence.trace_batch where not logged order by id limit ${batch}) returning id, root`,
  );
  return [
    ...files.map((file) => ({ kind: "file" as const, file: file.id, seq: file.last_seq, digest: file.last_digest })),
    ...batches.map(({ id, root }) => ({ kind: "traces" as const, batch: id, digest: root })),
  ];
}

async function sizeOf(from: Queryable): Promise<number> {
  return (await from.first<{ size: number }>("select coalesce(max(position) + 1, 0) as size from evidence.log_leaf"))?.size ?? 0;
}

async function appendLeaves(tx: Tx, size: number, leaves: readonly Leaf[]): Promise<void> {
  const edge = await readNodes(tx, coverRange([0, size]));
  const nodes = growTree(size, edge, leaves.map(leafHash));
  await tx.run(
    `insert into evidence.log_leaf (position, file_id, seq, batch, digest)
     select * from unnest($1::bigint[], $2::uuid[], $3::integer[], $4::bigint[], $5::text[])`,
    [
      leaves.map((_, index) => size + index),
      leaves.map((leaf) => (leaf.kind === "file" ? leaf.file : null)),
      leaves.map((leaf) => (leaf.kind === "file" ? leaf.seq : null)),
      leaves.map((leaf) => (leaf.kind === "traces" ? leaf.batch : null)),
      leaves.map((leaf) => leaf.digest),
    ],
  );
  await tx.run(
    `insert into evidence.log_node (level, place, hash)
     select level, place, decode(hash, 'hex') from unnest($1::integer[], $2::bigint[], $3::text[]) as node (level, place, hash)`,
    [nodes.map((node) => node.level), nodes.map((node) => node.place), nodes.map((node) => Buffer.from(node.hash).toString("hex"))],
  );
}

// The papers of a file: letters, documents, originals. Those that leave the space with it are those that an entry names by digest.
import { createHash } from "node:crypto";
import type { Id } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import type { Contents } from "./contents.ts";
import { verifyStatement } from "./signed.ts";
import type { ExportedFile } from "./verify.ts";

export type Paper = {
  readonly kind: "letter" | "document" | "original";
  readonly reference: string;
  /** SHA-256 of the bytes, hexadecimal: what the entry names. */
  readonly digest: string;
  /** PDF, base64. */
  readonly bytes: string;
  /** Signed proofs of the events of a letter. */
  readonly proofs: readonly { readonly event: string; readonly entry: number | null; readonly proof: string }[];
};
export type KeptPaper = Omit<Paper, "bytes"> & { readonly position: number };

export type Papers = {
  /** What may leave with the file: papers named by an entry whose content is still there. */
  collect(from: Queryable, file: Id<"file">, exported: ExportedFile): Promise<readonly Paper[]>;
  keep(tx: Tx, file: Id<"file">, papers: readonly Paper[]): Promise<void>;
  /** Papers that came with an imported file. */
  kept(from: Queryable, file: Id<"file">): Promise<readonly KeptPaper[]>;
  open(from: Queryable, file: Id<"file">, position: number): Promise<Uint8Array | undefined>;
};

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The first entry that names each digest. */
function namedDigests(exported: ExportedFile): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const look = (value: unknown, seq: number): void => {
    if (typeof value === "string") {
      if (/^[0-9a-f]{64}$/.test(value) && !found.has(value)) found.set(value, seq);
    } else if (typeof value === "object" && value !== null) for (const one of Object.values(value)) look(one, seq);
  };
  for (const entry of exported.entries) look(entry.disclosed?.payload, entry.seq);
  return found;
}

/** Every paper is the one that an entry names, every proof is signed; else the entry and why. Pure. */
export function checkPapers(exported: ExportedFile, papers: readonly Paper[]): { readonly first: number; readonly reason: string } | undefined {
  const named = namedDigests(exported);
  for (const { reference, digest, bytes, proofs } of papers) {
    const first = named.get(digest);
    if (first === undefined) return { first: 1, reason: `no entry names the paper ${reference}` };
    if (digestOf(Buffer.from(bytes, "base64")) !== digest) return { first, reason: `the paper ${reference} differs from its digest` };
    const forged = proofs.find(({ proof }) => !verifyStatement(proof).ok);
    if (forged) return { first: forged.entry ?? first, reason: `the proof “${forged.event}” of ${reference} is not the one that was signed` };
  }
  return undefined;
}

type Box = { reference: string; digest: string; generation: number; sealed: Uint8Array };

export function createPapers({ contents }: { contents: Contents }): Papers {
  const kept: Papers["kept"] = (from, file) =>
    from.query<KeptPaper>("select position, kind, reference, digest, proofs from evidence.kept_paper where file_id = $1 order by position", [file]);
  const openKept: Papers["open"] = async (from, file, position) => {
    const row = await from.first<Box>("select reference, digest, generation, sealed from evidence.kept_paper where file_id = $1 and position = $2", [
      file,
      position,
    ]);
    return row && contents.openBytes(from, file, `paper ${position}`, row);
  };
  return {
    kept,
    open: openKept,
    async collect(from, file, exported) {
      const named = namedDigests(exported);
      const papers: Paper[] = [];
      const add = async (kind: Paper["kind"], box: Box, label: string, proofs: Paper["proofs"] = []): Promise<void> => {
        if (!named.has(box.digest)) return;
        const bytes = await contents.openBytes(from, file, label, box);
        if (bytes) papers.push({ kind, reference: box.reference, digest: box.digest, bytes: Buffer.from(bytes).toString("base64"), proofs });
      };
      const letters = await from.query<Box & { id: string }>(
        "select id, reference, digest, generation, document as sealed from evidence.letter where file_id = $1 order by prepared_at",
        [file],
      );
      for (const { id, ...letter } of letters) {
        const proofs = await from.query<{ event: string; entry: number | null; proof: string }>(
          "select event, entry, proof from evidence.letter_event where letter_id = $1 and proof is not null order by seq",
          [id],
        );
        await add("letter", letter, `letter ${letter.reference}`, proofs);
      }
      const documents = await from.query<Box>(
        "select reference, digest, generation, bytes as sealed from evidence.document where file_id = $1 order by drafted_at",
        [file],
      );
      for (const document of documents) await add("document", document, `document ${document.reference}`);
      const originals = await from.query<Box & { party: string }>(
        `select d.reference, o.party, o.digest, o.generation, o.bytes as sealed from evidence.original o join evidence.document d on d.id = o.document_id
          where d.file_id = $1 order by d.drafted_at, o.party`,
        [file],
      );
      for (const { party, ...original } of originals) await add("original", original, `original ${original.reference} ${party}`);
      // What came with an imported file leaves with it again.
      for (const { position, ...paper } of await kept(from, file)) {
        const bytes = await openKept(from, file, position);
        if (bytes && named.has(paper.digest)) papers.push({ ...paper, bytes: Buffer.from(bytes).toString("base64") });
      }
      return papers;
    },
    async keep(tx, file, papers) {
      for (const [position, paper] of papers.entries()) {
        const box = await contents.sealBytes(tx, file, `paper ${position}`, Buffer.from(paper.bytes, "base64"));
        await tx.run(
          "insert into evidence.kept_paper (file_id, position, kind, reference, digest, proofs, generation, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8)",
          [file, position, paper.kind, paper.reference, paper.digest, json(paper.proofs), box.generation, box.sealed],
        );
      }
    },
  };
}

// What paper says: a scanned slip with its date is recorded by one named person and counts when another has confirmed it.
import { createHash } from "node:crypto";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import type { Contents } from "../contents.ts";
import { evidenceErrors } from "../errors.ts";
import { checkProvable, type LetterRow, type Letters } from "./letters.ts";
import { type LetterEvent, statesBefore } from "./rules.ts";

export type NewSlip = {
  readonly event: LetterEvent;
  readonly at: Temporal.Instant;
  readonly tracking?: string | undefined;
  readonly scan: { readonly type: string; readonly bytes: Uint8Array };
  readonly by: string;
};
export type SlipRow = {
  readonly seq: number;
  readonly event: LetterEvent;
  readonly happened_at: Temporal.Instant;
  readonly recorded_at: Temporal.Instant;
  readonly recorded_by: string;
  readonly tracking: string | null;
  readonly scan_type: string | null;
  readonly scan_digest: string | null;
  readonly confirmed_at: Temporal.Instant | null;
  readonly confirmed_by: string | null;
  readonly rejected_at: Temporal.Instant | null;
  readonly proof: string | null;
  readonly entry: number | null;
};

export type Slips = {
  record(tx: Tx, reference: string, slip: NewSlip): Promise<number>;
  confirm(tx: Tx, reference: string, seq: number, by: string): Promise<LetterRow>;
  reject(tx: Tx, reference: string, seq: number, by: string): Promise<void>;
  list(from: Queryable, letter: LetterRow): Promise<readonly SlipRow[]>;
  scan(from: Queryable, letter: LetterRow, seq: number): Promise<{ type: string; bytes: Uint8Array }>;
};

const slipColumns =
  "seq, event, happened_at, recorded_at, recorded_by, tracking, scan_type, scan_digest, confirmed_at, confirmed_by, rejected_at, proof, entry";

/** What the first bytes say a scan is; what it claims to be is not asked. */
const kinds: readonly (readonly [type: string, start: string])[] = [
  ["application/pdf", "25504446"],
  ["image/png", "89504e470d0a1a0a"],
  ["image/jpeg", "ffd8ff"],
];

/** The type of a scan; refuses what is neither PDF, PNG nor JPEG. */
export function readScan(base64: string): { type: string; bytes: Uint8Array } {
  const bytes = Buffer.from(base64, "base64");
  const found = kinds.find(([, start]) => bytes.subarray(0, start.length / 2).toString("hex") === start);
  if (!found) throw evidenceErrors.refuse("evidence.not-a-scan");
  return { type: found[0], bytes };
}

export function createSlips({ letters, contents, clock }: { letters: Letters; contents: Contents; clock: Clock }): Slips {
  const settle = async (tx: Tx, letter: LetterRow, seq: number, by: string, column: "confirmed" | "rejected"): Promise<SlipRow> => {
    const set = column === "confirmed" ? "confirmed_at = $3, confirmed_by = $4" : "rejected_at = $3, confirmed_by = $4";
    const slip = await tx.first<SlipRow>(
      `update evidence.letter_event set ${set} where letter_id = $1 and seq = $2 and confirmed_at is null and rejected_at is null and recorded_by <> $4 returning ${slipColumns}`,
      [letter.id, seq, clock.now(), by],
    );
    if (slip) return slip;
    const known = await tx.first<{ recorded_by: string }>("select recorded_by from evidence.letter_event where letter_id = $1 and seq = $2", [letter.id, seq]);
    throw evidenceErrors.refuse(known?.recorded_by === by ? "evidence.same-person" : "evidence.already-settled");
  };
  return {
    async record(tx, reference, { event, at, tracking, scan, by }) {
      const letter = await letters.get(tx, reference);
      if (letter.carrier !== "paper") throw evidenceErrors.refuse("evidence.wrong-state", { params: { state: letter.state, event } });
      checkProvable(letter, event);
      if (!statesBefore("paper", event).includes(letter.state)) throw evidenceErrors.refuse("evidence.wrong-state", { params: { state: letter.state, event } });
      if (event === "deposited" && !tracking) throw evidenceErrors.refuse("evidence.no-tracking");
      // The file's row orders the slips of its letters.
      await tx.run("select id from evidence.letter where id = $1 for update", [letter.id]);
      const next = await tx.first<{ seq: number }>("select coalesce(max(seq), 0) + 1 as seq from evidence.letter_event where letter_id = $1", [letter.id]);
      const seq = next?.seq ?? 1;
      const sealed = await contents.sealBytes(tx, letter.file_id, `slip ${reference} ${seq}`, scan.bytes);
      await tx.run(
        `insert into evidence.letter_event (letter_id, seq, event, happened_at, recorded_at, recorded_by, tracking, generation, scan, scan_type, scan_digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          letter.id,
          seq,
          event,
          at,
          clock.now(),
          by,
          tracking ?? null,
          sealed.generation,
          sealed.sealed,
          scan.type,
          createHash("sha256").update(scan.bytes).digest("hex"),
        ],
      );
      return seq;
    },
    async confirm(tx, reference, seq, by) {
      const letter = await letters.get(tx, reference);
      const slip = await settle(tx, letter, seq, by, "confirmed");
      return letters.apply(tx, letter, { event: slip.event, at: slip.happened_at, by, ...(slip.tracking ? { tracking: slip.tracking } : {}) }, seq);
    },
    async reject(tx, reference, seq, by) {
      await settle(tx, await letters.get(tx, reference), seq, by, "rejected");
    },
    list: (from, letter) => from.query<SlipRow>(`select ${slipColumns} from evidence.letter_event where letter_id = $1 order by seq`, [letter.id]),
    async scan(from, letter, seq) {
      const row = await from.first<{ generation: number | null; scan: Uint8Array | null; scan_type: string | null }>(
        "select generation, scan, scan_type from evidence.letter_event where letter_id = $1 and seq = $2",
        [letter.id, seq],
      );
      const bytes =
        row?.scan && row.generation !== null
          ? await contents.openBytes(from, letter.file_id, `slip ${letter.reference} ${seq}`, { generation: row.generation, sealed: row.scan })
          : undefined;
      if (!bytes) throw evidenceErrors.refuse("evidence.no-document");
      return { type: row?.scan_type ?? "application/octet-stream", bytes };
    },
  };
}

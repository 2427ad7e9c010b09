// The intake list: whatever comes in by post, e-mail or telephone, with the time it was received. An officer ties it to a file, or
// says why it concerns none; until then it stays in view. Clocks count from receipt, never from sorting.
import { createHash } from "node:crypto";
import { type Clock, type Id, type Json, newId, Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { Contents } from "./contents.ts";
import { evidenceErrors } from "./errors.ts";
import { intakeReceived } from "./events.ts";
import type { Evidence } from "./evidence.ts";
import type { Acts } from "./ports.ts";
import type { NextReference } from "./references.ts";

/** How it came in; the words are those of the law's clauses. */
export const intakeChannels = ["registered", "registered-receipt", "letter", "email", "telephone", "other"] as const;
export type IntakeChannel = (typeof intakeChannels)[number];

export type NewIntake = {
  readonly channel: IntakeChannel;
  readonly receivedAt: Temporal.Instant;
  readonly from: string;
  readonly subject: string;
  /** What was said on the telephone, or the body of the message. */
  readonly note: string;
  readonly document?: { readonly type: string; readonly bytes: Uint8Array } | undefined;
  readonly by: string;
};

export type IntakeRow = {
  readonly id: Id<"intake">;
  readonly reference: string;
  readonly channel: IntakeChannel;
  readonly received_at: Temporal.Instant;
  readonly recorded_at: Temporal.Instant;
  readonly recorded_by: string;
  readonly generation: number;
  readonly facts: Uint8Array;
  readonly document: Uint8Array | null;
  readonly document_type: string | null;
  readonly digest: string | null;
  readonly file_reference: string | null;
  readonly clause: string | null;
  readonly entry: number | null;
  readonly tied_at: Temporal.Instant | null;
  readonly tied_by: string | null;
  readonly set_aside_at: Temporal.Instant | null;
  readonly set_aside_by: string | null;
  readonly set_aside_reason: string | null;
};
export type IntakeFacts = { readonly from: string; readonly subject: string; readonly note: string };

export type Tie = {
  readonly file: string;
  readonly clause?: string | undefined;
  /** The act that it performs; plain correspondence without one. */
  readonly act?: { readonly type: string; readonly payload: { readonly [key: string]: Json } } | undefined;
  readonly by: string;
};

export type Intake = {
  receive(tx: Tx, item: NewIntake): Promise<string>;
  /** Ties an item to a file, once: an entry dated of its receipt. Answers the entry's sequence. */
  tie(tx: Tx, reference: string, tie: Tie): Promise<number>;
  setAside(tx: Tx, reference: string, why: { reason: string; by: string }): Promise<void>;
  /** Untied ones first, by receipt. */
  list(from: Queryable, which: "untied" | "all"): Promise<readonly IntakeRow[]>;
  get(from: Queryable, reference: string): Promise<IntakeRow>;
  open(from: Queryable, item: IntakeRow): Promise<{ facts: IntakeFacts; document: { type: string; bytes: Uint8Array } | undefined } | undefined>;
};

export function createIntake({
  store,
  evidence,
  contents,
  acts,
  clock,
  nextReference,
}: {
  store: Store;
  evidence: Evidence;
  contents: Contents;
  acts: Acts;
  clock: Clock;
  nextReference: NextReference;
}): Intake {
  const get: Intake["get"] = async (from, reference) => {
    const row = await from.first<IntakeRow>("select * from evidence.intake where reference = $1", [reference]);
    if (!row) throw evidenceErrors.refuse("evidence.no-intake", { params: { reference } });
    return row;
  };
  const take = async (tx: Tx, reference: string, set: string, params: readonly unknown[]): Promise<IntakeRow> => {
    const row = await tx.first<IntakeRow>(`update evidence.intake set ${set} where reference = $1 and tied_at is null and set_aside_at is null returning *`, [
      reference,
      ...params,
    ]);
    if (row) return row;
    await get(tx, reference);
    throw evidenceErrors.refuse("evidence.already-settled");
  };

  return {
    get,
    async receive(tx, item) {
      if (Temporal.Instant.compare(item.receivedAt, clock.now()) > 0) throw evidenceErrors.refuse("evidence.impossible-date");
      const id = newId<"intake">();
      const reference = await nextReference(tx, "AR");
      const facts: IntakeFacts = { from: item.from, subject: item.subject, note: item.note };
      const sealed = await contents.sealBytes(tx, id, "facts", Buffer.from(JSON.stringify(facts)));
      const document = item.document && (await contents.sealBytes(tx, id, "document", item.document.bytes));
      await tx.run(
        `insert into evidence.intake (id, reference, channel, received_at, recorded_at, recorded_by, generation, facts, document, document_type, digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          id,
          reference,
          item.channel,
          item.receivedAt,
          clock.now(),
          item.by,
          sealed.generation,
          sealed.sealed,
          document?.sealed ?? null,
          item.document?.type ?? null,
          item.document ? createHash("sha256").update(item.document.bytes).digest("hex") : null,
        ],
      );
      store.emit(tx, { kind: intakeReceived, subject: reference, payload: { reference } });
      return reference;
    },
    async tie(tx, reference, { file, clause, act, by }) {
      const found = await acts.find(tx, file);
      if (!found) throw evidenceErrors.refuse("evidence.no-file");
      const item = await take(tx, reference, "tied_at = $2, tied_by = $3, file_reference = $4, clause = $5", [clock.now(), by, file, clause ?? null]);
      const rule = act ? await acts.accepted(tx, file, act.type) : undefined;
      // A notice on another channel has no effect: the item stays untied and in view.
      if (rule && !rule.accepts.includes(item.channel)) {
        throw evidenceErrors.refuse("evidence.wrong-channel", { params: { channel: item.channel, accepted: rule.accepts.join(", ") }, clause: rule.article });
      }
      const payload = {
        ...(act?.payload ?? {}),
        channel: item.channel,
        intake: reference,
        ...(item.digest ? { document: item.digest } : {}),
        ...(clause ? { clause } : {}),
      };
      const entry = { type: act?.type ?? "correspondence-received", actor: by, happenedAt: item.received_at, payload };
      const { seq } = act ? await acts.record(tx, file, entry) : await evidence.append(tx, found.id, entry);
      await tx.run("update evidence.intake set entry = $2 where reference = $1", [reference, seq]);
      return seq;
    },
    async setAside(tx, reference, { reason, by }) {
      await take(tx, reference, "set_aside_at = $2, set_aside_by = $3, set_aside_reason = $4", [clock.now(), by, reason]);
    },
    list: (from, which) =>
      from.query<IntakeRow>(
        `select * from evidence.intake where $1 or (tied_at is null and set_aside_at is null)
          order by tied_at is not null or set_aside_at is not null, received_at limit 500`,
        [which === "all"],
      ),
    async open(from, item) {
      const facts = await contents.openBytes(from, item.id, "facts", { generation: item.generation, sealed: item.facts });
      if (!facts) return undefined;
      const bytes = item.document && (await contents.openBytes(from, item.id, "document", { generation: item.generation, sealed: item.document }));
      return {
        facts: JSON.parse(Buffer.from(facts).toString("utf8")) as IntakeFacts,
        document: bytes ? { type: item.document_type ?? "application/octet-stream", bytes } : undefined,
      };
    },
  };
}

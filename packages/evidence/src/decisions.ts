// Irreversible acts need two named persons: one proposes, another confirms, and the act happens in the transaction of the
// confirmation. In an emergency one is enough, and a review opens by itself.
import { type Clock, type Json, newId, type Temporal } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";
import { evidenceErrors } from "./errors.ts";
import { decisionMade } from "./events.ts";
import type { NextReference } from "./references.ts";

export type Facts = { readonly [key: string]: Json };
export type DecisionRow = {
  readonly id: string;
  readonly reference: string;
  readonly kind: string;
  readonly file_reference: string | null;
  readonly clause: string;
  readonly facts: Facts;
  readonly reason: string;
  readonly state: "proposed" | "confirmed" | "refused" | "expired";
  readonly urgent: boolean;
  readonly proposed_by: string;
  readonly proposed_at: Temporal.Instant;
  readonly expires_at: Temporal.Instant;
  readonly decided_by: string | null;
  readonly decided_at: Temporal.Instant | null;
  readonly review_due: Temporal.Instant | null;
  readonly reviewed_by: string | null;
  readonly reviewed_at: Temporal.Instant | null;
  readonly review_outcome: "upheld" | "lifted" | null;
  readonly review_reason: string | null;
};

/** One kind of act. `execute` runs in the transaction of the decision; what it throws undoes the decision too. */
export type DecisionKind = {
  readonly kind: string;
  /** Refuses facts with which the act could not be done; runs when it is proposed and again before it is done. */
  check?(from: Queryable, facts: Facts, file: string | undefined): Promise<void>;
  execute(tx: Tx, decision: DecisionRow): Promise<void>;
  /** Present when one officer may act alone in an emergency; undoes the act when the review lifts it. */
  readonly urgent?: { lift(tx: Tx, decision: DecisionRow): Promise<void> };
};

export type NewDecision = {
  readonly kind: string;
  readonly file?: string | undefined;
  readonly clause: string;
  readonly facts: Facts;
  readonly reason: string;
};

export type Decisions = {
  /** Declares a kind; each has one owner. */
  on(kind: DecisionKind): void;
  propose(tx: Tx, decision: NewDecision, actor: Actor): Promise<DecisionRow>;
  /** Confirms and does the act; the one who proposed is refused, and of many at once one succeeds. */
  confirm(tx: Tx, reference: string, actor: Actor): Promise<DecisionRow>;
  refuse(tx: Tx, reference: string, actor: Actor, reason: string): Promise<DecisionRow>;
  /** One officer acts at once; the review is due within `reviewHours`. */
  decideUrgently(tx: Tx, decision: NewDecision, actor: Actor): Promise<DecisionRow>;
  /** Another person upholds an urgent act or lifts it. */
  review(tx: Tx, reference: string, actor: Actor, outcome: { outcome: "upheld" | "lifted"; reason: string }): Promise<DecisionRow>;
  /** Proposals whose time has passed; answers how many. */
  expire(): Promise<number>;
  list(from: Queryable, which: "open" | "all"): Promise<readonly DecisionRow[]>;
  get(from: Queryable, reference: string): Promise<DecisionRow>;
};

export type DecisionTimes = { readonly proposalHours: number; readonly reviewHours: number };

export function createDecisions({
  store,
  clock,
  mode,
  times,
  nextReference,
}: {
  store: Store;
  clock: Clock;
  mode: "sandbox" | "live";
  times: DecisionTimes;
  nextReference: NextReference;
}): Decisions {
  const kinds = new Map<string, DecisionKind>();
  const kindOf = (name: string): DecisionKind => {
    const kind = kinds.get(name);
    if (!kind) throw evidenceErrors.refuse("evidence.unknown-decision", { params: { kind: name } });
    return kind;
  };
  /** Every officer is a named person; a command of the machine or, in live, a key is nobody. */
  const named = (actor: Actor): string => {
    if (actor.kind !== "account" || (mode === "live" && actor.by === "api-key")) throw evidenceErrors.refuse("evidence.named-person");
    return `account:${actor.id}`;
  };
  const get: Decisions["get"] = async (from, reference) => {
    const row = await from.first<DecisionRow>("select * from evidence.decision where reference = $1", [reference]);
    if (!row) throw evidenceErrors.refuse("evidence.no-decision", { params: { reference } });
    return row;
  };
  const announce = (tx: Tx, row: DecisionRow, state: string): void =>
    store.emit(tx, { kind: decisionMade, subject: row.reference, payload: { reference: row.reference, kind: row.kind, state } });

  const insert = async (tx: Tx, { kind, file, clause, facts, reason }: NewDecision, by: string, urgent: boolean): Promise<DecisionRow> => {
    await kindOf(kind).check?.(tx, facts, file);
    const now = clock.now();
    const row = await tx.first<DecisionRow>(
      `insert into evidence.decision (id, reference, kind, file_reference, clause, facts, reason, state, urgent, proposed_by, proposed_at, expires_at,
         decided_by, decided_at, review_due)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning *`,
      [
        newId<"decision">(),
        await nextReference(tx, "DE"),
        kind,
        file ?? null,
        clause,
        json(facts),
        reason,
        urgent ? "confirmed" : "proposed",
        urgent,
        by,
        now,
        now.add({ hours: times.proposalHours }),
        urgent ? by : null,
        urgent ? now : null,
        urgent ? now.add({ hours: times.reviewHours }) : null,
      ],
    );
    if (!row) throw new TypeError("the decision was not written");
    return row;
  };
  /** Why a statement that settles a decision touched nothing. */
  const whyNot = async (tx: Tx, reference: string, by: string, open: (row: DecisionRow) => boolean): Promise<never> => {
    const row = await get(tx, reference);
    if (open(row) && row.proposed_by === by) throw evidenceErrors.refuse("evidence.same-person");
    throw evidenceErrors.refuse("evidence.already-settled");
  };
  const settle = async (tx: Tx, reference: string, by: string, state: "confirmed" | "refused", reason?: string): Promise<DecisionRow> => {
    const now = clock.now();
    const row = await tx.first<DecisionRow>(
      `update evidence.decision set state = $2, decided_by = $3, decided_at = $4, review_reason = coalesce($5, review_reason)
        where reference = $1 and state = 'proposed' and expires_at > $4 and proposed_by <> $3 returning *`,
      [reference, state, by, now, reason ?? null],
    );
    return row ?? whyNot(tx, reference, by, (known) => known.state === "proposed");
  };

  return {
    get,
    on(kind) {
      if (kinds.has(kind.kind)) throw new TypeError(`the decision ${kind.kind} has an owner`);
      kinds.set(kind.kind, kind);
    },
    propose: (tx, decision, actor) => insert(tx, decision, named(actor), false),
    async confirm(tx, reference, actor) {
      const row = await settle(tx, reference, named(actor), "confirmed");
      const kind = kindOf(row.kind);
      await kind.check?.(tx, row.facts, row.file_reference ?? undefined);
      await kind.execute(tx, row);
      announce(tx, row, "confirmed");
      return row;
    },
    async refuse(tx, reference, actor, reason) {
      const row = await settle(tx, reference, named(actor), "refused", reason);
      announce(tx, row, "refused");
      return row;
    },
    async decideUrgently(tx, decision, actor) {
      const kind = kindOf(decision.kind);
      if (!kind.urgent) throw evidenceErrors.refuse("evidence.not-urgent", { params: { kind: decision.kind } });
      const row = await insert(tx, decision, named(actor), true);
      await kind.execute(tx, row);
      announce(tx, row, "urgent");
      return row;
    },
    async review(tx, reference, actor, { outcome, reason }) {
      const by = named(actor);
      const row = await tx.first<DecisionRow>(
        `update evidence.decision set reviewed_by = $2, reviewed_at = $3, review_outcome = $4, review_reason = $5
          where reference = $1 and urgent and reviewed_at is null and proposed_by <> $2 returning *`,
        [reference, by, clock.now(), outcome, reason],
      );
      if (!row) return whyNot(tx, reference, by, (known) => known.urgent && known.reviewed_at === null);
      if (outcome === "lifted") await kindOf(row.kind).urgent?.lift(tx, row);
      announce(tx, row, outcome);
      return row;
    },
    expire: () => store.run("update evidence.decision set state = 'expired' where state = 'proposed' and expires_at <= $1", [clock.now()]),
    list: (from, which) =>
      from.query<DecisionRow>(
        `select * from evidence.decision where $1 or state = 'proposed' or (urgent and reviewed_at is null) order by coalesce(review_due, expires_at) limit 500`,
        [which === "all"],
      ),
  };
}

// Legal holds: placed by one named administrator, lifted by two. While one is in force nothing of the mailbox is lost (kept.ts).
import { newId } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { mailErrors } from "../errors.ts";
import type { TwoPersons } from "../ports.ts";
import { isHeld } from "./kept.ts";
import { holdNotice, tellOpened } from "./notices.ts";
import type { CustodyParts, HoldRow } from "./parts.ts";

export type Holds = {
  place(tx: Tx, hold: { address: string; reference: string; reason: string; tellOwner: boolean; by: string }): Promise<HoldRow>;
  /** Asks for a second person to lift it; answers the decision's reference. */
  proposeLift(tx: Tx, id: string, given: { reason: string; by: string; propose: TwoPersons["propose"] }): Promise<string>;
  /** Two persons said so: what was kept goes, the owner is told of what was secret. */
  lift(tx: Tx, id: string, given: { decision: string; by: string }): Promise<void>;
  list(from: Queryable): Promise<readonly (HoldRow & { kept: number; kept_bytes: number })[]>;
};

const columns =
  "h.id, h.address, h.reference, h.reason, h.tell_owner, h.placed_by, h.placed_at, h.decision, h.lift_reason, h.lifting_by, h.lifted_by, h.lifted_at";

export function createHolds(parts: CustodyParts): Holds {
  const { mailboxes, now, trace } = parts;
  const { schema } = mailboxes;
  return {
    async place(tx, { address, reference, reason, tellOwner, by }) {
      // Folders first, then the mailbox, as everywhere in mail: a removal under way ends before the hold begins, or is kept by it.
      await tx.query(`select id from ${schema}.folder where address = $1 order by id for update`, [address]);
      const box = await tx.first<{ removed: boolean }>(
        `select removed_at is not null as removed from ${schema}.mailbox where address = $1 and erased_at is null for update`,
        [address],
      );
      if (!box) throw mailErrors.refuse("mail.no-mailbox", { params: { address } });
      const row = await tx.first<HoldRow>(
        `insert into ${schema}.legal_hold as h (id, address, reference, reason, tell_owner, placed_by, placed_at) values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
        [newId<"hold">(), address, reference, reason, tellOwner, by, now()],
      );
      if (!row) throw new TypeError("the hold was not written");
      await trace(tx, "hold-placed", { hold: row.id, by });
      if (tellOwner && !box.removed) await parts.tell(tx, address, await holdNotice(parts, tx, row));
      return row;
    },
    async proposeLift(tx, id, { reason, by, propose }) {
      const row = await tx.first<HoldRow>(`select ${columns} from ${schema}.legal_hold h where id = $1 and lifted_at is null for update`, [id]);
      if (!row) throw mailErrors.refuse("mail.no-hold");
      const decision = await propose(tx, { kind: "mail.hold-lift", id });
      await tx.run(`update ${schema}.legal_hold set decision = $2, lift_reason = $3, lifting_by = $4 where id = $1`, [id, decision, reason, by]);
      return decision;
    },
    async lift(tx, id, { decision, by }) {
      const row = await tx.first<HoldRow>(
        `update ${schema}.legal_hold h set lifted_by = $3, lifted_at = $4 where id = $1 and decision = $2 and lifted_at is null returning ${columns}`,
        [id, decision, by, now()],
      );
      if (!row) throw mailErrors.refuse("mail.no-hold");
      await trace(tx, "hold-lifted", { hold: id, by });
      const box = await tx.first(`select 1 as found from ${schema}.mailbox where address = $1 and removed_at is null`, [row.address]);
      if (box) await parts.tell(tx, row.address, await holdNotice(parts, tx, row));
      await tellOpened(parts, tx, row.address);
      if (!(await isHeld(tx, schema, row.address))) tx.afterCommit(parts.work);
    },
    list: (from) =>
      from.query(
        `select ${columns}, coalesce(k.count, 0)::int as kept, coalesce(k.bytes, 0)::bigint as kept_bytes from ${schema}.legal_hold h
           left join (select f.kept_of, count(*) as count, sum(m.size) as bytes from ${schema}.folder f join ${schema}.message m on m.folder_id = f.id
                       where f.kept_of is not null group by f.kept_of) k on k.kept_of = h.address and h.lifted_at is null
          order by h.lifted_at is not null, h.placed_at desc limit 200`,
      ),
  };
}

// What files owe, kept in a table of its own so that the list of work is one indexed read. Rewritten whole with each entry.
import type { Temporal } from "@cercle/kernel";
import type { Clock } from "@cercle/law";
import type { Queryable, Tx } from "@cercle/store";

export type WorkRow = {
  readonly reference: string;
  readonly instrument: string;
  readonly party: string | null;
  readonly clock: string;
  readonly article: string;
  readonly kind: string;
  readonly state: string;
  readonly owed_by: string;
  readonly about_fr: string;
  readonly about_en: string;
  readonly last_day: string | null;
  readonly due_at: Temporal.Instant | null;
};

/** States in which somebody still has something to do or to decide. */
const working = ["late", "running", "due", "open", "waiting"] as const;

export async function writeObligations(tx: Tx, file: string, clocks: readonly Clock[]): Promise<void> {
  await tx.run("delete from governance.obligation where file_id = $1", [file]);
  const live = clocks.filter((clock) => clock.kind !== "lasting" && clock.kind !== "renewal" && working.some((state) => state === clock.state));
  for (const clock of live) {
    await tx.run(
      `insert into governance.obligation (file_id, clock, article, kind, state, owed_by, about_fr, about_en, last_day, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (file_id, clock) do nothing`,
      [file, clock.id, clock.article, clock.kind, clock.state, clock.by, clock.about.fr, clock.about.en, clock.lastDay ?? null, clock.dueAt ?? null],
    );
  }
}

/** The list of work by legal urgency: what is late, then by last day, then what has no day. Of some parties only when given. */
export function listWork(from: Queryable, { parties, limit }: { parties?: readonly string[]; limit: number }): Promise<readonly WorkRow[]> {
  return from.query<WorkRow>(
    `select f.reference, f.instrument, p.name as party, o.clock, o.article, o.kind, o.state, o.owed_by, o.about_fr, o.about_en, o.last_day, o.due_at
       from governance.obligation o join governance.file f on f.id = o.file_id left join governance.party p on p.id = f.party_id
      where o.state in ('late', 'running', 'due', 'open', 'waiting')${parties ? " and f.party_id = any($2)" : ""}
      order by o.last_day nulls last, o.file_id limit $1`,
    parties ? [limit, parties] : [limit],
  );
}

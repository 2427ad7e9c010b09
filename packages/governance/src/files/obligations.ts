// What files owe, kept in a table of its own so that the list of work is one indexed read. Rewritten whole with each entry.
import type { Temporal } from "@cercle/kernel";
import { type Clock, urgencyOf } from "@cercle/law";
import { json, type Queryable, type Tx } from "@cercle/store";
import type { Reach } from "../parties/reach.ts";

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

export async function writeObligations(tx: Tx, file: string, clocks: readonly Clock[]): Promise<void> {
  const rows = new Map<string, object>();
  for (const clock of clocks) {
    if (clock.kind === "lasting" || clock.kind === "renewal" || rows.has(clock.id)) continue;
    // The law gives a number to what somebody still has to do or to decide, and to nothing else.
    const urgency = urgencyOf(clock);
    if (urgency === undefined) continue;
    rows.set(clock.id, {
      clock: clock.id,
      article: clock.article,
      kind: clock.kind,
      state: clock.state,
      owed_by: clock.by,
      about_fr: clock.about.fr,
      about_en: clock.about.en,
      last_day: clock.lastDay?.toString() ?? null,
      due_at: clock.dueAt?.toString() ?? null,
      urgency,
    });
  }
  await tx.run("delete from governance.obligation where file_id = $1", [file]);
  if (rows.size === 0) return;
  await tx.run(
    `insert into governance.obligation (file_id, clock, article, kind, state, owed_by, about_fr, about_en, last_day, due_at, urgency)
     select $1, o.clock, o.article, o.kind, o.state, o.owed_by, o.about_fr, o.about_en, o.last_day, o.due_at, o.urgency
       from jsonb_to_recordset($2::jsonb) as o (clock text, article text, kind text, state text, owed_by text, about_fr text, about_en text,
         last_day date, due_at timestamptz, urgency bigint)`,
    [file, json([...rows.values()])],
  );
}

/** The list of work by legal urgency, most urgent first, of the files that its reader sees. */
export function listWork(from: Queryable, { reach = "all", limit }: { reach?: Reach; limit: number }): Promise<readonly WorkRow[]> {
  return from.query<WorkRow>(
    `select f.reference, f.instrument, p.name as party, o.clock, o.article, o.kind, o.state, o.owed_by, o.about_fr, o.about_en, o.last_day, o.due_at
       from governance.obligation o join governance.file f on f.id = o.file_id left join governance.party p on p.id = f.party_id
      ${reach === "all" ? "" : "where f.party_id = any($2) or f.reference = any($3)"}
      order by o.urgency, o.file_id, o.clock limit $1`,
    reach === "all" ? [limit] : [limit, reach.parties, reach.files],
  );
}

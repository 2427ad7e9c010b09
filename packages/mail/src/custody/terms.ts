// How long an operator keeps things, in days of the space's clock. Nothing national sets these terms (reference mssante.md §12): each
// default says where it comes from.
import type { Queryable, Tx } from "@cercle/store";

export type Term = "trash" | "junk" | "removed" | "traces";
export type Terms = Readonly<Record<Term, number>>;

/** 0 keeps until somebody removes it. `least` is the shortest of the others. */
export const termRules = {
  // Assumption, after the default of the German counterpart (KIM `dataTimeToLive`: 90 days, of 10 to 365).
  trash: { days: 90, least: 1, use: "\\Trash" },
  junk: { days: 90, least: 1, use: "\\Junk" },
  // Assumption, the same; counted from the removal of the mailbox.
  removed: { days: 90, least: 1, use: undefined },
  // The evidence agreement makes traces proof between the parties (MSS 5.1): five years, as claims last (Code civil, art. 2224), is an
  // assumption. Never shorter than six months (CNIL on logging: six months to a year unless justified).
  traces: { days: 1826, least: 180, use: undefined },
} as const satisfies Record<Term, { days: number; least: number; use: string | undefined }>;

export const longestTerm = 36_525;
export const terms = Object.keys(termRules) as readonly Term[];
const defaults = Object.fromEntries(terms.map((term) => [term, termRules[term].days])) as Terms;

/** Whether so many days may be set. */
export function allowsDays(term: Term, days: number): boolean {
  return days === 0 || (days >= termRules[term].least && days <= longestTerm);
}

type Row = { trash_days: number; junk_days: number; removed_days: number; trace_days: number };

export async function findTerms(from: Queryable, schema: string): Promise<Terms> {
  const row = await from.first<Row>(`select trash_days, junk_days, removed_days, trace_days from ${schema}.retention`);
  return row ? { trash: row.trash_days, junk: row.junk_days, removed: row.removed_days, traces: row.trace_days } : defaults;
}

export async function setTerms(tx: Tx, schema: string, changed: Partial<Terms>, by: { who: string; at: unknown }): Promise<Terms> {
  const next: Terms = { ...(await findTerms(tx, schema)), ...changed };
  await tx.run(
    `insert into ${schema}.retention (trash_days, junk_days, removed_days, trace_days, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (one) do update set trash_days = $1, junk_days = $2, removed_days = $3, trace_days = $4, changed_by = $5, changed_at = $6`,
    [next.trash, next.junk, next.removed, next.traces, by.who, by.at],
  );
  return next;
}

// Figures over all files: how many, in which phase and since when, what is due, how fast doors apply. One indexed read each.
import type { Temporal } from "@cercle/kernel";
import { findFullInstrument } from "@cercle/law";
import type { Queryable } from "@cercle/store";

export type PhaseFigures = {
  readonly instrument: string;
  readonly phase: string;
  readonly files: number;
  /** Days that half of these files have been in this phase, and the longest. */
  readonly median_days: number;
  readonly longest_days: number;
};
export type Figures = {
  readonly at: string;
  readonly files: number;
  readonly by_phase: readonly PhaseFigures[];
  /** The last twelve months, the present one last. */
  readonly opened: readonly { readonly month: string; readonly files: number }[];
  /** Last days of what somebody still has to do or to decide. */
  readonly obligations: {
    readonly late: number;
    readonly within_7_days: number;
    readonly within_31_days: number;
    readonly within_92_days: number;
    readonly beyond: number;
    readonly by_instrument: readonly { readonly instrument: string; readonly late: number; readonly ahead: number }[];
  };
  /** Decision to last door, over the changes that every door has applied. */
  readonly doors: { readonly changes: number; readonly unsettled: number; readonly median_ms: number | null; readonly p99_ms: number | null };
};

type Due = { instrument: string; late: number; week: number; month: number; quarter: number; beyond: number };

/** `now` is the space's; days and months are counted in its time zone. */
export async function readFigures(from: Queryable, { now, timeZone }: { now: Temporal.Instant; timeZone: string }): Promise<Figures> {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  // Grants of a sandbox are files, and no relation with anybody.
  const known = (instrument: string): boolean => findFullInstrument(instrument) !== undefined;
  const phases = await from.query<PhaseFigures>(
    `select instrument, phase, count(*)::int as files,
            floor(percentile_cont(0.5) within group (order by extract(epoch from $1::timestamptz - coalesce(phase_since, opened_at)) / 86400))::int as median_days,
            floor(max(extract(epoch from $1::timestamptz - coalesce(phase_since, opened_at)) / 86400))::int as longest_days
       from governance.file where not read_only group by instrument, phase order by instrument, phase`,
    [now],
  );
  const byPhase = phases.filter(({ instrument }) => known(instrument));
  const first = today.toPlainYearMonth().subtract({ months: 11 });
  const opened = await from.query<{ instrument: string; month: string; files: number }>(
    `select instrument, to_char(opened_at at time zone $1, 'YYYY-MM') as month, count(*)::int as files
       from governance.file where not read_only and opened_at >= $2 group by 1, 2`,
    [timeZone, first.toPlainDate({ day: 1 }).toZonedDateTime(timeZone).toInstant()],
  );
  const months = Array.from({ length: 12 }, (_, i) => first.add({ months: i }).toString());
  const due = await from.query<Due>(
    `select f.instrument, count(*) filter (where o.state = 'late')::int as late,
            count(*) filter (where o.state <> 'late' and o.last_day between $1 and $2)::int as week,
            count(*) filter (where o.state <> 'late' and o.last_day > $2 and o.last_day <= $3)::int as month,
            count(*) filter (where o.state <> 'late' and o.last_day > $3 and o.last_day <= $4)::int as quarter,
            count(*) filter (where o.state <> 'late' and o.last_day > $4)::int as beyond
       from governance.obligation o join governance.file f on f.id = o.file_id group by f.instrument order by f.instrument`,
    [today, today.add({ days: 7 }), today.add({ days: 31 }), today.add({ days: 92 })].map((day) => day.toString()),
  );
  const sum = (of: "late" | "week" | "month" | "quarter" | "beyond"): number => due.reduce((total, row) => total + row[of], 0);
  const doors = await from.first<{ changes: number; unsettled: number; median: number | null; p99: number | null }>(
    `select count(*) filter (where settled_at is not null)::int as changes, count(*) filter (where settled_at is null)::int as unsettled,
            (percentile_cont(0.5) within group (order by slowest_ms))::int as median, (percentile_cont(0.99) within group (order by slowest_ms))::int as p99
       from governance.change`,
  );
  return {
    at: now.toString(),
    files: byPhase.reduce((total, { files }) => total + files, 0),
    by_phase: byPhase,
    opened: months.map((month) => ({
      month,
      files: opened.filter((row) => row.month === month && known(row.instrument)).reduce((total, { files }) => total + files, 0),
    })),
    obligations: {
      late: sum("late"),
      within_7_days: sum("week"),
      within_31_days: sum("month"),
      within_92_days: sum("quarter"),
      beyond: sum("beyond"),
      by_instrument: due.map(({ instrument, late, week, month, quarter, beyond }) => ({ instrument, late, ahead: week + month + quarter + beyond })),
    },
    doors: { changes: doors?.changes ?? 0, unsettled: doors?.unsettled ?? 0, median_ms: doors?.median ?? null, p99_ms: doors?.p99 ?? null },
  };
}

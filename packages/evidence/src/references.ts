// References that people see: `RL-2026-00042`, numbered a year without a gap (the counter's row is held to the commit).
import type { Clock } from "@cercle/kernel";
import type { Tx } from "@cercle/store";

export type NextReference = (tx: Tx, prefix: "RL" | "AR" | "DE" | "DO") => Promise<string>;

export function createReferences({ clock, timeZone }: { clock: Clock; timeZone: string }): NextReference {
  return async (tx, prefix) => {
    const { year } = clock.now().toZonedDateTimeISO(timeZone);
    const row = await tx.first<{ last: number }>(
      `insert into evidence.reference_counter (prefix, year, last) values ($1, $2, 1)
       on conflict (prefix, year) do update set last = reference_counter.last + 1 returning last`,
      [prefix, year],
    );
    return `${prefix}-${year}-${String(row?.last ?? 0).padStart(5, "0")}`;
  };
}

// Counting. Every answer has two dates, the last day to act and the first day of effect, and says what was done to find them.
import type { Temporal } from "@cercle/kernel";
import { findHoliday } from "./holidays.ts";
import type { CountingPolicy } from "./policy.ts";

/** *Jours ouvrés*: Monday to Friday, holidays out. *Jours ouvrables*: Monday to Saturday, holidays out. Hours elapse, nights included. */
export type DayUnit = "days" | "weeks" | "jours-ouvres" | "jours-ouvrables" | "months" | "calendar-months" | "years";
export type Unit = DayUnit | "hours";

export const dayUnits: readonly DayUnit[] = ["days", "weeks", "jours-ouvres", "jours-ouvrables", "months", "calendar-months", "years"];

export type Counted = {
  readonly from: Temporal.PlainDate;
  readonly length: number;
  readonly unit: DayUnit;
  readonly policy: string;
  /** Last day on which one may still act, to midnight. */
  readonly lastDay: Temporal.PlainDate;
  readonly firstDayOfEffect: Temporal.PlainDate;
  /** The last day before CPC 642 moved it; the same when nothing moved. */
  readonly lastDayBeforeMove: Temporal.PlainDate;
  /** Why it moved: `saturday`, `sunday` or the holiday's name, one for each day passed over. */
  readonly passedOver: readonly string[];
};

const oneDay = { days: 1 } as const;

export function isJourOuvre(day: Temporal.PlainDate, policy: CountingPolicy): boolean {
  return day.dayOfWeek <= 5 && findHoliday(policy.territory, day) === undefined;
}

export function isJourOuvrable(day: Temporal.PlainDate, policy: CountingPolicy): boolean {
  return day.dayOfWeek <= 6 && findHoliday(policy.territory, day) === undefined;
}

/**
 * Counts forward from the day of an act, which is excluded (CPC 641). `move` says whether the clause lets CPC 642 move the end;
 * the policy must say so too. A length of zero ends on the day of the act itself.
 */
export function countForward(request: { from: Temporal.PlainDate; length: number; unit: DayUnit; policy: CountingPolicy; move: boolean }): Counted {
  const { from, length, unit, policy, move } = request;
  if (!Number.isInteger(length) || length < 0 || length > 40_000) throw new RangeError(`a length of ${length} cannot be counted`);
  const lastDayBeforeMove = endOf(from, length, unit, policy);
  const passedOver: string[] = [];
  let lastDay = lastDayBeforeMove;
  // CPC 642 al. 2: Saturday, Sunday, holiday. A length in working days says itself which days count: its end is never moved.
  const movable = move && policy.moves && unit !== "jours-ouvres" && unit !== "jours-ouvrables";
  while (movable && !isJourOuvre(lastDay, policy)) {
    passedOver.push(findHoliday(policy.territory, lastDay) ?? (lastDay.dayOfWeek === 6 ? "saturday" : "sunday"));
    lastDay = lastDay.add(oneDay);
  }
  return { from, length, unit, policy: policy.id, lastDay, firstDayOfEffect: lastDay.add(oneDay), lastDayBeforeMove, passedOver };
}

function endOf(from: Temporal.PlainDate, length: number, unit: DayUnit, policy: CountingPolicy): Temporal.PlainDate {
  switch (unit) {
    case "days":
      return from.add({ days: length });
    case "weeks":
      return from.add({ weeks: length });
    case "jours-ouvres":
      return stepWorking(from, length, 1, (day) => isJourOuvre(day, policy));
    case "jours-ouvrables":
      return stepWorking(from, length, 1, (day) => isJourOuvrable(day, policy));
    case "calendar-months":
      if (policy.calendarMonths === "whole")
        return from
          .with({ day: 1 })
          .add({ months: length + 1 })
          .subtract(oneDay);
      return from.add({ months: length });
    case "months":
      // CPC 641 al. 2: same day of the last month, or its last day; Temporal's "constrain" is that rule.
      return from.add({ months: length });
    case "years":
      return from.add({ years: length });
  }
}

function stepWorking(from: Temporal.PlainDate, length: number, step: 1 | -1, works: (day: Temporal.PlainDate) => boolean): Temporal.PlainDate {
  let day = from;
  for (let left = length; left > 0; ) {
    day = day.add({ days: step });
    if (works(day)) left -= 1;
  }
  return day;
}

/**
 * The first day on which an event may happen after a notice given on `notice`. Notices in days leave that many whole days between
 * the two, both excluded; notices in months run from date to date, so that 15 September is six months before 15 March.
 * A minimum notice is never moved: a move would change what it protects.
 */
export function earliestAfterNotice(request: { notice: Temporal.PlainDate; length: number; unit: DayUnit; policy: CountingPolicy }): Temporal.PlainDate {
  const { notice, ...rest } = request;
  const counted = countForward({ from: notice, ...rest, move: false });
  return dateToDate.has(request.unit) ? counted.lastDay : counted.firstDayOfEffect;
}

const dateToDate: ReadonlySet<DayUnit> = new Set(["months", "calendar-months", "years"]);

/** The latest day for a notice before `event`: the exact inverse of `earliestAfterNotice`. */
export function countBackward(request: { event: Temporal.PlainDate; length: number; unit: DayUnit; policy: CountingPolicy }): {
  readonly latestNotice: Temporal.PlainDate;
} {
  const { event, length, unit, policy } = request;
  const suffices = (notice: Temporal.PlainDate): boolean => compare(earliestAfterNotice({ notice, length, unit, policy }), event) <= 0;
  let notice = estimateBackward(event, length, unit, policy);
  while (!suffices(notice)) notice = notice.subtract(oneDay);
  for (let next = notice.add(oneDay); suffices(next); next = next.add(oneDay)) notice = next;
  return { latestNotice: notice };
}

function estimateBackward(event: Temporal.PlainDate, length: number, unit: DayUnit, policy: CountingPolicy): Temporal.PlainDate {
  switch (unit) {
    case "days":
      return event.subtract({ days: length + 1 });
    case "weeks":
      return event.subtract({ weeks: length, days: 1 });
    case "jours-ouvres":
      return stepWorking(event, length, -1, (day) => isJourOuvre(day, policy)).subtract(oneDay);
    case "jours-ouvrables":
      return stepWorking(event, length, -1, (day) => isJourOuvrable(day, policy)).subtract(oneDay);
    case "calendar-months":
    case "months":
      return event.subtract({ months: length, days: 1 });
    case "years":
      return event.subtract({ years: length, days: 1 });
  }
}

const compare = (a: Temporal.PlainDate, b: Temporal.PlainDate): number => a.year - b.year || a.month - b.month || a.day - b.day;

/** Hours elapse whatever the clock on the wall does: nights, holidays and the change of hour included; no move. */
export function countHours(from: Temporal.Instant, hours: number): Temporal.Instant {
  return from.add({ hours });
}

// Open obligations of many files in order of legal urgency: missed first, oldest first; then what is owed without a number; then
// what runs, soonest first; last what waits for a proof.
import type { Clock } from "./definition.ts";

const ranks: Readonly<Partial<Record<Clock["state"], number>>> = { late: 0, due: 1, running: 2, open: 2, waiting: 3 };
const dayNumber = 100_000_000;

/** A whole number that sorts: computed with the clock and kept beside it (an indexed column). Undefined when nothing is left to do. */
export function urgencyOf({ state, lastDay, dueAt, start }: Pick<Clock, "state" | "lastDay" | "dueAt" | "start">): number | undefined {
  const rank = ranks[state];
  if (rank === undefined) return undefined;
  const at = dueAt && new Date(dueAt.epochMilliseconds);
  const day = lastDay ?? start?.day;
  if (at) return (rank * dayNumber + at.getUTCFullYear() * 10_000 + (at.getUTCMonth() + 1) * 100 + at.getUTCDate()) * 24 + at.getUTCHours();
  return (rank * dayNumber + (day ? day.year * 10_000 + day.month * 100 + day.day : 0)) * 24;
}

/** Most urgent first; what is equally urgent keeps its order. */
export function sortByUrgency<Item extends { readonly urgency: number }>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => a.urgency - b.urgency);
}

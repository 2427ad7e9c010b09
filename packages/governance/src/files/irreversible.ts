// Acts that cannot be taken back, or that cut somebody off: two officers decide them. Where the clause says "at once", one may act
// alone, and the acts that undo it stand beside it: the review records them when it lifts the measure.

export const irreversibleActs = [
  "termination-pronounced",
  "suspension-pronounced",
  "exceptional-measure-taken",
  "reference-published",
  "deactivated",
  "removed",
  "cut-for-public-interest",
  "withdrawal-pronounced",
  "deactivated-for-breach",
] as const;

/** MSS 7.1 and PSC 12.2 "at once": by one officer, undone by these acts. */
export const urgentActs: Readonly<Record<string, readonly string[]>> = {
  "exceptional-measure-taken": ["exceptional-measure-lifted"],
  "cut-for-public-interest": ["measures-examined", "reactivated"],
};

export const isIrreversible = (type: string): boolean => irreversibleActs.some((act) => act === type);

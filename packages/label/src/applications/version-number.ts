// Version numbers of article 3.1: visible, strictly ordered, changing with any source change. Pure.

/** The parts of `4.2.1`, or undefined when it is not an ordered number. */
export function parseNumber(number: string): readonly number[] | undefined {
  return /^\d{1,6}(\.\d{1,6}){1,3}$/.test(number) ? number.split(".").map(Number) : undefined;
}

/** Below zero when `a` comes before `b`. `4.2` and `4.2.0` are the same place. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export type Build = { readonly number: string; readonly rank: readonly number[]; readonly fingerprint: string };
export type BuildVerdict =
  | { readonly is: "new" | "known" }
  | { readonly is: "two-builds"; readonly known: Build }
  | { readonly is: "goes-back"; readonly last: Build };

/** May this build take this number? */
export function judgeBuild(build: Build, known: readonly Build[]): BuildVerdict {
  const same = known.find((one) => compareNumbers(one.rank, build.rank) === 0);
  if (same) return same.fingerprint === build.fingerprint ? { is: "known" } : { is: "two-builds", known: same };
  const last = known.reduce<Build | undefined>((highest, one) => (!highest || compareNumbers(one.rank, highest.rank) > 0 ? one : highest), undefined);
  return last && compareNumbers(build.rank, last.rank) < 0 ? { is: "goes-back", last } : { is: "new" };
}

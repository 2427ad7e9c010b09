// The number to match: two digits on the sign-in screen, one of three on the telephone (psc.md §4).

/** `below(n)` answers a uniform integer in [0, n). */
export type Random = { below(n: number): number };

/** Two digits that no other waiting request of the person has, so that a typed number names one request. */
export function chooseNumber(random: Random, taken: readonly string[]): string {
  const free = allNumbers.filter((number) => !taken.includes(number));
  return free[random.below(free.length)] ?? "00";
}

/** The right number among three, in ascending order: its place says nothing. */
export function chooseChoices(random: Random, number: string): readonly string[] {
  const others: string[] = [];
  while (others.length < 2) {
    const other = allNumbers[random.below(allNumbers.length)] ?? "";
    if (other !== number && !others.includes(other)) others.push(other);
  }
  return [number, ...others].toSorted();
}

const allNumbers: readonly string[] = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, "0"));

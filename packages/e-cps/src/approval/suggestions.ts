// What fits the person's habits (ECPS-02): services used often at about this hour and day, then the recent ones. Pure.
import type { Temporal } from "@cercle/kernel";
import type { Words } from "../ports.ts";

export type PastSignIn = { readonly client: string; readonly name: Words; readonly url?: string; readonly at: Temporal.Instant };
export type Suggestion = {
  readonly client: string;
  readonly name: Words;
  readonly url?: string;
  readonly why: "habit" | "recent" | "often";
  readonly times: number;
};

const days = 60;
const weights = { hour: 2, day: 1, each: 1 } as const;

/** At most three, best first. */
export function suggestServices(past: readonly PastSignIn[], { now, timeZone }: { now: Temporal.Instant; timeZone: string }): readonly Suggestion[] {
  const here = now.toZonedDateTimeISO(timeZone);
  const oldest = now.subtract({ hours: 24 * days }).epochMilliseconds;
  const services = new Map<string, { sample: PastSignIn; score: number; times: number; habit: number; last: number }>();
  for (const signIn of past) {
    if (signIn.at.epochMilliseconds < oldest) continue;
    const at = signIn.at.toZonedDateTimeISO(timeZone);
    const apart = Math.abs(at.hour - here.hour);
    const sameHour = Math.min(apart, 24 - apart) <= 1;
    const sameDay = at.dayOfWeek === here.dayOfWeek;
    const before = services.get(signIn.client) ?? { sample: signIn, score: 0, times: 0, habit: 0, last: 0 };
    services.set(signIn.client, {
      sample: signIn.at.epochMilliseconds > before.last ? signIn : before.sample,
      score: before.score + weights.each + (sameHour ? weights.hour : 0) + (sameDay ? weights.day : 0),
      times: before.times + 1,
      habit: before.habit + (sameHour && sameDay ? 1 : 0),
      last: Math.max(before.last, signIn.at.epochMilliseconds),
    });
  }
  return [...services.values()]
    .toSorted((a, b) => b.score - a.score || b.last - a.last)
    .slice(0, 3)
    .map(({ sample, times, habit }) => ({
      client: sample.client,
      name: sample.name,
      ...(sample.url ? { url: sample.url } : {}),
      why: habit >= 2 ? "habit" : times >= 3 ? "often" : "recent",
      times,
    }));
}

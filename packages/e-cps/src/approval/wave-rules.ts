// Waves of requests (ECPS-10): an attacker who knows an identifier must neither tire the person into approving,
// nor lock the person out. So what the person used before is never counted with what is unknown, and most of what is
// held back is only *quiet*: no notice on the telephone, still answerable by typing the number of the sign-in screen.
// Pure; one ordered table. "Here" is the same service and place; "bad" is refused, wrong or left without answer
// within the last ten minutes (a reported one counts three).

export type WaveFacts = {
  /** The person approved this service from this place within ninety days. */
  readonly known: boolean;
  readonly pendingHere: number;
  readonly badHere: number;
  readonly pendingUnknown: number;
  readonly badUnknown: number;
};
export type WaveVerdict = "notify" | "quiet" | "throttled";

type Rule = { readonly when: (facts: WaveFacts) => boolean; readonly verdict: WaveVerdict };

export const waveMinutes = 10;
export const waveRules: readonly Rule[] = [
  { when: (f) => f.pendingHere >= 3, verdict: "throttled" },
  { when: (f) => f.known && f.badHere >= 3, verdict: "quiet" },
  { when: (f) => f.known, verdict: "notify" },
  { when: (f) => f.badHere >= 3, verdict: "throttled" },
  { when: (f) => f.pendingUnknown >= 20, verdict: "throttled" },
  { when: (f) => f.pendingUnknown >= 3 || f.badUnknown >= 5, verdict: "quiet" },
];

export function decideWave(facts: WaveFacts): WaveVerdict {
  return waveRules.find((rule) => rule.when(facts))?.verdict ?? "notify";
}

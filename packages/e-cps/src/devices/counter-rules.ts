// Noticing a cloned device (ECPS-22), without clocks. A challenge carries the highest counter the server had accepted when
// it was given out. The one true device has, by then, itself sent every accepted counter: its next is always higher.
// So a good signature under a counter not above the challenge's own comes from a second holder of the key.

export type CounterVerdict = "accept" | "again" | "clone";

export function judgeCounter({ atIssue, last, given }: { atIssue: number; last: number; given: number }): CounterVerdict {
  if (given <= atIssue) return "clone";
  // Overtaken by a later request of the same device, or sent twice: harmless, to be signed again.
  if (given <= last) return "again";
  return "accept";
}

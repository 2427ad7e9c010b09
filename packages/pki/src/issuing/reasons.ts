// RFC 5280 §5.3.1. `certificateHold` is left out: nothing here is ever un-revoked.

export const reasonCodes = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const;

export type Reason = keyof typeof reasonCodes;
export const reasons = Object.keys(reasonCodes) as [Reason, ...Reason[]];

/** The published code of a recorded reason; one of our own words is published as unspecified. */
export function codeOf(reason: string | null): number {
  return reasonCodes[reason as Reason] ?? 0;
}

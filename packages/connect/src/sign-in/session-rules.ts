// How long a sign-in lasts: four hours at most, thirty minutes without use (psc.md §1.6). Pure; seconds since 1970.

export const sessionSeconds = 14_400;
export const idleSeconds = 1_800;

/** When a session that began at `authTime` is over for good. */
export function sessionEnd(authTime: number): number {
  return authTime + sessionSeconds;
}

/** Seconds that a session used now lives on; at least one, since a lifetime is positive. */
export function sessionTtl(loginTs: number | undefined, now: number): number {
  return loginTs === undefined ? idleSeconds : Math.max(1, Math.min(idleSeconds, sessionEnd(loginTs) - now));
}

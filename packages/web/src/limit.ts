// Request limits by key: a bucket that refills. Kept in this process; a limit that must hold for the whole space lives in the store.

export type Limiter = { /** Seconds to wait, or 0 when the request may pass. */ take(key: string, perMinute: number): number };

const maximumKeys = 50_000;

/** `now` in milliseconds; real time. */
export function createLimiter(now: () => number = Date.now): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(key, perMinute) {
      const time = now();
      if (buckets.size > maximumKeys) buckets.clear();
      const bucket = buckets.get(key) ?? { tokens: perMinute, at: time };
      const tokens = Math.min(perMinute, bucket.tokens + ((time - bucket.at) / 60_000) * perMinute);
      const passes = tokens >= 1;
      buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at: time });
      return passes ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute));
    },
  };
}

// Numbers from a seed: the same seed gives the same extraction anywhere. Not for secrets.

export type Random = { next(): number; below(limit: number): number; pick<T>(list: readonly T[]): T };

/** `mulberry32`, started from two numbers so that each item of a series has a stream of its own. */
export function createRandom(seed: number, item: number): Random {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(item + 1, 0xc2b2ae35)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick<T>(list: readonly T[]): T {
      return list[below(list.length)] as T;
    },
  };
}

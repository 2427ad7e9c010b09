// Things noted together: after a moment, or when there are many.

export type Batch<T> = { add(one: T): void /** Writes what is left. */; stop(): Promise<void> };

/** `write` gets what was added in `millis`, at most about `size` at once; a write that fails is tried once more with the next. */
export function createBatch<T>({ millis, size, write }: { millis: number; size: number; write: (all: readonly T[]) => Promise<void> }): Batch<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const all = waiting;
    waiting = [];
    if (all.length > 0) {
      writing = writing
        .then(() => write(all))
        .catch(() => {
          if (waiting.length < size) waiting.push(...all);
        });
    }
    return writing;
  };
  return {
    add(one) {
      waiting.push(one);
      if (waiting.length >= size) void flush();
      else timer ??= setTimeout(() => void flush(), millis).unref();
    },
    stop: flush,
  };
}

// Time passes: files in which something changes by itself (a term, a clock that runs out, an effect that comes with its day)
// are settled when their instant comes, oldest first. Each process may look; the file's lock lets one work.
import type { Store } from "@cercle/store";
import type { Files } from "./files.ts";

export type Ticker = {
  /** Settles everything due now. */
  run(): Promise<void>;
  stop(): Promise<void>;
};

const everyMillis = 2000;

export function createTicker({ store, files }: { store: Store; files: Files }): Ticker {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  const settleDue = async (): Promise<void> => {
    for (;;) {
      const due = await files.due(store);
      if (due.length === 0 || stopped) return;
      for (const reference of due) {
        if (stopped) return;
        await store.transaction((tx) => files.refresh(tx, reference));
      }
    }
  };
  const run = (): Promise<void> => {
    running = running.then(settleDue, settleDue);
    return running;
  };
  const timer = setInterval(() => void run().catch(() => undefined), everyMillis);
  timer.unref();
  return {
    run,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running.catch(() => undefined);
    },
  };
}

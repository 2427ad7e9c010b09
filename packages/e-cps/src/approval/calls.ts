// Open connections of telephones: a long poll waits here until its device is called, in whichever process the call was made.
import type { Store } from "@cercle/store";
import { deviceCalled } from "../events.ts";

export type Calls = {
  /** Resolves at the next call of this device, or after `millis`. Ask before looking, so that nothing falls between. */
  next(device: string, millis: number): { called: Promise<boolean>; cancel(): void };
  stop(): Promise<void>;
};

export async function createCalls(store: Store): Promise<Calls> {
  const waiting = new Map<string, Set<(called: boolean) => void>>();
  const follower = await store.follow({
    kind: deviceCalled,
    handle({ payload }) {
      if (!payload.quiet) for (const wake of waiting.get(payload.device) ?? []) wake(true);
    },
  });
  return {
    next(device, millis) {
      let finish: (called: boolean) => void = () => undefined;
      const called = new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => finish(false), millis);
        finish = (value) => {
          clearTimeout(timer);
          const set = waiting.get(device);
          set?.delete(finish);
          if (set?.size === 0) waiting.delete(device);
          resolve(value);
        };
        waiting.set(device, (waiting.get(device) ?? new Set()).add(finish));
      });
      return { called, cancel: () => finish(false) };
    },
    async stop() {
      for (const set of waiting.values()) for (const wake of set) wake(false);
      await follower.stop();
    },
  };
}

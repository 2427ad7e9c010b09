// Doing something that the server may refuse: busy while it lasts, its refusal in words afterwards.
import { DeviceRefusal } from "@cercle/e-cps/device";
import { useCallback, useState } from "react";
import { useSpeech } from "./texts.ts";

export type Work = { readonly busy: boolean; readonly fault: string | undefined; run(work: () => Promise<void>): void; clear(): void };

/** `onRefusal` may take a refusal over by answering true. */
export function useWork(onRefusal?: (refusal: DeviceRefusal) => boolean): Work {
  const { say } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const run = useCallback(
    (work: () => Promise<void>) => {
      setBusy(true);
      setFault(undefined);
      work()
        .catch((error: unknown) => {
          if (error instanceof DeviceRefusal) {
            if (!onRefusal?.(error)) setFault(error.message || say("app.failed"));
          } else setFault(say("app.offline"));
        })
        .finally(() => setBusy(false));
    },
    [onRefusal, say],
  );
  return { busy, fault, run, clear: () => setFault(undefined) };
}

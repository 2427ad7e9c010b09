// The live connection: a long poll that is always there while the application is, and says when the e-CPS has ended.
import { DeviceRefusal, type Waiting } from "@cercle/e-cps/device";
import { useEffect, useState } from "react";
import { endings, phone } from "./phone.ts";

const pollSeconds = 20;
const maximumPauseMillis = 15_000;

export type Live = { readonly waiting: Waiting | undefined; readonly offline: boolean };

export function useLive(active: boolean, onEnded: (reason: string) => void): Live {
  const [waiting, setWaiting] = useState<Waiting>();
  const [offline, setOffline] = useState(false);
  useEffect(() => {
    if (!active) return;
    let stopped = false;
    let pause = 1000;
    const loop = async (): Promise<void> => {
      let seconds = 0;
      while (!stopped) {
        try {
          const next = await phone.wait(seconds);
          if (stopped) return;
          setWaiting(next);
          setOffline(false);
          pause = 1000;
          // While something waits the answer is immediate: ask again at an easy pace.
          seconds = next.requests.length > 0 ? 0 : pollSeconds;
          if (next.requests.length > 0) await rest(1500);
        } catch (error) {
          if (stopped) return;
          if (error instanceof DeviceRefusal && endings.has(error.code)) {
            onEnded(error.message);
            return;
          }
          setOffline(!(error instanceof DeviceRefusal));
          seconds = 0;
          await rest(pause);
          pause = Math.min(pause * 2, maximumPauseMillis);
        }
      }
    };
    void loop();
    return () => {
      stopped = true;
    };
  }, [active, onEnded]);
  return { waiting, offline };
}

const rest = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

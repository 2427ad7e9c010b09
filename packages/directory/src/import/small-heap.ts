// A load makes gigabytes that die at once. Left alone, V8 lets the old space grow to four times what lives before it collects,
// and the young one to its maximum; for the time of a load both stay near what they are, which costs some processor.
import { setFlagsFromString } from "node:v8";

/** The old space may grow by this part of what lives in it before it is collected. */
const growingPercent = 50;

export async function withSmallHeap<T>(work: () => Promise<T>): Promise<T> {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
  setFlagsFromString("--semi-space-growth-factor=1");
  try {
    return await work();
  } finally {
    setFlagsFromString("--heap-growing-percent=0");
    setFlagsFromString("--semi-space-growth-factor=2");
  }
}

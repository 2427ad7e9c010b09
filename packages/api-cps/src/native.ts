// Native modules are optional: found where npm puts them, or where `npm run setup:card` builds them in a clone.
import { createRequire } from "node:module";
import { CpsError } from "./errors.ts";

/** Loads one, or throws `no-driver`. */
export function loadNative<T>(name: string): T {
  const causes: unknown[] = [];
  for (const from of [import.meta.url, new URL("../native/", import.meta.url).href]) {
    try {
      return createRequire(from)(name) as T;
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new CpsError("no-driver", { module: name }, { cause: causes[0] });
}

// One verdict for given bytes, from ClamAV's daemon.
export { type Clamd, clamdPlace, createClamd, type Verdict } from "./clamd.ts";

// Structured logs: a request id, no personal data, nothing secret. One line of JSON per event on standard error.
import pino, { type Logger } from "pino";

export type { Logger };

/** `level` is one of pino's; `silent` for tests and commands. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ["*.password", "*.pin", "*.token", "*.secret", "*.authorization"] },
    pino.destination({ dest: 2, sync: false }),
  );
}

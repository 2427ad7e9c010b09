// What the gateway sees of trouble (MSS 5.1): mail from outside the whitelist, waves of unsolicited mail. Each opens an incident by
// itself, which starts its twenty-four hours. Memory is bounded; facts are counts, never addresses.
import type { Clock } from "@cercle/kernel";
import type { IncidentKind } from "../agency/agency.ts";

export type Watch = {
  /** A session from outside the trust space was refused. */
  outside(cause: string): void;
  /** A sender reached recipients. */
  reached(sender: string, recipients: number): void;
};

const windowMillis = 600_000;
const tellEveryMillis = 10_000;
const mostSenders = 10_000;

export function createWatch({
  identify,
  waveRecipients,
  real,
}: {
  identify(kind: IncidentKind, facts: Readonly<Record<string, string | number>>): Promise<void>;
  waveRecipients: number;
  real: Clock;
}): Watch {
  const causes = new Map<string, number>();
  const senders = new Map<string, { since: number; recipients: number; told: boolean }>();
  let lastTold = 0;
  const now = (): number => real.now().epochMilliseconds;
  return {
    outside(cause) {
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
      if (now() - lastTold < tellEveryMillis) return;
      lastTold = now();
      void identify("outside-whitelist", Object.fromEntries(causes)).catch(() => undefined);
    },
    reached(sender, recipients) {
      const known = senders.get(sender);
      const window = known && now() - known.since < windowMillis ? known : { since: now(), recipients: 0, told: false };
      window.recipients += recipients;
      if (senders.size >= mostSenders) senders.clear();
      senders.set(sender, window);
      if (window.recipients < waveRecipients || window.told) return;
      window.told = true;
      void identify("unsolicited-wave", { recipients: window.recipients, minutes: windowMillis / 60_000 }).catch(() => undefined);
    },
  };
}

// The doors as this process sees them, and what hangs on them: relays that are cut and answers that are forgotten when a right closes.
import { findStanding, type Standing } from "./extension.ts";
import type { RightsDoor } from "./ports.ts";

export type Standings = {
  of(clientId: string): Promise<Standing>;
  /** Aborted when this client leaves the extension. */
  cutOf(clientId: string): AbortSignal;
  /** Cuts what goes on for a client. */
  cut(clientId: string): void;
  /** Clients with something to cut in this process. */
  watched(): readonly string[];
};

export function createStandings({ door, providesData }: { door: RightsDoor; providesData(clientId: string): Promise<boolean> }): Standings {
  const cuts = new Map<string, AbortController>();
  return {
    async of(clientId) {
      // Ground rule: without contact for 5 s, what an exceptional measure can close is closed (PSC 12.2).
      if (door.lost) return { level: "unknown", clause: "PSC 12.2" };
      return findStanding(door.list(), clientId, await providesData(clientId));
    },
    cutOf(clientId) {
      const cut = cuts.get(clientId) ?? new AbortController();
      cuts.set(clientId, cut);
      return cut.signal;
    },
    cut(clientId) {
      cuts.get(clientId)?.abort();
      cuts.delete(clientId);
    },
    watched: () => [...cuts.keys()],
  };
}

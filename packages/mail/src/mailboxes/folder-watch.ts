// Who waits for news of a folder (IDLE) is woken by the signal of each change. On PostgreSQL the signal of another process may be
// lost with that process: the folders waited for are looked at together every few seconds.
import type { Store } from "@cercle/store";
import { folderChanged } from "../events.ts";

export type Watchers = { watch(folder: string, changed: () => void): () => void };

const netMillis = 3000;

export function watchFolders(store: Store, operators: readonly string[]): Watchers & { stop(): Promise<void> } {
  /** By `operator folder`. */
  const waiting = new Map<string, Set<() => void>>();
  const known = new Map<string, number>();
  const call = (place: string): void => {
    for (const changed of [...(waiting.get(place) ?? [])]) changed();
  };
  const heard = store.hear(folderChanged, ({ operator, folder }) => call(`${operator} ${folder}`));

  const look = async (operator: string): Promise<void> => {
    const folders = [...waiting.keys()].filter((place) => place.startsWith(`${operator} `)).map((place) => Number(place.slice(operator.length + 1)));
    if (folders.length === 0) return;
    const rows = await store.query<{ id: number; modseq: number }>(`select id, modseq from mail_${operator}.folder where id = any($1)`, [folders]);
    for (const { id, modseq } of rows) {
      const place = `${operator} ${id}`;
      const before = known.get(place);
      if (!waiting.has(place)) continue;
      known.set(place, modseq);
      // The first look calls too: what changed between the caller's own look and this one is not missed.
      if (before !== modseq) call(place);
    }
  };
  let looking: Promise<unknown> = Promise.resolve();
  const net =
    store.engine === "postgres"
      ? setInterval(() => {
          looking = Promise.all(operators.map(look)).catch(() => undefined);
        }, netMillis)
      : undefined;
  net?.unref();

  return {
    watch(place, changed) {
      const callers = waiting.get(place) ?? new Set();
      waiting.set(place, callers.add(changed));
      return () => {
        callers.delete(changed);
        if (callers.size > 0 || waiting.get(place) !== callers) return;
        waiting.delete(place);
        known.delete(place);
      };
    },
    async stop() {
      clearInterval(net);
      await heard.stop();
      await looking;
    },
  };
}

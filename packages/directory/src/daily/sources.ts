// The day's extractions, on a schedule: is there a new file, fetch it, import it, say what became of it. A source that brings
// nothing new for too long raises an alarm, once, and ends it when it comes back.
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Evidence } from "@cercle/evidence";
import { type Clock, Refusal, type Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { digestHex } from "../digest.ts";
import type { Loads } from "../import/loads.ts";
import { download, readTag } from "./download.ts";

export type SourceState = {
  readonly url: string;
  readonly checked_at: Temporal.Instant | null;
  readonly loaded_at: Temporal.Instant | null;
  /** Code of the refusal of the last try. */
  readonly problem: string | null;
  readonly stale_since: Temporal.Instant | null;
};

export type Sources = {
  /** Asks every source once. */
  round(): Promise<void>;
  list(): Promise<readonly SourceState[]>;
};

export type SourcesOptions = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly clock: Clock;
  readonly loads: Loads;
  readonly urls: readonly string[];
  /** Trust anchor of the sources' servers, PEM; the national one is in no public store. */
  readonly ca: string | undefined;
  /** Where fetched files lie while they are imported. */
  readonly folder: string;
  readonly staleHours: number;
  /** Once, when a source goes stale. */
  onStale(url: string): void;
};

export function createSources({ store, evidence, clock, loads, urls, ca, folder, staleHours, onStale }: SourcesOptions): Sources {
  const trace = (type: string, url: string, payload: Record<string, string>): Promise<void> =>
    store.transaction((tx) => evidence.trace(tx, { room: "directory", type, subject: digestHex(url), payload: { purpose: "feed", ...payload } }));

  /** True when a new file was imported. */
  const fetchNew = async (url: string, known: string): Promise<boolean> => {
    const tag = await readTag({ url, ca });
    if (tag !== "" && tag === known) return false;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${randomUUID()}.part`);
    try {
      await download({ url, ca }, path);
      const { refusal } = await loads.finished(await loads.start([path], { force: false }));
      if (refusal) throw refusal;
    } finally {
      await rm(path, { force: true });
    }
    await store.run("update directory.source set tag = $2, loaded_at = $3 where url = $1", [url, tag, clock.now()]);
    return true;
  };

  const ask = async (url: string): Promise<void> => {
    await store.run("insert into directory.source (url) values ($1) on conflict do nothing", [url]);
    const before = await store.first<SourceState & { tag: string }>("select * from directory.source where url = $1", [url]);
    let problem: string | null = null;
    try {
      if (await fetchNew(url, before?.tag ?? "")) await trace("source-loaded", url, {});
    } catch (error) {
      problem = error instanceof Refusal ? error.code : "web.internal";
      if (problem !== before?.problem) await trace("source-failed", url, { problem });
    }
    const now = clock.now();
    const row = await store.first<SourceState>("update directory.source set checked_at = $2, problem = $3 where url = $1 returning *", [url, now, problem]);
    const since = row?.loaded_at ?? before?.checked_at ?? now;
    const stale = since.add({ hours: staleHours }).epochMilliseconds < now.epochMilliseconds;
    if (stale === (row?.stale_since !== null)) return;
    await store.run("update directory.source set stale_since = $2 where url = $1", [url, stale ? now : null]);
    await trace(stale ? "source-stale" : "source-fresh", url, {});
    if (stale) onStale(url);
  };

  return {
    async round() {
      // What a killed process left half fetched.
      for (const name of await readdir(folder).catch(() => [])) if (name.endsWith(".part")) await rm(join(folder, name), { force: true });
      for (const url of urls) await ask(url);
    },
    list: () =>
      store.query<SourceState>("select url, checked_at, loaded_at, problem, stale_since from directory.source where url = any($1::text[]) order by url", [
        urls,
      ]),
  };
}

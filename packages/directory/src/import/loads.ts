// Imports as people start them: files in the right order, one after the other, in the background, with progress to ask for.
import { newId, Refusal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { directoryErrors } from "../errors.ts";
import { personChanged, personGone } from "../events.ts";
import { layouts } from "../france/layouts.ts";
import { type LoadPlace, loadFile } from "./load.ts";
import type { LoadProgress, LoadReport } from "./report.ts";
import { withSmallHeap } from "./small-heap.ts";
import { openSources, type SourceFile } from "./source.ts";
import { announceJob } from "./stage.ts";

export type ImportState = {
  readonly id: string;
  readonly state: "running" | "done" | "failed";
  readonly progress: LoadProgress | undefined;
  readonly reports: readonly LoadReport[];
  readonly refusal: Refusal | undefined;
};

export type Loads = {
  /** Throws `directory.load-running`, `directory.no-file`, `directory.bad-archive`. */
  start(paths: readonly string[], options: { force: boolean }): Promise<string>;
  find(id: string): ImportState | undefined;
  /** As it ended. */
  finished(id: string): Promise<ImportState>;
  /** Announces what loads changed; a job of the store. */
  announce(): Promise<void>;
  /** Waits for the import under way. */
  stop(): Promise<void>;
};

const rank = (name: string): number => layouts.findIndex((layout) => name.startsWith(layout.file));
const kept = 20;

export function createLoads(place: LoadPlace): Loads {
  const { store } = place;
  const imports = new Map<string, { -readonly [K in keyof ImportState]: ImportState[K] }>();
  let running: Promise<void> | undefined;

  const run = async (id: string, files: readonly SourceFile[], force: boolean, close: () => void): Promise<void> => {
    const state = imports.get(id);
    if (!state) return;
    try {
      for (const file of files) {
        const report = await withSmallHeap(() =>
          loadFile(place, file, {
            force,
            onProgress: (progress) => {
              state.progress = progress;
            },
          }),
        );
        state.reports = [...state.reports, report];
      }
      state.state = "done";
    } catch (error) {
      state.refusal =
        error instanceof Refusal
          ? error
          : new Refusal("web.internal", { status: 500, text: { fr: "L’import a échoué.", en: "The import failed." } }, { cause: error });
      state.state = "failed";
    } finally {
      close();
      running = undefined;
    }
  };

  return {
    async start(paths, { force }) {
      if (running) throw directoryErrors.refuse("directory.load-running");
      const opened: Awaited<ReturnType<typeof openSources>>[] = [];
      const close = (): void => {
        for (const source of opened) source.close();
      };
      try {
        for (const path of paths) opened.push(await openSources(path));
      } catch (error) {
        close();
        throw error;
      }
      // Persons first: what says their know-how and mailboxes finds them.
      const files = opened.flatMap((source) => source.files).toSorted((a, b) => rank(a.name) - rank(b.name));
      const id = newId<"import">();
      for (const old of [...imports.keys()].slice(0, -kept)) imports.delete(old);
      imports.set(id, { id, state: "running", progress: undefined, reports: [], refusal: undefined });
      running = run(id, files, force, close);
      return id;
    },
    find: (id) => imports.get(id),
    async finished(id) {
      await running;
      const state = imports.get(id);
      if (!state) throw directoryErrors.refuse("directory.no-load");
      return state;
    },
    async announce() {
      const size = store.engine === "embedded" ? 20 : 200;
      for (;;) {
        const sent = await store.transaction(async (tx) => {
          const rows = await tx.query<{ revision: number; national_id: string; gone: boolean }>(
            `delete from directory.announcement a using (
               select n.revision, n.national_id from directory.announcement n join directory.revision r on r.number = n.revision and r.visible_at is not null
                order by n.revision, n.national_id limit $1 for update of n skip locked) due
              where a.revision = due.revision and a.national_id = due.national_id returning a.revision, a.national_id, a.gone`,
            [size],
          );
          for (const { national_id, gone } of rows) store.emit(tx, { kind: gone ? personGone : personChanged, subject: national_id, payload: { national_id } });
          return rows.length;
        });
        if (sent < size) return;
      }
    },
    async stop() {
      await running;
    },
  };
}

/** The store's job that announces. */
export function workAnnouncements(store: Store, loads: Loads): void {
  store.jobs.work({ name: announceJob, handle: () => loads.announce() });
}

// The revision of a load: taken, held, cleaned up when abandoned, shown. No reader sees its rows before `show`.
import { type Clock, newId } from "@cercle/kernel";
import { json, type Store, type Tx } from "@cercle/store";
import { directoryErrors } from "../errors.ts";
import type { LayoutName } from "../france/layouts.ts";
import { open } from "../revisions.ts";
import type { LoadReport } from "./report.ts";

/** A job of this name announces what a load changed. */
export const announceJob = "directory.announce";

const tables = ["directory.situation", "directory.person", "directory.structure", "directory.know_how", "directory.diploma", "directory.mailbox"];
const holdSeconds = 30;

export type Stage = {
  take(file: string, layout: LayoutName): Promise<{ revision: number; id: string }>;
  /** Says that this process still loads; cheap enough for every batch. */
  hold(revision: number): Promise<void>;
  /** `alongside` goes into the same transaction. */
  show(revision: number, id: string, report: LoadReport, alongside: (tx: Tx) => Promise<void>): Promise<void>;
  /** Removes every trace of a revision that was never shown. */
  clean(revision: number, state: "refused" | "abandoned"): Promise<void>;
};

export function createStage({ store, clock }: { store: Store; clock: Clock }): Stage {
  const rows = store.engine === "embedded" ? 2000 : 50_000;
  let heldAt = 0;

  const inBatches = async (sql: string, params: readonly unknown[]): Promise<void> => {
    while ((await store.run(sql, [...params, rows])) > 0);
  };

  const stage: Stage = {
    async take(file, layout) {
      const state = await store.first<{ pending: number; busy: boolean }>("select pending, coalesce(held_until > $1, false) as busy from directory.state", [
        clock.now(),
      ]);
      if (state && state.pending !== -1) {
        // The embedded store has one process: a load that nobody in it holds is dead.
        if (state.busy && store.engine === "postgres") throw directoryErrors.refuse("directory.load-running");
        await stage.clean(state.pending, "abandoned");
      }
      const id = newId<"load">();
      const revision = await store.transaction(async (tx) => {
        const taken = await tx.first<{ current: number }>(
          "update directory.state set current = current + 1, pending = current + 1, held_until = $1 where pending = -1 returning current",
          [clock.now().add({ seconds: holdSeconds })],
        );
        if (!taken) throw directoryErrors.refuse("directory.load-running");
        await tx.run("insert into directory.revision (number, cause, made_at) values ($1, 'load', $2)", [taken.current, clock.now()]);
        await tx.run("insert into directory.load (id, revision, layout, file, started_at, state) values ($1, $2, $3, $4, $5, 'running')", [
          id,
          taken.current,
          layout,
          file,
          clock.now(),
        ]);
        return taken.current;
      });
      heldAt = Date.now();
      return { revision, id };
    },
    async hold(revision) {
      if (Date.now() - heldAt < 5000) return;
      heldAt = Date.now();
      const held = await store.run("update directory.state set held_until = $2 where pending = $1", [revision, clock.now().add({ seconds: holdSeconds })]);
      // Another process found this one silent and took over.
      if (held === 0) throw directoryErrors.refuse("directory.load-lost");
    },
    async show(revision, id, report, alongside) {
      await store.transaction(async (tx) => {
        const shown = await tx.run("update directory.state set pending = -1, held_until = null where pending = $1", [revision]);
        if (shown === 0) throw directoryErrors.refuse("directory.load-lost");
        await tx.run("update directory.revision set visible_at = $2 where number = $1", [revision, clock.now()]);
        await tx.run("update directory.load set state = 'shown', finished_at = $2, lines = $3, report = $4 where id = $1", [
          id,
          clock.now(),
          report.lines.read,
          json(report),
        ]);
        await alongside(tx);
        // One job for each load: a key they shared would drop this one while the last one's is at work.
        await store.jobs.add(tx, { name: announceJob, payload: {}, key: String(revision) });
      });
    },
    async clean(revision, state) {
      for (const table of tables) {
        await inBatches(`delete from ${table} where ctid = any(array(select ctid from ${table} where rev_from = $1 limit $2))`, [revision]);
        await inBatches(`update ${table} set rev_to = ${open} where ctid = any(array(select ctid from ${table} where rev_to = $1 limit $2))`, [revision]);
      }
      await inBatches("delete from directory.touched where ctid = any(array(select ctid from directory.touched limit $1))", []);
      await store.run("delete from directory.announcement where revision = $1", [revision]);
      await store.run("update directory.load set state = $2, finished_at = $3 where revision = $1 and state = 'running'", [revision, state, clock.now()]);
      await store.run("update directory.state set pending = -1, held_until = null where pending = $1", [revision]);
    },
  };
  return stage;
}

// Doors: places that let something through only with a right. A door says which rights it applies, applies each change,
// and acknowledges it; the file gets one entry per change once all doors have ("all N doors, slowest X ms").
// A door without contact for 5 s closes what an exceptional measure can close, keeps the rest, and the alarm shows here.

import type { Evidence } from "@cercle/evidence";
import { type Clock, type Id, newId, Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import { rightChanged } from "../events.ts";
import type { CurrentRight, Files } from "../files/files.ts";

export type Door = {
  /** `connect.client`, `mail.whitelist`… one name for the same door in every process. */
  readonly name: string;
  /** The rights it lets through with. */
  readonly rights: readonly string[];
  /** Applies these states; called with everything at registration and after a lost contact, then with each change. Must be idempotent. */
  apply(rights: readonly CurrentRight[], whole: boolean): Promise<void> | void;
  /** No contact for 5 s: close what an exceptional measure can close. */
  lost?(): void;
};

export type OpenDoor = { close(): Promise<void> };

export type DoorStatus = {
  readonly name: string;
  readonly process: string;
  readonly rights: readonly string[];
  readonly applied_seq: number;
  readonly contact_at: Temporal.Instant;
  readonly answers: boolean;
};

export type Doors = {
  register(door: Door): Promise<OpenDoor>;
  list(from: Queryable): Promise<readonly DoorStatus[]>;
  /** Changes that some door has not applied yet, oldest first. */
  unsettled(from: Queryable): Promise<readonly { seq: number; right: string; subject: string; changed_at: Temporal.Instant }[]>;
  stop(): Promise<void>;
};

const silentSeconds = 5;
const beatMillis = 1000;

export function createDoors({ store, evidence, files, real }: { store: Store; evidence: Evidence; files: Files; real: Clock }): Doors {
  const open = new Set<OpenDoor>();

  const acknowledge = async (tx: Tx, door: Door, process: string, seq: number): Promise<void> => {
    await tx.run("update governance.door set applied_seq = greatest(applied_seq, $3), contact_at = $4 where name = $1 and process = $2", [
      door.name,
      process,
      seq,
      real.now(),
    ]);
    const change = await tx.first<{ file_id: Id<"file">; right: string; subject: string; state: string; changed_at: Temporal.Instant }>(
      `select file_id, "right", subject, state, changed_at from governance.change where seq = $1 and settled_at is null for update`,
      [seq],
    );
    if (!change) return;
    const ms = Math.max(0, real.now().epochMilliseconds - change.changed_at.epochMilliseconds);
    await evidence.trace(tx, {
      room: "governance",
      type: "door-applied",
      subject: `${change.right} ${change.subject}`,
      payload: { door: door.name, process, seq, ms },
    });
    const doors = await tx.first<{ all: number; behind: number }>(
      `select count(*) as "all", count(*) filter (where applied_seq < $1) as behind from governance.door where $2 = any(rights) and contact_at > $3`,
      [seq, change.right, real.now().subtract({ seconds: silentSeconds })],
    );
    if ((doors?.behind ?? 0) > 0) return;
    await tx.run("update governance.change set settled_at = $2, slowest_ms = $3 where seq = $1", [seq, real.now(), ms]);
    await evidence.append(tx, change.file_id, {
      type: "doors-applied",
      actor: "doors",
      payload: { right: change.right, subject: change.subject, state: change.state, doors: doors?.all ?? 0, slowest_ms: ms },
    });
  };

  return {
    async register(door) {
      const process = newId<"process">();
      let contactAt = real.now();
      let lost = false;

      const load = async (): Promise<void> => {
        const rights = await files.rights(store, { rights: door.rights });
        await door.apply(rights, true);
        const seq = Math.max(0, ...rights.map((right) => right.seq));
        await store.run(
          `insert into governance.door (name, process, rights, applied_seq, contact_at) values ($1, $2, $3, $4, $5)
           on conflict (name, process) do update set applied_seq = greatest(door.applied_seq, excluded.applied_seq), contact_at = excluded.contact_at`,
          [door.name, process, door.rights, seq, real.now()],
        );
        // What changed before the door was there is applied by reading it: it is acknowledged like any other change.
        const pending = await store.query<{ seq: number }>(
          `select seq from governance.change where settled_at is null and "right" = any($1) and seq <= $2 order by seq`,
          [door.rights, seq],
        );
        for (const change of pending) await store.transaction((tx) => acknowledge(tx, door, process, change.seq));
      };

      const follower = await store.follow({
        kind: rightChanged,
        onContact: () => {
          contactAt = real.now();
        },
        async handle(event) {
          const { seq, right, subject, state, limits, since, reference, entry, clause } = event.payload;
          if (!door.rights.includes(right)) return;
          await door.apply([{ right, subject, state, limits, since: Temporal.Instant.from(since), reference, entry, clause, seq }], false);
          await store.transaction((tx) => acknowledge(tx, door, process, seq));
        },
      });
      await load();

      const beat = setInterval(() => {
        const silent = real.now().epochMilliseconds - contactAt.epochMilliseconds > silentSeconds * 1000;
        if (silent && !lost) {
          lost = true;
          door.lost?.();
        } else if (!silent) {
          // After a silence everything is read again: what was missed may have been many changes.
          const work = lost
            ? load()
            : store.run("update governance.door set contact_at = $3 where name = $1 and process = $2", [door.name, process, real.now()]);
          lost = false;
          work.catch(() => undefined);
        }
      }, beatMillis);

      const opened: OpenDoor = {
        async close() {
          clearInterval(beat);
          open.delete(opened);
          await follower.stop();
          await store.run("delete from governance.door where name = $1 and process = $2", [door.name, process]).catch(() => undefined);
        },
      };
      open.add(opened);
      return opened;
    },
    async list(from) {
      const rows = await from.query<Omit<DoorStatus, "answers">>(
        "select name, process, rights, applied_seq, contact_at from governance.door order by name, process",
      );
      const limit = real.now().subtract({ seconds: silentSeconds });
      return rows.map((row) => ({ ...row, answers: Temporal.Instant.compare(row.contact_at, limit) > 0 }));
    },
    unsettled: (from) =>
      from.query(
        `select c.seq, c."right", c.subject, c.changed_at from governance.change c
          where c.settled_at is null and exists (select 1 from governance.door d where c."right" = any(d.rights)) order by c.seq limit 500`,
      ),
    async stop() {
      await Promise.all([...open].map((door) => door.close()));
    },
  };
}

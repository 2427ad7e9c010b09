// The governance clock: the real one plus a shift that only a sandbox has. Entries, deadlines, retention, terms, registers.
// It never goes back in a space that holds entries recorded under it.
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { governanceErrors } from "./errors.ts";
import { clockMoved } from "./events.ts";

export type GovernanceClock = Clock & {
  readonly moved: boolean;
  /** Forward to an instant, or by a duration (`P6M`), counted in the space's time zone. */
  set(tx: Tx, to: { at: Temporal.Instant } | { by: Temporal.Duration }): Promise<Temporal.Instant>;
  reset(tx: Tx): Promise<void>;
  stop(): Promise<void>;
};

/** `timeZone` is the space's (IANA name): months are counted there. */
export async function createGovernanceClock({
  store,
  real,
  mode,
  timeZone,
}: {
  store: Store;
  real: Clock;
  mode: "sandbox" | "live";
  timeZone: string;
}): Promise<GovernanceClock> {
  const stored = await store.first<{ shift_ms: number }>("select shift_ms from governance.clock");
  let shift = mode === "sandbox" ? (stored?.shift_ms ?? 0) : 0;
  const follower = await store.follow({
    kind: clockMoved,
    handle: (event) => {
      shift = event.payload.shift_ms;
    },
  });
  const now = (): Temporal.Instant => real.now().add({ milliseconds: shift });
  const write = async (tx: Tx, next: number): Promise<void> => {
    await tx.run("insert into governance.clock (shift_ms) values ($1) on conflict (one) do update set shift_ms = excluded.shift_ms", [next]);
    store.emit(tx, { kind: clockMoved, subject: "clock", payload: { shift_ms: next } });
    tx.afterCommit(() => {
      shift = next;
    });
  };
  const inSandbox = (): void => {
    if (mode !== "sandbox") throw governanceErrors.refuse("governance.sandbox-only");
  };
  return {
    now,
    get moved() {
      return shift !== 0;
    },
    async set(tx, to) {
      inSandbox();
      const current = now();
      const next = "at" in to ? to.at : current.toZonedDateTimeISO(timeZone).add(to.by).toInstant();
      if (Temporal.Instant.compare(next, current) < 0) throw governanceErrors.refuse("governance.clock-backwards", { params: { now: current.toString() } });
      await write(tx, next.epochMilliseconds - real.now().epochMilliseconds);
      return next;
    },
    async reset(tx) {
      inSandbox();
      const under = await tx.first("select 1 as found from evidence.entry where recorded_at > real_at + interval '1 second' limit 1");
      if (under) throw governanceErrors.refuse("governance.clock-used");
      await write(tx, 0);
    },
    stop: () => follower.stop(),
  };
}

// Availability, public (PSC 6): the target, what was measured, and maintenance announced beforehand. A minute counts when the
// service could write that it works; minutes without are stops, announced or not.
import { type Clock, newId, Temporal, type Text } from "@cercle/kernel";
import { json, type Store, type Tx } from "@cercle/store";

export type Maintenance = { readonly id: string; readonly starts_at: Temporal.Instant; readonly ends_at: Temporal.Instant; readonly text: Text };
export type Measured = {
  /** Percent. */
  readonly target: number;
  /** Percent of the minutes since `since`; undefined before the first whole one. */
  readonly measured: number | undefined;
  readonly since: Temporal.Instant | undefined;
  readonly maintenance: readonly Maintenance[];
};

export type Availability = {
  /** The service works in this minute. */
  beat(): Promise<void>;
  measure(): Promise<Measured>;
  /** Announced and not over yet; a moment old at most. */
  planned(): Promise<readonly Maintenance[]>;
  announce(tx: Tx, maintenance: { startsAt: Temporal.Instant; endsAt: Temporal.Instant; text: Text }): Promise<string>;
};

/** Days that are measured and kept. */
export const measuredDays = 30;
const minuteMillis = 60_000;
/** The sign-in page shows what is announced: asked again after this long. */
const plannedMillis = 5_000;

const minuteOf = (at: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(at.epochMilliseconds / minuteMillis) * minuteMillis);

export function createAvailability({ store, real, target }: { store: Store; real: Clock; target: number }): Availability {
  const begin = (): Temporal.Instant => minuteOf(real.now()).subtract({ hours: 24 * measuredDays });
  let known: { at: number; all: readonly Maintenance[] } | undefined;
  const planned: Availability["planned"] = async () => {
    if (known && performance.now() - known.at < plannedMillis) return known.all;
    const all = await store.query<Maintenance>("select id, starts_at, ends_at, text from connect.maintenance where ends_at > $1 order by starts_at limit 20", [
      real.now(),
    ]);
    known = { at: performance.now(), all };
    return all;
  };
  return {
    planned,
    async beat() {
      await store.run("insert into connect.minute (at) values ($1) on conflict do nothing", [minuteOf(real.now())]);
      await store.run("delete from connect.minute where at < $1", [begin()]);
    },
    async measure() {
      const row = await store.first<{ first: Temporal.Instant | null; minutes: number }>(
        "select min(at) as first, count(*)::int as minutes from connect.minute where at >= $1 and at < $2",
        [begin(), minuteOf(real.now())],
      );
      const first = row?.first ?? undefined;
      const all = first ? (minuteOf(real.now()).epochMilliseconds - first.epochMilliseconds) / minuteMillis : 0;
      const measured = all > 0 ? Math.floor(((row?.minutes ?? 0) / all) * 10_000) / 100 : undefined;
      return { target, measured, since: first, maintenance: await planned() };
    },
    async announce(tx, { startsAt, endsAt, text }) {
      const id = newId<"maintenance">();
      await tx.run("insert into connect.maintenance (id, starts_at, ends_at, text, announced_at) values ($1, $2, $3, $4, $5)", [
        id,
        startsAt,
        endsAt,
        json(text),
        real.now(),
      ]);
      tx.afterCommit(() => {
        known = undefined;
      });
      return id;
    },
  };
}

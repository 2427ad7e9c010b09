// Monthly quality indicators (MSS 5.1), computed from the trail and the acts: counts only, no address.
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";

export type Indicators = {
  readonly month: string;
  /** Minutes the service ran, of those since it first ran or the month began; per cent. */
  readonly availability: number;
  readonly mailboxes: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
  readonly with_documents: number;
  readonly with_qualified_identity: number;
  readonly document_codes: Readonly<Record<string, number>>;
  readonly receipts: number;
  readonly sign_ins: number;
  readonly delivery_seconds_median: number | null;
};

const pairs = (rows: readonly { key: string; count: number }[]): Record<string, number> => Object.fromEntries(rows.map(({ key, count }) => [key, count]));

export async function computeIndicators(
  store: Store,
  { schema }: Mailboxes,
  month: string,
  { now, timeZone }: { now: Temporal.Instant; timeZone: string },
): Promise<Indicators> {
  const begin = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const from = begin.toZonedDateTime(timeZone).toInstant();
  const to = begin.add({ months: 1 }).toZonedDateTime(timeZone).toInstant();
  const between = [from, to];
  const beats = await store.first<{ count: number; first: Temporal.Instant | null }>(
    `select count(*) as count, (select min(minute) from ${schema}.beat) as first from ${schema}.beat where minute >= $1 and minute < $2`,
    between,
  );
  const counted = await store.query<{ key: string; count: number }>(
    `select what as key, count(*) as count from ${schema}.trail where at >= $1 and at < $2 group by what`,
    between,
  );
  const documents = await store.first<{ archives: number; qualified: number }>(
    `select count(*) filter (where (facts->>'archives')::int > 0) as archives, count(*) filter (where facts->>'qualified' = 'true') as qualified
       from ${schema}.trail where what = 'submitted' and at >= $1 and at < $2`,
    between,
  );
  const codes = await store.query<{ key: string; count: number }>(
    `select code as key, count(*) as count from ${schema}.trail, jsonb_array_elements_text(facts->'codes') as code
      where what = 'submitted' and at >= $1 and at < $2 group by code`,
    between,
  );
  const signIns = await store.first<{ count: number }>(
    `select count(*) as count from ${schema}.act where what = 'signed-in' and at >= $1 and at < $2`,
    between,
  );
  const median = await store.first<{ seconds: number | null }>(
    `select percentile_cont(0.5) within group (order by extract(epoch from s.at - q.at))::float8 as seconds
       from ${schema}.trail q join ${schema}.trail s on s.digest = q.digest and s.what = 'sent' and s.facts->>'recipient' = q.facts->>'recipient'
      where q.what = 'queued' and q.at >= $1 and q.at < $2`,
    between,
  );
  const boxes = await store.query<{ key: string; count: number }>(
    `select kind as key, count(*) as count from ${schema}.mailbox where removed_at is null group by kind`,
  );
  const messages = pairs(counted);
  return {
    month,
    availability: availability({ beats: beats?.count ?? 0, first: beats?.first ?? undefined, from, to, now }),
    mailboxes: pairs(boxes),
    messages,
    with_documents: documents?.archives ?? 0,
    with_qualified_identity: documents?.qualified ?? 0,
    document_codes: pairs(codes),
    receipts: messages.receipt ?? 0,
    sign_ins: signIns?.count ?? 0,
    delivery_seconds_median: median?.seconds ?? null,
  };
}

/** Per cent of the minutes that count: from the first the service ever ran, or the month's first, to now or the month's end. */
export function availability(facts: {
  beats: number;
  first: Temporal.Instant | undefined;
  from: Temporal.Instant;
  to: Temporal.Instant;
  now: Temporal.Instant;
}): number {
  const later = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (Temporal.Instant.compare(a, b) > 0 ? a : b);
  const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (Temporal.Instant.compare(a, b) < 0 ? a : b);
  if (!facts.first || facts.beats === 0) return 0;
  const begin = later(facts.first, facts.from);
  const minutes = Math.floor((earlier(facts.now, facts.to).epochMilliseconds - begin.epochMilliseconds) / 60_000) + 1;
  return Math.round(Math.min(1, facts.beats / Math.max(1, minutes)) * 10_000) / 100;
}

/** Writes this minute's row now and every minute; answers how to stop. */
export function startBeats(store: Store, schema: string, now: () => Temporal.Instant): () => void {
  const beat = (): void =>
    void store
      .run(`insert into ${schema}.beat (minute) values ($1) on conflict do nothing`, [now().round({ smallestUnit: "minute", roundingMode: "floor" })])
      .catch(() => undefined);
  beat();
  const timer = setInterval(beat, 60_000);
  return () => clearInterval(timer);
}

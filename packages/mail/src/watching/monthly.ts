// Indicators go to the agency by themselves (MSS 5.1): each month that ended by the space's clock, in which the operator ran, once.
import type { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Agency } from "../agency/agency.ts";
import type { Operator } from "../operator.ts";
import { computeIndicators, type Indicators } from "./indicators.ts";

/** Hands the indicators of a month to an agency outside; the same again changes nothing there. Throws when it did not take them. */
export type DeliverIndicators = (of: { domain: string; month: string; report: Indicators }) => Promise<void>;

export type MonthlyOptions = {
  readonly store: Store;
  readonly agency: Agency;
  readonly operators: readonly Operator[];
  readonly timeZone: string;
  /** An agency outside is told before it counts as sent. */
  deliver?: DeliverIndicators | undefined;
  /** The space's clock says which month ended; availability counts real minutes. */
  now(): Temporal.Instant;
  real(): Temporal.Instant;
};

/** Computes and sends what is due; answers what was sent. What was sent already, by hand or by another process, stays. */
export async function sendEndedMonths({ store, agency, operators, timeZone, deliver, now, real }: MonthlyOptions): Promise<readonly string[]> {
  const current = now().toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth().toString();
  const sent: string[] = [];
  for (const operator of operators) {
    const { schema } = operator.mailboxes;
    const ran = await store.query<{ month: string }>(
      `select distinct to_char(minute at time zone $1, 'YYYY-MM') as month from ${schema}.beat where minute >= $2 order by month`,
      [timeZone, real().subtract({ hours: oldestHours })],
    );
    for (const { month } of ran) {
      if (month >= current || (await agency.hasReport(store, operator.domain, month))) continue;
      const report = await computeIndicators(store, operator.mailboxes, month, { now: real(), timeZone });
      await deliver?.({ domain: operator.domain, month, report });
      if (await store.transaction((tx) => agency.receiveFirst(tx, { domain: operator.domain, month, report }))) sent.push(`${operator.domain} ${month}`);
    }
  }
  return sent;
}

/** Looks when the program starts and whenever the month turned; a failure is tried again at the next look. */
export function followMonths(options: MonthlyOptions, onError: (error: unknown) => void): () => Promise<void> {
  let seen = "";
  let working: Promise<void> = Promise.resolve();
  const look = (): void => {
    const current = options.now().toZonedDateTimeISO(options.timeZone).toPlainDate().toPlainYearMonth().toString();
    if (current === seen) return;
    seen = current;
    working = sendEndedMonths(options).then(
      () => undefined,
      (error: unknown) => {
        seen = "";
        onError(error);
      },
    );
  };
  look();
  const timer = setInterval(look, lookMillis);
  return () => {
    clearInterval(timer);
    return working;
  };
}

const lookMillis = 5000;
const oldestHours = 24 * 400;

// Reminders of last days: once some days before, once on the eve, once when the day has passed; by webhook to who asked, by e-mail to
// the contact person of the party that owes.
import { type Clock, Temporal } from "@cercle/kernel";
import type { CountingPolicy } from "@cercle/law";
import type { Queryable, Store } from "@cercle/store";
import type { Deliveries } from "./deliveries.ts";
import type { HookKind } from "./message.ts";

export type Step = "week" | "eve" | "late";
export type ReminderRow = {
  readonly clock: string;
  readonly last_day: string;
  readonly step: Step;
  readonly about_fr: string;
  readonly about_en: string;
  readonly sent_at: Temporal.Instant;
};
type Due = {
  readonly file_id: string;
  readonly reference: string;
  readonly clock: string;
  readonly article: string;
  readonly owed_by: string;
  readonly about_fr: string;
  readonly about_en: string;
  readonly last_day: string;
  readonly reminders_by_mail: boolean;
};

const weekDays = 7;
/** Days after which a passed day is old news: a space that starts on old files does not write to everybody. */
const staleDays = 31;
const mostAtOnce = 500;

export type Reminders = {
  /** Sends what is to be sent today; answers how many. */
  run(): Promise<number>;
  list(from: Queryable, file: string): Promise<readonly ReminderRow[]>;
};

/** The step of a last day seen from today; undefined when it is far, or old. */
export function stepOf(lastDay: Temporal.PlainDate, today: Temporal.PlainDate): Step | undefined {
  const { days } = today.until(lastDay);
  if (days < -staleDays || days > weekDays) return undefined;
  return days < 0 ? "late" : days <= 1 ? "eve" : "week";
}

export function createReminders({
  store,
  clock,
  policy,
  deliveries,
}: {
  store: Store;
  clock: Clock;
  policy: CountingPolicy;
  deliveries: Deliveries;
}): Reminders {
  const today = (): Temporal.PlainDate => clock.now().toZonedDateTimeISO(policy.timeZone).toPlainDate();
  return {
    async run() {
      const day = today();
      // Of each clock only the step of today: a clock that leapt over the week is not told of it afterwards.
      const due = await store.query<Due>(
        `select o.file_id, f.reference, o.clock, o.article, o.owed_by, o.about_fr, o.about_en, o.last_day::text as last_day, f.reminders_by_mail
           from governance.obligation o join governance.file f on f.id = o.file_id
          where o.kind in ('duty', 'condition') and o.state in ('running', 'due', 'late') and o.last_day between $1 and $2
            and not exists (select 1 from governance.reminder r where r.file_id = o.file_id and r.clock = o.clock and r.last_day = o.last_day
                             and r.step = case when o.last_day < $3 then 'late' when o.last_day <= $4 then 'eve' else 'week' end)
          order by o.last_day limit ${mostAtOnce}`,
        [day.subtract({ days: staleDays }), day.add({ days: weekDays }), day, day.add({ days: 1 })].map((one) => one.toString()),
      );
      for (const row of due) {
        const step = stepOf(Temporal.PlainDate.from(row.last_day), day);
        if (step) await store.transaction((tx) => remind(tx, row, step));
      }
      return due.length;
    },
    list: (from, file) =>
      from.query<ReminderRow>(
        "select clock, last_day::text as last_day, step, about_fr, about_en, sent_at from governance.reminder where file_id = $1 order by sent_at desc limit 200",
        [file],
      ),
  };

  async function remind(tx: Parameters<Deliveries["tell"]>[0], row: Due, step: Step): Promise<void> {
    const sent = await tx.run(
      `insert into governance.reminder (file_id, clock, last_day, step, about_fr, about_en, sent_at) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (file_id, clock, last_day, step) do nothing`,
      [row.file_id, row.clock, row.last_day, step, row.about_fr, row.about_en, clock.now()],
    );
    if (sent !== 1) return;
    const kind: HookKind = step === "late" ? "deadline-passed" : "deadline-near";
    const data = {
      file: row.reference,
      clock: row.clock,
      article: row.article,
      last_day: row.last_day,
      owed_by: row.owed_by,
      about: { fr: row.about_fr, en: row.about_en },
    };
    await deliveries.tell(tx, row.file_id, { kind, data });
    if (row.owed_by !== "agency" && row.reminders_by_mail) await deliveries.write(tx, row.file_id, { kind, data });
  }
}

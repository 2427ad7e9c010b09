// News of files, put together: each entry and each last day reaches the webhooks that asked, and the contact person by e-mail.
import { entryRecorded, type Keys } from "@cercle/evidence";
import { type Clock, type Id, say } from "@cercle/kernel";
import { findFullInstrument } from "@cercle/law";
import type { Queryable, Store } from "@cercle/store";
import type { Route } from "@cercle/web";
import { clockMoved } from "../events.ts";
import type { Governance } from "../governance.ts";
import { createDeliveries } from "./deliveries.ts";
import { createHooks } from "./hooks.ts";
import type { Outgoing } from "./ports.ts";
import { createReminders } from "./reminders.ts";
import { hookRoutes } from "./routes.ts";

const remindSeconds = 60;

export async function openHooks({
  store,
  governance,
  keys,
  real,
  outgoing,
}: {
  store: Store;
  governance: Pick<Governance, "access" | "parties" | "files" | "clock" | "policy">;
  keys: Pick<Keys, "seal" | "unseal">;
  real: Clock;
  outgoing: Outgoing;
}): Promise<{ routes: readonly Route[]; stop(): Promise<void> }> {
  const { access, parties, files, clock, policy } = governance;
  const hooks = createHooks({ real, keys, outgoing });

  /** Both languages: nobody knows which the contact person reads. */
  const mailOf = async (from: Queryable, file: Id<"file">, kind: string, body: unknown) => {
    const row = await from.first<{ reference: string; party_id: string | null; instrument: string }>(
      "select reference, party_id, instrument from governance.file where id = $1 and reminders_by_mail",
      [file],
    );
    const contact = row?.party_id ? (await parties.get(from, row.party_id)).contact : undefined;
    if (!row || !contact) return undefined;
    const { about, article, last_day } = body as { about: { fr: string; en: string }; article: string; last_day: string };
    const late = kind === "deadline-passed";
    const name = findFullInstrument(row.instrument)?.definition.name;
    const page = `${outgoing.origin}/files/${row.reference}`;
    return {
      to: contact.email,
      subject: `${row.reference} : ${late ? "échéance passée" : "échéance proche"} (${last_day})`,
      text: [
        `${name ? say(name, "fr") : ""} ${row.reference}`,
        `${about.fr} (${article}) : dernier jour ${last_day}${late ? ", passé" : ""}.`,
        "",
        `${name ? say(name, "en") : ""} ${row.reference}`,
        `${about.en} (${article}): last day ${last_day}${late ? ", passed" : ""}.`,
        "",
        page,
        "",
      ].join("\n"),
    };
  };
  const deliveries = createDeliveries({ store, real, hooks, outgoing, mailOf });
  const reminders = createReminders({ store, clock, policy, deliveries });

  const news = store.consume({
    name: "governance.hooks",
    kind: entryRecorded,
    async handle(tx, { payload: { file, seq, type, happened_at, recorded_at } }) {
      const row = await tx.first<{ reference: string }>("select reference from governance.file where id = $1", [file]);
      if (!row) return;
      const data = { file: row.reference, entry: seq, entry_type: type, happened_at, recorded_at, see: `${outgoing.origin}/api/files/${row.reference}/view` };
      await deliveries.tell(tx, file, { kind: "entry-recorded", entry: seq, data });
    },
  });
  const remind = async (): Promise<void> => void (await reminders.run());
  await store.jobs.every("governance.remind", remindSeconds, remind);
  // The clock of a sandbox leaps: what became near or late on the way is told now, once obligations were settled.
  const leaps = await store.follow({
    kind: clockMoved,
    async handle() {
      for (const reference of await files.due(store)) await store.transaction((tx) => files.refresh(tx, reference));
      await remind();
    },
  });
  return {
    routes: hookRoutes({ store, access, parties, hooks, deliveries, reminders, hasRelay: outgoing.mail !== undefined }),
    async stop() {
      await leaps.stop();
      await news.stop();
      await deliveries.stop();
    },
  };
}

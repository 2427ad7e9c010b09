// Messages to a person's telephone or e-mail: written with the transaction that wants them, sent by a job.
// In the sandbox they also stand in a visible outbox; a gateway is a setting.
import { type Id, newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { Secrets } from "../devices/secrets.ts";
import type { Clocks } from "../ports.ts";
import type { Details } from "./correspondence.ts";

export type Message = {
  readonly nationalId: string;
  readonly channel: "telephone" | "email";
  readonly kind: string;
  readonly to: string;
  readonly text: string;
};
export type SentMessage = Message & { readonly createdAt: Temporal.Instant; readonly sentAt: Temporal.Instant | null };

export type Messages = {
  /** Whether a message would reach anyone: a gateway is set, or this is a sandbox. */
  readonly reach: boolean;
  send(tx: Tx, message: Message): Promise<void>;
  /** The same words by both ways. */
  sendBoth(tx: Tx, nationalId: string, details: Details, kind: string, text: string): Promise<void>;
  list(from: Queryable, nationalId?: string): Promise<readonly SentMessage[]>;
};

type Content = { to: string; text: string };
type Row = {
  id: string;
  national_id: string;
  channel: Message["channel"];
  kind: string;
  content: Uint8Array;
  created_at: Temporal.Instant;
  sent_at: Temporal.Instant | null;
};
export type Gateway = { readonly url: string; readonly token?: string | undefined };

const jobName = "e-cps.message";

export function createMessages({
  store,
  secrets,
  clocks,
  gateway,
  mode,
}: {
  store: Store;
  secrets: Secrets;
  clocks: Clocks;
  gateway: Gateway | undefined;
  mode: "sandbox" | "live";
}): Messages {
  if (gateway) {
    store.jobs.work({
      name: jobName,
      async handle(payload) {
        const { id } = payload as { id: string };
        const row = await store.first<Row>("select * from e_cps.message where id = $1 and sent_at is null", [id]);
        if (!row) return;
        const { to, text } = secrets.unsealJson<Content>(row.content);
        const reply = await fetch(gateway.url, {
          method: "POST",
          headers: { "content-type": "application/json", ...(gateway.token ? { authorization: `Bearer ${gateway.token}` } : {}) },
          body: JSON.stringify({ id, channel: row.channel, to, text }),
          signal: AbortSignal.timeout(10_000),
          redirect: "error",
        });
        if (!reply.ok) throw new Error(`the gateway answered ${reply.status}`);
        await store.run("update e_cps.message set sent_at = $2 where id = $1", [id, clocks.real.now()]);
      },
    });
  }
  const send: Messages["send"] = async (tx, { nationalId, channel, kind, to, text }) => {
    const id: Id<"message"> = newId();
    const content: Content = { to, text };
    await tx.run("insert into e_cps.message (id, national_id, channel, kind, content, created_at, sent_at) values ($1, $2, $3, $4, $5, $6, $7)", [
      id,
      nationalId,
      channel,
      kind,
      secrets.sealJson(content),
      clocks.real.now(),
      gateway ? null : clocks.real.now(),
    ]);
    if (gateway) await store.jobs.add(tx, { name: jobName, payload: { id } });
  };
  return {
    reach: gateway !== undefined || mode === "sandbox",
    send,
    async sendBoth(tx, nationalId, details, kind, text) {
      await send(tx, { nationalId, channel: "telephone", kind, to: details.telephone, text });
      await send(tx, { nationalId, channel: "email", kind, to: details.email, text });
    },
    async list(from, nationalId) {
      const rows = await from.query<Row>("select * from e_cps.message where $1::text is null or national_id = $1 order by created_at desc, id desc limit 100", [
        nationalId ?? null,
      ]);
      return rows.map((row) => ({
        nationalId: row.national_id,
        channel: row.channel,
        kind: row.kind,
        ...secrets.unsealJson<Content>(row.content),
        createdAt: row.created_at,
        sentAt: row.sent_at,
      }));
    },
  };
}

// What the source answers: pages of what the domain is, read as it stands, unsealed for the one who may ask (`stream-server.ts`).
// Reading is all it does, save for the two acts of the target: taking the invitation, and saying that the copies agree (`transfer.ts`).
import { createHash } from "node:crypto";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { KeptRow } from "../bodies/bodies.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { MailboxKey } from "../mailboxes/sealing.ts";
import { windows } from "../mailboxes/windows.ts";
import { bytesAtOnce, copiedTables, mailboxesAtOnce, messagesAtOnce, queueAtOnce, rowsAtOnce, settledSeconds } from "./tables.ts";
import { type Ask, writeFrame } from "./wire.ts";

export type SourceContext = { readonly store: Store; readonly mailboxes: Mailboxes; readonly queueKey: MailboxKey; readonly real: Clock };
type Answer = AsyncGenerator<readonly Uint8Array[]>;
type Reading = Exclude<Ask["ask"], "accept" | "state" | "compared">;
type Of<Name extends Ask["ask"]> = Extract<Ask, { ask: Name }>;
type MessageHead = { uid: number; modseq: number; size: number; structure: Uint8Array; body_id: string; row: Record<string, unknown> };

const noId = "00000000-0000-0000-0000-000000000000";
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export function createSource({ store, mailboxes, queueKey, real }: SourceContext): (ask: Extract<Ask, { ask: Reading }>) => Answer {
  const { schema, bodies } = mailboxes;
  const answers: { readonly [Name in Reading]: (ask: Of<Name>) => Answer } = {
    /** A mailbox with its users, passwords and folders; never its key: the target makes one of its own. */
    async *mailboxes({ after }) {
      const rows = await store.query<{ address: string; whole: unknown }>(
        `select m.address, jsonb_build_object(
            'mailbox', to_jsonb(m) - 'sealed_key',
            'users', coalesce((select jsonb_agg(to_jsonb(u)) from ${schema}.mailbox_user u where u.address = m.address), '[]'),
            'passwords', coalesce((select jsonb_agg(to_jsonb(p)) from ${schema}.app_password p where p.address = m.address), '[]'),
            'certificates', coalesce((select jsonb_agg(to_jsonb(c)) from ${schema}.component_certificate c where c.address = m.address), '[]'),
            'folders', coalesce((select jsonb_agg(to_jsonb(f)) from ${schema}.folder f where f.address = m.address), '[]')) as whole
           from ${schema}.mailbox m where m.address collate "C" > $1 order by m.address collate "C" limit ${mailboxesAtOnce}`,
        [after],
      );
      yield writeFrame({ mailboxes: rows.map(({ whole }) => whole), next: rows.length < mailboxesAtOnce ? null : (rows.at(-1)?.address ?? null) });
    },
    /** Messages that were added or marked since a place in the order of changes. */
    async *messages({ folder, modseq, uid }) {
      const known = await store.first<{ address: string; modseq: number }>(`select address, modseq from ${schema}.folder where id = $1`, [folder]);
      if (!known) return yield writeFrame({ top: null, count: 0, done: true });
      const rows = await store.query<MessageHead>(
        `select m.uid, m.modseq, m.size, m.structure, m.body_id,
                to_jsonb(m) - 'structure' || jsonb_build_object('seen', coalesce((select jsonb_agg(s.holder) from ${schema}.seen s where s.folder_id = m.folder_id and s.uid = m.uid), '[]')) as row
           from ${schema}.message m where m.folder_id = $1 and m.modseq <= $4 and (m.modseq, m.uid) > ($2, $3) order by m.modseq, m.uid limit ${messagesAtOnce}`,
        [folder, modseq, uid, known.modseq],
      );
      const key = await mailboxes.key(known.address).catch(() => undefined);
      const [page = []] = key
        ? windows(
            rows.map((row) => ({ ...row, size: row.structure.length })),
            bytesAtOnce,
          )
        : [];
      yield writeFrame({ top: known.modseq, count: page.length, done: page.length === rows.length && rows.length < messagesAtOnce });
      for (const { row, structure } of page) yield writeFrame(row, key?.unseal(structure));
    },
    async *expunged({ folder, modseq, uid }) {
      const rows = await store.query<{ uid: number; modseq: number }>(
        `select uid, modseq from ${schema}.expunged where folder_id = $1 and (modseq, uid) > ($2, $3) order by modseq, uid limit ${rowsAtOnce}`,
        [folder, modseq, uid],
      );
      yield writeFrame({ rows, done: rows.length < rowsAtOnce });
    },
    /** Whole messages, each with its digest as it was unsealed here; one removed meanwhile is left out. */
    async *bodies({ ids }) {
      const found = await store.query<{ id: string; size: number; address: string }>(
        `select b.id, b.size, coalesce(b.address, (select f.address from ${schema}.message m join ${schema}.folder f on f.id = m.folder_id where m.body_id = b.id limit 1)) as address
           from ${schema}.body b where b.id = any($1)`,
        [ids],
      );
      for (const group of windows(found, bytesAtOnce)) {
        const rows = await store.query<{ id: string } & KeptRow>(`select id, sealed, content from ${schema}.body where id = any($1)`, [
          group.map(({ id }) => id),
        ]);
        for (const { id, ...kept } of rows) {
          const one = group.find((known) => known.id === id);
          if (!one) continue;
          const raw = await bodies.open(await mailboxes.key(one.address), kept).whole();
          yield writeFrame({ id, address: one.address, size: one.size, sha256: sha256(raw) }, raw);
        }
      }
    },
    async *rows({ table, after, settled }) {
      const known = copiedTables.find(({ name }) => name === table);
      if (!known) throw new Error("no such table is copied");
      const { key, at } = known;
      const where = after.length === key.length ? `where (${key.join(", ")}) > (${key.map((_, i) => `$${i + 1}`).join(", ")})` : "";
      const rows = await store.query<{ at: Temporal.Instant; place: readonly (string | number)[]; row: unknown }>(
        `select ${at} as at, jsonb_build_array(${key.join(", ")}) as place, to_jsonb(t) as row from ${schema}.${table} t ${where} order by ${key.join(", ")} limit ${rowsAtOnce}`,
        where === "" ? [] : after,
      );
      const until = real.now().subtract({ seconds: settledSeconds });
      const young = settled ? rows.findIndex((row) => Temporal.Instant.compare(row.at, until) > 0) : -1;
      const page = young < 0 ? rows : rows.slice(0, young);
      yield writeFrame({ rows: page.map(({ row }) => row), next: page.at(-1)?.place ?? null, done: young >= 0 || rows.length < rowsAtOnce });
    },
    /** What leaves: every row, and the message of those that wait. */
    async *queue({ after }) {
      const next = await store.query<{ id: string; size: number }>(
        // Of what lies in pieces the size is not known here: it goes alone.
        `select id, case when content is null then octet_length(sealed) else ${bytesAtOnce} end as size from ${schema}.queue where id > $1 order by id limit ${queueAtOnce}`,
        [after === "" ? noId : after],
      );
      const [page = []] = windows(next, bytesAtOnce);
      const rows = await store.query<{ state: string; row: unknown } & KeptRow>(
        `select state, sealed, content, to_jsonb(q) - 'sealed' - 'content' - 'held_until' as row from ${schema}.queue q where id = any($1) order by id`,
        [page.map(({ id }) => id)],
      );
      yield writeFrame({ next: page.at(-1)?.id ?? null });
      for (const { row, state, ...kept } of rows) yield writeFrame(row, state === "waiting" ? await bodies.open(queueKey, kept).whole() : undefined);
    },
    async *quarantine({ after }) {
      const row = await store.first<{ digest: string; row: unknown } & KeptRow>(
        `select digest, sealed, content, to_jsonb(q) - 'sealed' - 'content' as row from ${schema}.quarantine q where digest collate "C" > $1 order by digest collate "C" limit 1`,
        [after],
      );
      yield writeFrame({ next: row?.digest ?? null });
      if (row) yield writeFrame(row.row, await bodies.open(queueKey, row).whole());
    },
  };
  return (ask) => (answers[ask.ask] as (ask: Extract<Ask, { ask: Reading }>) => Answer)(ask);
}

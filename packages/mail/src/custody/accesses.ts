// Access to content by administrators: asked by one named person, opened by another, within a scope, until it ends. Only these two read,
// and each reading is written with what is read.
import type { MailAccount, Structure } from "@cercle/imap";
import { newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { mailErrors } from "../errors.ts";
import type { SignedIn } from "../mailboxes/users.ts";
import type { TwoPersons } from "../ports.ts";
import { tellOpened } from "./notices.ts";
import type { AccessRow, CustodyParts } from "./parts.ts";

export type Scope = Pick<AccessRow, "folder" | "since" | "before" | "message">;

export type Seen = {
  readonly folder_id: string;
  readonly uid: number;
  readonly folder: string;
  /** Removed by a user or by retention, and kept by a hold. */
  readonly held: boolean;
  readonly at: string;
  readonly size: number;
  readonly digest: string | null;
  readonly structure: Structure | undefined;
};

export type Accesses = {
  ask(tx: Tx, wanted: Scope & { address: string; reason: string; endsAt: Temporal.Instant; by: string; propose: TwoPersons["propose"] }): Promise<AccessRow>;
  /** A second person confirmed. */
  open(tx: Tx, id: string, given: { decision: string; by: string }): Promise<void>;
  close(tx: Tx, id: string, by: string): Promise<void>;
  /** The second person refused: what was asked ends; nothing when the decision was about something else. */
  withdraw(tx: Tx, decision: string, by: string): Promise<void>;
  list(from: Queryable): Promise<readonly AccessRow[]>;
  /** Newest first, fifty at a time; that it was listed is written before. */
  messages(id: string, reader: string, page: number): Promise<readonly Seen[]>;
  read(id: string, reader: string, place: { folder: number; uid: number }): Promise<Buffer>;
};

const longestDays = 30;
const pageSize = 50;

export type AccessState = "waiting" | "open" | "ended";
/** Asked and not confirmed; open; over by its date, by hand, or never confirmed in time. */
export function stateOf({ opened_at, closed_at, ends_at }: AccessRow, now: Temporal.Instant): AccessState {
  if (closed_at !== null || ends_at.epochMilliseconds <= now.epochMilliseconds) return "ended";
  return opened_at === null ? "waiting" : "open";
}

export function createAccesses(parts: CustodyParts): Accesses {
  const { mailboxes, store, now, trace } = parts;
  const { schema, trail } = mailboxes;
  /** Refuses whoever is none of the two, and what is not open. */
  const enter = async (id: string, reader: string): Promise<{ row: AccessRow; account: MailAccount; who: SignedIn }> => {
    const row = await store.first<AccessRow>(`select * from ${schema}.content_access where id = $1`, [id]);
    if (!row) throw mailErrors.refuse("mail.no-access");
    if (reader !== row.asked_by && reader !== row.opened_by) throw mailErrors.refuse("mail.access-of-others");
    const state = stateOf(row, now());
    if (state !== "open") throw mailErrors.refuse(state === "waiting" ? "mail.access-waits" : "mail.access-ended", { params: { decision: row.decision } });
    const who: SignedIn = { address: row.address, mailbox: "applicative", holder: reader, kind: "person", maySend: false, access: id };
    return { row, who, account: await parts.openKept(who) };
  };
  /** Where the messages of a scope are: in the mailbox, or kept by a hold. */
  const inScope = `from ${schema}.message m join ${schema}.folder f on f.id = m.folder_id
    where (f.address = $1 or f.kept_of = $1) and ($2::text is null or f.name = $2) and ($3::timestamptz is null or m.internal_date >= $3)
      and ($4::timestamptz is null or m.internal_date < $4) and ($5::text is null or m.digest = $5)`;
  const scopeOf = ({ address, folder, since, before, message }: AccessRow): readonly unknown[] => [address, folder, since, before, message];
  return {
    async ask(tx, { address, reason, endsAt, by, propose, folder, since, before, message }) {
      const box = await tx.first(`select 1 as found from ${schema}.mailbox where address = $1 and erased_at is null`, [address]);
      if (!box) throw mailErrors.refuse("mail.no-mailbox", { params: { address } });
      const left = endsAt.epochMilliseconds - now().epochMilliseconds;
      if (left <= 0 || left > longestDays * 86_400_000) throw mailErrors.refuse("mail.access-end", { params: { days: longestDays } });
      const id = newId<"access">();
      const decision = await propose(tx, { kind: "mail.access-open", id });
      const row = await tx.first<AccessRow>(
        `insert into ${schema}.content_access (id, address, folder, since, before, message, reason, asked_by, asked_at, ends_at, decision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
        [id, address, folder, since, before, message, reason, by, now(), endsAt, decision],
      );
      if (!row) throw new TypeError("the access was not written");
      await trace(tx, "access-asked", { access: id, by });
      return row;
    },
    async open(tx, id, { decision, by }) {
      const row = await tx.first<AccessRow>(
        `update ${schema}.content_access set opened_by = $3, opened_at = $4
          where id = $1 and decision = $2 and opened_at is null and closed_at is null and ends_at > $4 and asked_by <> $3 returning *`,
        [id, decision, by, now()],
      );
      if (!row) throw mailErrors.refuse("mail.access-ended", { params: { decision } });
      await trace(tx, "access-opened", { access: id, by });
      await tellOpened(parts, tx, row.address);
    },
    async close(tx, id, by) {
      const done = await tx.run(`update ${schema}.content_access set closed_by = $2, closed_at = $3 where id = $1 and closed_at is null`, [id, by, now()]);
      if (done !== 1) throw mailErrors.refuse("mail.no-access");
      await trace(tx, "access-closed", { access: id, by });
    },
    async withdraw(tx, decision, by) {
      await tx.run(`update ${schema}.content_access set closed_by = $2, closed_at = $3 where decision = $1 and closed_at is null`, [decision, by, now()]);
    },
    list: (from) => from.query<AccessRow>(`select * from ${schema}.content_access order by asked_at desc limit 200`),
    async messages(id, reader, page) {
      const { row, account, who } = await enter(id, reader);
      await store.transaction((tx) => trail.act(tx, { ...who, what: "listed" }));
      const rows = await store.query<{
        folder_id: number;
        uid: number;
        name: string;
        held: boolean;
        at: Temporal.Instant;
        size: number;
        digest: string | null;
      }>(
        `select m.folder_id, m.uid, f.name, f.kept_of is not null as held, m.internal_date as at, m.size, m.digest ${inScope}
          order by m.internal_date desc, m.folder_id, m.uid limit ${pageSize} offset $6`,
        [...scopeOf(row), page * pageSize],
      );
      const structures = new Map<string, Structure | undefined>();
      for (const folder of new Set(rows.map(({ folder_id }) => folder_id))) {
        const uids = rows.filter(({ folder_id }) => folder_id === folder).map(({ uid }) => uid);
        for await (const { uid, structure } of account.fetch(String(folder), uids, { structure: true })) structures.set(`${folder} ${uid}`, structure);
      }
      return rows.map(({ folder_id, uid, name, at, ...rest }) => ({
        ...rest,
        folder_id: String(folder_id),
        uid,
        folder: name,
        at: at.toString(),
        structure: structures.get(`${folder_id} ${uid}`),
      }));
    },
    async read(id, reader, { folder, uid }) {
      const { row, account } = await enter(id, reader);
      const found = await store.first(`select 1 as found ${inScope} and m.folder_id = $6 and m.uid = $7`, [...scopeOf(row), folder, uid]);
      // The account writes who reads in the transaction that reads.
      const raw = found && (await account.raw(String(folder), uid));
      if (!raw) throw mailErrors.refuse("mail.no-message");
      return raw;
    },
  };
}

// Mandates of outside controllers: a dated entry of one file says who may look, from when until when, for which control.
import type { Evidence } from "@cercle/evidence";
import { type Clock, type Id, newId, Temporal } from "@cercle/kernel";
import type { CountingPolicy } from "@cercle/law";
import type { Queryable, Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import type { FileRow } from "../files/files.ts";
import type { Parties } from "./parties.ts";

/** Entries of the file; the law reads neither. */
export const mandateGiven = "mandate-given";
export const mandateRevoked = "mandate-revoked";

/** Facts of a control that a controller records under a mandate; announcing, reporting and deciding stay the agency's. */
export const controllerActs: ReadonlySet<string> = new Set([
  "control-held",
  "control-refused",
  "health-data-seen",
  "second-visit-held",
  "conformity-visit-held",
  "complementary-visit-held",
  "audit-held",
]);

/** An account as accounts knows it; undefined when there is none in use. */
export type FindAccount = (from: Queryable, id: string) => Promise<{ readonly name: string; readonly roles: readonly string[] } | undefined>;

export type NewMandate = {
  readonly account: string;
  readonly from: Temporal.PlainDate;
  /** Last day, included. */
  readonly until: Temporal.PlainDate;
  readonly control: string;
  /** The entry that announced the control. */
  readonly entry?: number | undefined;
};
export type MandateRow = {
  readonly id: string;
  readonly account_id: string;
  readonly begins_at: Temporal.Instant;
  readonly ends_at: Temporal.Instant;
  readonly given_entry: number;
  readonly revoked_at: Temporal.Instant | null;
  readonly revoked_entry: number | null;
};
export type MandateState = "to-come" | "running" | "ended" | "revoked";

export type Mandates = {
  give(tx: Tx, file: FileRow, mandate: NewMandate, by: string): Promise<MandateRow>;
  /** Of two at once one succeeds. */
  revoke(tx: Tx, file: FileRow, id: string, how: { reason: string; by: string }): Promise<void>;
  list(from: Queryable, file: FileRow): Promise<readonly MandateRow[]>;
  state(mandate: MandateRow): MandateState;
  /** The mandate under which this account reads this file now. */
  running(from: Queryable, account: string, file: Id<"file">): Promise<string | undefined>;
  /** References of the files that this account reads now. */
  files(from: Queryable, account: string): Promise<readonly string[]>;
};

const longestYears = 2;
const columns = "id, account_id, begins_at, ends_at, given_entry, revoked_at, revoked_entry";
const runsNow = "m.begins_at <= $2 and m.ends_at > $2 and m.revoked_at is null";

export function createMandates({
  evidence,
  parties,
  clock,
  policy,
  findAccount,
}: {
  evidence: Evidence;
  parties: Parties;
  clock: Clock;
  policy: CountingPolicy;
  findAccount: FindAccount;
}): Mandates {
  const startOf = (day: Temporal.PlainDate): Temporal.Instant => day.toZonedDateTime(policy.timeZone).toInstant();
  const list: Mandates["list"] = (from, file) =>
    from.query<MandateRow>(`select ${columns} from governance.mandate where file_id = $1 order by begins_at desc, id desc limit 200`, [file.id]);
  return {
    list,
    async give(tx, file, { account, from, until, control, entry }, by) {
      const ends = startOf(until.add({ days: 1 }));
      const possible = Temporal.PlainDate.compare(from, until) <= 0 && Temporal.PlainDate.compare(until, from.add({ years: longestYears })) <= 0;
      if (!possible || Temporal.Instant.compare(ends, clock.now()) <= 0) throw governanceErrors.refuse("governance.mandate-dates");
      const known = await findAccount(tx, account);
      if (!known?.roles.includes("controller")) throw governanceErrors.refuse("governance.not-a-controller");
      // Nobody controls themself.
      if (file.party_id && (await parties.of(tx, account)).includes(file.party_id)) throw governanceErrors.refuse("governance.controls-themself");
      await evidence.lock(tx, file.id);
      if (entry !== undefined && !(await evidence.list(tx, file.id)).some(({ seq }) => seq === entry))
        throw governanceErrors.refuse("governance.no-such-entry", { params: { entry } });
      const id = newId<"mandate">();
      const payload = { mandate: id, account, from: from.toString(), until: until.toString(), control, ...(entry === undefined ? {} : { entry }) };
      const given = await evidence.append(tx, file.id, { type: mandateGiven, actor: by, payload });
      const row = await tx.first<MandateRow>(
        `insert into governance.mandate (id, file_id, account_id, begins_at, ends_at, given_entry) values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
        [id, file.id, account, startOf(from), ends, given.seq],
      );
      if (!row) throw new TypeError("a mandate was not written");
      return row;
    },
    async revoke(tx, file, id, { reason, by }) {
      await evidence.lock(tx, file.id);
      const revoked = await tx.run("update governance.mandate set revoked_at = $3 where id = $1 and file_id = $2 and revoked_at is null and ends_at > $3", [
        id,
        file.id,
        clock.now(),
      ]);
      if (revoked !== 1) throw governanceErrors.refuse("governance.no-mandate");
      const entry = await evidence.append(tx, file.id, { type: mandateRevoked, actor: by, payload: { mandate: id, reason } });
      await tx.run("update governance.mandate set revoked_entry = $2 where id = $1", [id, entry.seq]);
    },
    state(mandate) {
      const now = clock.now();
      if (mandate.revoked_at) return "revoked";
      if (Temporal.Instant.compare(now, mandate.begins_at) < 0) return "to-come";
      return Temporal.Instant.compare(now, mandate.ends_at) < 0 ? "running" : "ended";
    },
    async running(from, account, file) {
      const row = await from.first<{ id: string }>(
        `select m.id from governance.mandate m where m.account_id = $1 and ${runsNow} and m.file_id = $3 order by m.ends_at desc limit 1`,
        [account, clock.now(), file],
      );
      return row?.id;
    },
    async files(from, account) {
      const rows = await from.query<{ reference: string }>(
        `select distinct f.reference from governance.mandate m join governance.file f on f.id = m.file_id where m.account_id = $1 and ${runsNow} limit 1000`,
        [account, clock.now()],
      );
      return rows.map(({ reference }) => reference);
    },
  };
}

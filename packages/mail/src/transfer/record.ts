// The row of a transfer at one end: read, made, led on. A step is one conditional update: of several that try, one takes it.
import type { Clock, Temporal } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import { mailErrors } from "../errors.ts";
import { type Role, ruleOf, type Step, type TransferState } from "./steps.ts";

export type TransferRow = {
  readonly id: string;
  readonly role: Role;
  readonly state: TransferState;
  readonly started_at: Temporal.Instant;
  readonly changed_at: Temporal.Instant;
  readonly organisation: string;
  readonly gateway: string | null;
  readonly place: string | null;
  readonly sealed_key: Uint8Array;
  readonly certificate: string;
  readonly peer: string | null;
  readonly secret: Uint8Array;
  readonly mail_key: Uint8Array | null;
  readonly mail_certificate: string | null;
  readonly facts: Readonly<Record<string, string | number>>;
};

const columns =
  "id, role, state, started_at, changed_at, organisation, gateway, place, sealed_key, certificate, peer, secret, mail_key, mail_certificate, facts";

export type Records = {
  /** The newest that is not cancelled. */
  current(from: Queryable): Promise<TransferRow | undefined>;
  find(from: Queryable, id: string): Promise<TransferRow | undefined>;
  add(
    tx: Tx,
    row: Pick<TransferRow, "id" | "role" | "organisation" | "gateway" | "place" | "sealed_key" | "certificate" | "secret" | "peer" | "mail_key">,
  ): Promise<void>;
  /** Takes a step; undefined when it leads nowhere from where the transfer is. `set` are columns that go with it. */
  take(
    tx: Tx,
    id: string,
    step: Step,
    set?: Partial<Pick<TransferRow, "peer" | "organisation" | "gateway" | "mail_key" | "mail_certificate">>,
  ): Promise<TransferRow | undefined>;
  note(from: Queryable, id: string, facts: Readonly<Record<string, string | number>>): Promise<void>;
};

export function createRecords({ schema, real }: { schema: string; real: Clock }): Records {
  const find: Records["find"] = (from, id) => from.first<TransferRow>(`select ${columns} from ${schema}.transfer where id = $1`, [id]);
  return {
    find,
    current: (from) => from.first<TransferRow>(`select ${columns} from ${schema}.transfer where state <> 'cancelled' order by started_at desc limit 1`),
    async add(tx, row) {
      const made = await tx.run(
        `insert into ${schema}.transfer (id, role, state, started_at, changed_at, organisation, gateway, place, sealed_key, certificate, secret, peer, mail_key)
         values ($1, $2, 'announced', $3, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
        [row.id, row.role, real.now(), row.organisation, row.gateway, row.place, row.sealed_key, row.certificate, row.secret, row.peer, row.mail_key],
      );
      if (made !== 1) throw mailErrors.refuse("mail.transfer-under-way", { clause: "MSS 13" });
    },
    async take(tx, id, step, set = {}) {
      const known = await find(tx, id);
      const rule = known && ruleOf(known.role, step);
      if (!rule) return undefined;
      const names = Object.keys(set);
      return tx.first<TransferRow>(
        `update ${schema}.transfer set state = $2, changed_at = $3${names.map((name, i) => `, ${name} = $${i + 5}`).join("")}
          where id = $1 and state = any($4) returning ${columns}`,
        [id, rule.to, real.now(), [...rule.from], ...Object.values(set)],
      );
    },
    async note(from, id, facts) {
      await from.run(`update ${schema}.transfer set facts = facts || $2::jsonb where id = $1`, [id, json(facts)]);
    },
  };
}

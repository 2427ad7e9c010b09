// Parties beside the agency (legal persons), and the accounts that act for them.
import { type Clock, type Id, newId } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import { governanceErrors } from "./errors.ts";

export type PartyRow = { readonly id: string; readonly name: string; readonly kind: string; readonly identifiers: Readonly<Record<string, string>> };

export type Parties = {
  create(tx: Tx, party: { name: string; kind: string; identifiers: Readonly<Record<string, string>> }): Promise<Id<"party">>;
  get(from: Queryable, id: string): Promise<PartyRow>;
  list(from: Queryable): Promise<readonly PartyRow[]>;
  /** Lets an account act for a party from now on. */
  join(tx: Tx, party: string, account: string): Promise<void>;
  leave(tx: Tx, party: string, account: string): Promise<void>;
  /** The parties that an account acts for now. */
  of(from: Queryable, account: string): Promise<readonly string[]>;
};

export function createParties({ clock }: { clock: Clock }): Parties {
  const columns = "id, name, kind, identifiers";
  return {
    async create(tx, { name, kind, identifiers }) {
      const id = newId<"party">();
      await tx.run("insert into governance.party (id, name, kind, identifiers, created_at) values ($1, $2, $3, $4, $5)", [
        id,
        name,
        kind,
        json(identifiers),
        clock.now(),
      ]);
      return id;
    },
    async get(from, id) {
      const party = await from.first<PartyRow>(`select ${columns} from governance.party where id = $1`, [id]);
      if (!party) throw governanceErrors.refuse("governance.no-party");
      return party;
    },
    list: (from) => from.query<PartyRow>(`select ${columns} from governance.party order by name limit 1000`),
    async join(tx, party, account) {
      await tx.run(
        "insert into governance.membership (party_id, account_id, since) values ($1, $2, $3) on conflict (party_id, account_id) do update set until = null",
        [party, account, clock.now()],
      );
    },
    async leave(tx, party, account) {
      await tx.run("update governance.membership set until = $3 where party_id = $1 and account_id = $2", [party, account, clock.now()]);
    },
    async of(from, account) {
      const rows = await from.query<{ party_id: string }>("select party_id from governance.membership where account_id = $1 and until is null", [account]);
      return rows.map((row) => row.party_id);
    },
  };
}

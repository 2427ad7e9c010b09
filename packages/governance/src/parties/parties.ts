// Parties beside the agency, and the accounts that act for them.
import { type Clock, type Id, newId } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import type { Contact, PartyIdentity } from "./party-identity.ts";

export type PartyRow = { readonly id: string } & PartyIdentity;

export type Parties = {
  create(tx: Tx, party: PartyIdentity): Promise<Id<"party">>;
  /** A party of another space under its own id, unless it is here already. */
  keep(tx: Tx, id: string, party: PartyIdentity): Promise<void>;
  change(tx: Tx, id: string, party: PartyIdentity): Promise<void>;
  get(from: Queryable, id: string): Promise<PartyRow>;
  list(from: Queryable): Promise<readonly PartyRow[]>;
  /** Lets an account act for a party from now on. */
  join(tx: Tx, party: string, account: string): Promise<void>;
  leave(tx: Tx, party: string, account: string): Promise<void>;
  /** The parties that an account acts for now. */
  of(from: Queryable, account: string): Promise<readonly string[]>;
};

export function createParties({ clock }: { clock: Clock }): Parties {
  const columns = "id, name, kind, identifiers, seat, representative, contact";
  type Row = Omit<PartyRow, "seat" | "representative" | "contact"> & { seat: string | null; representative: string | null; contact: Contact | null };
  const show = ({ seat, representative, contact, ...row }: Row): PartyRow => ({
    ...row,
    ...(seat ? { seat } : {}),
    ...(representative ? { representative } : {}),
    ...(contact ? { contact } : {}),
  });
  const values = ({ name, kind, identifiers, seat, representative, contact }: PartyIdentity) => [
    name,
    kind,
    json(identifiers),
    seat ?? null,
    representative ?? null,
    contact ? json(contact) : null,
  ];
  return {
    async create(tx, party) {
      const id = newId<"party">();
      await tx.run(
        "insert into governance.party (id, created_at, name, kind, identifiers, seat, representative, contact) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [id, clock.now(), ...values(party)],
      );
      return id;
    },
    async keep(tx, id, party) {
      await tx.run(
        `insert into governance.party (id, created_at, name, kind, identifiers, seat, representative, contact) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (id) do nothing`,
        [id, clock.now(), ...values(party)],
      );
    },
    async change(tx, id, party) {
      const changed = await tx.run(
        "update governance.party set name = $2, kind = $3, identifiers = $4, seat = $5, representative = $6, contact = $7 where id = $1",
        [id, ...values(party)],
      );
      if (changed !== 1) throw governanceErrors.refuse("governance.no-party");
    },
    async get(from, id) {
      const party = await from.first<Row>(`select ${columns} from governance.party where id = $1`, [id]);
      if (!party) throw governanceErrors.refuse("governance.no-party");
      return show(party);
    },
    list: async (from) => (await from.query<Row>(`select ${columns} from governance.party order by name limit 1000`)).map(show),
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

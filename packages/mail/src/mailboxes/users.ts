// The persons and components that use a mailbox, and the evidence agreement that a person accepts before a first use.
import type { Clock } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { mailErrors } from "../errors.ts";
import type { MailboxKind } from "../ports.ts";

export type Holder = { readonly holder: string; readonly kind: "person" | "component"; readonly maySend: boolean };
/** Who opened which mailbox. */
export type SignedIn = {
  readonly address: string;
  readonly mailbox: MailboxKind;
  /** Of an administrator's reading: the access that two persons opened. */
  readonly access?: string;
} & Holder;

export type Users = {
  add(tx: Tx, address: string, user: Holder, mailbox: MailboxKind): Promise<void>;
  remove(tx: Tx, address: string, holder: string): Promise<void>;
  list(from: Queryable, address: string): Promise<readonly { holder: string; kind: string; may_send: boolean }[]>;
  find(from: Queryable, address: string, holder: string): Promise<Holder | undefined>;
  /** Records that a person accepted a version of the agreement; the same again changes nothing. */
  accept(tx: Tx, holder: string, version: string, how: string): Promise<void>;
  hasAccepted(from: Queryable, holder: string, version: string): Promise<boolean>;
};

export function createUsers({ schema, real }: { schema: string; real: Clock }): Users {
  return {
    async add(tx, address, { holder, kind, maySend }, mailbox) {
      // MSS 3: a personal mailbox has one user.
      const others = await tx.query(`select holder from ${schema}.mailbox_user where address = $1 and removed_at is null and holder <> $2 for update`, [
        address,
        holder,
      ]);
      if (mailbox === "personal" && others.length > 0) throw mailErrors.refuse("mail.one-user", { params: { address }, clause: "MSS 3" });
      if ((mailbox === "applicative") !== (kind === "component")) throw mailErrors.refuse("mail.wrong-user", { params: { address }, clause: "MSS 6.2" });
      await tx.run(
        `insert into ${schema}.mailbox_user (address, holder, kind, may_send, added_at) values ($1, $2, $3, $4, $5)
         on conflict (address, holder) do update set may_send = excluded.may_send, removed_at = null`,
        [address, holder, kind, maySend, real.now()],
      );
    },
    async remove(tx, address, holder) {
      await tx.run(`update ${schema}.mailbox_user set removed_at = $3 where address = $1 and holder = $2 and removed_at is null`, [
        address,
        holder,
        real.now(),
      ]);
      await tx.run(`update ${schema}.app_password set revoked_at = coalesce(revoked_at, $3) where address = $1 and holder = $2`, [address, holder, real.now()]);
      await tx.run(`update ${schema}.component_certificate set removed_at = coalesce(removed_at, $3) where address = $1 and holder = $2`, [
        address,
        holder,
        real.now(),
      ]);
    },
    list: (from, address) =>
      from.query(`select holder, kind, may_send from ${schema}.mailbox_user where address = $1 and removed_at is null order by holder`, [address]),
    async find(from, address, holder) {
      const row = await from.first<{ kind: "person" | "component"; may_send: boolean }>(
        `select kind, may_send from ${schema}.mailbox_user where address = $1 and holder = $2 and removed_at is null`,
        [address, holder],
      );
      return row && { holder, kind: row.kind, maySend: row.may_send };
    },
    async accept(tx, holder, version, how) {
      await tx.run(`insert into ${schema}.agreement (holder, version, accepted_at, how) values ($1, $2, $3, $4) on conflict do nothing`, [
        holder,
        version,
        real.now(),
        how,
      ]);
    },
    async hasAccepted(from, holder, version) {
      return (await from.first(`select 1 as found from ${schema}.agreement where holder = $1 and version = $2`, [holder, version])) !== undefined;
    },
  };
}

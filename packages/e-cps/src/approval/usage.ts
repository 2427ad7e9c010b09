// Technical and functional traces (art. 9): rows that a person and an investigator read, erased after six years with proof.
// The sealed trace in evidence carries a salted digest only, so that what was erased can still be shown to have stood.
import { randomBytes } from "node:crypto";
import { digestContent, type Evidence } from "@cercle/evidence";
import { type Json, newId, type Temporal } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import type { Clocks } from "../ports.ts";

export type UsageKind = "sign-in" | "activation" | "end" | "details" | "terms" | "pin" | "measure";
export type NewUsage = {
  readonly nationalId: string;
  readonly device?: string | undefined;
  readonly kind: UsageKind;
  /** `approved`, `refused`, `wrong-number`, `expired`, `blocked`, `done`, `cancelled`… */
  readonly result: string;
  readonly facts?: { readonly [key: string]: Json | undefined };
};
export type UsageRow = {
  readonly id: string;
  readonly device_id: string | null;
  readonly kind: UsageKind;
  readonly result: string;
  readonly facts: Record<string, Json>;
  readonly real_at: Temporal.Instant;
};

export type Usages = {
  record(tx: Tx, usage: NewUsage): Promise<void>;
  /** Newest first; `before` pages on. */
  list(from: Queryable, nationalId: string, page?: { before?: string; limit?: number }): Promise<readonly UsageRow[]>;
  /** Erases what is past its time, and says so in evidence. */
  erase(tx: Tx): Promise<{ usages: number; identifiers: number }>;
};

export const usageYears = 6;
export const identifierYears = 3;

export function createUsages({ evidence, clocks }: { evidence: Evidence; clocks: Clocks }): Usages {
  const yearsAgo = (years: number): Temporal.Instant => clocks.governance.now().toZonedDateTimeISO(clocks.timeZone).subtract({ years }).toInstant();
  return {
    async record(tx, { nationalId, device, kind, result, facts = {} }) {
      const id = newId<"usage">();
      const salt = randomBytes(16);
      await tx.run(
        `insert into e_cps.usage (id, national_id, device_id, kind, result, facts, salt, real_at, collected_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, nationalId, device ?? null, kind, result, json(facts), salt, clocks.real.now(), clocks.governance.now()],
      );
      const digest = digestContent(salt, { id, national_id: nationalId, kind, result, facts });
      await evidence.trace(tx, { room: "e-cps", type: kind, subject: id, payload: { result, digest } });
    },
    list: (from, nationalId, { before, limit = 50 } = {}) =>
      from.query<UsageRow>(
        `select id, device_id, kind, result, facts, real_at from e_cps.usage
          where national_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
        [nationalId, before ?? null, limit],
      ),
    async erase(tx) {
      // e-CPS 9: traces six years, the telephone's identifier three, each from its collection; nothing is kept beyond.
      const usages = await tx.query<{ id: string }>(
        "delete from e_cps.usage where id in (select id from e_cps.usage where collected_at <= $1 limit 5000) returning id",
        [yearsAgo(usageYears)],
      );
      const identifiers = await tx.query<{ device_id: string }>(
        "delete from e_cps.device_identifier where device_id in (select device_id from e_cps.device_identifier where collected_at <= $1 limit 5000) returning device_id",
        [yearsAgo(identifierYears)],
      );
      const proof = async (what: string, ids: readonly string[]): Promise<void> => {
        if (ids.length > 0) await evidence.trace(tx, { room: "e-cps", type: "erased", payload: { what, basis: "e-CPS 9", count: ids.length, ids: [...ids] } });
      };
      await proof(
        "usage",
        usages.map((row) => row.id),
      );
      await proof(
        "device-identifier",
        identifiers.map((row) => row.device_id),
      );
      // Answers that wait no more and messages are functional data of the same collection, kept far shorter than they may be.
      await tx.run("delete from e_cps.approval where created_at < $1", [clocks.real.now().subtract({ hours: 24 * 91 })]);
      await tx.run("delete from e_cps.message where created_at < $1", [clocks.real.now().subtract({ hours: 24 * 30 })]);
      await tx.run("delete from e_cps.verification where expires_at < $1", [clocks.real.now().subtract({ hours: 24 * 30 })]);
      await tx.run("delete from e_cps.link where expires_at < $1", [clocks.real.now().subtract({ hours: 1 })]);
      return { usages: usages.length, identifiers: identifiers.length };
    },
  };
}

// Procedures that prove who holds the telephone and the address on file: activation, removal without a telephone, new details.
// Tries are counted before they are judged; a procedure out of time or out of tries is cancelled (e-CPS 3.1).
import { type Id, type Language, newId, say, type Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import type { Usages } from "../approval/usage.ts";
import type { Proof } from "../device/index.ts";
import { makeCode, type Secrets, sameBytes } from "../devices/secrets.ts";
import { eCpsErrors } from "../errors.ts";
import type { Clocks } from "../ports.ts";
import { eCpsTexts } from "../texts.ts";
import type { Details } from "./correspondence.ts";
import type { Messages } from "./messages.ts";

export type Purpose = "activation" | "removal" | "details";
export type ProvenBy = "codes" | "sealed-code" | "old-device" | "card";
export type Verification<F = unknown> = {
  readonly id: Id<"verification">;
  readonly nationalId: string;
  readonly facts: F;
  readonly provenBy: ProvenBy | undefined;
  readonly expiresAt: Temporal.Instant;
};

export type Verifications = {
  /** `details`: where codes go; none when the proof comes another way. */
  start(
    tx: Tx,
    start: { purpose: Purpose; nationalId: string; facts: unknown; details?: Details | undefined; provenBy?: ProvenBy; language: Language },
  ): Promise<{ id: string; expiresAt: Temporal.Instant }>;
  prove(id: string, purpose: Purpose, proof: Proof): Promise<Verification>;
  /** A proven procedure in time, or a refusal. */
  proven<F>(id: string, purpose: Purpose): Promise<Verification<F>>;
  /** Uses it up; of two at once one succeeds. */
  take(tx: Tx, id: string): Promise<void>;
  /** Marks what is out of time as cancelled. */
  expire(): Promise<void>;
};

const minutes = 10;
const tries = 5;
const sealedCodeTries = 10;
const startsPerHour = 5;

type Row = {
  id: Id<"verification">;
  purpose: Purpose;
  national_id: string;
  facts: Uint8Array;
  telephone_digest: string | null;
  email_digest: string | null;
  attempts: number;
  proven_by: ProvenBy | null;
  expires_at: Temporal.Instant;
};

export function createVerifications({
  store,
  secrets,
  clocks,
  messages,
  usages,
}: {
  store: Store;
  secrets: Secrets;
  clocks: Clocks;
  messages: Messages;
  usages: Usages;
}): Verifications {
  const now = (): Temporal.Instant => clocks.real.now();
  const read = <F>(row: Row): Verification<F> => ({
    id: row.id,
    nationalId: row.national_id,
    facts: secrets.unsealJson<F>(row.facts),
    provenBy: row.proven_by ?? undefined,
    expiresAt: row.expires_at,
  });
  const digestOf = (id: string, way: string, code: string): string => secrets.codeDigest(`${id} ${way}`, code.replace(/\s/g, ""));
  const matches = (wanted: string | null, given: string): boolean => wanted !== null && sameBytes(Buffer.from(wanted), Buffer.from(given));

  const judge = async (row: Row, proof: Proof): Promise<ProvenBy | undefined> => {
    if ("telephone_code" in proof) {
      // Both are looked at whatever the first says, so that the answer does not tell which one is wrong.
      const telephone = matches(row.telephone_digest, digestOf(row.id, "telephone", proof.telephone_code));
      const email = matches(row.email_digest, digestOf(row.id, "email", proof.email_code));
      return telephone && email ? "codes" : undefined;
    }
    if ("sealed_code" in proof) {
      const counted = await store.first<{ digest: string }>(
        "update e_cps.sealed_code set attempts = attempts + 1 where national_id = $1 and used_at is null and expires_at > $2 and attempts < $3 returning digest",
        [row.national_id, now(), sealedCodeTries],
      );
      const given = secrets.codeDigest(row.national_id, proof.sealed_code.replace(/[\s-]/g, "").toUpperCase());
      if (!counted || !matches(counted.digest, given)) return undefined;
      const used = await store.run("update e_cps.sealed_code set used_at = $2 where national_id = $1 and used_at is null", [row.national_id, now()]);
      return used === 1 ? "sealed-code" : undefined;
    }
    return undefined;
  };

  return {
    async start(tx, { purpose, nationalId, facts, details, provenBy, language }) {
      await tx.run("select pg_advisory_xact_lock(hashtextextended($1, 30))", [nationalId]);
      if (details) {
        const recent = await tx.first<{ count: number }>(
          "select count(*) as count from e_cps.verification where national_id = $1 and telephone_digest is not null and created_at > $2 and end_reason is distinct from 'done'",
          [nationalId, now().subtract({ hours: 1 })],
        );
        // Codes cost money and nerves, and what was carried through was wanted: nobody has them sent to another person without end.
        if ((recent?.count ?? 0) >= startsPerHour) throw eCpsErrors.refuse("e-cps.too-many-starts");
        if (!messages.reach) throw eCpsErrors.refuse("e-cps.no-gateway");
      }
      const id = newId<"verification">();
      const expiresAt = now().add({ minutes });
      const codes = details ? { telephone: makeCode(), email: makeCode() } : undefined;
      await tx.run(
        `insert into e_cps.verification (id, purpose, national_id, facts, telephone_digest, email_digest, proven_by, proven_at, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          id,
          purpose,
          nationalId,
          secrets.sealJson(facts),
          codes ? digestOf(id, "telephone", codes.telephone) : null,
          codes ? digestOf(id, "email", codes.email) : null,
          provenBy ?? null,
          provenBy ? now() : null,
          now(),
          expiresAt,
        ],
      );
      if (details && codes) {
        for (const channel of ["telephone", "email"] as const) {
          const text = say(eCpsTexts[`e-cps.message.${purpose}`], language, { code: codes[channel], minutes });
          await messages.send(tx, { nationalId, channel, kind: purpose, to: details[channel], text });
        }
      }
      return { id, expiresAt };
    },
    async prove(id, purpose, proof) {
      const already = await store.first<Row>("select * from e_cps.verification where id = $1 and purpose = $2 and ended_at is null and expires_at > $3", [
        id,
        purpose,
        now(),
      ]);
      if (already?.proven_by) return read(already);
      const row = await store.first<Row>(
        `update e_cps.verification set attempts = attempts + 1
          where id = $1 and purpose = $2 and ended_at is null and proven_at is null and expires_at > $3 and attempts < $4 returning *`,
        [id, purpose, now(), tries],
      );
      if (!row) throw eCpsErrors.refuse("e-cps.no-verification", { clause: "e-CPS 3.1" });
      const by = await judge(row, proof);
      if (!by) {
        const left = tries - row.attempts;
        if (left <= 0) {
          await store.transaction(async (tx) => {
            await tx.run("update e_cps.verification set ended_at = $2, end_reason = 'tries' where id = $1 and ended_at is null", [id, now()]);
            await usages.record(tx, { nationalId: row.national_id, kind: "activation", result: "cancelled", facts: { purpose, reason: "tries" } });
          });
          throw eCpsErrors.refuse("e-cps.no-verification", { clause: "e-CPS 3.1" });
        }
        throw eCpsErrors.refuse("e-cps.wrong-code", { params: { left } });
      }
      const proven = await store.first<Row>("update e_cps.verification set proven_at = $2, proven_by = $3 where id = $1 and proven_at is null returning *", [
        id,
        now(),
        by,
      ]);
      if (!proven) throw eCpsErrors.refuse("e-cps.no-verification");
      return read(proven);
    },
    async proven<F>(id: string, purpose: Purpose) {
      const row = await store.first<Row>("select * from e_cps.verification where id = $1 and purpose = $2 and ended_at is null and expires_at > $3", [
        id,
        purpose,
        now(),
      ]);
      if (!row) throw eCpsErrors.refuse("e-cps.no-verification", { clause: "e-CPS 3.1" });
      if (!row.proven_by) throw eCpsErrors.refuse("e-cps.not-proven");
      return read<F>(row);
    },
    async take(tx, id) {
      const taken = await tx.run(
        "update e_cps.verification set ended_at = $2, end_reason = 'done', facts = ''::bytea where id = $1 and ended_at is null and proven_at is not null and expires_at > $2",
        [id, now()],
      );
      if (taken !== 1) throw eCpsErrors.refuse("e-cps.no-verification", { clause: "e-CPS 3.1" });
    },
    async expire() {
      await store.transaction(async (tx) => {
        const rows = await tx.query<Row>(
          `update e_cps.verification set ended_at = $1, end_reason = 'time', facts = ''::bytea
            where id in (select id from e_cps.verification where ended_at is null and expires_at <= $1 limit 200 for update skip locked) returning *`,
          [now()],
        );
        for (const row of rows) {
          await usages.record(tx, { nationalId: row.national_id, kind: "activation", result: "cancelled", facts: { purpose: row.purpose, reason: "time" } });
        }
      });
    },
  };
}

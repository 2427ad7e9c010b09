// The restricted register of correspondence details: the person's own telephone and e-mail, for activation only.
// The public extraction has none; it is fed by its own import, by the card path, or by an enrolment officer.
import { createHash } from "node:crypto";
import type { Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { makeTypedCode, type Secrets } from "../devices/secrets.ts";
import { eCpsErrors } from "../errors.ts";
import { parseNationalId } from "../national-id.ts";
import type { Clocks } from "../ports.ts";

export type Details = { readonly telephone: string; readonly email: string; readonly birthDate?: string | undefined };
export type DetailsSource = "import" | "sandbox" | "officer" | "person";

export type Correspondence = {
  find(from: Queryable, nationalId: string): Promise<(Details & { updatedAt: Temporal.Instant }) | undefined>;
  put(tx: Tx, nationalId: string, details: Details, source: DetailsSource): Promise<void>;
  /** Lines `national_id;telephone;email[;birth_date]` with a head line. Throws at the first bad line; answers how many. */
  importCsv(tx: Tx, csv: string): Promise<number>;
  /** A code for a sealed envelope; shown once. Replaces an unused one. */
  makeSealedCode(tx: Tx, nationalId: string, givenBy: string): Promise<string>;
};

const sealedCodeDays = 30;

export function createCorrespondence({ secrets, clocks }: { secrets: Secrets; clocks: Clocks }): Correspondence {
  const put: Correspondence["put"] = async (tx, nationalId, details, source) => {
    await tx.run(
      `insert into e_cps.correspondence (national_id, details, source, updated_at) values ($1, $2, $3, $4)
       on conflict (national_id) do update set details = excluded.details, source = excluded.source, updated_at = excluded.updated_at`,
      [nationalId, secrets.sealJson(details), source, clocks.real.now()],
    );
  };
  return {
    put,
    async find(from, nationalId) {
      const row = await from.first<{ details: Uint8Array; updated_at: Temporal.Instant }>(
        "select details, updated_at from e_cps.correspondence where national_id = $1",
        [nationalId],
      );
      return row ? { ...secrets.unsealJson<Details>(row.details), updatedAt: row.updated_at } : undefined;
    },
    async importCsv(tx, csv) {
      const lines = csv.split(/\r?\n/).slice(1);
      let count = 0;
      for (const [index, line] of lines.entries()) {
        if (line.trim() === "") continue;
        const [id = "", telephone = "", email = "", birthDate = ""] = line.split(/[;|]/).map((cell) => cell.trim());
        const details = parseDetails({ telephone, email, ...(birthDate ? { birthDate } : {}) });
        if (!details) throw eCpsErrors.refuse("e-cps.bad-details", { params: { line: index + 2 } });
        await put(tx, parseNationalId(id), details, "import");
        count += 1;
      }
      return count;
    },
    async makeSealedCode(tx, nationalId, givenBy) {
      const code = makeTypedCode(12);
      await tx.run(
        `insert into e_cps.sealed_code (national_id, digest, given_by, created_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (national_id) do update set digest = excluded.digest, given_by = excluded.given_by, attempts = 0,
           created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = null`,
        [nationalId, secrets.codeDigest(nationalId, code), givenBy, clocks.real.now(), clocks.real.now().add({ hours: 24 * sealedCodeDays })],
      );
      return code.replace(/(.{4})(?=.)/g, "$1-");
    },
  };
}

/** Details that can carry a code, or undefined. An MSSanté address needs the e-CPS to be read: it cannot activate it. */
export function parseDetails({ telephone, email, birthDate }: { telephone: string; email: string; birthDate?: string | undefined }): Details | undefined {
  const digits = telephone
    .replace(/[\s.()-]/g, "")
    .replace(/^00/, "+")
    .replace(/^0(?=\d{9}$)/, "+33");
  if (!/^\+\d{8,15}$/.test(digits)) return undefined;
  if (email.length > 254 || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email) || /[@.]mssante\./i.test(email)) return undefined;
  if (birthDate !== undefined && !/^\d{4}-\d\d-\d\d$/.test(birthDate)) return undefined;
  return { telephone: digits, email, ...(birthDate ? { birthDate } : {}) };
}

/** Details of a test person, the same each time; in ranges kept for fiction (ARCEP 06 39 98) and an address that goes nowhere. */
export function buildTestDetails(nationalId: string): Details {
  const digits = BigInt(`0x${createHash("sha256").update(nationalId).digest("hex").slice(0, 12)}`) % 10_000n;
  return { telephone: `+3363998${String(digits).padStart(4, "0")}`, email: `${nationalId.toLowerCase().replace(/[^\da-z]/g, "-")}@personne.test` };
}

/** `+33639981234` → `•• •• 12 34`, `camille@exemple.fr` → `c•••@exemple.fr`. */
export function maskDetails({ telephone, email }: Details): { telephone: string; email: string } {
  const [name = "", host = ""] = email.split("@");
  return { telephone: `•• •• ${telephone.slice(-4, -2)} ${telephone.slice(-2)}`, email: `${name.slice(0, 1)}•••@${host}` };
}

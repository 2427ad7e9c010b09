// The register as people and scripts read it.
import type { Clock, Temporal } from "@cercle/kernel";
import type { Queryable } from "@cercle/store";
import { pkiErrors } from "../errors.ts";

export type CertificateState = "valid" | "revoked" | "expired";
export type RegisterRow = {
  readonly serial: string;
  readonly profile: string;
  readonly issuer: string;
  readonly subject: string;
  readonly holder: string | null;
  readonly not_before: Temporal.Instant;
  readonly not_after: Temporal.Instant;
  readonly revoked_at: Temporal.Instant | null;
  readonly reason: string | null;
  readonly pem: string;
};

const columns = "serial, profile, issuer, subject, holder, not_before, not_after, revoked_at, reason, pem";

export function findCertificate(from: Queryable, serial: string): Promise<RegisterRow | undefined> {
  return from.first<RegisterRow>(`select ${columns} from pki.certificate where serial = $1`, [serial.toLowerCase().replaceAll(":", "")]);
}

/** Throws `pki.unknown-certificate`. */
export async function getCertificate(from: Queryable, serial: string): Promise<RegisterRow> {
  const found = await findCertificate(from, serial);
  if (!found) throw pkiErrors.refuse("pki.unknown-certificate", { params: { serial } });
  return found;
}

/** Newest first, at most 1,000. */
export function listCertificates(
  from: Queryable,
  { profile, text }: { profile?: string | undefined; text?: string | undefined },
): Promise<readonly RegisterRow[]> {
  return from.query<RegisterRow>(
    `select ${columns} from pki.certificate
      where ($1::text is null or profile = $1) and ($2::text is null or position(lower($2) in lower(subject)) > 0 or serial = lower($2))
      order by issued_at desc, serial limit 1000`,
    [profile ?? null, text ?? null],
  );
}

/** What the API says of a certificate. */
export function describeCertificate(row: RegisterRow, real: Clock) {
  const state: CertificateState = row.revoked_at ? "revoked" : row.not_after.epochMilliseconds < real.now().epochMilliseconds ? "expired" : "valid";
  return {
    serial: row.serial,
    profile: row.profile,
    issuer: row.issuer,
    subject: row.subject,
    state,
    not_before: row.not_before.toString(),
    not_after: row.not_after.toString(),
    ...(row.revoked_at ? { revoked_at: row.revoked_at.toString(), reason: row.reason } : {}),
  };
}

// The certificates by which components open applicative mailboxes: which certificate is whose, and whether it may be bound at all.
import { X509Certificate } from "node:crypto";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { mailErrors } from "../errors.ts";
import { nameOfCertificate } from "../trust/certificate-name.ts";

export type BoundCertificate = { readonly fingerprint: string; readonly holder: string; readonly subject: string; readonly not_after: Temporal.Instant };
export type Components = {
  /** Binds a certificate to a component of the mailbox; the same again changes nothing. Throws `mail.bad-certificate`. */
  bind(tx: Tx, of: { address: string; holder: string }, certificate: string): Promise<BoundCertificate>;
  list(from: Queryable, address: string): Promise<readonly BoundCertificate[]>;
  unbind(tx: Tx, address: string, fingerprint: string): Promise<boolean>;
  /** Mailboxes of this certificate, with the component that it is. */
  find(from: Queryable, der: Uint8Array): Promise<readonly { address: string; holder: string }[]>;
};

const clientUse = "1.3.6.1.5.5.7.3.2";
const longest = 20_000;

export function createComponents({ schema, real }: { schema: string; real: Clock }): Components {
  return {
    async bind(tx, { address, holder }, text) {
      const certificate = readCertificate(text);
      const usages = certificate?.keyUsage as readonly string[] | undefined;
      // RFC 5280 §4.2.1.12: one that names its purposes must name this one.
      if (!certificate || certificate.ca || (usages && !usages.includes(clientUse)))
        throw mailErrors.refuse("mail.bad-certificate", { params: { reason: "clientAuth" } });
      const row = {
        fingerprint: fingerprintOf(certificate),
        holder,
        subject: nameOfCertificate(certificate),
        not_after: Temporal.Instant.fromEpochMilliseconds(certificate.validToDate.getTime()),
      };
      await tx.run(
        `insert into ${schema}.component_certificate (fingerprint, address, holder, subject, not_after, added_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (fingerprint, address) do update set holder = excluded.holder, removed_at = null`,
        [row.fingerprint, address, holder, row.subject, row.not_after, real.now()],
      );
      return row;
    },
    list: (from, address) =>
      from.query(
        `select fingerprint, holder, subject, not_after from ${schema}.component_certificate where address = $1 and removed_at is null order by added_at, fingerprint`,
        [address],
      ),
    unbind: async (tx, address, fingerprint) =>
      (await tx.run(`update ${schema}.component_certificate set removed_at = $3 where address = $1 and fingerprint = $2 and removed_at is null`, [
        address,
        fingerprint,
        real.now(),
      ])) === 1,
    async find(from, der) {
      const certificate = readCertificate(Buffer.from(der));
      if (!certificate) return [];
      return from.query(`select address, holder from ${schema}.component_certificate where fingerprint = $1 and removed_at is null order by address`, [
        fingerprintOf(certificate),
      ]);
    },
  };
}

function readCertificate(given: string | Buffer): X509Certificate | undefined {
  if (given.length > longest) return undefined;
  try {
    return new X509Certificate(given);
  } catch {
    // Nobody's certificate opens nothing.
    return undefined;
  }
}

function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

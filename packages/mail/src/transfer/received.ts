// The certificate that the agency gave for a domain that came by transfer: in force here in place of what this operator had for it.
import type { Queryable } from "@cercle/store";
import type { Vault } from "../mailboxes/sealing.ts";

export async function findReceivedCertificate(from: Queryable, vault: Vault, operator: string): Promise<{ key: string; certificate: string } | undefined> {
  const row = await from.first<{ mail_key: Uint8Array; mail_certificate: string }>(
    `select mail_key, mail_certificate from mail_${operator}.transfer where state = 'received' order by started_at desc limit 1`,
  );
  return row && { key: Buffer.from(vault.unseal(row.mail_key)).toString("utf8"), certificate: row.mail_certificate };
}

// Debian's Postfix set up by hand as an operator of secure mail, as far as its own parameters go (docs/conformity.md): a client certificate
// from the authority, bound by fingerprint to the domain it may send from. It reads no list of revocations and asks no responder, and it
// does not look at header senders.
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Partner } from "@cercle/conformity";
import { openPostfix, type Postfix } from "./postfix.ts";

export type PostfixOperator = Postfix & { cut(domain: string): Promise<void> };
export type PostfixOperatorOptions = {
  readonly domain: string;
  readonly users: readonly string[];
  /** Those to whom it may deliver from a provisional domain. */
  readonly testUsers: readonly string[];
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** The list: domain, the certificate bound to it, whether it is provisional. */
  readonly list: readonly (Partner & { readonly provisional?: boolean })[];
};

export async function openPostfixOperator({ domain, users, testUsers, tls, list }: PostfixOperatorOptions): Promise<PostfixOperator> {
  const classOf = (of: string): string => `from_${of.replaceAll(/[^a-z0-9]/g, "_")}`;
  const certificates = (without = ""): string =>
    list
      .filter((one) => one.domain !== without)
      .map((one) => `${new X509Certificate(one.certificate).fingerprint256} ${classOf(one.domain)}`)
      .join("\n");
  const domains = [...new Set(list.map((one) => one.domain))];
  const provisional = new Set(list.filter((one) => one.provisional).map((one) => one.domain));
  const classes = domains.map((of) => {
    const sender = `check_sender_access hash:FOLDER/${classOf(of)}, reject`;
    return `${classOf(of)} = ${provisional.has(of) ? `check_recipient_access hash:FOLDER/tests, reject` : sender}`;
  });
  const postfix = await openPostfix({
    domain,
    users,
    tls,
    maps: {
      certificates: certificates(),
      tests: testUsers.map((user) => `${user} OK`).join("\n"),
      // A report has no sender: the certificate alone says who speaks.
      ...Object.fromEntries(domains.map((of) => [classOf(of), `${of} OK\n<> OK`])),
    },
    more: `smtpd_tls_req_ccert = yes
smtpd_tls_ask_ccert = yes
smtpd_tls_fingerprint_digest = sha256
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_mandatory_ciphers = high
tls_high_cipherlist = ECDHE+AESGCM
smtpd_forbid_bare_newline = yes
smtpd_forbid_unauth_pipelining = yes
message_size_limit = 1000000
virtual_mailbox_limit = 0
smtpd_restriction_classes = ${domains.map(classOf).join(", ")}
smtpd_recipient_restrictions = reject_unauth_destination, reject_unlisted_recipient, check_ccert_access hash:FOLDER/certificates, reject
${classes.join("\n")}`,
  });
  return {
    ...postfix,
    async cut(of) {
      const place = join(postfix.folder, "certificates");
      writeFileSync(place, `${certificates(of)}\n`);
      execFileSync("/usr/sbin/postmap", [`hash:${place}`]);
    },
  };
}

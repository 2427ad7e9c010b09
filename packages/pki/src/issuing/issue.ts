// Issuing: one way in for every certificate. Written from its profile, checked by the linter, recorded and traced in the
// caller's transaction; nothing that failed the linter ever leaves.
import { createPublicKey } from "node:crypto";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import type { Name } from "@peculiar/asn1-x509";
import { type Authorities, makeSerial, toPem } from "../authorities/authorities.ts";
import type { AuthorityCode } from "../authorities/hierarchy.ts";
import { type AltName, buildCertificate, type PrivateValues, profileExtensions } from "../encoding/certificate.ts";
import { printName } from "../encoding/names.ts";
import { pkiErrors } from "../errors.ts";
import type { Trace } from "../ports.ts";
import { lintCertificate } from "./lint.ts";
import { type Profile, type ProfileName, profiles } from "./profiles.ts";

export type IssueFacts = {
  readonly profile: ProfileName;
  readonly issuer: AuthorityCode;
  readonly subject: Name;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** For whom, as look-ups know it. */
  readonly holder: string;
  readonly altNames?: readonly AltName[];
  readonly values?: PrivateValues;
  /** The profile's longest life when absent. In the past makes an expired certificate, for tests of refusal. */
  readonly notAfter?: Temporal.Instant;
  /** Five minutes ago when absent. In the future makes a certificate that is not valid yet, for tests of refusal. */
  readonly notBefore?: Temporal.Instant;
};

export type Issued = { readonly serial: string; readonly der: Uint8Array; readonly pem: string; readonly notAfter: Temporal.Instant };

export type Issuer = {
  issue(tx: Tx, facts: IssueFacts): Promise<Issued>;
};

export function createIssuer({ authorities, real, base, trace }: { authorities: Authorities; real: Clock; base: string; trace: Trace }): Issuer {
  return {
    async issue(tx, facts) {
      checkKey(facts.spki);
      const profile: Profile = profiles[facts.profile];
      const issuer = authorities.get(facts.issuer);
      const now = real.now().round({ smallestUnit: "second", roundingMode: "trunc" });
      const notAfter = lastInstant(facts.notAfter ?? now.add({ hours: 24 * profile.days - 1 }), issuer.notAfter);
      const soon = facts.notBefore ?? now.subtract({ minutes: 5 });
      const notBefore = Temporal.Instant.compare(soon, notAfter) < 0 ? soon : notAfter.subtract({ hours: 24 });
      const serial = makeSerial();
      const der = await buildCertificate({
        serial,
        subject: facts.subject,
        issuer: { name: issuer.name, keyId: issuer.keyId, key: issuer.key() },
        notBefore,
        notAfter,
        spki: facts.spki,
        extensions: profileExtensions(profile, {
          spki: facts.spki,
          issuerKeyId: issuer.keyId,
          addresses: { base, issuerFile: issuer.file },
          altNames: facts.altNames ?? [],
          values: facts.values ?? {},
          notBefore,
          notAfter,
        }),
      });
      const problems = lintCertificate(der, profile, issuer);
      if (problems.length > 0) throw pkiErrors.refuse("pki.off-profile", { params: { problem: problems.join("; ") } });
      const pem = toPem(der);
      await tx.run(
        `insert into pki.certificate (serial, profile, subject, not_before, not_after, pem, issued_at, issuer, holder)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [serial, facts.profile, printName(facts.subject), notBefore, notAfter, pem, now, facts.issuer, facts.holder],
      );
      // The holder's name is in the register; a trace outlives it and carries the number only.
      await trace(tx, {
        type: "certificate-issued",
        subject: serial,
        payload: { profile: facts.profile, issuer: facts.issuer, not_after: notAfter.toString() },
      });
      return { serial, der, pem, notAfter };
    },
  };
}

/** No certificate outlives its issuer (RFC 5280 §6.1.3 would refuse it anyway). */
function lastInstant(wanted: Temporal.Instant, limit: Temporal.Instant): Temporal.Instant {
  const chosen = Temporal.Instant.compare(wanted, limit) < 0 ? wanted : limit;
  return chosen.round({ smallestUnit: "second", roundingMode: "trunc" });
}

function checkKey(spki: Uint8Array): void {
  let bits = 0;
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  } catch {
    bits = 0;
  }
  if (bits < 2048 || bits > 4096) throw pkiErrors.refuse("pki.invalid-key");
}

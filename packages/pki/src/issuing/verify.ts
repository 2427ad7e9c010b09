// Whether a certificate shown to us may be used for a purpose: an ordered list of rules, the first that fails is the answer.
import { X509Certificate } from "node:crypto";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Queryable } from "@cercle/store";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate, CertificatePolicies, ExtendedKeyUsage, KeyUsage, KeyUsageFlags } from "@peculiar/asn1-x509";
import type { Authorities, AuthorityRecord } from "../authorities/authorities.ts";
import { isRoot, rootOf } from "../authorities/hierarchy.ts";
import { findValue, printName } from "../encoding/names.ts";
import { oid } from "../encoding/oids.ts";
import { type ProfileName, profileNames, profiles } from "./profiles.ts";

export type RefusalReason = "unknown-issuer" | "expired" | "not-yet-valid" | "revoked" | "signature-only" | "wrong-purpose";
export type Purpose = { readonly profiles: readonly ProfileName[]; readonly extendedUsage: string };
export type Verified = {
  readonly ok: true;
  readonly profile: ProfileName;
  readonly serial: string;
  readonly subject: string;
  readonly commonName: string;
  readonly names: readonly string[];
};
export type Verdict = Verified | { readonly ok: false; readonly reason: RefusalReason };

export const clientPurpose: Purpose = { profiles: ["card-authentication", "org-auth-cli", "serv-ssl"], extendedUsage: oid.clientAuth };
/** MSS 4.1: the certificate dedicated to messaging, at both ends of a session. */
export const mailPurpose: Purpose = { profiles: ["mail-server"], extendedUsage: oid.serverAuth };

/** A certificate of ours is a few hundred bytes; no one is made to parse more. */
const longest = 8192;

type Shown = { readonly x509: X509Certificate; readonly parsed: Certificate; readonly issuer: AuthorityRecord; readonly serial: string; readonly now: number };
type Rule = (shown: Shown, purpose: Purpose) => Promise<RefusalReason | undefined> | RefusalReason | undefined;

export function createVerifier({ authorities, store, real }: { authorities: Authorities; store: Queryable; real: Clock }) {
  const open = (der: Uint8Array): Shown | undefined => {
    if (der.length > longest) return undefined;
    try {
      const x509 = new X509Certificate(der);
      if (x509.raw.length !== der.length) return undefined;
      const parsed = AsnConvert.parse(der, Certificate);
      const issuer = authorities.list.find((authority) => !isRoot(authority.code) && x509.checkIssued(authority.x509) && x509.verify(authority.x509.publicKey));
      return issuer && { x509, parsed, issuer, serial: x509.serialNumber.toLowerCase(), now: real.now().epochMilliseconds };
    } catch {
      // Not a certificate at all: nobody issued it.
      return undefined;
    }
  };

  /** RFC 6960 §2.2: a certificate that the register does not know was not issued, and counts as revoked. */
  const isOut = async (serial: string): Promise<boolean> => {
    const row = await store.first<{ revoked_at: Temporal.Instant | null }>("select revoked_at from pki.certificate where serial = $1", [serial]);
    return !row || row.revoked_at !== null;
  };

  const rules: readonly Rule[] = [
    ({ x509, now }) => (x509.validToDate.getTime() < now ? "expired" : undefined),
    ({ x509, now }) => (x509.validFromDate.getTime() > now ? "not-yet-valid" : undefined),
    ({ issuer, now }) => (issuer.notAfter.epochMilliseconds < now ? "expired" : undefined),
    async ({ serial }) => ((await isOut(serial)) ? "revoked" : undefined),
    // RFC 5280 §6.1: the authority's own certificate too.
    async ({ issuer }) => ((await isOut(issuer.serial)) || (await isOut(authorities.get(rootOf(issuer.code)).serial)) ? "revoked" : undefined),
    ({ parsed }) => (signsOnly(parsed) ? "signature-only" : undefined),
    ({ parsed }, purpose) => (fits(parsed, purpose) ? undefined : "wrong-purpose"),
  ];

  return async (der: Uint8Array, purpose: Purpose): Promise<Verdict> => {
    const shown = open(der);
    if (!shown) return { ok: false, reason: "unknown-issuer" };
    for (const rule of rules) {
      const reason = await rule(shown, purpose);
      if (reason) return { ok: false, reason };
    }
    const subject = shown.parsed.tbsCertificate.subject;
    return {
      ok: true,
      profile: profileOf(shown.parsed) ?? "org-auth-cli",
      serial: shown.serial,
      subject: printName(subject),
      commonName: findValue(subject, oid.commonName) ?? "",
      names: (shown.x509.subjectAltName ?? "").split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : [])),
    };
  };
}

function usagesOf(parsed: Certificate): number {
  const found = parsed.tbsCertificate.extensions?.find((extension) => extension.extnID === oid.keyUsage);
  return found ? AsnConvert.parse(found.extnValue.buffer, KeyUsage).toNumber() : 0;
}

/** nonRepudiation without digitalSignature: a key that signs documents and never opens a session. */
function signsOnly(parsed: Certificate): boolean {
  const usages = usagesOf(parsed);
  return (usages & KeyUsageFlags.nonRepudiation) !== 0 && (usages & KeyUsageFlags.digitalSignature) === 0;
}

function fits(parsed: Certificate, purpose: Purpose): boolean {
  const extended = parsed.tbsCertificate.extensions?.find((extension) => extension.extnID === oid.extendedKeyUsage);
  const ids = extended ? [...AsnConvert.parse(extended.extnValue.buffer, ExtendedKeyUsage)] : [];
  const profile = profileOf(parsed);
  return (
    profile !== undefined &&
    purpose.profiles.includes(profile) &&
    ids.includes(purpose.extendedUsage) &&
    (usagesOf(parsed) & KeyUsageFlags.digitalSignature) !== 0
  );
}

/** The policy says the profile; it is signed with the rest. */
function profileOf(parsed: Certificate): ProfileName | undefined {
  const found = parsed.tbsCertificate.extensions?.find((extension) => extension.extnID === oid.certificatePolicies);
  const id = found && AsnConvert.parse(found.extnValue.buffer, CertificatePolicies)[0]?.policyIdentifier;
  return profileNames.find((name) => profiles[name].policy === id);
}

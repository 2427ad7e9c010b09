// The linter: reads the bytes of a certificate again and says what differs from its profile. It shares the tables of
// `profiles.ts` with the issuer and no code that writes, so that a mistake of the writer is seen.
import { X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { BasicConstraints, Certificate, CertificatePolicies, ExtendedKeyUsage, type Extension, KeyUsage, type Name } from "@peculiar/asn1-x509";
import type { AuthorityRecord } from "../authorities/authorities.ts";
import { oid } from "../encoding/oids.ts";
import { type Profile, usageBits } from "./profiles.ts";

type Read = { readonly parsed: Certificate; readonly x509: X509Certificate; readonly extensions: ReadonlyMap<string, Extension>; readonly issuer: Issuer };
type Issuer = Pick<AuthorityRecord, "x509" | "keyId">;
type Rule = { readonly what: string; readonly clause: string; holds(read: Read, profile: Profile): boolean };

const dayMillis = 86_400_000;

const rules: readonly Rule[] = [
  { what: "version 3", clause: "RFC 5280 §4.1.2.1", holds: ({ parsed }) => parsed.tbsCertificate.version === 2 },
  {
    what: "serial number positive, 1 to 20 octets, at least 64 bits",
    clause: "RFC 5280 §4.1.2.2",
    holds({ parsed }) {
      const serial = new Uint8Array(parsed.tbsCertificate.serialNumber);
      return serial.length >= 8 && serial.length <= 20 && ((serial[0] ?? 0x80) & 0x80) === 0;
    },
  },
  {
    what: "sha256WithRSAEncryption inside and outside",
    clause: "RFC 5280 §4.1.1.2",
    holds: ({ parsed }) => parsed.signatureAlgorithm.algorithm === oid.sha256WithRsa && parsed.tbsCertificate.signature.algorithm === oid.sha256WithRsa,
  },
  { what: "signed by its issuer", clause: "RFC 5280 §6.1.3", holds: ({ x509, issuer }) => x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey) },
  {
    what: "inside the life of its issuer, not longer than its profile",
    clause: "RFC 5280 §4.1.2.5",
    holds({ x509, issuer }, profile) {
      const life = x509.validToDate.getTime() - x509.validFromDate.getTime();
      return life > 0 && life <= profile.days * dayMillis && x509.validToDate.getTime() <= issuer.x509.validToDate.getTime();
    },
  },
  {
    what: "RSA key of 2048 bits or more, exponent 65537",
    clause: "RFC 8017",
    holds: ({ x509 }) => {
      const { modulusLength = 0, publicExponent } = x509.publicKey.asymmetricKeyDetails ?? {};
      return modulusLength >= 2048 && publicExponent === 65_537n;
    },
  },
  { what: "country FR first, in PrintableString", clause: "RFC 5280 appendix A", holds: ({ parsed }) => startsWithCountry(parsed.tbsCertificate.subject) },
  { what: "other names in UTF8String", clause: "RFC 5280 §4.1.2.4", holds: ({ parsed }) => textsAreUtf8(parsed.tbsCertificate.subject) },
  { what: "values of a relative name in DER order", clause: "X.690 §11.6", holds: ({ parsed }) => setsAreSorted(parsed.tbsCertificate.subject) },
  {
    what: "no extension twice",
    clause: "RFC 5280 §4.2",
    holds: ({ parsed, extensions }) => (parsed.tbsCertificate.extensions?.length ?? 0) === extensions.size,
  },
  {
    what: "not an authority",
    clause: "RFC 5280 §4.2.1.9",
    holds: ({ extensions }) => {
      const value = extensions.get(oid.basicConstraints);
      return value !== undefined && !AsnConvert.parse(value.extnValue.buffer, BasicConstraints).cA;
    },
  },
  { what: "key identifiers, the issuer's too", clause: "RFC 5280 §4.2.1.1", holds: holdsKeyIdentifiers },
  { what: "key usage exactly the profile's, critical", clause: "RFC 5280 §4.2.1.3", holds: holdsUsage },
  { what: "extended key usage exactly the profile's", clause: "RFC 5280 §4.2.1.12", holds: holdsExtendedUsage },
  {
    what: "policy of the profile, and no other",
    clause: "RFC 5280 §4.2.1.4",
    holds({ extensions }, profile) {
      const value = extensions.get(oid.certificatePolicies);
      const ids = value ? [...AsnConvert.parse(value.extnValue.buffer, CertificatePolicies)].map((info) => info.policyIdentifier) : [];
      return ids.length === 1 && ids[0] === profile.policy;
    },
  },
  {
    what: "where to ask for its state",
    clause: "RFC 5280 §4.2.1.13, §4.2.2.1",
    holds: ({ extensions, x509 }, profile) =>
      profile.noCheck
        ? extensions.has(oid.ocspNoCheck)
        : extensions.has(oid.crlDistributionPoints) && /OCSP - URI:/.test(x509.infoAccess ?? "") && /CA Issuers - URI:/.test(x509.infoAccess ?? ""),
  },
  {
    what: "alternative name of the profile's kind",
    clause: "RFC 5280 §4.2.1.6",
    holds({ x509, extensions }, profile) {
      if (profile.altName === "none") return !extensions.has(oid.subjectAltName);
      const text = x509.subjectAltName ?? "";
      return profile.altName === "upn" ? /UPN|othername/i.test(text) : /^(DNS|IP Address):/.test(text);
    },
  },
  { what: "private extensions exactly those of the profile", clause: "IGC-Santé, gabarits X.509", holds: holdsPrivateExtensions },
  {
    what: "no extension unknown to the profile",
    clause: "docs/pki.md",
    holds: ({ extensions }, profile) => [...extensions.keys()].every((id) => allowed(profile).has(id)),
  },
];

/** What differs from the profile, a line each; empty when the certificate follows it. */
export function lintCertificate(der: Uint8Array, profile: Profile, issuer: Issuer): readonly string[] {
  const parsed = AsnConvert.parse(der, Certificate);
  const extensions = new Map((parsed.tbsCertificate.extensions ?? []).map((extension) => [extension.extnID, extension]));
  const read: Read = { parsed, x509: new X509Certificate(der), extensions, issuer };
  return rules.filter((rule) => !rule.holds(read, profile)).map((rule) => `${rule.what} (${rule.clause})`);
}

function startsWithCountry(name: Name): boolean {
  const first = name[0]?.[0];
  return first?.type === oid.country && first.value.printableString === "FR";
}

function textsAreUtf8(name: Name): boolean {
  return [...name].every((part) => [...part].every((attribute) => attribute.type === oid.country || attribute.value.utf8String !== undefined));
}

function setsAreSorted(name: Name): boolean {
  return [...name].every((part) => {
    const encodings = [...part].map((attribute) => Buffer.from(AsnConvert.serialize(attribute)));
    return encodings.every((encoding, i) => i === 0 || Buffer.compare(encodings[i - 1] ?? encoding, encoding) < 0);
  });
}

function holdsKeyIdentifiers({ extensions, issuer }: Read): boolean {
  const own = extensions.get(oid.subjectKeyIdentifier);
  const above = extensions.get(oid.authorityKeyIdentifier);
  return own !== undefined && above !== undefined && Buffer.from(above.extnValue.buffer).includes(Buffer.from(issuer.keyId));
}

function holdsUsage({ extensions }: Read, profile: Profile): boolean {
  const value = extensions.get(oid.keyUsage);
  if (!value?.critical) return false;
  const flags = AsnConvert.parse(value.extnValue.buffer, KeyUsage).toNumber();
  return flags === profile.usages.reduce((sum, name) => sum | (1 << usageBits[name]), 0);
}

function holdsExtendedUsage({ extensions }: Read, profile: Profile): boolean {
  const value = extensions.get(oid.extendedKeyUsage);
  const ids = value ? [...AsnConvert.parse(value.extnValue.buffer, ExtendedKeyUsage)] : [];
  return ids.join(" ") === profile.extendedUsages.join(" ");
}

function holdsPrivateExtensions({ extensions }: Read, profile: Profile): boolean {
  return (["cardType", "cardNumber", "supportType", "profession"] as const).every((name) => {
    const wanted = profile.privateExtensions[name];
    const there = extensions.has(oid[name]);
    return wanted === "always" ? there : wanted === "sometimes" || !there;
  });
}

function allowed(profile: Profile): ReadonlySet<string> {
  return new Set([
    oid.basicConstraints,
    oid.subjectKeyIdentifier,
    oid.authorityKeyIdentifier,
    oid.keyUsage,
    oid.certificatePolicies,
    ...(profile.extendedUsages.length > 0 ? [oid.extendedKeyUsage] : []),
    ...(profile.altName === "none" ? [] : [oid.subjectAltName]),
    ...(profile.signingDays === undefined ? [] : [oid.privateKeyUsagePeriod]),
    ...(profile.noCheck ? [oid.ocspNoCheck] : [oid.crlDistributionPoints, oid.authorityInfoAccess]),
    ...Object.keys(profile.privateExtensions).map((name) => oid[name as keyof typeof oid]),
  ]);
}

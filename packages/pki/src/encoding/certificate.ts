// Writes certificates (RFC 5280) from a profile's table. Pure but for the signature.

import type { Temporal } from "@cercle/kernel";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AccessDescription,
  AlgorithmIdentifier,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificatePolicies,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  KeyIdentifier,
  type Name,
  OtherName,
  PolicyInformation,
  PolicyQualifierInfo,
  PrivateKeyUsagePeriod,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
} from "@peculiar/asn1-x509";
import { keyIdentifier, type SigningKey } from "../authorities/keys.ts";
import { type Profile, type Usage, usageBits } from "../issuing/profiles.ts";
import { integer, octets, printable, utf8 } from "./der.ts";
import { oid } from "./oids.ts";

export type Addresses = {
  /** `http://localhost:8085`. */
  readonly base: string;
  /** `ACI-EL-ORG-TEST`: where the issuer's certificate and list are. */
  readonly issuerFile: string;
};

export type PrivateValues = { readonly cardType?: number; readonly cardNumber?: string; readonly supportType?: number; readonly profession?: number };

export type AltName = { readonly type: "dns" | "ip" | "upn"; readonly value: string };

export type CertificateFacts = {
  /** Lower-case hexadecimal, positive. */
  readonly serial: string;
  readonly subject: Name;
  readonly issuer: { readonly name: Name; readonly keyId: Uint8Array; readonly key: SigningKey };
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly spki: Uint8Array;
  readonly extensions: readonly Extension[];
};

const algorithm = new AlgorithmIdentifier({ algorithm: oid.sha256WithRsa, parameters: null });

/** Signs a certificate; answers its DER. */
export async function buildCertificate(facts: CertificateFacts): Promise<Uint8Array> {
  const tbs = new TBSCertificate({
    version: 2,
    serialNumber: bytes(Buffer.from(facts.serial, "hex")),
    signature: algorithm,
    issuer: facts.issuer.name,
    validity: new Validity({ notBefore: toDate(facts.notBefore), notAfter: toDate(facts.notAfter) }),
    subject: facts.subject,
    subjectPublicKeyInfo: AsnConvert.parse(facts.spki, SubjectPublicKeyInfo),
    extensions: new Extensions([...facts.extensions]),
  });
  const raw = AsnConvert.serialize(tbs);
  const signatureValue = bytes(await facts.issuer.key.sign(new Uint8Array(raw)));
  return new Uint8Array(AsnConvert.serialize(new Certificate({ tbsCertificate: tbs, tbsCertificateRaw: raw, signatureAlgorithm: algorithm, signatureValue })));
}

/** The extensions of an end certificate, in the order of the real ones. */
export function profileExtensions(
  profile: Profile,
  facts: {
    spki: Uint8Array;
    issuerKeyId: Uint8Array;
    addresses: Addresses;
    altNames: readonly AltName[];
    values: PrivateValues;
    notBefore: Temporal.Instant;
    notAfter: Temporal.Instant;
  },
): readonly Extension[] {
  const list = [
    // Empty and not critical: what the real profile writes (RFC 5280 §4.2.1.9 lets an end certificate do so).
    extension(oid.basicConstraints, new BasicConstraints()),
    ...keyExtensions(facts.spki, facts.issuerKeyId),
    usage(profile.usages),
    policy(profile.policy, facts.addresses.base),
  ];
  if (profile.extendedUsages.length > 0) list.push(extension(oid.extendedKeyUsage, new ExtendedKeyUsage([...profile.extendedUsages])));
  if (facts.altNames.length > 0) list.push(extension(oid.subjectAltName, new SubjectAlternativeName(facts.altNames.map(generalName))));
  if (profile.signingDays !== undefined) {
    const end = facts.notBefore.add({ hours: 24 * profile.signingDays });
    const period = new PrivateKeyUsagePeriod({
      notBefore: toDate(facts.notBefore),
      notAfter: toDate(end.epochMilliseconds < facts.notAfter.epochMilliseconds ? end : facts.notAfter),
    });
    list.push(extension(oid.privateKeyUsagePeriod, period));
  }
  // RFC 6960 §4.2.2.2.1: nobody asks a responder whether its own certificate is revoked.
  if (profile.noCheck) list.push(raw(oid.ocspNoCheck, Buffer.from("0500", "hex")));
  else list.push(...statusExtensions(facts.addresses));
  const { cardType, cardNumber, supportType, profession } = facts.values;
  if (cardType !== undefined) list.push(raw(oid.cardType, integer(cardType)));
  if (cardNumber !== undefined) list.push(raw(oid.cardNumber, printable(cardNumber)));
  if (supportType !== undefined) list.push(raw(oid.supportType, octets(Buffer.from([supportType]))));
  if (profession !== undefined) list.push(raw(oid.profession, integer(profession)));
  return list;
}

/** A root (no addresses) or an issuing authority under it. */
export function authorityExtensions(facts: { spki: Uint8Array; issuerKeyId?: Uint8Array; addresses?: Addresses }): readonly Extension[] {
  const { addresses, issuerKeyId } = facts;
  const list = [
    extension(oid.basicConstraints, new BasicConstraints({ cA: true, ...(addresses ? { pathLenConstraint: 0 } : {}) }), true),
    ...keyExtensions(facts.spki, issuerKeyId),
    usage(["keyCertSign", "cRLSign"]),
  ];
  if (addresses) list.push(policy(oid.anyPolicy, addresses.base), ...statusExtensions(addresses));
  return list;
}

function keyExtensions(spki: Uint8Array, issuerKeyId: Uint8Array | undefined): Extension[] {
  const own = keyIdentifier(AsnConvert.parse(spki, SubjectPublicKeyInfo).subjectPublicKey);
  return [
    extension(oid.subjectKeyIdentifier, new SubjectKeyIdentifier(bytes(own))),
    ...(issuerKeyId ? [extension(oid.authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(bytes(issuerKeyId)) }))] : []),
  ];
}

function statusExtensions({ base, issuerFile }: Addresses): Extension[] {
  const at = (path: string): GeneralName => new GeneralName({ uniformResourceIdentifier: `${base}${path}` });
  const point = new DistributionPoint({ distributionPoint: new DistributionPointName({ fullName: [at(`/crl/${issuerFile}.crl`)] }) });
  const access = new AuthorityInfoAccessSyntax([
    new AccessDescription({ accessMethod: oid.ocsp, accessLocation: at("/ocsp") }),
    new AccessDescription({ accessMethod: oid.caIssuers, accessLocation: at(`/ca/${issuerFile}.cer`) }),
  ]);
  return [extension(oid.crlDistributionPoints, new CRLDistributionPoints([point])), extension(oid.authorityInfoAccess, access)];
}

function policy(id: string, base: string): Extension {
  const qualifier = new PolicyQualifierInfo({ policyQualifierId: oid.policyAddress, qualifier: bytes(ia5(`${base}/policy`)) });
  return extension(oid.certificatePolicies, new CertificatePolicies([new PolicyInformation({ policyIdentifier: id, policyQualifiers: [qualifier] })]));
}

/** X.690 §11.2.2: a named bit list without trailing zero bits. */
function usage(usages: readonly Usage[]): Extension {
  const last = Math.max(...usages.map((name) => usageBits[name]));
  let byte = 0;
  for (const name of usages) byte |= 0x80 >> usageBits[name];
  return raw(oid.keyUsage, Buffer.from([0x03, 0x02, 7 - last, byte]), true);
}

function generalName({ type, value }: AltName): GeneralName {
  if (type === "dns") return new GeneralName({ dNSName: value });
  if (type === "ip") return new GeneralName({ iPAddress: value });
  return new GeneralName({ otherName: new OtherName({ typeId: oid.userPrincipalName, value: bytes(utf8(value)) }) });
}

function extension(extnID: string, value: object, critical = false): Extension {
  return raw(extnID, new Uint8Array(AsnConvert.serialize(value)), critical);
}

export function raw(extnID: string, der: Uint8Array, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(bytes(der)) });
}

function ia5(text: string): Uint8Array {
  const content = Buffer.from(text, "latin1");
  return Buffer.concat([Buffer.from([0x16, content.length]), content]);
}

/** Adapter edge: ASN.1 libraries speak `Date` and `ArrayBuffer`. */
export function toDate(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}

export function bytes(data: Uint8Array): ArrayBuffer {
  return new Uint8Array(data).buffer;
}

// Certificate profiles as data: what each kind of certificate holds, in the order it is written. The issuer writes from
// these tables; the linter reads issued bytes against the same tables with code of its own.
import type { IssuingCode } from "../authorities/hierarchy.ts";
import { oid } from "../encoding/oids.ts";

/** RFC 5280 §4.2.1.3, bit numbers. */
export const usageBits = { digitalSignature: 0, nonRepudiation: 1, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;
export type Usage = keyof typeof usageBits;

export type Profile = {
  readonly issuer: IssuingCode | "card" | "any";
  /** Critical (RFC 5280 §4.2.1.3). */
  readonly usages: readonly Usage[];
  readonly extendedUsages: readonly string[];
  readonly policy: string;
  /** Longest life in days. */
  readonly days: number;
  readonly altName: "upn" | "dns" | "none";
  /** Extensions of the French branch, and whether each must be there. */
  readonly privateExtensions: Readonly<Partial<Record<"cardType" | "cardNumber" | "supportType" | "profession", "always" | "sometimes">>>;
  /** Signature keys stop signing before the certificate ends (RFC 3280 §4.2.1.4), days. */
  readonly signingDays?: number;
  readonly noCheck?: boolean;
};

const cardExtensions = { cardType: "always", cardNumber: "always", supportType: "always", profession: "sometimes" } as const;
const softwareExtensions = { supportType: "always" } as const;
/** ITU-T X.660: the arc for examples. No production policy of anyone is ever named. */
const example = (n: number): string => `2.999.1.${n}`;

export const profiles = {
  "card-authentication": {
    issuer: "card",
    usages: ["digitalSignature"],
    extendedUsages: [oid.clientAuth, oid.smartcardLogon],
    // The policy of the ANS's *test* cards, seen on a test CPE.
    policy: "1.2.250.1.213.1.7.2.1.1.1.1",
    days: 3 * 366,
    altName: "upn",
    privateExtensions: cardExtensions,
  },
  "card-signature": {
    issuer: "card",
    usages: ["nonRepudiation"],
    extendedUsages: [oid.emailProtection],
    policy: example(2),
    days: 3 * 366,
    altName: "none",
    privateExtensions: cardExtensions,
  },
  "serv-ssl": {
    issuer: "ACI-EL-ORG",
    usages: ["digitalSignature", "keyEncipherment"],
    extendedUsages: [oid.serverAuth, oid.clientAuth],
    policy: example(3),
    days: 397,
    altName: "dns",
    privateExtensions: softwareExtensions,
  },
  "org-auth-cli": {
    issuer: "ACI-EL-ORG",
    usages: ["digitalSignature"],
    extendedUsages: [oid.clientAuth],
    policy: example(4),
    days: 3 * 366,
    altName: "none",
    privateExtensions: softwareExtensions,
  },
  "org-sign": {
    issuer: "ACI-EL-ORG",
    usages: ["digitalSignature", "nonRepudiation"],
    extendedUsages: [oid.emailProtection],
    policy: example(5),
    days: 3 * 366 + 31,
    altName: "none",
    privateExtensions: softwareExtensions,
    signingDays: 3 * 366,
  },
  // MSS 4.1: a server certificate dedicated to messaging. Another policy and another issuer than SERV SSL tell it apart.
  "mail-server": {
    issuer: "ACI-ST-ORG",
    usages: ["digitalSignature", "keyEncipherment"],
    extendedUsages: [oid.serverAuth, oid.clientAuth],
    policy: example(6),
    days: 3 * 366,
    altName: "dns",
    privateExtensions: softwareExtensions,
  },
  // Keys with which the space itself signs: whitelist, documents, evidence, packages, logos.
  signer: {
    issuer: "ACI-FO-ORG",
    usages: ["digitalSignature", "nonRepudiation"],
    extendedUsages: [],
    policy: example(7),
    days: 731,
    altName: "none",
    privateExtensions: softwareExtensions,
  },
  // RFC 6960 §4.2.2.2: a delegated responder, signed by the very authority it answers for.
  "ocsp-responder": {
    issuer: "any",
    usages: ["digitalSignature"],
    extendedUsages: [oid.ocspSigning],
    policy: example(8),
    days: 366,
    altName: "none",
    privateExtensions: {},
    noCheck: true,
  },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as readonly ProfileName[];

/** What may be asked for with a certificate request. */
export const requestable = ["serv-ssl", "org-auth-cli", "org-sign", "mail-server"] as const satisfies readonly ProfileName[];
export type Requestable = (typeof requestable)[number];

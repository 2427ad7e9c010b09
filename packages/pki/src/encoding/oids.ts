// Object identifiers the room writes or reads. The private branch is the one seen on real cards: 1.2.250.1.71.1.2.x.

export const oid = {
  country: "2.5.4.6",
  organization: "2.5.4.10",
  unit: "2.5.4.11",
  title: "2.5.4.12",
  commonName: "2.5.4.3",
  surname: "2.5.4.4",
  givenName: "2.5.4.42",
  sha256WithRsa: "1.2.840.113549.1.1.11",
  rsa: "1.2.840.113549.1.1.1",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  privateKeyUsagePeriod: "2.5.29.16",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  anyPolicy: "2.5.29.32.0",
  policyAddress: "1.3.6.1.5.5.7.2.1",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
  ocsp: "1.3.6.1.5.5.7.48.1",
  ocspNoCheck: "1.3.6.1.5.5.7.48.1.5",
  caIssuers: "1.3.6.1.5.5.7.48.2",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
  smartcardLogon: "1.3.6.1.4.1.311.20.2.2",
  userPrincipalName: "1.3.6.1.4.1.311.20.2.3",
  /** INTEGER: 0 CPS, 1 CPF, 2 CDE and CPE, 3 CPA. */
  cardType: "1.2.250.1.71.1.2.2",
  /** PrintableString: issuer/number of the card. */
  cardNumber: "1.2.250.1.71.1.2.3",
  /** OCTET STRING: 80 test card, 83 test software, 03 software. */
  supportType: "1.2.250.1.71.1.2.5",
  /** INTEGER: profession code (G15). */
  profession: "1.2.250.1.71.1.2.7",
} as const;

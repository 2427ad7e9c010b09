// The published versions of the card, as data. Software reads the version in the token label (`CPS3v3-2600000042`).
// CPS3v3 is the one seen in public traces; what v1 and v2 lack is ours (docs/card.md, "Invented").

export const cardVersions = ["CPS3v1", "CPS3v2", "CPS3v3"] as const;
export type CardVersion = (typeof cardVersions)[number];

export type VersionProfile = {
  readonly answerToReset: string;
  readonly manufacturer: string;
  /** Data objects that anyone reads. */
  readonly free: readonly string[];
  /** Data objects read after the PIN, besides the situations. */
  readonly protected: readonly string[];
  /** Algorithm references in TokenInfo: reference, PKCS#11 mechanism, supported operations, OID, card reference. */
  readonly algorithms: readonly {
    readonly reference: number;
    readonly mechanism: number;
    readonly operations: readonly number[];
    readonly oid: string;
    readonly cardReference: number;
  }[];
  /** Algorithm reference attached to both keys. */
  readonly keyAlgorithm: number;
};

const operation = { computeSignature: 1, decipher: 5, hash: 6 } as const;
const oids = { sha1: "1.3.14.3.2.26", sha256: "2.16.840.1.101.3.4.2.1", rsa: "1.2.840.113549.1.1.1" } as const;

// With OpenSSL 3, OpenSC cannot hash in part: publishing references 3 and 4 (SHA-1 and SHA-256 with RSA), as the real card does,
// makes the signature key unusable. The simulation publishes 1, 2, 5, 6 and points both keys at 5 (reference §2.4).
const algorithms: VersionProfile["algorithms"] = [
  { reference: 1, mechanism: 0x220, operations: [operation.hash], oid: oids.sha1, cardReference: 0x10 },
  { reference: 2, mechanism: 0x250, operations: [operation.hash], oid: oids.sha256, cardReference: 0x40 },
  { reference: 5, mechanism: 0x1, operations: [operation.computeSignature], oid: oids.rsa, cardReference: 0x02 },
  { reference: 6, mechanism: 0x1, operations: [operation.decipher], oid: oids.rsa, cardReference: 0x1a },
];

const base = { answerToReset: "3BAC00402A001225006480000310009000", manufacturer: "ASIP SANTE", algorithms, keyAlgorithm: 5 } as const;
const free = ["CPS_ID_CARD", "CPS_NAME_PS", "CPS_INFO_PS"] as const;

export const versionProfiles: Readonly<Record<CardVersion, VersionProfile>> = {
  CPS3v1: { ...base, free, protected: [] },
  CPS3v2: { ...base, free: [...free, "CPS_LANG_PS", "CPS_DATA"], protected: [] },
  CPS3v3: { ...base, free: [...free, "CPS_LANG_PS", "CPS_DATA"], protected: ["CPS_SIT_FACT"] },
};

export const currentVersion: CardVersion = "CPS3v3";

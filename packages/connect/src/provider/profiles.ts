// Dated behaviours of Pro Santé Connect, selectable per client (docs/deviations.md has each source). Data only.
import type { MeansRow } from "../sign-in/means.ts";

export const profileNames = ["psc-2021", "psc-2023", "psc-2024", "psc-2026"] as const;
export type ProfileName = (typeof profileNames)[number];

export type AuthMethod = "client_secret_basic" | "client_secret_post" | "tls_client_auth" | "private_key_jwt";
export const authMethods: readonly AuthMethod[] = ["client_secret_basic", "client_secret_post", "tls_client_auth", "private_key_jwt"];

export type Profile = {
  readonly name: ProfileName;
  /** Seconds. */
  readonly accessTokenTtl: number;
  /** `acr` given for a means of authentication. */
  readonly acr: Readonly<Record<MeansRow["acrAs"], string>>;
  readonly authLevel: string | undefined;
  /** `sid`, `authMode`, `otherIds` exist (2023 on); before, `email_verified` instead. */
  readonly sector: boolean;
  /** `SubjectNameID` is in the access token (2024-12 on). */
  readonly subjectNameId: boolean;
  /** `hex`: base64 of the 64-character hexadecimal SHA-256; `rfc8705`: base64url of the 32 bytes. */
  readonly cnf: "hex" | "rfc8705";
  readonly authMethods: readonly AuthMethod[];
  /** Seconds between two CIBA polls. */
  readonly cibaInterval: number;
};

const secretAndCertificate: readonly AuthMethod[] = ["client_secret_basic", "client_secret_post", "tls_client_auth"];

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  "psc-2021": {
    name: "psc-2021",
    accessTokenTtl: 60,
    acr: { card: "eidas3", "e-cps": "eidas1" },
    authLevel: undefined,
    sector: false,
    subjectNameId: false,
    cnf: "hex",
    authMethods: ["client_secret_basic", "client_secret_post"],
    cibaInterval: 5,
  },
  "psc-2023": {
    name: "psc-2023",
    accessTokenTtl: 120,
    acr: { card: "eidas3", "e-cps": "eidas1" },
    authLevel: undefined,
    sector: true,
    subjectNameId: false,
    cnf: "hex",
    authMethods: ["client_secret_basic", "client_secret_post"],
    cibaInterval: 5,
  },
  "psc-2024": {
    name: "psc-2024",
    accessTokenTtl: 120,
    acr: { card: "eidas3", "e-cps": "eidas1" },
    authLevel: undefined,
    sector: true,
    subjectNameId: true,
    cnf: "hex",
    authMethods: secretAndCertificate,
    cibaInterval: 1,
  },
  "psc-2026": {
    name: "psc-2026",
    accessTokenTtl: 120,
    acr: { card: "eidas2", "e-cps": "eidas1" },
    authLevel: "1",
    sector: true,
    subjectNameId: true,
    cnf: "rfc8705",
    authMethods: [...secretAndCertificate, "private_key_jwt"],
    cibaInterval: 1,
  },
};

// What this room needs of others. The program hands these over (apps/cercle/src/wire/connect.ts).
import type { Temporal } from "@cercle/kernel";
import type { Tx } from "@cercle/store";

export type Environment = "bas" | "production";
export const environments: readonly Environment[] = ["bas", "production"];

/** One place where a person works, as Pro Santé Connect writes it: all strings, "" when unknown. */
export type Activity = Readonly<Record<string, string>>;

/** One profession with its skill, and where it is practised. */
export type Exercise = {
  readonly codeProfession: string;
  readonly codeCategorieProfessionnelle: string;
  readonly codeCiviliteDexercice: string;
  readonly nomDexercice: string;
  readonly prenomDexercice: string;
  readonly codeTypeSavoirFaire: string;
  readonly codeSavoirFaire: string;
  readonly activities: readonly Activity[];
};

export type Professional = {
  /** `8` + RPPS, `<structure>/<internal>`, or `ANS…` for an EDIT identity. */
  readonly nationalId: string;
  /** The whole `sub`: `f:<uuid>:<nationalId>`, stable. */
  readonly subjectId: string;
  readonly familyName: string;
  readonly givenName: string;
  /** Civil title code (`M`, `MME`), "" when unknown. */
  readonly civility: string;
  readonly active: boolean;
  readonly otherIds: readonly { readonly identifiant: string; readonly origine: string; readonly qualite: number }[];
  readonly exercises: readonly Exercise[];
};

export type Directory = { findProfessional(nationalId: string): Promise<Professional | undefined> };

type Text = { readonly fr: string; readonly en: string };

export type ApprovalRequest = {
  readonly nationalId: string;
  readonly client: { readonly id: string; readonly name: Text; readonly purpose: Text };
  readonly place: string;
  /** CIBA `binding_message`; chosen by the e-CPS otherwise. */
  readonly number?: string;
  readonly kind: "sign-in" | "ciba";
  readonly environment: Environment;
};
export type ApprovalState = "pending" | "approved" | "refused" | "expired" | "wrong-number" | "blocked";

/** The e-CPS. `start` refuses with `e-cps.no-device`, `e-cps.throttled`, `e-cps.blocked`. An approval is used once, which is this room's to keep. */
export type Approvals = {
  start(tx: Tx, request: ApprovalRequest): Promise<{ id: string; number: string; expiresAt: Temporal.Instant }>;
  find(id: string): Promise<{ state: ApprovalState; decidedAt?: Temporal.Instant; device?: string } | undefined>;
  cancel(tx: Tx, id: string): Promise<void>;
};

export type CertificateVerdict =
  | { readonly ok: true; readonly kind: "card-authentication"; readonly nationalId: string; readonly serial: string }
  | { readonly ok: true; readonly kind: "organisation"; readonly subject: string; readonly serial: string }
  | { readonly ok: false; readonly reason: string };
export type VerifyClientCertificate = (der: Uint8Array) => Promise<CertificateVerdict>;

/** What governance says of a client now; `undefined` when no file ever gave it anything. */
export type ClientRight = {
  readonly state: "open" | "closed";
  readonly since: string;
  readonly reference: string;
  readonly entry: number;
  readonly clause: string;
};
/** The door `connect.client` as this process sees it. */
export type ClientDoor = { find(clientId: string): ClientRight | undefined /** No contact with governance: nothing is known. */; readonly lost: boolean };

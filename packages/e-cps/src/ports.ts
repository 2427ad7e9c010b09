// What the room asks of others; `apps/cercle/src/wire/e-cps.ts` hands it over.
import type { Refusal, Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import type { TermsDocument } from "./device/index.ts";

export type Identity = {
  readonly nationalId: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly civility?: string | undefined;
  readonly profession?: string | undefined;
  readonly active: boolean;
  readonly testPerson: boolean;
};

/** The national registers: identity comes from there, never typed in (ECPS-19). Not called inside a transaction. */
export type Directory = { findProfessional(nationalId: string): Promise<Identity | undefined> };

/** An entry of a person's own file, as this room says it. */
export type FileEntry = { readonly type: string; readonly payload: Readonly<Record<string, string | boolean>> };

/** The right `e-cps.use` of a person: it follows from their own file, in which this room records what it sees. */
export type UseRight = {
  /** The file of a person who activates, opened at the first time. */
  activate(tx: Tx, nationalId: string, entries: readonly FileEntry[]): Promise<void>;
  /** What ends an e-CPS; nothing is recorded once the right is closed. */
  end(tx: Tx, nationalId: string, entries: readonly FileEntry[]): Promise<void>;
  /** The person's answer to a version of the terms that was announced. */
  answerTerms(tx: Tx, nationalId: string, terms: PublishedTerms, answer: "accepted" | "refused" | "used"): Promise<void>;
  /** The refusal when the right is closed for this person now; undefined when the door lets through. */
  refusal(from: Queryable, nationalId: string): Promise<Refusal | undefined>;
};

export type PublishedTerms = TermsDocument & { readonly digest: string };

/** Versions of the terms of the e-CPS, kept beside those of the other instruments. */
export type TermsVersions = {
  /** In force today. */
  current(from: Queryable): Promise<PublishedTerms | undefined>;
  /** By its date, announced ones too. */
  newest(from: Queryable): Promise<PublishedTerms | undefined>;
  today(): Temporal.PlainDate;
  /** Takes over a version that this room kept. */
  keep(tx: Tx, terms: TermsDocument, publishedAt: Temporal.Instant): Promise<void>;
};

/** Clocks: `real` for delays and limits, `governance` for terms and retention. */
export type Clocks = { readonly real: { now(): Temporal.Instant }; readonly governance: { now(): Temporal.Instant }; readonly timeZone: string };

/** Keys kept outside the store. */
export type Vault = {
  secret(name: string, make: () => Uint8Array): Promise<Uint8Array>;
  seal(plain: Uint8Array): Uint8Array;
  unseal(sealed: Uint8Array): Uint8Array;
};

// What others ask of this room.

export type ApprovalRequest = {
  readonly nationalId: string;
  readonly client: { readonly id: string; readonly name: Words; readonly purpose: Words; readonly url?: string };
  /** Where the request comes from, for people: `Chromium, Lorient (56)`. */
  readonly place: string;
  /** CIBA `binding_message`, two digits; chosen here when absent. */
  readonly number?: string;
  readonly kind: "sign-in" | "ciba";
  readonly environment: "bas" | "production";
};
export type Words = { readonly fr: string; readonly en: string };
export type ApprovalState = "pending" | "approved" | "refused" | "expired" | "wrong-number" | "blocked";

export type Approvals = {
  /** Asks the person's telephone. Throws `e-cps.no-device`, `e-cps.blocked`, `e-cps.throttled`, or the closed door's refusal. */
  start(tx: Tx, request: ApprovalRequest): Promise<{ id: string; number: string; expiresAt: Temporal.Instant }>;
  find(id: string): Promise<{ state: ApprovalState; decidedAt?: Temporal.Instant; device?: string } | undefined>;
  /** The sign-in was given up; the telephone is told that nothing waits. */
  cancel(tx: Tx, id: string): Promise<void>;
};

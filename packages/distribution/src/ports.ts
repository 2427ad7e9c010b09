// What the room needs of others; the wiring hands it over.
import type { Signer } from "@cercle/evidence";
import type { Json, Temporal } from "@cercle/kernel";
import type { CountingPolicy } from "@cercle/law";
import type { Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";

export type NewEntry = { readonly type: string; readonly actor: Actor; readonly payload: { readonly [key: string]: Json } };

/** Governance's files of API-CPS contracts. */
export type ContractFiles = {
  actsFor(actor: Actor, reference: string): Promise<"agency" | "vendor" | undefined>;
  vendorName(reference: string): Promise<string>;
  record(tx: Tx, reference: string, entry: NewEntry): Promise<{ readonly seq: number }>;
  listInForce(): Promise<readonly string[]>;
  /** Contracts that ended too: a licence given under one stays. */
  listAll(): Promise<readonly string[]>;
  /** Contracts of the parties for which this actor acts. */
  listOwn(actor: Actor): Promise<readonly string[]>;
  isOpen(reference: string, right: string, subject?: string): Promise<boolean>;
  /** Accounts named in annex 3, the latest list. */
  namedPersons(reference: string): Promise<readonly string[]>;
  /** The entry of this type that names this version, the latest. */
  findEntry(reference: string, type: string, version: string): Promise<{ readonly seq: number; readonly day: Temporal.PlainDate } | undefined>;
  /** Whether the six months of article 12.1 have run for this announcement. */
  mayQualify(reference: string, announcement: number): Promise<boolean>;
  /** The price annex that binds, as the law sees it; undefined for the first one. */
  boundAnnex(reference: string): Promise<string | undefined>;
  /** Products said compatible with a version. */
  compatible(reference: string, version: string): Promise<readonly string[]>;
};

export type BuiltPackage = { readonly name: string; readonly bytes: Uint8Array; readonly manual: Uint8Array; readonly sources: string };
export type CardType = "CPS" | "CPF" | "CDE" | "CPE" | "CPA";

export type DistributionPorts = {
  readonly files: ContractFiles;
  /** The card room, which has the certificates issued by the PKI. */
  readonly cards: { create(card: { type: CardType; name: string }): Promise<{ readonly number: string; readonly pin: string; readonly puk: string }> };
  /** Evidence's documents. */
  readonly invoices: {
    draft(tx: Tx, invoice: { file: string; title: string; paragraphs: readonly string[] }): Promise<string>;
    read(reference: string): Promise<Uint8Array>;
  };
  /** Makes the real package of the library under a version number. */
  readonly packages: { build(number: string): Promise<BuiltPackage> };
  /** Whether a report is signed by a card of the space: the reason when it is not. */
  verifyReport(report: string): Promise<{ readonly signed: boolean; readonly reason?: string }>;
  readonly vault: { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };
  /** Sends one message through the space's relay; absent where none is set. */
  readonly mail?: ((message: { to: string; subject: string; text: string }) => Promise<void>) | undefined;
  /** Posts to a vendor's own address; throws unless it answers 2xx. */
  post(url: string, message: { body: string; headers: Readonly<Record<string, string>> }): Promise<void>;
  readonly hooksOverTlsOnly: boolean;
  signer(tx: Tx): Promise<Signer>;
  /** Governance's clock and way of counting days. */
  now(): Temporal.Instant;
  readonly policy: CountingPolicy;
  readonly origin: string;
};

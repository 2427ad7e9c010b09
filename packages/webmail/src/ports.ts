// What the webmail needs of the other rooms; the program hands it over.
import type { MailAccount } from "@cercle/imap";
import type { Text } from "@cercle/kernel";

export type Box = { readonly address: string; readonly kind: "personal" | "organisational" | "applicative"; readonly maySend: boolean };
export type Step = { readonly at: string; readonly what: string; readonly facts: Readonly<Record<string, unknown>> };
export type Act = {
  readonly at: string;
  readonly holder: string;
  readonly what: string;
  /** Of administrators: who asked to read, who confirmed, why. */
  readonly access?: { readonly asked: string; readonly opened: string; readonly reason: string };
};
export type Story = { readonly trail: readonly Step[]; readonly acts: readonly Act[] };
export type Found = { readonly address: string; readonly name: string; readonly about: string };

export type PatientForm = {
  readonly number: string;
  readonly system: string;
  readonly state: "provisional" | "retrieved" | "validated" | "qualified";
  readonly birthName: string;
  readonly givenName: string;
  readonly birthDate: string;
  readonly sex: "M" | "F" | "I";
};

export type WebmailPorts = {
  /** Mailboxes that a person uses. */
  boxes(person: string): Promise<readonly Box[]>;
  /** Throws `MailRefusal` with CONTACTADMIN while the evidence agreement is not accepted; undefined when it is not this person's. */
  open(address: string, person: string): Promise<MailAccount | undefined>;
  /** The version of the evidence agreement in force, and where it is read. */
  agreement(address: string): { readonly version: string; readonly place: string };
  agree(address: string, person: string): Promise<void>;
  /** By the rules of submission; throws an error whose message says why not. */
  submit(address: string, person: string, message: { recipients: readonly string[]; raw: Buffer }): Promise<void>;
  /** A read receipt (RFC 8098) in the person's name, or the integration error of clinical software; throws as `submit` does. */
  answerReceipt(address: string, person: string, receipt: { original: Buffer; to: string; error?: number }): Promise<void>;
  /** Why documents could not be taken in, by code. */
  readonly integrationErrors: Readonly<Record<number, Text>>;
  /** Where the space gives patients addresses: of whom, and how one is formed; answers why not. */
  readonly patients?:
    | {
        readonly label: Text;
        readonly domain: string;
        readonly systems: readonly string[];
        form(identity: PatientForm): { readonly address: string } | { readonly refused: string };
      }
    | undefined;
  /** What became of the message with this Message-ID, as the operator of this mailbox knows it. */
  story(address: string, messageId: string): Promise<Story | undefined>;
  acts(address: string): Promise<readonly Act[]>;
  nameOf(person: string): Promise<string>;
  /** The directory, asked by a person; limited and traced there. */
  lookUp(text: string, facts: { person: string; address: string }): Promise<readonly Found[]>;
};

/** What seals for the database. */
export type Seal = { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };

/** The client at the issuer. */
export type OidcClient = {
  readonly issuer: string;
  readonly id: string;
  readonly secret: string;
  readonly scope: string;
  /** Claim of userinfo that holds the national identifier. */
  readonly claim: string;
};

// What the directory gives to other rooms.
import type { Queryable } from "@cercle/store";

export type Coded = { readonly code: string; readonly label: string };

/** The thirty keys of an activity as Pro Santé Connect names them (psc.md §2.5), all texts, "" when unknown. */
export type Activity = Readonly<Record<string, string>>;

/** One profession with one know-how, and where it is practised. */
export type Exercise = {
  readonly profession: Coded;
  readonly category: Coded;
  readonly exerciseCivility: Coded;
  readonly familyName: string;
  readonly givenName: string;
  readonly knowHowType: Coded;
  readonly knowHow: Coded;
  readonly activities: readonly Activity[];
};

export type Professional = {
  readonly nationalId: string;
  readonly idType: string;
  readonly rpps?: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly civility?: Coded;
  readonly birthName?: string;
  readonly active: boolean;
  /** Stays when the national identifier changes. */
  readonly subjectId: string;
  readonly otherIds: readonly { readonly identifiant: string; readonly origine: string; readonly qualite: number }[];
  readonly exercises: readonly Exercise[];
  /** Of all exercises. */
  readonly activities: readonly Activity[];
  readonly testPerson: boolean;
};

/** The port that other rooms receive. */
export type DirectoryPort = {
  /** By national identifier (`8` + RPPS), RPPS alone, structure identifier, EDIT identifier, or a former one. */
  findProfessional(nationalId: string): Promise<Professional | undefined>;
};

/** What the directory needs of the rest of the house. */
export type DirectoryNeeds = {
  /** Whether the right to exchange under this domain is open, and the asker's (governance: `domain.exchange`). */
  mayPublish(from: Queryable, actorKey: string, domain: string): Promise<boolean>;
  /** Seals page tokens under a key that all processes share (the vault). */
  readonly sealer: { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };
};

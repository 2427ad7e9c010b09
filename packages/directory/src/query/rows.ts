// Rows as searches answer them.
import type { PersonRow } from "../professional.ts";

export type FoundPerson = Omit<PersonRow, "birth_name" | "subject_id"> & {
  readonly exercises: string;
  /** Mailboxes of its own, as `readBoxes` reads them. */ readonly boxes: string | null;
  /** Records of diplomas, one per line of text. */ readonly diplomas: string | null;
};
export type SituationRow = { situation_id: string; national_id: string; structure_id: string | null; rev_from: number; record: string; boxes: string | null };
export type StructureRow = {
  structure_id: string;
  rev_from: number;
  name: string;
  legacy_id: string;
  finess: string;
  finess_legal: string;
  siret: string;
  siren: string;
  active: boolean;
  record: string;
  boxes: string | null;
};
export type MailboxRow = {
  mailbox_id: string;
  rev_from: number;
  source: number;
  address: string;
  kind: "PER" | "ORG" | "APP" | "CAB";
  national_id: string | null;
  structure_id: string | null;
  service: string;
  description: string;
  paperless: string;
  rank: number;
  operator: string | null;
  record: string;
  /** Family name, given name, number, its kind, exercises. */ holder: string | null;
  /** Structures of this address, one per line of text: key, name, town. */ places: string | null;
};
export type Rows = { person: FoundPerson; situation: SituationRow; structure: StructureRow; mailbox: MailboxRow; address: MailboxRow };

// What a card says about its holder, and how it is written in its data objects.
// Known from public sources: the container EE with 84, 85, 86 of CPS_ACTIVITY_xx_PS, its last four characters being the
// sector, and the last four characters of CPS_INFO_PS being the speciality. Every other tag is ours (docs/card.md, "Invented").
import { bytes, tlv, utf8 } from "./tlv.ts";
import type { CardVersion } from "./versions.ts";

export const cardTypes = ["CPS", "CPF", "CDE", "CPE", "CPA"] as const;
export type CardType = (typeof cardTypes)[number];

/** Value of the certificate extension 1.2.250.1.71.1.2.2: CDE and CPE share 2. */
export const cardTypeCodes: Readonly<Record<CardType, number>> = { CPS: 0, CPF: 1, CDE: 2, CPE: 2, CPA: 3 };

export type Coded = { readonly code: string; readonly label: string };

/** One place of practice (*situation d'exercice*), protected by the PIN. */
export type Situation = {
  /** 1 to 16; numbers need not follow one another. */
  readonly index: number;
  readonly name: string;
  /** Struct_IdNat: `1`+FINESS or `3`+SIRET. */
  readonly structure: string;
  /** Sector of activity, four characters: `SA07`. */
  readonly sector: string;
  readonly role?: string;
};

export type Holder = {
  /** PS_IdNat: `8`+RPPS, `0`+ADELI, `3`+FINESS/number… */
  readonly nationalId: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly civility?: string;
  readonly profession?: Coded;
  /** Speciality code of four characters (`SM26`), absent from CPE and CPA. */
  readonly speciality?: string;
  readonly language?: string;
  readonly situations: readonly Situation[];
};

export type CardFacts = {
  /** Ten digits; the issuer `8025000001` is before it. */
  readonly number: string;
  readonly type: CardType;
  readonly version: CardVersion;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly holder: Holder;
};

export const issuer = "8025000001";

export type DataObject = { readonly label: string; readonly content: Uint8Array; readonly read: "always" | "pin"; readonly update: "never" | "pin" };

const text = (tag: number, value: string | undefined): Uint8Array => (value === undefined || value === "" ? new Uint8Array() : tlv(tag, utf8(value)));

/** CPS_ACTIVITY_xx_PS. The sector comes last: readers in the field take the last four characters. */
function buildSituation(situation: Situation): Uint8Array {
  return tlv(0xee, text(0x87, situation.role), text(0x84, situation.name), text(0x85, situation.structure), text(0x86, situation.sector));
}

const builders: Readonly<Record<string, (facts: CardFacts) => Uint8Array>> = {
  CPS_ID_CARD: ({ number, type, version, validFrom, validUntil }) =>
    tlv(
      0xe0,
      text(0x80, `${issuer}/${number}`),
      tlv(0x81, [cardTypeCodes[type]]),
      text(0x82, type),
      text(0x83, version),
      text(0x84, validFrom),
      text(0x85, validUntil),
    ),
  CPS_NAME_PS: ({ holder }) => tlv(0xe1, text(0x80, holder.civility), text(0x81, holder.familyName), text(0x82, holder.givenName)),
  CPS_LANG_PS: ({ holder }) => tlv(0xe2, text(0x80, holder.language ?? "fr")),
  CPS_INFO_PS: ({ holder }) =>
    tlv(
      0xe3,
      text(0x80, holder.nationalId),
      text(0x81, holder.familyName),
      text(0x82, holder.givenName),
      text(0x83, holder.profession?.code),
      text(0x84, holder.profession?.label),
      text(0x85, holder.speciality),
    ),
  CPS_SIT_FACT: ({ holder }) => tlv(0xe4, ...holder.situations.map((situation) => text(0x80, situation.structure))),
  CPS_DATA: () => new Uint8Array(256),
};

/** The data objects of a card of this version, in their published order. */
export function buildDataObjects(facts: CardFacts, free: readonly string[], protectedNames: readonly string[]): readonly DataObject[] {
  const named = (label: string, read: DataObject["read"]): DataObject => ({
    label,
    content: builders[label]?.(facts) ?? bytes(),
    read,
    update: label === "CPS_DATA" ? "pin" : "never",
  });
  const situations = facts.holder.situations.map(
    (situation): DataObject => ({
      label: `CPS_ACTIVITY_${String(situation.index).padStart(2, "0")}_PS`,
      content: buildSituation(situation),
      read: "pin",
      update: "never",
    }),
  );
  return [...free.map((label) => named(label, "always")), ...situations, ...protectedNames.map((label) => named(label, "pin"))];
}

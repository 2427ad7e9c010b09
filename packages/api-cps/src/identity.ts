// What a card says: its type and version, its holder, the places of practice.
import { CpsError } from "./errors.ts";
import { findTlv, readTlvs, text } from "./tlv.ts";
import type { CardOperations } from "./transport.ts";

export const knownVersions = ["CPS3v1", "CPS3v2", "CPS3v3"] as const;
export type CardVersion = (typeof knownVersions)[number];
export type CardType = "CPS" | "CPF" | "CDE" | "CPE" | "CPA";

export type Identity = {
  readonly type: CardType;
  readonly version: CardVersion;
  /** Issuer and number: `8025000001/2600000042`. */
  readonly cardNumber: string;
  readonly nationalId: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly civility: string | undefined;
  readonly profession: { readonly code: string; readonly label: string } | undefined;
  readonly speciality: string | undefined;
  readonly language: string | undefined;
  readonly validFrom: string | undefined;
  readonly validUntil: string | undefined;
};

export type Situation = {
  /** 1 to 16, as numbered on the card; numbers need not follow one another. */
  readonly index: number;
  readonly name: string;
  readonly structure: string;
  /** `SA07`. */
  readonly sector: string;
  readonly mode: string | undefined;
};

/** The version in the token label (`CPS3v3-2600000042`). Throws `unknown-version` (a later card may not be readable by this library). */
export function parseVersion(label: string): CardVersion {
  const version = /^(CPS\w+?v\d+)-\d+$/.exec(label)?.[1] ?? label;
  const known = knownVersions.find((one) => one === version);
  if (!known) throw new CpsError("unknown-version", { version, known: knownVersions.join(", ") });
  return known;
}

const optional = (data: Uint8Array | undefined): string | undefined => (data === undefined ? undefined : text(data));

/** Everything that a card says without its code. */
export async function readIdentity(card: CardOperations): Promise<Identity> {
  const version = parseVersion((await card.token()).label);
  const labels = await card.dataLabels();
  const read = async (label: string, tag: number): Promise<Uint8Array> =>
    labels.includes(label) ? (findTlv(await card.readData(label), tag) ?? new Uint8Array()) : new Uint8Array();
  const id = await read("CPS_ID_CARD", 0xe0);
  const name = await read("CPS_NAME_PS", 0xe1);
  const info = await read("CPS_INFO_PS", 0xe3);
  const profession = optional(findTlv(info, 0x83));
  return {
    type: text(findTlv(id, 0x82)) as CardType,
    version,
    cardNumber: text(findTlv(id, 0x80)),
    nationalId: text(findTlv(info, 0x80)),
    familyName: text(findTlv(name, 0x81)),
    givenName: text(findTlv(name, 0x82)),
    civility: optional(findTlv(name, 0x80)),
    profession: profession === undefined ? undefined : { code: profession, label: text(findTlv(info, 0x84)) },
    speciality: optional(findTlv(info, 0x85)),
    language: optional(findTlv(await read("CPS_LANG_PS", 0xe2), 0x80)),
    validFrom: optional(findTlv(id, 0x84)),
    validUntil: optional(findTlv(id, 0x85)),
  };
}

/** The places of practice, after the code. */
export async function readSituations(card: CardOperations): Promise<readonly Situation[]> {
  parseVersion((await card.token()).label);
  const found: Situation[] = [];
  for (const label of await card.dataLabels()) {
    const index = /^CPS_ACTIVITY_(\d\d)_PS$/.exec(label)?.[1];
    if (index === undefined) continue;
    const content = readTlvs(await card.readData(label)).find((one) => one.tag === 0xee)?.value ?? new Uint8Array();
    found.push({
      index: Number(index),
      name: text(findTlv(content, 0x84)),
      structure: text(findTlv(content, 0x85)),
      sector: text(findTlv(content, 0x86)),
      mode: optional(findTlv(content, 0x87)),
    });
  }
  return found.sort((a, b) => a.index - b.index);
}

// National identifiers: their written forms and check rules (NOS TRE_G08 for persons, TRE_G07 for structures). Pure.

/** Luhn over all digits; the rule of RPPS, ADELI, SIREN, SIRET and numeric FINESS numbers. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (digit < 0 || digit > 9) return false;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** The digits followed by the key that makes them pass. */
export function withLuhnKey(digits: string): string {
  for (let key = 0; key < 10; key++) if (passesLuhn(`${digits}${key}`)) return `${digits}${key}`;
  return digits;
}

/** How the identifier of a person is written, by the first figure of the national identifier (TRE_G08). */
export const personIdTypes: Readonly<Record<string, { name: string; length?: number }>> = {
  "0": { name: "ADELI", length: 9 },
  "1": { name: "ADELI-CABINET" },
  "3": { name: "FINESS" },
  "4": { name: "SIREN" },
  "5": { name: "SIRET" },
  "6": { name: "RPPS-CABINET" },
  "8": { name: "RPPS", length: 11 },
};

const shape = /^[0-9A-Za-z/._-]{3,60}$/;

/** Whether a text can be a national identifier at all. */
export function isNationalId(text: string): boolean {
  return shape.test(text);
}

/** A number as people type it → the national identifier: an 11-digit RPPS gets its prefix, spaces go, the rest stays. */
export function toNationalId(text: string): string {
  const bare = text.replace(/\s/g, "");
  return /^\d{11}$/.test(bare) ? `8${bare}` : bare;
}

/** The RPPS number inside a national identifier, if it is one. */
export function rppsOf(nationalId: string): string | undefined {
  return /^8\d{11}$/.test(nationalId) ? nationalId.slice(1) : undefined;
}

/** Which register an identifier comes from, as PSC names it in `otherIds[].origine`. */
export function originOf(nationalId: string): string {
  if (/^8\d{11}$/.test(nationalId)) return "RPPS";
  if (/^ANS\d+$/.test(nationalId)) return "EDIT";
  return personIdTypes[nationalId.charAt(0)]?.name ?? "EDIT";
}

/** Type and bare identifier of a national identifier (columns 1 and 2 of the extractions). */
export function splitNationalId(nationalId: string): { idType: string; identifier: string } {
  if (/^ANS\d+$/.test(nationalId)) return { idType: "", identifier: nationalId };
  return { idType: nationalId.charAt(0), identifier: nationalId.slice(1) };
}

/** What is odd about a person's identifier, or undefined. Official examples fail the key, so this warns and never rejects. */
export function doubtPersonId(idType: string, identifier: string): "length" | "key" | undefined {
  const length = personIdTypes[idType]?.length;
  if (length === undefined) return undefined;
  if (identifier.length !== length || !/^[0-9A-Z]+$/.test(identifier)) return "length";
  return passesLuhn(identifier) ? undefined : "key";
}

/** FINESS: nine characters, letters allowed in second place; the key of letters is not public, so only figures are checked. */
export function doubtFiness(finess: string): "length" | "key" | undefined {
  if (!/^[0-9][0-9A-Z][0-9]{7}$/.test(finess)) return "length";
  return /^\d{9}$/.test(finess) && !passesLuhn(finess) ? "key" : undefined;
}

export function doubtSiret(siret: string): "length" | "key" | undefined {
  if (!/^\d{14}$/.test(siret)) return "length";
  return passesLuhn(siret) ? undefined : "key";
}

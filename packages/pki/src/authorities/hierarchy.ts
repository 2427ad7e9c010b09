// The hierarchy, shaped like IGC-Santé: three roots by level, each with an authority for persons and one for
// organisations. Data only; keys and certificates are made in `authorities.ts`.

import { cut, type RelativeName } from "../encoding/names.ts";
import { oid } from "../encoding/oids.ts";

export const levels = ["EL", "ST", "FO"] as const;
export type Level = (typeof levels)[number];
export type RootCode = `ACR-${Level}`;
export type IssuingCode = `ACI-${Level}-${"PP" | "ORG"}`;
export type AuthorityCode = RootCode | IssuingCode;

export const roots: readonly RootCode[] = ["ACR-EL", "ACR-ST", "ACR-FO"];
export const issuing: readonly IssuingCode[] = ["ACI-EL-PP", "ACI-EL-ORG", "ACI-ST-PP", "ACI-ST-ORG", "ACI-FO-PP", "ACI-FO-ORG"];
export const authorityCodes: readonly AuthorityCode[] = [...roots, ...issuing];

const levelNames: Readonly<Record<Level, string>> = { EL: "ELEMENTAIRE", ST: "STANDARD", FO: "FORT" };

function levelOf(code: AuthorityCode): Level {
  return code.slice(4, 6) as Level;
}

export function isRoot(code: AuthorityCode): code is RootCode {
  return code.startsWith("ACR-");
}

/** The root above an authority; a root is its own. */
export function rootOf(code: AuthorityCode): RootCode {
  return `ACR-${levelOf(code)}`;
}

/** File name at `/ca/NAME.cer` and `/crl/NAME.crl`; a test authority says so in its name, as the real ones do. */
export function fileName(code: string, test: boolean): string {
  return test ? `${code}-TEST` : code;
}

/** `C=FR, O=…, OU=0002 …, OU=IGC …, CN=AC …`; a sandbox writes SIMULATION and TEST in O, OU and CN. */
export function authorityName(code: AuthorityCode, { space, test }: { space: string; test: boolean }): readonly RelativeName[] {
  const brand = cut(space, 24).toUpperCase();
  const level = levelNames[levelOf(code)];
  const what = isRoot(code) ? `AC RACINE ${brand} ${level}` : `AC ${brand} ${level} ${code.endsWith("PP") ? "PERSONNES" : "ORGANISATIONS"}`;
  return [
    { [oid.country]: "FR" },
    { [oid.organization]: test ? `SIMULATION ${brand}` : brand },
    // ISO 6523: 0002 is SIRENE; zeros say that this is nobody's number.
    { [oid.unit]: "0002 000000000" },
    { [oid.unit]: test ? `IGC ${brand} TEST` : `IGC ${brand}` },
    { [oid.commonName]: test ? `TEST ${what}` : what },
  ];
}

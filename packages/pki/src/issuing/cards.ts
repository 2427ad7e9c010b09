// The two certificates of a card: same name, two keys, two purposes. Names and private extensions as on real cards.

import { randomInt } from "node:crypto";
import type { Temporal } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import type { IssuingCode } from "../authorities/hierarchy.ts";
import type { PrivateValues } from "../encoding/certificate.ts";
import { buildName, cut, type RelativeName } from "../encoding/names.ts";
import { oid } from "../encoding/oids.ts";
import type { Issuer } from "./issue.ts";

export type CardType = "CPS" | "CPF" | "CDE" | "CPE" | "CPA";

export type CardRequest = {
  readonly type: CardType;
  readonly holder: {
    /** `8` + RPPS, `0` + ADELI, or structure/number for employees. */
    readonly nationalId: string;
    readonly familyName: string;
    readonly givenName: string;
    /** G15. */
    readonly profession?: { readonly code: string; readonly label: string };
    readonly structure?: { readonly id: string; readonly name: string };
  };
  /** SubjectPublicKeyInfo, DER, of keys made in the card. */
  readonly publicKeys: { readonly authentication: Uint8Array; readonly signature: Uint8Array };
  readonly notAfter?: Temporal.Instant;
  readonly notBefore?: Temporal.Instant;
  /** Ten digits; drawn when absent. */
  readonly cardNumber?: string;
};

export type CardCertificates = {
  readonly authentication: Uint8Array;
  readonly signature: Uint8Array;
  readonly serials: { readonly authentication: string; readonly signature: string };
};

type Kind = { readonly issuer: IssuingCode; readonly code: number; readonly regulated: boolean; readonly title: string | undefined };

/** CPS under FORT, CPE and CPA under STANDARD are attested; CPF and CDE are our choice (docs/pki.md, assumptions). */
const kinds: Readonly<Record<CardType, Kind>> = {
  CPS: { issuer: "ACI-FO-PP", code: 0, regulated: true, title: undefined },
  CPF: { issuer: "ACI-FO-PP", code: 1, regulated: true, title: undefined },
  CDE: { issuer: "ACI-ST-PP", code: 2, regulated: false, title: "Directeur d'établissement" },
  CPE: { issuer: "ACI-ST-PP", code: 2, regulated: false, title: "Personnel santé ou social" },
  CPA: { issuer: "ACI-ST-PP", code: 3, regulated: false, title: undefined },
};

const cardIssuer = "8025000001";
const upnDomain = "carte-cps.fr";

export async function issueCardCertificates(tx: Tx, request: CardRequest, { issuer, test }: { issuer: Issuer; test: boolean }): Promise<CardCertificates> {
  const kind = kinds[request.type];
  const cardNumber = request.cardNumber ?? String(randomInt(10 ** 9, 10 ** 10));
  const profession = kind.regulated ? Number.parseInt(request.holder.profession?.code ?? "", 10) : Number.NaN;
  const values: PrivateValues = {
    cardType: kind.code,
    cardNumber: `${cardIssuer}/${cardNumber}`,
    supportType: test ? 0x80 : 0x00,
    ...(Number.isNaN(profession) ? {} : { profession }),
  };
  const common = {
    issuer: kind.issuer,
    subject: buildName(cardName(request, kind)),
    holder: `card ${request.holder.nationalId}`,
    values,
    ...(request.notAfter ? { notAfter: request.notAfter } : {}),
    ...(request.notBefore ? { notBefore: request.notBefore } : {}),
  };
  const upn = { type: "upn", value: `${request.holder.nationalId}@${upnDomain}` } as const;
  const authentication = await issuer.issue(tx, { ...common, profile: "card-authentication", spki: request.publicKeys.authentication, altNames: [upn] });
  const signature = await issuer.issue(tx, { ...common, profile: "card-signature", spki: request.publicKeys.signature });
  return {
    authentication: authentication.der,
    signature: signature.der,
    serials: { authentication: authentication.serial, signature: signature.serial },
  };
}

/** Regulated professions: country, title, one multi-valued name. Employees: their structure stands before it. */
function cardName({ holder }: CardRequest, kind: Kind): readonly RelativeName[] {
  const title = kind.regulated ? holder.profession?.label : kind.title;
  const place =
    kind.regulated || !holder.structure ? [] : [{ [oid.organization]: cut(holder.structure.name, 40) }, { [oid.unit]: cut(holder.structure.id, 64) }];
  return [
    { [oid.country]: "FR" },
    ...place,
    ...(title ? [{ [oid.title]: cut(title, 64) }] : []),
    { [oid.givenName]: cut(holder.givenName, 64), [oid.surname]: cut(holder.familyName, 40), [oid.commonName]: holder.nationalId },
  ];
}

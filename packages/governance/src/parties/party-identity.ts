// Who a party is: what an instrument asks before a file is opened, and identifiers whose form and check digits come from the space.
import { checkIdentifier, type IdentifierScheme, type Refusal } from "@cercle/kernel";
import { governanceErrors } from "../errors.ts";

export type Contact = { readonly name: string; readonly email: string; readonly phone?: string | undefined };
export type PartyIdentity = {
  readonly name: string;
  /** `legal-person` or `natural-person`. */
  readonly kind: string;
  /** Scheme of the space → number; `other` names a register that the space has no scheme of, and is recorded as it is said. */
  readonly identifiers: Readonly<Record<string, string>>;
  readonly seat?: string | undefined;
  readonly representative?: string | undefined;
  readonly contact?: Contact | undefined;
};

const otherRegister = "other";

/** Refuses an unknown scheme, a wrong form, check digits that do not fit. */
export function verifyIdentifiers(schemes: readonly IdentifierScheme[], identifiers: PartyIdentity["identifiers"]): void {
  const known = schemes.filter(({ of }) => of === "structure");
  for (const [name, value] of Object.entries(identifiers)) {
    if (name === otherRegister) continue;
    const scheme = known.find(({ id }) => id === name);
    if (!scheme) {
      throw governanceErrors.refuse("governance.unknown-identifier", {
        params: { scheme: name, known: [...known.map(({ id }) => id), otherRegister].join(", ") },
      });
    }
    const verdict = checkIdentifier(scheme, value);
    if (verdict !== "good") throw governanceErrors.refuse(`governance.identifier-${verdict}`, { params: { scheme: name, value } });
  }
}

/** What an instrument asks of a party before its file is opened, in the order of its text. */
export const identityParts = ["identifier", "seat", "representative", "contact"] as const;
export type IdentityPart = (typeof identityParts)[number];

export const refuseIdentity = (missing: readonly IdentityPart[], clause: string): Refusal =>
  governanceErrors.refuse("governance.identity-incomplete", { params: { missing: missing.join(", ") }, clause });

/** What is missing of what is asked; a natural person represents itself. */
export function listMissing(party: PartyIdentity, asked: readonly IdentityPart[]): readonly IdentityPart[] {
  const said: Readonly<Record<IdentityPart, boolean>> = {
    identifier: Object.keys(party.identifiers).length > 0,
    seat: Boolean(party.seat),
    representative: Boolean(party.representative) || party.kind === "natural-person",
    contact: party.contact !== undefined,
  };
  return asked.filter((part) => !said[part]);
}

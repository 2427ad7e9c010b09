// Distinguished names (RFC 5280 §4.1.2.4): UTF8String everywhere, PrintableString for the country, and on cards one
// relative name with several values (given name, surname, national identifier) ordered as DER wants a SET.
import { AsnConvert } from "@peculiar/asn1-schema";
import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from "@peculiar/asn1-x509";
import { pkiErrors } from "../errors.ts";
import { oid } from "./oids.ts";

/** One relative name: attribute OID → value. Several keys make a multi-valued one. */
export type RelativeName = Readonly<Record<string, string>>;

/** RFC 5280 appendix A.1, upper bounds of the attributes we write. */
const upperBounds: Readonly<Record<string, number>> = {
  [oid.country]: 2,
  [oid.commonName]: 64,
  [oid.organization]: 64,
  [oid.unit]: 64,
  [oid.title]: 64,
  [oid.surname]: 40,
  [oid.givenName]: 16 * 4,
};
const defaultBound = 64;

/** Throws `pki.invalid-name` for a value that is empty, too long or holds control characters. */
export function buildName(parts: readonly RelativeName[]): Name {
  return new Name(
    parts.map((part) => {
      const attributes = Object.entries(part).map(([type, value]) => buildAttribute(type, value));
      return new RelativeDistinguishedName(sortSet(attributes));
    }),
  );
}

function buildAttribute(type: string, value: string): AttributeTypeAndValue {
  const bound = upperBounds[type] ?? defaultBound;
  const length = [...value].length;
  if (length === 0 || length > bound || /\p{Cc}/u.test(value)) throw pkiErrors.refuse("pki.invalid-name", { params: { length, bound } });
  return new AttributeTypeAndValue({
    type,
    value: new AttributeValue(type === oid.country ? { printableString: value } : { utf8String: value }),
  });
}

/** X.690 §11.6: the encodings of a SET OF in ascending order. @peculiar writes them as given. */
function sortSet(attributes: readonly AttributeTypeAndValue[]): AttributeTypeAndValue[] {
  return attributes
    .map((attribute) => ({ attribute, der: Buffer.from(AsnConvert.serialize(attribute)) }))
    .toSorted((a, b) => Buffer.compare(a.der, b.der))
    .map(({ attribute }) => attribute);
}

/** The first value of an attribute, wherever it stands. */
export function findValue(name: Name, type: string): string | undefined {
  for (const part of name) for (const attribute of part) if (attribute.type === type) return attribute.value.toString();
  return undefined;
}

/** Cut to a bound without breaking a character; for names that come from registers. */
export function cut(text: string, bound: number): string {
  return [...text.normalize("NFC").replace(/\p{Cc}/gu, " ")].slice(0, bound).join("").trim();
}

const shortNames: Readonly<Record<string, string>> = {
  [oid.country]: "C",
  [oid.commonName]: "CN",
  [oid.organization]: "O",
  [oid.unit]: "OU",
  [oid.title]: "title",
  [oid.surname]: "SN",
  [oid.givenName]: "GN",
};

/** RFC 4514: the last relative name first, special characters escaped. What `tls_client_auth_subject_dn` is compared with. */
export function printName(name: Name): string {
  return [...name]
    .toReversed()
    .map((part) => [...part].map(({ type, value }) => `${shortNames[type] ?? type}=${escapeValue(value.toString())}`).join("+"))
    .join(",");
}

function escapeValue(value: string): string {
  return value
    .replace(/[\\",+;<>]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ");
}

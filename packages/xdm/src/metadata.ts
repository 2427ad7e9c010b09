// METADATA.XML (ebXML RegRep 3.0 as IHE XDS profiles it): documents and the patient they are about. Nothing of it is believed.
import { DOMParser, type Element } from "@xmldom/xmldom";

export type XdmDocument = {
  /** Of the archive, as the slot URI says. */
  readonly file: string;
  readonly title: string;
  readonly mimeType: string;
  /** LOINC or the space's own code, and its words. */
  readonly type: { readonly code: string; readonly label: string } | undefined;
  readonly authors: readonly string[];
  /** `YYYYMMDD…` as written. */
  readonly created: string;
};
export type XdmPatient = {
  readonly id: string;
  /** OID of who gave the identifier. */
  readonly system: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly birthDate: string;
  readonly sex: string;
};

const rim = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";
/** Of XDSDocumentEntry (ITI TF-3 §4.2): typeCode, author. */
const schemes = { type: "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", author: "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d" };
const mostDocuments = 100;
const longest = 300;

/** Undefined when it is not such a file. A document type declaration is refused: it can only be an attack. */
export function parseMetadata(xml: string): { documents: readonly XdmDocument[]; patient: XdmPatient | undefined } | undefined {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) return undefined;
  const root = read(xml);
  if (!root) return undefined;
  const entries = all(root, "ExtrinsicObject").slice(0, mostDocuments);
  const documents = entries.map((entry) => {
    const type = classification(entry, schemes.type);
    return {
      file: slot(entry, "URI")[0] ?? "",
      title: name(entry),
      mimeType: clean(entry.getAttribute("mimeType")),
      type: type && { code: clean(type.getAttribute("nodeRepresentation")), label: name(type) },
      authors: classificationSlots(entry, schemes.author, "authorPerson").map(personName),
      created: slot(entry, "creationTime")[0] ?? "",
    };
  });
  const [first] = entries;
  return { documents, patient: first && patientOf(first) };
}

function read(xml: string): Element | undefined {
  try {
    const parser = new DOMParser({
      onError: (level) => {
        if (level !== "warning") throw new Error("not XML");
      },
    });
    return parser.parseFromString(xml, "text/xml").documentElement ?? undefined;
  } catch {
    return undefined;
  }
}

const all = (of: Element, local: string): readonly Element[] => Array.from(of.getElementsByTagNameNS(rim, local));
const children = (of: Element, local: string): readonly Element[] => all(of, local).filter(({ parentNode }) => parentNode === of);
const clean = (text: string | null | undefined): string =>
  (text ?? "")
    .replace(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, longest);
const name = (of: Element): string =>
  clean(
    children(of, "Name")
      .flatMap((one) => all(one, "LocalizedString"))[0]
      ?.getAttribute("value"),
  );

function slot(of: Element, wanted: string): readonly string[] {
  return children(of, "Slot")
    .filter((one) => one.getAttribute("name") === wanted)
    .flatMap((one) => all(one, "Value").map(({ textContent }) => clean(textContent)))
    .slice(0, 50);
}

const classification = (of: Element, scheme: string): Element | undefined =>
  children(of, "Classification").find((one) => one.getAttribute("classificationScheme") === scheme);

function classificationSlots(of: Element, scheme: string, wanted: string): readonly string[] {
  return children(of, "Classification")
    .filter((one) => one.getAttribute("classificationScheme") === scheme)
    .flatMap((one) => slot(one, wanted));
}

/** XCN (HL7 v2): identifier^family^given. */
const personName = (xcn: string): string => [xcn.split("^")[2], xcn.split("^")[1]].filter(Boolean).join(" ") || xcn;

function patientOf(entry: Element): XdmPatient | undefined {
  // CX (HL7 v2): identifier^^^&OID&ISO^type
  const [id = "", , , authority = ""] = (slot(entry, "sourcePatientId")[0] ?? "").split("^");
  const facts = new Map(slot(entry, "sourcePatientInfo").map((one) => [one.slice(0, one.indexOf("|")), one.slice(one.indexOf("|") + 1)]));
  const [familyName = "", givenName = ""] = (facts.get("PID-5") ?? "").split("^");
  const patient = { id, system: authority.split("&")[1] ?? "", familyName, givenName, birthDate: facts.get("PID-7") ?? "", sex: facts.get("PID-8") ?? "" };
  return id || familyName ? patient : undefined;
}

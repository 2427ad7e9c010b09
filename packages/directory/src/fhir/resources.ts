// Registers → FHIR resources of the public profiles. What is not written here cannot leave: no birth data, no phone, no
// responsible person, no red list.
import { extensions, fhirSource, messagingCode, profiles, systems } from "../france/fhir.ts";
import { rppsOf } from "../france/identifiers.ts";
import { at } from "../france/layouts.ts";
import { names } from "../france/words.ts";
import { unit } from "../query/fields.ts";
import type { FoundPerson, SituationRow, StructureRow } from "../query/rows.ts";
import { parseRecord, structureValues } from "../record.ts";
import { toFhirId } from "./ids.ts";
import type { ResourceName } from "./parameters.ts";

export type Resource = { readonly resourceType: string; readonly id: string; readonly [element: string]: unknown };
export type Coding = { readonly system: string; readonly code: string; readonly display?: string };

const coding = (system: string, code: string, display: string): Coding => ({ system, code, ...(display ? { display } : {}) });
const concept = (...given: readonly Coding[]) => ({ coding: given });
const identifierType = (code: string) => concept({ system: systems.identifierType, code });

/** A resource, and elements that are already JSON: what a thousand resources share is written once. */
export type Built = { readonly resource: Resource; readonly written: Readonly<Record<string, string>> };

const bare = (resource: Resource): Built => ({ resource, written: {} });

/** The resource as JSON text. */
export function textOf({ resource, written }: Built): string {
  let text = JSON.stringify(resource).slice(0, -1);
  for (const [name, json] of Object.entries(written)) text += `,"${name}":${json}`;
  return `${text}}`;
}

function head(resourceType: ResourceName, key: string, updated: string | undefined): Resource {
  return {
    resourceType,
    id: toFhirId(key),
    meta: { ...(updated ? { lastUpdated: updated } : {}), source: fhirSource, profile: profiles[resourceType] },
    language: "fr",
  };
}

/** Mailboxes that came with an entry. */
function telecom(boxes: string | null): object {
  if (!boxes) return {};
  const points = boxes
    .split("\n")
    .slice(1)
    .map((line) => {
      const [kind = "", rank, address = "", service = "", description = ""] = line.split(unit);
      return buildTelecom({ kind, rank: Number(rank), address, service, description });
    });
  return points.length > 0 ? { telecom: points } : {};
}

type PublishedBox = { kind: string; rank: number; address: string; service: string; description: string };

/** A published mailbox as a contact point. */
function buildTelecom(mailbox: PublishedBox): object {
  return {
    extension: [
      { url: extensions.emailType, valueCoding: { system: systems.messaging, code: messagingCode } },
      {
        url: extensions.mailbox,
        extension: [
          { url: "type", valueCodeableConcept: concept({ system: systems.mailboxKind, code: mailbox.kind }) },
          ...(mailbox.description ? [{ url: "description", valueString: mailbox.description }] : []),
          ...(mailbox.service ? [{ url: "service", valueString: mailbox.service }] : []),
        ],
      },
    ],
    system: "email",
    value: mailbox.address,
    rank: mailbox.rank,
  };
}

export function buildPractitioner(person: FoundPerson, updated: string | undefined): Built {
  const rpps = rppsOf(person.national_id);
  const identifier = [
    { use: "official", type: identifierType(names.nationalPerson), system: systems.idnps, value: person.national_id },
    ...(rpps ? [{ type: identifierType(names.person), system: systems.rpps, value: rpps }] : []),
  ];
  const left = { ...head("Practitioner", person.national_id, updated), identifier, active: person.active };
  // Who left keeps identifiers and nothing else.
  if (!person.active) return bare(left);
  const resource = {
    ...left,
    name: [
      {
        use: "official",
        family: person.family_name,
        given: [person.given_name],
        ...(person.civility_code ? { prefix: [person.civility_code] } : {}),
        ...(person.exercise_civility_code ? { suffix: [person.exercise_civility_code] } : {}),
      },
    ],
    ...telecom(person.boxes),
  };
  const qualification = writeQualifications(person.exercises, person.diplomas);
  return { resource, written: qualification ? { qualification } : {} };
}

const knownQualifications = new Map<string, string>();
const maximumQualifications = 20_000;

/** As JSON: two million persons share a few hundred professions and know-how. Empty when there is none. */
function writeQualifications(exercises: string, diplomas: string | null): string {
  const key = diplomas ? `${exercises}\n\n${diplomas}` : exercises;
  const known = knownQualifications.get(key);
  if (known !== undefined) return known;
  const found = listQualifications(exercises, diplomas);
  const text = found.length > 0 ? JSON.stringify(found) : "";
  if (knownQualifications.size >= maximumQualifications) knownQualifications.clear();
  knownQualifications.set(key, text);
  return text;
}

function listQualifications(exercises: string, diplomas: string | null): readonly object[] {
  const found = new Map<string, object>();
  for (const exercise of exercises === "" ? [] : exercises.split("\n")) {
    const [profession = "", professionLabel = "", category = "", categoryLabel = "", type = "", typeLabel = "", knowHow = "", knowHowLabel = ""] =
      exercise.split("|");
    if (profession) {
      const codes = [coding(systems.profession, profession, professionLabel), coding(systems.category, category, categoryLabel)];
      found.set(`P${profession}${category}`, { code: concept(...codes.filter(({ code }) => code)) });
    }
    if (knowHow) found.set(`K${knowHow}`, { code: concept(coding(systems.knowHowType, type, typeLabel), coding(systems.knowHow, knowHow, knowHowLabel)) });
  }
  for (const values of diplomas ? diplomas.split("\n").map(parseRecord) : []) {
    if (values[7]) found.set(`D${values[7]}`, { code: concept(coding(systems.diplomaType, values[7], values[8] ?? "")) });
  }
  return [...found.values()];
}

export function buildPractitionerRole(row: SituationRow, updated: string | undefined): Built {
  const values = parseRecord(row.record);
  const v = (position: number): string => values[position] ?? "";
  const code = [
    coding(systems.kind, v(at.kind), v(at.kindLabel)),
    coding(systems.mode, v(at.mode), v(at.modeLabel)),
    coding(systems.role, v(at.role), v(at.roleLabel)),
  ].filter((one) => one.code);
  return bare({
    ...head("PractitionerRole", row.situation_id, updated),
    identifier: [{ use: "official", system: systems.rpps, value: row.situation_id }],
    active: true,
    practitioner: { reference: `Practitioner/${toFhirId(row.national_id)}` },
    ...(row.structure_id ? { organization: { reference: `Organization/${toFhirId(row.structure_id)}` } } : {}),
    ...(code.length > 0 ? { code: code.map((one) => concept(one)) } : {}),
    ...telecom(row.boxes),
  });
}

export function buildOrganization(row: StructureRow, updated: string | undefined): Built {
  const values = structureValues(row.record);
  const v = (position: number): string => values[position] ?? "";
  const identifier = [
    ...(row.legacy_id ? [{ use: "official", type: identifierType("IDNST"), system: systems.idnst, value: row.legacy_id }] : []),
    ...(row.finess ? [{ type: identifierType("FINEG"), system: systems.finess, value: row.finess }] : []),
    ...(row.siren ? [{ type: identifierType(names.company), system: systems.siren, value: row.siren }] : []),
    ...(row.siret ? [{ type: identifierType(names.site), system: systems.siret, value: row.siret }] : []),
    ...(row.legacy_id || row.finess || row.siren || row.siret ? [] : [{ type: identifierType("INTRN"), value: row.structure_id }]),
  ];
  const left = { ...head("Organization", row.structure_id, updated), identifier, active: row.active, name: row.name };
  if (!row.active) return bare(left);
  const line = [v(at.streetNumber), v(at.streetTypeLabel) || v(at.streetType), v(at.street)].filter(Boolean).join(" ");
  const address = {
    ...(line ? { line: [line] } : {}),
    ...(v(at.postalCode) ? { postalCode: v(at.postalCode) } : {}),
    ...(v(at.city) ? { city: v(at.city) } : {}),
    ...(v(at.countryLabel) ? { country: v(at.countryLabel) } : {}),
  };
  return bare({
    ...left,
    type: [
      concept(coding(systems.organizationType, "GEOGRAPHICAL-ENTITY", "")),
      ...(v(at.sector) ? [concept(coding(systems.sector, v(at.sector), v(at.sectorLabel)))] : []),
    ],
    ...(Object.keys(address).length > 0 ? { address: [address] } : {}),
    ...(row.finess_legal ? { partOf: { identifier: { system: systems.finess, value: row.finess_legal } } } : {}),
    ...telecom(row.boxes),
  });
}

const mandatory = new Set(["resourceType", "id", "meta", "identifier"]);

/** `_elements`: the named ones and the mandatory, marked SUBSETTED (FHIR R4 §3.1.1.5.9). */
export function keepElements({ resource, written }: Built, elements: readonly string[]): Built {
  if (elements.length === 0) return { resource, written };
  const keep = <T>(given: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(given).filter(([name]) => mandatory.has(name) || elements.includes(name)));
  const tag = [{ system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" }];
  return { resource: { ...(keep(resource) as Resource), meta: { ...(resource.meta as object), tag } }, written: keep(written) };
}

/** The last revision that changed what a resource says: of the entry, or of a mailbox shown on it. */
export function changedIn({ rev_from, boxes }: { readonly rev_from: number; readonly boxes?: string | null }): number {
  return boxes ? Math.max(rev_from, Number.parseInt(boxes, 10)) : rev_from;
}

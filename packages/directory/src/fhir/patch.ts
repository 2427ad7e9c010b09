// PATCH on `telecom` by operators, as the announced write API drafts it: FHIRPath Patch (FHIR R4 §3.1.0.11.4) with insert,
// replace and delete; conditional; 404 and 412. Address and kind never change. The draft writes codes and systems in several
// ways: all are read.
import type { Store, Tx } from "@cercle/store";
import type { Access, Accesses } from "../access.ts";
import { directoryErrors } from "../errors.ts";
import { extensions } from "../france/fhir.ts";
import type { Operator, Publications } from "../mailboxes/publication.ts";
import { type MailboxKind, mailboxKinds } from "../mailboxes/rules.ts";
import type { Search } from "../query/search.ts";
import { nextSnapshot } from "../revisions.ts";
import { fromFhirId } from "./ids.ts";
import type { ResourceName } from "./parameters.ts";
import type { Resource } from "./resources.ts";
import type { Fhir } from "./service.ts";

export type PatchTelecom = (request: { resource: ResourceName; id: string | undefined; query: string; body: unknown; access: Access }) => Promise<Resource>;

type Part = {
  name?: string;
  part?: readonly Part[];
  valueCode?: string;
  valueString?: string;
  valueInteger?: number;
  valueContactPoint?: unknown;
  [value: string]: unknown;
};
type Operation = { readonly type: string; readonly path: string; readonly value: Part | undefined; readonly index: number };
type Holder = { nationalId?: string; structureId?: string };

const maximumOperations = 50;

export function createPatch(facts: {
  store: Store;
  fhir: () => Fhir;
  search: Search;
  accesses: Accesses;
  publications: Publications;
  operatorOf(access: Access): Operator;
}): PatchTelecom {
  return async ({ resource, id, query, body, access }) => {
    facts.accesses.admit({ ...access, purpose: "feed" }, { what: `${resource} patch` });
    const key = await findTarget(facts.fhir(), resource, id, query);
    const holder = await holderOf(facts.store, facts.search, resource, key);
    const operator = facts.operatorOf(access);
    const operations = parseOperations(body);
    await facts.store.transaction(async (tx) => {
      // In order: each sees what the one before did (FHIR R4 §3.1.0.11.4).
      for (const operation of operations) await apply(tx, facts.publications, operator, holder, operation);
    });
    facts.accesses.record({ ...access, purpose: "feed" }, { what: `${resource} patch` }, operations.length);
    return facts.fhir().read(resource, id ?? key, access);
  };
}

async function findTarget(fhir: Fhir, resource: ResourceName, id: string | undefined, query: string): Promise<string> {
  if (id !== undefined) return fromFhirId(id);
  if (query === "") throw bad("id");
  const keys = await fhir.keys(resource, query, 2);
  // FHIR R4 §3.1.0.7.2: none 404, several 412.
  if (keys.length > 1) throw directoryErrors.refuse("directory.several");
  if (!keys[0]) throw directoryErrors.refuse("directory.no-entry", { params: { id: resource } });
  return keys[0];
}

async function holderOf(store: Store, search: Search, resource: ResourceName, key: string): Promise<Holder> {
  const snapshot = await nextSnapshot(store);
  if (resource === "Practitioner") {
    const [person] = await search.listBy("person", "id", [key], snapshot);
    if (person) return { nationalId: person.national_id };
  } else if (resource === "Organization") {
    const [structure] = await search.listBy("structure", "id", [key], snapshot);
    if (structure) return { structureId: structure.structure_id };
  } else {
    const [situation] = await search.listBy("situation", "id", [key], snapshot);
    if (situation) return { nationalId: situation.national_id, ...(situation.structure_id ? { structureId: situation.structure_id } : {}) };
  }
  throw directoryErrors.refuse("directory.no-entry", { params: { id: key.slice(0, 80) } });
}

function parseOperations(body: unknown): readonly Operation[] {
  const { resourceType, parameter } = (body ?? {}) as { resourceType?: string; parameter?: unknown };
  if (resourceType !== "Parameters" || !Array.isArray(parameter) || parameter.length === 0 || parameter.length > maximumOperations) throw bad("Parameters");
  return (parameter as Part[]).map((one, index) => {
    const part = (name: string): Part | undefined => (Array.isArray(one?.part) ? one.part.find((candidate) => candidate?.name === name) : undefined);
    const type = part("type")?.valueCode ?? "";
    const path = part("path")?.valueString ?? "";
    if (one?.name !== "operation" || !["add", "insert", "replace", "delete"].includes(type) || !/^[A-Za-z]+\b/.test(path)) throw bad(`operation ${index + 1}`);
    return { type, path, value: part("value"), index };
  });
}

async function apply(tx: Tx, publications: Publications, operator: Operator, holder: Holder, operation: Operation): Promise<void> {
  const address = operation.path.match(/value\s*=\s*'([^'\\]{3,320})'/)?.[1];
  if (operation.type === "delete") {
    if (!address) throw bad(`path ${operation.index + 1}`);
    await belongs(tx, publications, operator, address, holder);
    await publications.remove(tx, operator, address);
    return;
  }
  const given = readContactPoint(operation);
  if (operation.type === "replace") {
    if (!address) throw bad(`path ${operation.index + 1}`);
    const found = await belongs(tx, publications, operator, address, holder);
    if ((given.address && given.address !== found.address) || (given.kind && given.kind !== found.kind)) throw directoryErrors.refuse("directory.immutable");
    const { redList, rank, description, service, responsible } = given;
    await publications.change(tx, operator, address, {
      ...(redList === undefined ? {} : { redList }),
      ...(rank === undefined ? {} : { rank }),
      ...(description === undefined ? {} : { description }),
      ...(service === undefined ? {} : { service }),
      ...(responsible === undefined ? {} : { responsible }),
    });
    return;
  }
  if (!given.address || !given.kind) throw bad(`value ${operation.index + 1}`);
  await publications.publish(tx, operator, {
    address: given.address,
    kind: given.kind,
    nationalId: holder.nationalId,
    structureId: holder.structureId,
    service: given.service ?? "",
    description: given.description ?? "",
    responsible: given.responsible,
    redList: given.redList ?? false,
  });
}

/** The mailbox stands on this resource, or the patch is of another one. */
async function belongs(
  tx: Tx,
  publications: Publications,
  operator: Operator,
  address: string,
  holder: Holder,
): Promise<{ address: string; kind: MailboxKind }> {
  const found = await publications.findFor(tx, operator, address);
  if (!found || (holder.nationalId ? found.national_id !== holder.nationalId : found.structure_id !== holder.structureId)) {
    throw directoryErrors.refuse("directory.no-mailbox", { params: { address } });
  }
  return found;
}

type ContactPoint = { address?: string; kind?: MailboxKind; redList?: boolean; rank?: number; description?: string; service?: string; responsible?: string };
type Extension = { url?: string; extension?: readonly Extension[]; [value: string]: unknown };

function readContactPoint({ value, index }: Operation): ContactPoint {
  const point = (value?.valueContactPoint ?? value) as { value?: unknown; rank?: unknown; extension?: readonly Extension[] } | undefined;
  if (!point || typeof point !== "object") throw bad(`value ${index + 1}`);
  const metadata = (Array.isArray(point.extension) ? point.extension : []).find((one) => one?.url === extensions.mailbox);
  const sub = (name: string): Extension | undefined =>
    Array.isArray(metadata?.extension) ? (metadata.extension as readonly Extension[]).find((one) => one?.url === name) : undefined;
  const words = (name: string): string | undefined => {
    const found = sub(name)?.valueString;
    return typeof found === "string" ? found.slice(0, 200) : undefined;
  };
  const kind = readCode(sub("type"));
  const known = mailboxKinds.find((one) => one === kind);
  if (kind !== undefined && !known) throw bad(`type ${index + 1}`);
  const red = sub("listeRouge")?.valueBoolean;
  const [description, service, responsible] = [words("description"), words("service"), words("responsible")];
  return {
    ...(typeof point.value === "string" ? { address: point.value.trim().toLowerCase() } : {}),
    ...(known ? { kind: known } : {}),
    ...(typeof red === "boolean" ? { redList: red } : {}),
    ...(typeof point.rank === "number" ? { rank: Math.max(1, Math.min(100, Math.trunc(point.rank))) } : {}),
    ...(description === undefined ? {} : { description }),
    ...(service === undefined ? {} : { service }),
    ...(responsible === undefined ? {} : { responsible }),
  };
}

function readCode(extension: Extension | undefined): string | undefined {
  if (!extension) return undefined;
  const { valueCode, valueCoding, valueCodeableConcept } = extension as {
    valueCode?: string;
    valueCoding?: { code?: string };
    valueCodeableConcept?: { coding?: { code?: string }[] };
  };
  return valueCode ?? valueCoding?.code ?? valueCodeableConcept?.coding?.[0]?.code;
}

function bad(problem: string): Error {
  return directoryErrors.refuse("directory.bad-search", { params: { problem } });
}

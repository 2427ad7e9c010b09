// Search parameters: one table that makes the CapabilityStatement and the conditions. What is not here cannot be asked.
import { foldName } from "@cercle/kernel";
import { directoryErrors } from "../errors.ts";
import { systems } from "../france/fhir.ts";
import { rppsOf } from "../france/identifiers.ts";
import { names } from "../france/words.ts";
import type { Comparison, Condition } from "../query/compile.ts";
import type { EntityName } from "../query/fields.ts";
import { parseDateRange } from "./dates.ts";
import { fromFhirId } from "./ids.ts";

export type ResourceName = "Practitioner" | "PractitionerRole" | "Organization";
export type ParameterType = "string" | "token" | "reference" | "date";
export type Parameter = {
  readonly name: string;
  readonly type: ParameterType;
  readonly about: string;
  readonly modifiers: readonly string[];
  /** One value, its modifier, to a condition. */
  build(value: string, modifier: string | undefined): Condition;
};

export const entityOf: Readonly<Record<ResourceName, EntityName>> = { Practitioner: "person", PractitionerRole: "situation", Organization: "structure" };

const term = (field: string, value: string, is: Comparison = "eq"): Condition => ({ field, is, value });

const identifierKind = (code: string): Condition =>
  code === names.person ? term("id_type", "8") : code === names.nationalPerson ? { field: "id", is: "present" } : { or: [] };

/** FHIR R4 §3.1.1.4.8: a string matches its beginning, whatever case and accents; `:contains` anywhere; `:exact` as written. */
function string(name: string, fields: readonly string[], about: string, written: Readonly<Record<string, string>> = {}): Parameter {
  return {
    name,
    type: "string",
    about,
    modifiers: ["exact", "contains"],
    build(value, modifier) {
      if (modifier === "contains" && foldName(value).length < 3)
        throw directoryErrors.refuse("directory.bad-search", { params: { problem: `${name}:contains < 3` } });
      const one = (field: string): Condition => {
        if (modifier === "contains") return term(field, value, "contains");
        if (modifier !== "exact") return term(field, value, "prefix");
        const exact = written[field];
        return { and: [term(field, value), ...(exact ? [term(exact, value)] : [])] };
      };
      return fields.length === 1 ? one(fields[0] ?? "") : { or: fields.map(one) };
    },
  };
}

/** `system|code`, `|code`, `code`, `system|`. `bySystem` says what a code of each system asks; "" when none is given. */
function token(name: string, about: string, bySystem: Readonly<Record<string, (code: string) => Condition>>): Parameter {
  return {
    name,
    type: "token",
    about,
    modifiers: ["not"],
    build(value, modifier) {
      const bar = value.indexOf("|");
      const system = bar < 0 ? "" : value.slice(0, bar);
      const make = Object.hasOwn(bySystem, system) ? bySystem[system] : undefined;
      // A system nobody here uses selects nothing.
      const condition = make ? make(bar < 0 ? value : value.slice(bar + 1)) : { or: [] };
      return modifier === "not" ? { not: condition } : condition;
    },
  };
}

const codes = (field: string, ...of: readonly string[]): Record<string, (code: string) => Condition> =>
  Object.fromEntries(["", ...of].map((system) => [system, (code: string) => (code === "" ? { field, is: "present" } : term(field, code))]));

function reference(name: string, field: string, target: ResourceName, about: string): Parameter {
  return {
    name,
    type: "reference",
    about,
    modifiers: [target],
    build: (value) => term(field, fromFhirId(value.split("/").at(-1) ?? "")),
  };
}

const id: Parameter = { name: "_id", type: "token", about: "Logical id.", modifiers: [], build: (value) => term("id", fromFhirId(value)) };
const lastUpdated: Parameter = {
  name: "_lastUpdated",
  type: "date",
  about: "When this version became visible.",
  modifiers: [],
  build(value) {
    const { prefix, from, to } = parseDateRange(value);
    const [start, end] = [from.toString(), to.toString()];
    switch (prefix) {
      case "ge":
        return term("updated", start, "ge");
      case "gt":
      case "sa":
        return term("updated", end, "ge");
      case "le":
        return term("updated", end, "lt");
      case "lt":
      case "eb":
        return term("updated", start, "lt");
      case "ne":
        return { or: [term("updated", start, "lt"), term("updated", end, "ge")] };
      default:
        return { and: [term("updated", start, "ge"), term("updated", end, "lt")] };
    }
  },
};
const active = token("active", "Whether the entry stands in the registers.", codes("active"));
const mailbox: readonly Parameter[] = [
  string("mailbox-mss", ["mailbox"], "Address of a published mailbox."),
  token("mailbox-mss-type", "Kind of a published mailbox: PER, ORG, APP, CAB.", codes("mailbox_kind", systems.mailboxKind)),
];

const practitionerIdentifier = token("identifier", "National identifier, or the bare number.", {
  "": (code) => ({ or: [term("id", code), term("number", code)] }),
  [systems.idnps]: (code) => (code === "" ? { field: "id", is: "present" } : term("id", code)),
  [systems.rpps]: (code) => (code === "" ? term("id_type", "8") : { and: [term("id", `8${code}`), rppsOf(`8${code}`) ? { and: [] } : { or: [] }] }),
});

export const parameters: Readonly<Record<ResourceName, readonly Parameter[]>> = {
  Practitioner: [
    id,
    lastUpdated,
    active,
    string("family", ["family"], "Professional family name.", { family: "family_written" }),
    string("given", ["given"], "Professional given name.", { given: "given_written" }),
    string("name", ["family", "given"], "Family or given name.", { family: "family_written", given: "given_written" }),
    practitionerIdentifier,
    token("identifier-type", "Kind of identifier.", {
      "": identifierKind,
      [systems.identifierType]: identifierKind,
    }),
    token("qualification-code", "Profession or know-how.", {
      "": (code) => ({ or: [term("profession", code), term("know_how", code)] }),
      [systems.profession]: (code) => term("profession", code),
      [systems.knowHow]: (code) => term("know_how", code),
    }),
    ...mailbox,
  ],
  PractitionerRole: [
    id,
    lastUpdated,
    token("active", "Only practised situations are kept.", { "": (code) => (code === "true" ? { and: [] } : { or: [] }) }),
    token("identifier", "Identifier of the practice situation.", { "": (code) => term("id", code), [systems.rpps]: (code) => term("id", code) }),
    reference("practitioner", "person", "Practitioner", "Whose situation it is."),
    reference("organization", "structure", "Organization", "Where it is practised."),
    token("role", "Mode of practice, function or kind of activity.", {
      "": (code) => ({ or: [term("mode", code), term("role", code), term("kind", code)] }),
      [systems.mode]: (code) => term("mode", code),
      [systems.role]: (code) => term("role", code),
      [systems.kind]: (code) => term("kind", code),
    }),
    ...mailbox,
  ],
  Organization: [
    id,
    lastUpdated,
    active,
    string("name", ["name"], "Name.", { name: "name_written" }),
    string("address-city", ["city"], "Town."),
    string("address-postalcode", ["postal_code"], "Postal code."),
    string("address", ["city", "postal_code"], "Town or postal code."),
    token("identifier", "Any identifier of the structure.", {
      "": (code) => ({ or: ["id", "legacy_id", "finess", "siret", "siren"].map((field) => term(field, code)) }),
      [systems.idnst]: (code) => (code === "" ? { field: "legacy_id", is: "present" } : term("legacy_id", code)),
      [systems.finess]: (code) => (code === "" ? { field: "finess", is: "present" } : term("finess", code)),
      [systems.siret]: (code) => (code === "" ? { field: "siret", is: "present" } : term("siret", code)),
      [systems.siren]: (code) => (code === "" ? { field: "siren", is: "present" } : term("siren", code)),
    }),
    token("type", "Sector of activity.", codes("sector", systems.sector)),
    reference("partof", "legal", "Organization", "Legal entity, by its number."),
    ...mailbox,
  ],
};

/** `PractitionerRole:practitioner` and where it leads; `*` is all of them. */
export const includes: Readonly<Record<ResourceName, readonly string[]>> = {
  Practitioner: [],
  PractitionerRole: ["PractitionerRole:practitioner", "PractitionerRole:organization"],
  Organization: [],
};
export const revincludes: Readonly<Record<ResourceName, readonly string[]>> = {
  Practitioner: ["PractitionerRole:practitioner"],
  PractitionerRole: [],
  Organization: ["PractitionerRole:organization"],
};

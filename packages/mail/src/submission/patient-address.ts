// Addresses of patients: formed only from a national identifier that is qualified (ECO.2.2.6; mssante.md §9, §10). Pure.
import { type CheckRule, checkIdentifier } from "@cercle/kernel";

/** What a space says of its patients' addresses. */
export type PatientRules = {
  readonly domain: string;
  readonly pattern: string;
  readonly check: CheckRule;
  /** OIDs of who may have given the identifier. */
  readonly systems: readonly string[];
  readonly largestBytes: number;
};

/** The four states of an identity (RNIV): only the last one gives an address. */
export const identityStates = ["provisional", "retrieved", "validated", "qualified"] as const;

export type PatientIdentity = {
  readonly number: string;
  readonly system: string;
  readonly state: (typeof identityStates)[number];
  readonly birthName: string;
  readonly givenName: string;
  /** `YYYY-MM-DD`; a day or month that nobody knows is `00`. */
  readonly birthDate: string;
  readonly sex: "M" | "F" | "I";
};

export type PatientRefusal = "malformed" | "bad-key" | "unknown-system" | "not-qualified" | "traits-missing";

/** Ordered rules: the first that fails is the reason. */
export function formPatientAddress(rules: PatientRules, identity: PatientIdentity): { address: string } | { refused: PatientRefusal } {
  const number = identity.number.replace(/[\s.]/g, "").toUpperCase();
  const form = checkNumber(rules, number);
  if (form !== undefined) return { refused: form };
  if (!rules.systems.includes(identity.system)) return { refused: "unknown-system" };
  if (identity.state !== "qualified") return { refused: "not-qualified" };
  const traits = identity.birthName.trim() !== "" && identity.givenName.trim() !== "" && /^\d{4}-\d{2}-\d{2}$/.test(identity.birthDate);
  if (!traits) return { refused: "traits-missing" };
  return { address: `${number.toLowerCase()}@${rules.domain}` };
}

/** Why an address of the patients' domain cannot be one; undefined for a good one, and for other domains. */
export function checkPatientAddress(rules: PatientRules | undefined, address: string): PatientRefusal | undefined {
  const [number = "", domain] = address.split("@");
  return rules && domain === rules.domain ? checkNumber(rules, number.toUpperCase()) : undefined;
}

function checkNumber(rules: PatientRules, number: string): "malformed" | "bad-key" | undefined {
  const judged = checkIdentifier({ id: "patient", of: "person", label: { fr: "", en: "" }, national_prefix: "", ...rules }, number);
  return judged === "good" ? undefined : judged;
}

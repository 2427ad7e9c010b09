// Random lives of files over the API: an allowed act, its fields filled as the law describes them.
import { findFullInstrument } from "@cercle/law";

type Field = { kind: string | readonly string[]; required?: boolean };
type Kind = { fields?: Readonly<Record<string, Field>>; channel?: { accepts: readonly string[] } };
export type Act = { type: string; matter: number | null; by: string };
export type Chance = { below(limit: number): number; pick<T>(of: readonly T[]): T };

/** A small generator with a seed: a failure can be played again. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return {
    below: (limit) => next() % limit,
    pick: (of) => of[next() % of.length] as (typeof of)[number],
  };
}

/** How a relation begins, so that most lives get somewhere: one act at a time, each as random as any other in what it says. */
export const beginnings: Readonly<Record<string, readonly (readonly [type: string, by: string])[]>> = {
  "mssante-operator": [
    ["domain-declared", "operator"],
    ["contract-signed", "operator"],
    ["contract-signed", "agency"],
    ["certificate-issued", "agency"],
    ["commitment-received", "agency"],
    ["commitment-found-complete", "agency"],
    ["validation-notified", "agency"],
  ],
  "psc-provider": [
    ["access-requested", "provider"],
    ["terms-accepted", "provider"],
    ["request-accepted", "agency"],
    ["client-registered", "agency"],
    ["integration-validated", "agency"],
    ["production-opened", "agency"],
    ["client-registered", "agency"],
  ],
  "api-cps-contract": [
    ["contract-signed", "vendor"],
    ["contract-signed", "agency"],
    ["kit-ordered", "vendor"],
    ["product-approved", "agency"],
  ],
  "label-convention": [
    ["convention-signed", "holder"],
    ["convention-signed", "agency"],
  ],
  "e-cps-terms": [
    ["terms-accepted", "user"],
    ["activated", "user"],
    ["terms-published", "agency"],
    ["terms-refused", "user"],
  ],
};

/** The payload of an act: every required field, some of the others. `subjects` gives names to what rights are given to. */
export function fill(
  instrument: string,
  act: Act,
  { random, today, subject }: { random: Chance; today: string; subject: (field: string) => string },
): Record<string, unknown> {
  const kind = findFullInstrument(instrument)?.definition.kinds[act.type] as Kind | undefined;
  const payload: Record<string, unknown> = { by: act.by };
  if (act.matter !== null) payload.about = act.matter;
  if (kind?.channel) payload.channel = random.pick(kind.channel.accepts);
  const skipped = new Set(["operator", "provider", "previous_ended_after_control", "legal_person", "registered_in_union", "address"]);
  for (const [name, field] of Object.entries(kind?.fields ?? {})) {
    if (skipped.has(name) && !field.required) continue;
    if (!field.required && random.below(3) === 0) continue;
    payload[name] = value(name, field, random, today, subject);
  }
  return payload;
}

function value(name: string, field: Field, random: Chance, today: string, subject: (field: string) => string): unknown {
  if (typeof field.kind !== "string") return random.pick(field.kind);
  switch (field.kind) {
    case "date":
      return new Date(Date.parse(`${today}T12:00:00Z`) + (1 + random.below(60)) * 86_400_000).toISOString().slice(0, 10);
    case "number":
      return 1 + random.below(20);
    case "flag":
      return random.below(2) === 0;
    case "list":
      return ["a", "b"];
    case "length":
      return { length: 1 + random.below(3), unit: "months" };
    default:
      return ["domain", "serial", "client_id", "address"].includes(name) ? subject(name) : `x${random.below(1000)}`;
  }
}
